"""Annotations from CSV files as people and spreadsheets write them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.exchange.annotations_csv import parse_value, read_annotations
from core.project import Project
from core.values import ClassValue, Head, HeadId, HeadKind, Label, LabelId, ScoreValue, TagsValue
from tests.core.store.projects import class_head, invented_project, picture, scan

LABELS = (Label(LabelId(11), "cat"), Label(LabelId(12), "dog"), Label(LabelId(13), "0"))
KINDS = {kind: Head(HeadId(1), "asked", kind, () if kind is HeadKind.SCORE else LABELS, "signal") for kind in HeadKind}
CAT, DOG, NOUGHT = (label.label_id for label in LABELS)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """0.png to 3.png, and the head `content` of cat, dog, bird."""
    with invented_project(tmp_path) as made:
        class_head(made)
        yield made


Read = Callable[[str | bytes], tuple[dict[int, str], list[tuple[str, str]]]]


@pytest.fixture
def read(project: Project, tmp_path: Path) -> Read:
    """(image id -> label name, failures) of a file's text."""

    def read_text(text: str | bytes) -> tuple[dict[int, str], list[tuple[str, str]]]:
        file = tmp_path / "annotations.csv"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        head = project.heads.get("content")
        values, failed = read_annotations(file, project, head)
        names = {label.label_id: label.name for label in head.labels}
        return {image: names[value.label] for image, value in values.items()}, failed

    return read_text


def test_that_paths_are_understood_below_a_root_and_absolute(read, tmp_path):
    values, failed = read(f"path,value\n0.png,cat\n{tmp_path}/photos/1.png,dog\n")
    assert (values, failed) == ({1: "cat", 2: "dog"}, [])


@pytest.mark.parametrize("twice", ["path", "value", "hash"])
def test_that_a_column_that_stands_twice_is_refused(read, twice):
    with pytest.raises(UserError, match=f"has two columns {twice} in its first line"):
        read(f"path,value,hash,{twice.upper()}\n0.png,cat,,dog\n")


def test_that_columns_that_nobody_reads_may_stand_twice(read):
    assert read("path,note,value,note\n0.png,,cat,\n") == ({1: "cat"}, [])


def test_that_a_table_of_ours_is_read_wherever_its_pictures_lie_now(read, project):
    contents = [image.content_hash for image in project.images.get([1, 2])]
    rows = f"old/place/0.png,cat,{contents[0]}\nold/1.png,dog,{contents[1].upper()}\nold/2.png,dog,{'0' * 64}\n"
    values, failed = read(f"path,value,hash\n{rows}old/3.png,dog,nonsense\n2.png,bird,{contents[1]}\n")
    assert values == {1: "cat", 2: "dog", 3: "bird"}
    assert [path for path, _ in failed] == ["old/2.png", "old/3.png"]


