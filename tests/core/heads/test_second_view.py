"""A live head of few answers sees the pool by its surroundings too, once there was time to find them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.predictions import Predictions, read_predictions
from core.heads import live, second_view
from core.heads.live import LiveSession
from core.heads.second_view import SecondView, pays
from core.jobs.spec import LiveChange, LiveOpen
from core.values import MEMBERS, Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId, Tiles
from core.workers import Workers
from tests.core.heads.material import DIM, blobs, hashes_of, targets_of

IMAGES = 600
NONE = np.empty((0, 32), dtype=np.uint8)
SIGNATURE = EncoderSignature("drawn", "drawn", "1", "{}", DIM)
LABELS = tuple(Label(LabelId(i), name) for i, name in enumerate(("red", "green", "blue")))


class Overlapping:
    """A project folder with embeddings of clumps that overlap, and live heads on it."""

    def __init__(self, folder: Path, kind: HeadKind = HeadKind.CLASS, *, embedded: int = IMAGES, seed: int = 1) -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self.vectors, self.given = blobs(IMAGES, noise=3.0, seed=seed)
        self.hashes = hashes_of(IMAGES)
        self.kind = kind
        outputs = {HeadKind.CLASS: LABELS, HeadKind.TAGS: LABELS[:2], HeadKind.SCORE: ()}[kind]
        self.head = Head(HeadId(1), "colour", kind, outputs, "drawn")
        self.embed(0, embedded)

    def embed(self, start: int, stop: int) -> None:
        with EmbeddingStore(self.folder / "embeddings" / SIGNATURE.folder).writer(SIGNATURE) as writer:
            writer.add(self.hashes[start:stop], self.vectors[start:stop].astype(np.float16))

    def answers(self, rows: list[int]) -> Annotated:
        count, targets = len(rows), targets_of(self.kind, self.given[rows])
        return Annotated(self.hashes[rows], targets, np.ones(count, dtype=np.float32), np.array(rows))

    def open(self, rows: list[int]) -> LiveSession:
        output = str(self.folder / "live")
        return LiveSession(
            LiveOpen("job", str(self.folder), self.head, SIGNATURE, self.answers(rows), NONE, NONE, output, "cpu")
        )

    def change(self, rows: list[int]) -> LiveChange:
        return LiveChange("job", self.answers(rows), NONE, NONE)

    def right(self, said: Predictions) -> float:
        return float((said.probabilities.argmax(axis=1) == self.given).mean())


def said_now(session: LiveSession) -> Predictions:
    return read_predictions(Path(session.update().file))


def same(one: Predictions, other: Predictions) -> bool:
    """But for half precision and sums in another order."""
    return np.allclose(one.probabilities, other.probabilities, atol=1e-2, equal_nan=True)


def full(*args: object, **named: object) -> None:
    """In the place of what takes memory of a device."""
    raise torch.OutOfMemoryError("full")


def test_that_few_answers_tell_more_once_the_surroundings_are_found(tmp_path: Path) -> None:
    right = []
    for seed in range(3):
        scene = Overlapping(tmp_path / str(seed), seed=seed)
        session = scene.open(list(range(6)))
        before = said_now(session)
        session.foresee()
        after = said_now(session)
        right.append((scene.right(before), scene.right(after)))
        assert after.members.shape == (IMAGES, MEMBERS, 3)
        np.testing.assert_allclose(after.probabilities, after.members.astype(np.float32).mean(axis=1), atol=4e-3)
    one, two = np.mean(right, axis=0)
    assert two > one + 0.04


@pytest.mark.parametrize("kind", [HeadKind.CLASS, HeadKind.TAGS])
def test_that_a_single_look_says_what_the_window_says_after_a_while(tmp_path: Path, kind: HeadKind) -> None:
    scene = Overlapping(tmp_path, kind)
    session = scene.open(list(range(9)))
    plain = said_now(session)
    session.foresee()
    for start in (9, 12):
        session.apply(scene.change(list(range(start, start + 3))))
        last = said_now(session)
    looked, _ = scene.open(list(range(15))).look()
    assert same(last, looked)
    assert not same(last, plain)


def test_that_a_single_look_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_view, "_PIECE", 100)
    told: list[tuple[int, int]] = []
    Overlapping(tmp_path).open(list(range(9))).look(lambda done, total: told.append((done, total)))
    assert told[0] == (0, IMAGES)
    assert (100, IMAGES) in told
    assert told[-1] == (IMAGES, IMAGES)
    assert told == sorted(told)


def test_that_images_embedded_later_have_surroundings(tmp_path: Path) -> None:
    scene = Overlapping(tmp_path, embedded=200)
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    scene.embed(200, IMAGES)
    assert np.isfinite(said_now(session).probabilities).all()
    session.foresee()
    assert same(said_now(session), scene.open(list(range(12))).look()[0])


def test_that_too_few_images_surround_nothing(tmp_path: Path) -> None:
    scene = Overlapping(tmp_path, embedded=10)
    session = scene.open([0, 1, 2])
    plain = said_now(session)
    session.foresee()
    assert same(said_now(session), plain)


def test_that_many_answers_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, rows = Overlapping(tmp_path), list(range(12))

    def looked_at(limit: int) -> NDArray[np.float16]:
        monkeypatch.setattr(second_view, "ANSWER_LIMIT", limit)
        return scene.open(rows).look()[0].probabilities

    plain = said_now(scene.open(rows)).probabilities
    np.testing.assert_array_equal(looked_at(11), plain)
    assert not np.array_equal(looked_at(12), plain)


def test_that_it_ends_with_the_answer_that_is_one_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_view, "ANSWER_LIMIT", 12)
    scene = Overlapping(tmp_path)
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    session.apply(scene.change(list(range(12, 40))))
    assert same(said_now(session), said_now(scene.open(list(range(40)))))


def test_that_a_pool_that_outgrows_it_is_seen_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_view, "POOL_LIMIT", 300)
    monkeypatch.setattr(live, "STREAM_ABOVE", 400)
    scene = Overlapping(tmp_path, embedded=200)
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    scene.embed(200, IMAGES)
    said_now(session)
    assert session._second._heard is None
    assert same(said_now(session), said_now(scene.open(list(range(12)))))


def test_that_it_knows_no_more_images_than_the_pool(tmp_path: Path) -> None:
    scene, workers = Overlapping(tmp_path), Workers()
    store = EmbeddingStore(scene.folder / "embeddings" / SIGNATURE.folder)
    try:
        view = SecondView(store, HeadKind.CLASS, Tiles.NONE, "cpu", 0, workers)
        assert view.make(250, 12, lambda: False)
        assert view._heard is not None and len(view._heard.pool) == 250
        assert view.make(300, 12, lambda: False)
        assert len(view._heard.pool) == 300 and view._heard.pool.vectors(np.arange(300)).shape == (300, DIM)
    finally:
        workers.close()


def test_that_an_answer_waits_for_one_piece_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_view, "_PIECE", 100)
    scene = Overlapping(tmp_path)
    session = scene.open(list(range(12)))
    plain = said_now(session)
    for pieces in range(1, IMAGES // 100):
        waiting = iter([False])
        assert not session.foresee(lambda waiting=waiting: next(waiting, True))
        assert session._second._making is not None and len(session._second._making.pool) == 100 * pieces
        assert same(said_now(session), plain)
    assert session.foresee()
    assert same(said_now(session), scene.open(list(range(12))).look()[0])
    assert not session.foresee()


def test_that_many_new_images_are_not_looked_at_while_an_answer_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_view, "_PIECE", 100)
    scene = Overlapping(tmp_path, embedded=480)
    session = scene.open(list(range(12)))
    said_now(session)
    assert session.foresee()
    scene.embed(480, 580)
    said_now(session)
    assert len(session._second._heard.pool) == 580
    session.foresee()
    scene.embed(580, IMAGES)
    monkeypatch.setattr(second_view, "_PIECE", 19)
    assert same(said_now(session), said_now(scene.open(list(range(12)))))
    assert session.foresee()
    assert same(said_now(session), scene.open(list(range(12))).look()[0])
    assert not session.foresee()


def test_that_what_is_made_ready_knows_as_many_images_as_were_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_view, "_PIECE", 100)
    scene = Overlapping(tmp_path, embedded=200)
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    said_now(session)
    scene.embed(200, IMAGES)
    assert max(said_now(session).order) >= 200
    columns = session._second._heard.pool
    assert not session.foresee(lambda: True)
    assert len(columns) == 200 and len(columns._column_of) == len(columns._columns)
    assert session.foresee()


def test_that_a_view_that_cannot_be_made_anew_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Overlapping(tmp_path, embedded=400)
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    heard = session._second._heard
    scene.embed(400, IMAGES)
    said_now(session)
    monkeypatch.setattr(second_view, "KeptPool", full)
    session.foresee()
    assert session._second._heard is heard is not None
    assert same(said_now(session), said_now(session))
    monkeypatch.setattr(heard.pool, "read", full)
    said_now(session)
    assert session._second._heard is None and not session.foresee()


def test_that_a_device_without_room_keeps_the_first_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Overlapping(tmp_path)
    plain = said_now(scene.open(list(range(12))))
    session = scene.open(list(range(12)))
    monkeypatch.setattr(second_view, "KeptPool", full)
    session.foresee()
    said_now(session)
    session.foresee()
    assert same(said_now(session), plain) and not session._second._has_room

    monkeypatch.undo()
    session = scene.open(list(range(12)))
    said_now(session)
    session.foresee()
    assert session._second._heard is not None
    monkeypatch.setattr(session._second._heard.pool, "read", full)
    assert same(said_now(session), plain) and session._second._heard is None


def test_that_it_pays_for_labels_of_whole_images_in_pools_of_some_size() -> None:
    assert pays(HeadKind.CLASS, Tiles.NONE, 100_000, 200) and pays(HeadKind.TAGS, Tiles.NONE, 1, 1)
    assert not pays(HeadKind.SCORE, Tiles.NONE, 100, 10)
    assert not pays(HeadKind.CLASS, Tiles.FIVE_CROP, 100, 10)
    assert not pays(HeadKind.CLASS, Tiles.NONE, 100_001, 10)
    assert not pays(HeadKind.CLASS, Tiles.NONE, 100, 201) and not pays(HeadKind.CLASS, Tiles.NONE, 100, 0)
