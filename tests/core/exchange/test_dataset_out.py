"""Annotations that go out: what is written, what is left alone, and what comes back."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Cancelled, EnvironmentProblem, UserError
from core.exchange import tables_out
from core.exchange.annotations_csv import parse_value, read_annotations
from core.exchange.answer_text import answer_text
from core.exchange.dataset import annotated_rows
from core.exchange.distribution import distribution
from core.exchange.folders_out import export_folders
from core.exchange.forms import Exported, Form
from core.exchange.tables_out import export_table
from core.project import Project
from core.values import (
    AnswerValue,
    ClassValue,
    Field,
    Head,
    HeadId,
    HeadKind,
    ImageId,
    Label,
    LabelId,
    ScoreValue,
    TagsValue,
    Tiles,
)
from tests.core.exchange.places import CLIP, embed
from tests.core.exchange.trees import answers, pictures, take_folders, take_vectors, vector_files, vector_of
from tests.core.store.projects import picture, scan, scanned_project

IMAGES = 8
FORMS = (Form.FOLDERS, Form.NPY)
NAMES = ("Pass", "Bad: 1/2", "0", "naïve")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory):
    """A project of embedded pictures, two of which have the same name in two folders."""
    folder = tmp_path_factory.mktemp("source")
    for number in range(IMAGES):
        picture(folder / "photos" / ("a" if number % 2 else "b") / f"{number // 2}.png", number)
    with Project.create(folder / "project", [str(folder / "photos")]) as project:
        scan(project)
        embed(project)
        yield project


def new_head(project: Project, kind: HeadKind, name: str | None = None) -> Head:
    labels = () if kind is HeadKind.SCORE else tuple(label for label in NAMES)
    return project.heads.add(name or f"head {len(project.heads.all())}", kind, labels, CLIP.encoder)[0]


def out(project: Project, head: Head, destination: Path, form: Form, **options) -> Exported:
    rows = annotated_rows(project, head)
    if form in (Form.CSV, Form.JSONL, Form.PARQUET):
        return export_table(rows, destination, form, **options)
    return export_folders(project, rows, destination, form, lambda event: None, lambda: False, **options)


def value_strategy(kind: HeadKind) -> st.SearchStrategy:
    """Answers by the places of labels, which the two projects share."""
    place = st.integers(0, len(NAMES) - 1)
    match kind:
        case HeadKind.CLASS:
            return place
        case HeadKind.SCORE:
            return st.integers(0, 20).map(lambda halves: halves / 2)
        case HeadKind.TAGS:
            said = st.dictionaries(place, st.booleans(), min_size=1)
            return said.map(lambda tags: tuple(sorted(tags.items())))


def value_for(head: Head, drawn) -> AnswerValue:
    ids = [label.label_id for label in head.labels]
    match head.kind:
        case HeadKind.CLASS:
            return ClassValue(ids[drawn])
        case HeadKind.SCORE:
            return ScoreValue(drawn)
        case HeadKind.TAGS:
            chosen = {yes: frozenset(ids[place] for place, said in drawn if said is yes) for yes in (True, False)}
            return TagsValue(chosen[True], chosen[False])


def without_ids(head: Head, found: dict[str, AnswerValue]) -> dict[str, str]:
    names = {label.label_id: label.name for label in head.labels}
    return {content_hash: answer_text(value, names) for content_hash, value in found.items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", list(HeadKind))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_what_goes_out_as_folders_comes_back_whole(source, tmp_path_factory, form, kind, data):
    drawn = data.draw(st.dictionaries(st.integers(1, IMAGES), value_strategy(kind), min_size=1))
    head = new_head(source, kind)
    source.annotations.annotate(head.head_id, {ImageId(one): value_for(head, value) for one, value in drawn.items()})
    folder = tmp_path_factory.mktemp("target")
    exported = out(source, head, folder / "out", form)
    assert (exported.failed, exported.images) == ((), len(drawn))
    (folder / "photos").mkdir()
    with Project.create(folder / "project", [str(folder / "photos")]) as target:
        other = new_head(target, kind)
        if form is Form.FOLDERS:
            imported = take_folders(target, other, folder / "out")
        else:
            imported = take_vectors(target, other, folder / "out")
        assert imported.read.failed == ()
        assert without_ids(other, answers(target, other)) == without_ids(head, answers(source, head))
        if form is Form.FOLDERS:
            assert scan(target).failed == ()
    source.heads.remove(head.head_id)


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_a_csv_comes_back_whole(tmp_path, kind):
    with scanned_project(tmp_path) as project:
        head, again = new_head(project, kind, "one"), new_head(project, kind, "two")
        drawn = {HeadKind.CLASS: [0, 1, 2, 3], HeadKind.SCORE: [0, 2.5, 7, 10]}.get(kind)
        drawn = drawn or [((0, True),), ((0, True), (1, False)), ((2, False),), ((3, True), (2, True))]
        values = {ImageId(i + 1): value_for(head, value) for i, value in enumerate(drawn)}
        project.annotations.annotate(head.head_id, values)
        out(project, head, tmp_path / "out.csv", Form.CSV)
        read, failed = read_annotations(tmp_path / "out.csv", project, again)
        names = {label.label_id: label.name for each in (head, again) for label in each.labels}
        assert failed == []
        assert {one: answer_text(value, names) for one, value in read.items()} == {
            one: answer_text(value, names) for one, value in values.items()
        }


LABELS = tuple(Label(LabelId(place), name) for place, name in enumerate(NAMES))


@given(kind=st.sampled_from(HeadKind), data=st.data())
def test_that_an_answer_as_text_is_read_as_it_was(kind, data):
    head = Head(HeadId(1), "h", kind, () if kind is HeadKind.SCORE else LABELS, "signal")
    value = value_for(head, data.draw(value_strategy(kind)))
    assert parse_value(answer_text(value, {label.label_id: label.name for label in LABELS}), head) == value


@pytest.fixture
def project(tmp_path):
    """Four pictures, a class head with an answer on three of them, one of those excluded."""
    with scanned_project(tmp_path) as made:
        embed(made)
        head = new_head(made, HeadKind.CLASS, "defects")
        ids = [label.label_id for label in head.labels]
        made.annotations.annotate(
            head.head_id,
            {ImageId(1): ClassValue(ids[0]), ImageId(2): ClassValue(ids[1]), ImageId(3): ClassValue(ids[0])},
        )
        made.annotations.mark(head.head_id, [ImageId(3)], Field.EXCLUDED, True)
        yield made


def test_that_the_seeds_layout_is_numbered_folders(project, tmp_path):
    exported = out(project, project.heads.get("defects"), tmp_path / "out", Form.FOLDERS)
    assert [Path(file).relative_to(tmp_path / "out").as_posix() for file in exported.files] == [
        "0_Pass/0.png",
        "1_Bad_ 1_2/1.png",
    ]
    assert (exported.images, exported.excluded) == (2, 1)
    assert (tmp_path / "out" / "0_Pass" / "0.png").read_bytes() == (tmp_path / "photos" / "0.png").read_bytes()


def test_that_vectors_go_out_as_the_seed_reads_them(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.NPY)
    vector = np.load(tmp_path / "out" / "0_Pass" / "0.npy")
    assert (vector.shape, vector.dtype) == ((1, 768), np.float32)
    np.testing.assert_array_equal(vector[0], project.embeddings(CLIP).load()[0].astype(np.float32))


def test_that_five_crops_go_out_as_their_mean(tmp_path):
    with scanned_project(tmp_path) as made:
        signature = type(CLIP)(CLIP.encoder, CLIP.key, CLIP.revision, CLIP.preprocessing, 768, Tiles.FIVE_CROP)
        values = embed(made, signature)
        head, _ = made.heads.add("taste", HeadKind.SCORE, (), CLIP.encoder, Tiles.FIVE_CROP)
        made.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.5)})
        out(made, head, tmp_path / "out", Form.NPY)
    vector = np.load(tmp_path / "out" / "7.5" / "0.npy")
    np.testing.assert_allclose(vector, values[:1].astype(np.float32).mean(axis=1), atol=1e-6)


def test_that_the_library_layout_is_a_folder_for_each_label(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.IMAGEFOLDER)
    assert sorted(file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").glob("*/*")) == [
        "Bad_ 1_2/1.png",
        "Pass/0.png",
    ]


def test_that_scores_and_tags_go_out_with_metadata(project, tmp_path):
    taste, tags = new_head(project, HeadKind.SCORE, "taste"), new_head(project, HeadKind.TAGS, "tags")
    project.annotations.annotate(taste.head_id, {ImageId(1): ScoreValue(7.5)})
    project.annotations.annotate(tags.head_id, {ImageId(2): value_for(tags, ((0, True), (2, False)))})
    out(project, taste, tmp_path / "taste", Form.IMAGEFOLDER)
    out(project, tags, tmp_path / "tags", Form.IMAGEFOLDER)
    assert json.loads((tmp_path / "taste" / "metadata.jsonl").read_text()) == {
        "file_name": "images/0.png",
        "score": 7.5,
    }
    assert json.loads((tmp_path / "tags" / "metadata.jsonl").read_text()) == {
        "file_name": "images/1.png",
        "yes": ["Pass"],
        "no": ["0"],
    }


def test_that_a_file_that_comes_while_a_table_is_written_stays(project, tmp_path, monkeypatch):
    head = new_head(project, HeadKind.SCORE)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(1)})
    write = tables_out._write_csv

    def slow(rows, path):
        write(rows, path)
        (tmp_path / "t.csv").write_text("came meanwhile")

    monkeypatch.setattr(tables_out, "_write_csv", slow)
    with pytest.raises(EnvironmentProblem, match=r"cannot write .*t.csv: File exists"):
        export_table(annotated_rows(project, head), tmp_path / "t.csv", Form.CSV)
    assert (tmp_path / "t.csv").read_text() == "came meanwhile" and not list(tmp_path.glob(".t.csv*"))


def test_that_tables_hold_every_answer_with_its_hash(project, tmp_path):
    from pyarrow import parquet

    head = project.heads.get("defects")
    for form in (Form.CSV, Form.JSONL, Form.PARQUET):
        assert out(project, head, tmp_path / f"out.{form}", form).images == 3
    with (tmp_path / "out.csv").open(newline="") as file:
        from_csv = [(row["path"], row["value"], row["hash"], row["excluded"]) for row in csv.DictReader(file)]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    table = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert lines == table
    assert from_csv == [(row["path"], row["value"], row["hash"], str(row["excluded"])) for row in table]
    assert [row["value"] for row in table] == ["Pass", "Bad: 1/2", "Pass"]
    assert [row["excluded"] for row in table] == [False, False, True]


def test_that_tags_are_lists_in_parquet(project, tmp_path):
    from pyarrow import parquet

    tags = new_head(project, HeadKind.TAGS, "tags")
    project.annotations.annotate(tags.head_id, {ImageId(2): value_for(tags, ((0, True), (2, False)))})
    out(project, tags, tmp_path / "tags.parquet", Form.PARQUET)
    [row] = parquet.read_table(tmp_path / "tags.parquet").to_pylist()
    assert row["value"] == {"yes": ["Pass"], "no": ["0"]}


def test_that_a_folder_is_made_with_those_above_it(project, tmp_path):
    exported = out(project, project.heads.get("defects"), tmp_path / "not" / "there" / "out", Form.FOLDERS)
    assert all((tmp_path / "not" / "there" / "out" / name).is_file() for name in exported.files)
    assert exported.files


@pytest.mark.parametrize("form", list(Form))
def test_that_nothing_is_overwritten(project, tmp_path, form):
    destination = tmp_path / "out"
    if form in (Form.CSV, Form.JSONL, Form.PARQUET):
        destination.write_text("mine")
    else:
        destination.mkdir()
        (destination / "mine").write_text("mine")
    with pytest.raises(UserError, match=r"there already|holds other things"):
        out(project, project.heads.get("defects"), destination, form)
    kept = destination / "mine" if destination.is_dir() else destination
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("form", list(Form))
def test_that_a_dry_run_writes_nothing(project, tmp_path, form):
    exported = out(project, project.heads.get("defects"), tmp_path / "out", form, dry_run=True)
    assert exported.files
    assert not (tmp_path / "out").exists()


def test_that_a_picture_that_is_gone_is_listed_and_the_others_go_out(project, tmp_path):
    (tmp_path / "photos" / "0.png").unlink()
    exported = out(project, project.heads.get("defects"), tmp_path / "out", Form.FOLDERS)
    assert exported.failed == (((tmp_path / "photos" / "0.png").as_posix(), "it is not there"),)
    assert len(exported.files) == 1


def test_that_an_image_without_a_vector_is_listed(project, tmp_path):
    picture(tmp_path / "photos" / "new.png", 70)
    scan(project)
    head = project.heads.get("defects")
    project.annotations.annotate(head.head_id, {ImageId(5): ClassValue(head.labels[0].label_id)})
    exported = out(project, head, tmp_path / "out", Form.NPY)
    assert [reason for _, reason in exported.failed] == ["not embedded with clip-vit-l14-336 yet"]


def test_that_an_export_that_is_stopped_leaves_nothing(project, tmp_path):
    rows = annotated_rows(project, project.heads.get("defects"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled):
        export_folders(project, rows, tmp_path / "out", Form.FOLDERS, lambda event: None, lambda: True)
    assert sorted(tmp_path.iterdir()) == before


def test_that_a_picture_found_later_belongs_to_its_vector(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.NPY)
    (tmp_path / "later").mkdir()
    with Project.create(tmp_path / "second", [str(tmp_path / "later")]) as second:
        head = new_head(second, HeadKind.CLASS, "defects")
        assert take_vectors(second, head, tmp_path / "out").read.without_picture == 2
        pictures(tmp_path / "later", {"any": range(1)})
        scan(second)
        [image] = second.images.get([ImageId(int(one)) for one in second.images.all().ids])
        assert (image.width, image.height, image.format) == (6, 4, "PNG")
        assert image.content_hash in answers(second, head)


def test_that_the_spread_names_every_label_and_folder(project):
    spread = distribution(annotated_rows(project, project.heads.get("defects")))
    assert spread.counts == {"Pass": 2, "Bad: 1/2": 1, "0": 0, "naïve": 0}
    assert (spread.total, spread.folders, spread.excluded) == (3, {"photos": 3}, 1)


@pytest.mark.parametrize(
    ("kind", "total", "count", "strokes"),
    [
        (HeadKind.CLASS, 3215, 1805, 22),
        (HeadKind.CLASS, 3215, 395, 4),
        (HeadKind.CLASS, 22736, 7445, 13),
        (HeadKind.SCORE, 3080, 690, 22),
        (HeadKind.SCORE, 3080, 31, 1),
        (HeadKind.SCORE, 3080, 29, 0),
    ],
)
def test_that_bars_are_as_long_as_in_the_seeds_tables(kind, total, count, strokes):
    from core.exchange.distribution import Distribution

    assert Distribution(kind, total, {}, {}).bar(count) == "|" * strokes


def layout(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and path.name[0] != "."}


def seed_tree(root: Path, kind: HeadKind, form: Form, evaluation: tuple[str, ...]) -> Path:
    """Two numbered folders, and evaluation files beside them."""
    names = ("0_Pass", "1_Bad_ 1_2") if kind is HeadKind.CLASS else ("3", "10")
    make = pictures if form is Form.FOLDERS else vector_files
    make(root, {names[0]: range(2), names[1]: range(2, 4)})
    for number, stem in enumerate(evaluation):
        if form is Form.FOLDERS:
            picture(root / f"{stem}.png", 50 + number)
        else:
            np.save(root / f"{stem}.npy", vector_of(50 + number)[None])
    return root


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("kind", "evaluation"),
    [
        (HeadKind.CLASS, ("0_test", "1_test")),
        (HeadKind.SCORE, ("test",)),
        (HeadKind.SCORE, ("test", "4_test", "10_test")),
    ],
)
def test_that_evaluation_files_come_back_to_where_they_were(tmp_path, form, kind, evaluation):
    root = seed_tree(tmp_path / "seed", kind, form, evaluation)
    (tmp_path / "photos").mkdir()
    take = take_folders if form is Form.FOLDERS else take_vectors
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        head, again = new_head(project, kind, "one"), new_head(project, kind, "two")
        assert len(take(project, head, root).read.evaluation) == len(evaluation)
        assert out(project, head, tmp_path / "out", form).failed == ()
        assert layout(tmp_path / "out") == layout(root)
        imported = take(project, again, tmp_path / "out")
        assert (imported.read.failed, len(imported.read.evaluation)) == ((), len(evaluation))
        assert without_ids(again, answers(project, again)) == without_ids(head, answers(project, head))


def test_that_a_second_evaluation_image_of_a_label_stays_out_of_what_teaches(tmp_path):
    (tmp_path / "photos").mkdir()
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        head, again = new_head(project, HeadKind.CLASS, "one"), new_head(project, HeadKind.CLASS, "two")
        for name, colour in (("a", 60), ("b", 61)):
            picture(tmp_path / name / "0_test.png", colour)
            take_folders(project, head, pictures(tmp_path / name, {"1": range(2)}))
        out(project, head, tmp_path / "out", Form.FOLDERS)
        assert {"0_test.png", "00_test.png"} <= layout(tmp_path / "out")
        assert len(take_folders(project, again, tmp_path / "out").read.evaluation) == 2


def test_that_an_evaluation_image_of_two_tags_lies_beside_the_folders_for_each(tmp_path):
    with scanned_project(tmp_path) as project:
        head = new_head(project, HeadKind.TAGS)
        first, second = (label.label_id for label in head.labels[:2])
        both, neither = TagsValue(frozenset((first, second))), TagsValue(frozenset(), frozenset((first,)))
        values = {ImageId(1): both, ImageId(2): neither}
        project.annotations.annotate(head.head_id, values, evaluation=list(values))
        out(project, head, tmp_path / "out", Form.FOLDERS)
    assert layout(tmp_path / "out") == {"0_test.png", "1_test.png", "4_test.png"}


def test_that_the_folder_somebody_is_in_is_filled_and_stays_itself(source: Project, tmp_path, monkeypatch):
    head = new_head(source, HeadKind.CLASS)
    source.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    found = out(source, head, Path(), Form.FOLDERS)
    assert found.files == ("0_Pass/0.png",) and Path(found.files[0]).is_file()
    assert tmp_path.stat().st_ino == before
    assert not list(tmp_path.parent.glob(".*.part"))


def test_that_a_folder_that_cannot_be_filled_is_empty_again(source: Project, tmp_path, monkeypatch):
    head = new_head(source, HeadKind.CLASS)
    source.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
    replace, moved = Path.replace, []

    def full(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", full)
    (tmp_path / "out").mkdir()
    with pytest.raises(EnvironmentProblem):
        out(source, head, tmp_path / "out", Form.FOLDERS)
    assert len(moved) == 3 and list((tmp_path / "out").iterdir()) == []


def test_that_a_pipe_in_the_place_of_a_picture_is_listed(tmp_path):
    picture(tmp_path / "photos" / "a.png", 1)
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as project:
        scan(project)
        head = new_head(project, HeadKind.CLASS)
        project.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)})
        (tmp_path / "photos" / "a.png").unlink()
        os.mkfifo(tmp_path / "photos" / "a.png")
        assert [reason for _, reason in out(project, head, tmp_path / "out", Form.FOLDERS).failed] == [
            "a pipe, not a file"
        ]


def test_that_pictures_of_a_lost_folder_are_one_line_with_what_to_do(tmp_path):
    with scanned_project(tmp_path) as project:
        head = new_head(project, HeadKind.SCORE)
        project.annotations.annotate(head.head_id, dict.fromkeys(map(ImageId, (1, 2, 3)), ScoreValue(5)))
        (tmp_path / "photos").rename(tmp_path / "my photos")
        scan(project, "gone")
        exported = out(project, head, tmp_path / "out", Form.FOLDERS)
        ((path, reason),) = exported.failed
        assert (path, exported.images) == (str(tmp_path / "photos"), 0)
        assert "3 files" in reason