def test_that_a_relative_root_may_stand_before_the_path(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read("path,value\nphotos/2.png,bird\n")[0] == {3: "bird"}


@pytest.mark.parametrize(
    "text",
    [
        "path,value\r\n0.png,cat\r\n",
        "\ufeffpath,value\n0.png,cat\n",
        '"path","value"\n"0.png","cat"\n',
        "value,note,path\ncat,very nice,0.png\n",
        "Path , VALUE\n0.png, cat \n",
        "path;value\n0.png;cat\n",
        "path\tvalue\n0.png\tcat\n",
        "path,value\n\n0.png,cat\n , \n",
        "path,value\n0.png,cat",
        "path,value\n0.png,CAT\n",
        "path,value\n0.png,0\n",
        "path,value\n0.png,cat\n0.png,cat\n",
    ],
)
def test_that_the_usual_ways_to_write_a_row_mean_the_same(read, text):
    assert read(text) == ({1: "cat"}, [])


def test_that_a_quoted_path_may_hold_commas_and_quotes(project, tmp_path, read):
    picture(tmp_path / "photos" / 'a, "b".png', 900)
    scan(project, "again")
    values, failed = read('path,value\n"a, ""b"".png",dog\n')
    assert (list(values.values()), failed) == (["dog"], [])


def test_that_spaces_around_a_path_belong_to_it_where_a_file_is_called_so(project, tmp_path, read):
    for number, name in enumerate((" 0.png", "0.png", "1.png")):
        picture(tmp_path / "photos" / name, 900 + number)
    scan(project, "again")
    values, failed = read("path,value\n 0.png,dog\n0.png,cat\n 1.png ,bird\n")
    assert (list(values.values()), failed) == (["dog", "cat", "bird"], [])


def test_that_a_path_below_several_folders_names_no_image_unless_its_folder_or_hash_does(project, tmp_path, read):
    for number, name in enumerate(("photos/0.png", "more/0.png")):
        picture(tmp_path / name, 900 + number)
    picture(tmp_path / "photos" / "1.png", 910)
    picture(tmp_path / "more" / "1.png", 910)
    project.add_roots([str(tmp_path / "more")])
    scan(project, "again")
    places = [f"{tmp_path}/{name}/0.png" for name in ("photos", "more")]
    one, other = (project.images.get([image])[0] for image in project.images.by_paths(places) if image)
    values, failed = read(f"path,value\n0.png,cat\n1.png,dog\n{tmp_path}/more/0.png,bird\n")
    assert (len(values), values[other.image_id]) == (2, "bird")
    reason = "an image of 2 folders of this project lies there; write the folder before it"
    assert failed == [("0.png", reason)]
    assert read(f"path,value,hash\n0.png,cat,{one.content_hash}\n") == ({one.image_id: "cat"}, [])


def test_that_a_path_that_is_no_utf8_is_found(project, tmp_path, read):
    picture(tmp_path / "photos" / os.fsdecode(b"caf\xe9.png"), 900)
    scan(project, "again")
    values, failed = read(b"path,value\ncaf\xe9.png,dog\n")
    assert (list(values.values()), failed) == (["dog"], [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"path,value\n0.png,cat\nGr\xfc\xdfe.png,dog\n", r"line 3 holds Gr\xfc\xdfe.png"),
        (b"path,value\n0.png,cat\n1.png,K\xe4fer\n", r"line 3 holds K\xe4fer"),
        ("path,value\n0.png,cat\n".encode("utf-16"), r"line 1 holds \xff\xfep"),
    ],
)
def test_that_a_file_in_another_encoding_is_refused_with_the_line_that_shows_it(read, text, says):
    with pytest.raises(UserError, match=r"annotations\.csv is not UTF-8") as raised:
        read(text)
    assert says in str(raised.value) and "save it as UTF-8" in str(raised.value)


def test_that_a_path_that_is_no_utf8_is_one_where_another_file_is_called_so(project, tmp_path, read):
    picture(tmp_path / "photos" / os.fsdecode(b"caf\xe9.png"), 900)
    text = b"path,value\ncaf\xe9.png,dog\ngone\xe9.png,dog\n"
    assert [path for path, _ in read(text)[1]] == [os.fsdecode(b"caf\xe9.png"), os.fsdecode(b"gone\xe9.png")]
    scan(project, "again")
    assert [path for path, _ in read(text)[1]] == [os.fsdecode(b"gone\xe9.png")]


def test_that_only_columns_that_are_read_need_be_utf8(read):
    assert read(b"path,note,value\n0.png,sch\xf6n,cat\n") == ({1: "cat"}, [])


def test_that_a_row_with_more_cells_than_columns_is_listed(read):
    values, failed = read("path,value\n0.png,dog,cat\n1.png,cat,, \na, b.png,dog\n")
    assert values == {2: "cat"}
    reason = "has 3 cells where the first line has 2; write what has a comma in it in quotes"
    assert failed == [("line 2", reason), ("line 4", reason)]
    reason = "has 4 cells where the first line has 3; write what has a semicolon in it in quotes"
    assert read("n;path;value\n1;0.png;cat;dog\n") == ({}, [("line 2", reason)])


def test_that_every_useless_row_is_listed_with_its_reason_and_the_others_count(read):
    values, failed = read("path,value\nnowhere.png,cat\n0.png,fish\n1.png,\n2.png\n,cat\n3.png,7\n3.png,dog\n")
    assert values == {4: "dog"}
    assert failed == [
        ("nowhere.png", "no image of this project lies there"),
        ("0.png", "no label 'fish'; there are cat, dog, bird"),
        ("1.png", "no value"),
        ("2.png", "no value"),
        ("line 6", "no image of this project lies there"),
        ("3.png", "no label '7'; there are cat, dog, bird"),
    ]


def test_that_the_first_of_two_contradicting_rows_counts_and_the_other_is_listed(read):
    values, failed = read("path,value\n0.png,cat\n0.png,dog\n")
    assert (values, failed) == ({1: "cat"}, [("0.png", "line 3 contradicts an earlier line about the same image")])


@pytest.mark.parametrize("text", ["", "\n", "0.png,cat\n", "path,label\n0.png,cat\n", '"path', b"\x00\x01\x02\xff"])
def test_that_a_file_without_the_two_columns_is_refused(read, text):
    with pytest.raises(UserError, match="no columns path and value"):
        read(text)


def test_that_an_unreadable_row_names_its_cause(read):
    with pytest.raises(UserError, match="no CSV file"):
        read("path,value\n" + "x" * 200_000 + ",cat\n")


