"""The parts that scoring is made of: bars, choices, the shelf."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.arrays import embedding_writer
from core.arrays.hashes import hash_of_bytes
from core.errors import UserError
from core.scoring.answered_route import Route, routed
from core.scoring.answers import Judged, JudgedImage
from core.scoring.bars import shares, spread
from core.scoring.choice import Choice, Sieve
from core.scoring.sheet import write_sheet
from core.scoring.shelf import Shelf
from core.scoring.tile_answers import AskedHead
from core.scoring.verdicts import as_row, captions, decided, said_json, said_text
from core.values import Combine, EncoderSignature, HeadKind, Tiles

SIGNATURE = EncoderSignature("bench", "bench", "1", "{}", dim=3)


@given(st.lists(st.floats(0, 10), min_size=1))
def test_that_ten_bars_count_every_value_once(values):
    lines = spread(values, scale=10)
    counts = [int(line.rpartition(" (")[0].rpartition(" ")[2].replace(",", "")) for line in lines]
    assert len(lines) == 10 and sum(counts) == len(values)
    assert counts[0] == sum(value >= 9 for value in values)
    assert all(("█" in line) == (count > 0) for line, count in zip(lines, counts, strict=True))


def asked(name: str, kind: HeadKind, *labels: str) -> AskedHead:
    return AskedHead(name, name, kind, labels, Tiles.NONE, Combine.MEAN)


def test_that_a_contact_sheet_names_every_head_where_there_are_several(tmp_path):
    heads = asked("taste", HeadKind.SCORE), asked("kind", HeadKind.CLASS, "rose", "tulip")
    choices = Choice.of(heads, 0), Choice.of(heads, 1)
    image = JudgedImage("a.png", ((0.73,), (0.997, 0.003)))
    assert captions(heads, choices, image) == ("7.3 · taste", "rose >99 % · kind")
    assert captions(heads, choices, JudgedImage("b.png", ((float("nan"),), (0.5, 0.5))))[0] == "– · taste"
    assert captions(heads[:1], choices[:1], image) == ("7.3",)
    versions = tuple(replace(heads[0], model=f"project:taste@{number}") for number in (1, 2))
    twice = Choice.of(versions, 0), Choice.of(versions, 1)
    assert captions(versions, twice, JudgedImage("a.png", ((0.73,), (0.7,))))[1] == "7.0 · project:taste@2"
    Image.new("RGB", (40, 30), "red").save(tmp_path / "a.png")
    write_sheet(tmp_path / "sheet.png", [(str(tmp_path / "a.png"), captions(heads, choices, image))])
    with Image.open(tmp_path / "sheet.png") as sheet:
        below = np.asarray(sheet.convert("L"))[6 + 192 :]
    lines = np.flatnonzero(np.diff((below > 100).any(axis=1).astype(np.int8), prepend=0) == 1)
    assert len(below) == 36 + 6 and any(lines < 16) and any(lines >= 16)


def test_that_a_label_has_one_line_and_its_share():
    lines = shares(["a", "long name"], [1, 3], total=4)
    assert [line.split()[-2:] for line in lines] == [["1", "(25.0%)"], ["3", "(75.0%)"]]
    assert lines[1].count("█") == 3 * lines[0].count("█") + 1 and len(lines[0]) == len(lines[1])


def test_that_a_label_called_like_a_column_has_a_column_of_its_own():
    kind, things = asked("kind", HeadKind.CLASS, "path", "label", "rose"), asked("b/kind", HeadKind.TAGS, "labels", "x")
    said = JudgedImage("/a.jpg", ((0.7, 0.2, 0.1), (0.9, 0.1)))
    assert as_row((kind,), JudgedImage(said.path, said.values[:1])) == {
        "path": "/a.jpg", "label": "path", "probability": 0.7, "path-2": 0.7, "label-2": 0.2, "rose": 0.1
    }  # fmt: skip
    assert as_row((things,), JudgedImage(said.path, said.values[1:])) == {
        "path": "/a.jpg", "labels": "labels", "labels-2": 0.9, "x": 0.1
    }  # fmt: skip
    twice = as_row((kind, replace(kind, model="b/kind")), JudgedImage(said.path, (said.values[0], (0.1, 0.1, 0.8))))
    assert (len(twice), twice["kind.rose"], twice["kind.rose-2"]) == (11, 0.1, 0.8)


NAN = float("nan")


@pytest.mark.parametrize(("said", "highest"), [((NAN, 0.4), 0.4), ((0.4, NAN), 0.4), ((NAN, NAN), NAN)])
def test_that_a_label_that_nothing_was_learned_of_never_counts_as_the_highest(said, highest):
    image, choice = JudgedImage("a.png", (said,)), Choice(0, (0, 1), 1.0, ("sky", "sea"), at_least=0.1)
    assert choice.value(image) == pytest.approx(highest, nan_ok=True)
    assert choice.values([np.array([said])]) == pytest.approx(highest, nan_ok=True)
    assert Sieve.of((choice,)).apply(Judged((image,), ())).images[0].passed == (highest == 0.4)


def test_that_nothing_is_among_the_best_of_a_label_that_nothing_was_learned_of():
    images = tuple(
        JudgedImage(name, ((NAN, value),)) for name, value in (("a.png", 0.1), ("b.png", NAN), ("c.png", 0.9))
    )
    asked_for = {
        label: Sieve.of((Choice(0, (place,), 1.0, (label,)),), top=2) for place, label in enumerate(("sky", "sea"))
    }
    passed = {
        label: [one.path for one in sieve.apply(Judged(images, ())).images if one.passed]
        for label, sieve in asked_for.items()
    }
    assert passed == {"sky": [], "sea": ["c.png", "a.png"]}


def test_that_what_was_never_learned_is_decided_by_no_head_and_has_no_bar():
    kind, things = asked("kind", HeadKind.CLASS, "rose", "tulip"), asked("things", HeadKind.TAGS, "sky", "sea")
    said = [(NAN, 0.4), (0.9, NAN), (NAN, NAN)]
    assert (decided(kind, said), decided(things, said)) == ([1, 1], [1, 0])
    image = JudgedImage("a.png", ((NAN, 0.4), (NAN, NAN)))
    assert said_text((kind, things), image) == ["tulip 40 %", ""]
    assert said_json((kind,), JudgedImage("a.png", image.values[:1])) == {
        "label": "tulip",
        "probability": 0.4,
        "probabilities": {"rose": None, "tulip": 0.4},
    }
    assert said_json((kind,), JudgedImage("b.png", ((NAN, NAN),)))["label"] is None
    assert spread([NAN, 0.5], scale=1.0) == spread([0.5], scale=1.0)
    assert spread([NAN], scale=1.0) == ("nothing was learned of this",)


@given(st.lists(st.floats(0, 1, width=32), min_size=1), st.floats(0, 10), st.integers(1, 5))
def test_that_the_top_are_the_highest_of_those_within_the_limits(values, least, top):
    choice = Choice(0, (0,), 10.0, at_least=least)
    judged = Sieve.of((choice,), top=top).apply(
        Judged(tuple(JudgedImage(str(place), ((one,),)) for place, one in enumerate(values)), ())
    )
    passed = [choice.value(image) for image in judged.images if image.passed]
    assert passed == sorted((value * 10 for value in values if value * 10 >= least), reverse=True)[:top]


def test_that_a_band_holds_both_its_limits():
    images = tuple(JudgedImage(str(value), ((value / 10, 0.0),)) for value in range(11))
    judged = Sieve.of((Choice(0, (0, 1), 10.0, at_least=4, at_most=6),)).apply(Judged(images, ()))
    assert [image.path for image in judged.images if image.passed] == ["4", "5", "6"]


def test_that_a_route_takes_the_score_of_the_head_that_the_likeliest_label_names():
    kind = AskedHead("kind", "kind", HeadKind.CLASS, ("photo", "drawing", "other"), Tiles.NONE, Combine.MEAN)
    first, second = (AskedHead(name, name, HeadKind.SCORE, (), Tiles.NONE, Combine.MEAN) for name in ("a", "b"))
    shares = np.float32([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    said = [shares, np.float32([[0.1], [0.2], [0.3]]), np.float32([[0.7], [0.8], [0.9]])]
    head, scores = routed((kind, first, second), said, Route("kind", {"photo": "a", "drawing": "b"}))
    assert (head.kind, head.scale) == (HeadKind.SCORE, 10)
    np.testing.assert_array_equal(scores, np.float32([[0.1], [0.8], [np.nan]]))
    assert routed((kind, first, second), said, Route("gone", {})) is None


@pytest.mark.parametrize(
    ("kind", "limit", "says"),
    [
        (HeadKind.CLASS, 90, "a probability from 0 to 1; choose 0 to 1, such as 0.9 for 90 %"),
        (HeadKind.SCORE, 65, "a score from 0 to 10; choose 0 to 10, such as 6.5 for 65 %"),
        (HeadKind.CLASS, 900, "a probability from 0 to 1; choose 0 to 1$"),
        (HeadKind.SCORE, -1, "a score from 0 to 10; choose 0 to 10$"),
    ],
)
def test_that_a_limit_in_percent_is_answered_with_the_same_in_the_heads_unit(kind, limit, says):
    labels = () if kind is HeadKind.SCORE else ("a", "b")
    head = AskedHead("file", "mine", kind, labels, Tiles.NONE, Combine.MEAN)
    with pytest.raises(UserError, match=rf"mine answers with {says}"):
        Choice.of((head,), at_least=limit)


@dataclass(frozen=True)
class Kept:
    names: list
    vectors: np.ndarray


def keep(cache: Path, *texts: str) -> Kept:
    names = [hash_of_bytes(text.encode()) for text in texts]
    vectors = np.arange(3 * len(texts), dtype=np.float16).reshape(-1, 3)
    with Shelf(SIGNATURE, cache=cache) as shelf:
        shelf.keep(names, vectors)
    return Kept(names, vectors)


def test_that_the_shelf_gives_back_what_was_kept_and_says_what_it_lacks(tmp_path):
    kept = keep(tmp_path, "a", "b")
    shelf = Shelf(SIGNATURE, cache=tmp_path)
    has, vectors = shelf.find([kept.names[1], hash_of_bytes(b"c"), kept.names[0]])
    assert has.tolist() == [True, False, True]
    assert vectors.tolist() == kept.vectors[[1, 0]].tolist()
    assert shelf.holds(kept.names[0]) and not shelf.holds(hash_of_bytes(b"c"))


@pytest.mark.parametrize("other", [{"revision": "2"}, {"preprocessing": "{1}"}, {"dim": 4}, {"tiles": Tiles.FIVE_CROP}])
def test_that_vectors_of_other_weights_are_not_taken(tmp_path, other):
    kept = keep(tmp_path, "a")
    parts = {"encoder": "bench", "key": "bench", "revision": "1", "preprocessing": "{}", "dim": 3} | other
    shelf = Shelf(EncoderSignature(**parts), cache=tmp_path)
    assert not shelf.holds(kept.names[0]) and len(shelf) == 0


def test_that_many_calls_leave_few_files_on_the_shelf(tmp_path):
    kept = [keep(tmp_path, str(number)) for number in range(15)]
    reader = Shelf(SIGNATURE, cache=tmp_path)
    assert reader.holds(kept[0].names[0])
    kept += [keep(tmp_path, str(number)) for number in range(15, 20)]
    assert len(list((tmp_path / "bench").glob("*.safetensors"))) == 5
    for shelf in (reader, Shelf(SIGNATURE, cache=tmp_path)):
        has, vectors = shelf.find([one.names[0] for one in kept])
        assert has.all() if shelf is not reader else has[:15].all()
        assert (vectors == kept[0].vectors).all()


def test_that_a_long_call_leaves_few_files_on_the_shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(embedding_writer, "FLUSH_SECONDS", -1.0)
    names = [hash_of_bytes(str(number).encode()) for number in range(100)]
    with Shelf(SIGNATURE, cache=tmp_path) as shelf:
        for number, name in enumerate(names):
            shelf.keep([name], np.full((1, 3), number, np.float16))
            assert len(list((tmp_path / "bench").glob("*.safetensors"))) < 17
    has, vectors = Shelf(SIGNATURE, cache=tmp_path).find(names)
    assert has.all() and vectors[:, 0].tolist() == list(range(100))


def test_that_a_second_program_reads_the_shelf_and_keeps_nothing(tmp_path):
    first = keep(tmp_path, "a")
    with Shelf(SIGNATURE, cache=tmp_path), Shelf(SIGNATURE, cache=tmp_path) as second:
        assert second.holds(first.names[0])
        second.keep([hash_of_bytes(b"b")], np.zeros((1, 3), np.float16))
    assert len(Shelf(SIGNATURE, cache=tmp_path)) == 1