@pytest.mark.parametrize("row", ['"1.png,cat', '1.png,"cat', '1.png,cat,"note', '"1.\npng",cat,"note'])
@pytest.mark.parametrize("rest", ["", "\n", "\n2.png,dog\n3.png,dog\n"])
def test_that_a_quote_that_takes_up_all_rows_below_is_refused(read, row, rest):
    with pytest.raises(UserError, match="opens a quote in line 3 and never closes it"):
        read(f"path,value\n0.png,cat\n{row}{rest}")


def test_that_a_quote_that_takes_up_rows_up_to_the_next_one_is_refused(read):
    rows = '0.png,cat,\n1.png,cat,"note\n2.png,dog,\n3.png,dog,"fine"\n'
    with pytest.raises(UserError, match="opens a quote in line 3 that takes up rows to line 5"):
        read(f"path,value,note\n{rows}")


def test_that_a_quote_that_takes_up_a_long_file_is_refused_for_that(read):
    with pytest.raises(UserError, match="opens a quote in line 3 and never closes it"):
        read('path,value\n0.png,cat\n"1.png,cat\n' + "2.png,dog\n" * 20_000)


@pytest.mark.parametrize("end", ["", "\n"])
def test_that_quotes_that_are_closed_or_open_nothing_are_fine(read, end):
    assert read(f'path,value,note\n1.png,dog,5" disk\n0.png,cat,"two\nlines"{end}') == ({1: "cat", 2: "dog"}, [])


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_that_a_file_that_is_not_there_is_refused(project, tmp_path, name):
    with pytest.raises(UserError, match="there is no file"):
        read_annotations(tmp_path / name, project, project.heads.get("content"))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (HeadKind.CLASS, "dog", ClassValue(DOG)),
        (HeadKind.CLASS, "1", ClassValue(DOG)),
        (HeadKind.CLASS, "0", ClassValue(NOUGHT)),
        (HeadKind.SCORE, "7", ScoreValue(7)),
        (HeadKind.SCORE, " 7.5 ", ScoreValue(7.5)),
        (HeadKind.SCORE, "+10.0", ScoreValue(10)),
        (HeadKind.SCORE, ".5", ScoreValue(0.5)),
        (HeadKind.TAGS, "cat;dog;-0", TagsValue(frozenset({CAT, DOG}), frozenset({NOUGHT}))),
        (HeadKind.TAGS, "-cat", TagsValue(frozenset(), frozenset({CAT}))),
        (HeadKind.TAGS, "-*", TagsValue(frozenset(), frozenset({CAT, DOG, NOUGHT}))),
        (HeadKind.TAGS, "cat; -*", TagsValue(frozenset({CAT}), frozenset({DOG, NOUGHT}))),
        (HeadKind.TAGS, " cat ; ; - dog ", TagsValue(frozenset({CAT}), frozenset({DOG}))),
    ],
)
def test_that_values_are_read_by_the_kind_of_head(kind, text, value):
    assert parse_value(text, KINDS[kind]) == value


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (HeadKind.SCORE, "nan", "'nan' is not a number"),
        (HeadKind.SCORE, "inf", "'inf' is not a number"),
        (HeadKind.SCORE, "1e1", "'1e1' is not a number"),
        (HeadKind.SCORE, "7,5", "'7,5' is not a number"),
        (HeadKind.SCORE, "good", "'good' is not a number"),
        (HeadKind.SCORE, "11", "11 is not between 0 and 10"),
        (HeadKind.SCORE, "-1", "-1 is not between 0 and 10"),
        (HeadKind.SCORE, "9" * 400, "is not between 0 and 10"),
        (HeadKind.SCORE, "3.3", "3.3 is not a whole or a half number"),
        (HeadKind.CLASS, "3", "no label '3'"),
        (HeadKind.CLASS, "-1", "no label '-1'"),
        (HeadKind.CLASS, "", "no value"),
        (HeadKind.TAGS, "cat;-cat", "both yes and no"),
        (HeadKind.TAGS, "cat;fish", "no label 'fish'"),
        (HeadKind.TAGS, ";;", "no value"),
        (HeadKind.TAGS, "", "no value; write tags as a;b;-c"),
        (HeadKind.TAGS, "cat,dog", "write tags as a;b;-c"),
    ],
)
def test_that_absurd_values_are_refused_with_the_reason(kind, text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_value(text, KINDS[kind])


@given(kind=st.sampled_from(HeadKind), text=st.text())
def test_that_no_text_does_more_than_be_read_or_refused(kind, text):
    try:
        value = parse_value(text, KINDS[kind])
    except ValueError:
        return
    assert isinstance(value, {"class": ClassValue, "score": ScoreValue, "tags": TagsValue}[kind])
