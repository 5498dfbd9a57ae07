"""The live head learns each answer and each answer taken back, and orders the pool."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.predictions import Predictions, read_predictions
from core.errors import EnvironmentProblem
from core.heads import kept_pool, live, second_view, streamed_pool
from core.heads.live import LiveSession
from core.jobs.spec import LiveChange, LiveOpen
from core.values import MEMBERS, Annotated, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId, Tiles
from tests.core.heads.material import blobs, hashes_of, one_hot

NONE = np.empty((0, 32), dtype=np.uint8)


@dataclass(slots=True, eq=False)
class Scene:
    """A project folder with embeddings of labelled blobs, and a live head on it."""

    folder: Path
    images: int = 120
    embedded: int = 120
    kind: HeadKind = HeadKind.CLASS
    tiles: int = 0
    vectors: NDArray[np.float32] = field(init=False)
    given: NDArray[np.int64] = field(init=False)
    hashes: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.vectors, self.given = blobs(self.images)
        self.hashes = hashes_of(self.images)
        self.folder.mkdir(exist_ok=True)
        if self.embedded:
            self.embed(0, self.embedded)

    @property
    def signature(self) -> EncoderSignature:
        tiles = Tiles.FIVE_CROP if self.tiles else Tiles.NONE
        return EncoderSignature("drawn", "drawn", "1", "{}", self.vectors.shape[1], tiles)

    def embed(self, start: int, stop: int) -> None:
        values = self.vectors[start:stop].astype(np.float16)
        if self.tiles:
            values = np.repeat(values[:, None], self.tiles, axis=1)
        with EmbeddingStore(self.folder / "embeddings" / self.signature.folder).writer(self.signature) as writer:
            writer.add(self.hashes[start:stop], values)

    def answers(self, rows: list[int], *, taken_back: bool = False) -> Annotated:
        targets = self.given[rows, None] / 3.0 if self.kind is HeadKind.SCORE else one_hot(self.given[rows])
        if taken_back:
            targets = np.full_like(targets, np.nan)
        count = len(rows)
        return Annotated(
            self.hashes[rows], targets.astype(np.float32), np.ones(count, dtype=np.float32), np.arange(count)
        )

    def open(
        self, rows: list[int], *, excluded: NDArray[np.uint8] = NONE, hidden: NDArray[np.uint8] = NONE
    ) -> LiveSession:
        labels = tuple(Label(LabelId(i), name) for i, name in enumerate(("red", "green", "blue")))
        head = Head(HeadId(1), "colour", self.kind, () if self.kind is HeadKind.SCORE else labels, "drawn")
        answers = self.answers(rows)
        output = str(self.folder / "live")
        order = LiveOpen("job", str(self.folder), head, self.signature, answers, excluded, hidden, output, "cpu")
        return LiveSession(order)

    def change(self, rows: list[int], *, taken_back: bool = False) -> LiveChange:
        return LiveChange("job", self.answers(rows, taken_back=taken_back), NONE, NONE)


def _out_of_memory(*args: object) -> None:
    raise torch.OutOfMemoryError("full")


def _said(session: LiveSession) -> Predictions:
    return read_predictions(Path(session.update().file))


def _same(one: Predictions, other: Predictions) -> bool:
    return np.allclose(one.probabilities, other.probabilities, atol=2e-3) and np.array_equal(one.order, other.order)


def test_that_a_live_head_learns_what_it_is_told(tmp_path):
    scene = Scene(tmp_path)
    said = _said(scene.open(list(range(30))))
    assert (said.probabilities[30:].argmax(1) == scene.given[30:]).mean() > 0.9
    assert said.members.shape == (120, MEMBERS, 3)


def test_that_the_answer_is_the_mean_of_the_members(tmp_path):
    said = _said(Scene(tmp_path).open(list(range(12))))
    assert np.allclose(said.probabilities, said.members.astype(np.float32).mean(1), atol=2e-3)


def test_that_adding_answers_ends_where_opening_with_them_does(tmp_path):
    scene = Scene(tmp_path)
    grown = scene.open(list(range(10)))
    grown.update()
    for start in (10, 20):
        grown.apply(scene.change(list(range(start, start + 10))))
        last = _said(grown)
    assert _same(last, _said(scene.open(list(range(30)))))


def test_that_taking_an_answer_back_ends_where_it_never_was(tmp_path):
    scene = Scene(tmp_path)
    session = scene.open(list(range(21)))
    session.update()
    session.apply(scene.change([20], taken_back=True))
    assert _same(_said(session), _said(scene.open(list(range(20)))))


def test_that_a_changed_answer_replaces_the_old_one(tmp_path):
    scene = Scene(tmp_path)
    session = scene.open([0, 1, 2, 3])
    scene.given[0] = 2
    session.apply(scene.change([0]))
    assert _said(session).probabilities[0].argmax() == 2


def test_that_without_an_answer_nothing_is_said_and_the_order_is_cold_start(tmp_path):
    scene = Scene(tmp_path)
    updated = scene.open([]).update()
    said = read_predictions(Path(updated.file))
    assert np.isnan(said.probabilities).all() and np.isnan(said.members).all()
    assert set(said.utility.tolist()) == {1.0}
    assert set(scene.given[said.order[:10]]) == {0, 1, 2}


def test_that_all_answers_taken_back_is_as_none(tmp_path):
    scene = Scene(tmp_path)
    session = scene.open([0, 1])
    session.update()
    session.apply(scene.change([0, 1], taken_back=True))
    assert session.update().annotations == 0


def test_that_neither_annotated_nor_excluded_images_are_ordered(tmp_path):
    scene = Scene(tmp_path)
    session = scene.open(list(range(20)), excluded=scene.hashes[40:60])
    order = _said(session).order
    assert len(order) == len(set(order.tolist())) == 32
    assert not set(order) & {*range(20), *range(40, 60)}


def test_that_nobody_is_asked_about_an_image_without_a_picture_though_it_teaches(tmp_path):
    scene = Scene(tmp_path)
    gone = list(range(10, 90))
    session = scene.open(list(range(20)), hidden=scene.hashes[gone])
    said = _said(session)
    assert not set(said.order.tolist()) & set(gone)
    assert _same(replace(said, order=said.order[:0]), replace(_said(scene.open(list(range(20)))), order=said.order[:0]))


def test_that_a_full_device_hands_over_to_the_cpu(tmp_path, monkeypatch):
    session = Scene(tmp_path).open(list(range(20)))
    session._device = "cuda:0"
    monkeypatch.setattr(session._pool, "read", _out_of_memory)
    assert len(_said(session).order) > 0
    assert session.device == "cpu"
    session = Scene(tmp_path / "looked").open(list(range(20)))
    session._device = "cuda:0"
    monkeypatch.setattr(session._pool, "read", _out_of_memory)
    assert (len(session.look()[0].order) > 0, session.device) == (True, "cpu")


def test_that_a_pool_that_a_device_has_no_room_for_is_opened_on_the_cpu(tmp_path, monkeypatch):
    kept = live.KeptPool
    monkeypatch.setattr(live, "resolve_device", lambda asked: "cuda:0")
    monkeypatch.setattr(live, "KeptPool", lambda *given: kept(*given) if given[1] == "cpu" else _out_of_memory())
    session = Scene(tmp_path).open(list(range(10)))
    assert (session.device, session.update().annotations) == ("cpu", 10)


def test_that_an_excluded_image_teaches_nothing_until_it_is_included_again(tmp_path):
    scene = Scene(tmp_path)
    session = scene.open(list(range(10)))
    none = scene.answers([])
    session.apply(LiveChange("job", none, scene.hashes[:4], NONE))
    assert session.update().annotations == 6
    session.apply(LiveChange("job", none, NONE, scene.hashes[:4]))
    assert session.update().annotations == 10


def test_that_images_embedded_later_join_the_pool(tmp_path):
    scene = Scene(tmp_path, embedded=60)
    session = scene.open(list(range(30)))
    assert len(_said(session)) == 60
    scene.embed(60, 120)
    said = _said(session)
    assert len(said) == 120
    assert (said.probabilities[60:].argmax(1) == scene.given[60:]).mean() > 0.9


def test_that_an_answer_waits_for_its_vector(tmp_path):
    scene = Scene(tmp_path, embedded=60)
    session = scene.open([0, 1, 2, 100])
    assert session.update().annotations == 3
    scene.embed(60, 120)
    assert session.update().annotations == 4


def test_that_a_session_opened_before_any_image_is_embedded_works_on(tmp_path):
    scene = Scene(tmp_path, embedded=0)
    session = scene.open([0, 1, 2])
    assert len(_said(session)) == 0
    scene.embed(0, 120)
    assert len(_said(session)) == 120


@pytest.mark.parametrize("rows", [[0], [0, 3, 6], [0, 1]])
def test_that_one_label_or_two_images_are_enough_to_go_on(tmp_path, rows):
    said = _said(Scene(tmp_path).open(rows))
    assert np.isfinite(said.probabilities).all()
    assert np.isfinite(said.utility).all()


def test_that_scores_have_a_live_head(tmp_path):
    scene = Scene(tmp_path, kind=HeadKind.SCORE)
    updated = scene.open(list(range(40))).update()
    said = read_predictions(Path(updated.file))
    assert np.abs(said.probabilities[40:, 0] - scene.given[40:] / 3.0).mean() < 0.1


def test_that_tags_have_a_live_head_that_learns_from_what_is_known(tmp_path):
    scene = Scene(tmp_path, kind=HeadKind.TAGS)
    session = scene.open(list(range(20)))
    session.update()
    more = scene.answers(list(range(20, 50)))
    more.targets[::2, 1] = np.nan
    session.apply(LiveChange("job", more, NONE, NONE))
    said = _said(session)
    assert ((said.probabilities[50:] > 0.5) == (one_hot(scene.given[50:]) > 0.5)).mean() > 0.9


def test_that_nothing_is_said_of_a_tag_before_its_first_answer(tmp_path):
    scene = Scene(tmp_path, kind=HeadKind.TAGS)
    assert np.isnan(_said(scene.open([])).probabilities).all()
    answers = scene.answers(list(range(20)))
    answers.targets[:, 1] = np.nan
    session = scene.open([])
    session.apply(LiveChange("job", answers, NONE, NONE))
    said = _said(session)
    for values in (said.probabilities, said.members):
        assert np.isnan(values[..., 1]).all()
        assert not np.isnan(values[..., [0, 2]]).any()
    assert np.isfinite(said.utility).all()


def test_that_tiles_are_read_as_their_mean(tmp_path):
    whole = _said(Scene(tmp_path / "whole").open(list(range(20))))
    tiled = _said(Scene(tmp_path / "tiled", tiles=5).open(list(range(20))))
    assert np.allclose(whole.probabilities, tiled.probabilities, atol=0.02)


def test_that_only_the_latest_three_files_stay(tmp_path):
    session = Scene(tmp_path).open([0, 1, 2])
    for _ in range(5):
        session.update()
    assert len(list((tmp_path / "live").glob("live-*.safetensors"))) == 3


def test_that_where_memory_ends_part_of_the_answers_carry_the_head(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_pool, "SUPPORT_LIMIT", 15)
    scene = Scene(tmp_path)
    session = scene.open(list(range(30)))
    session.update()
    session.apply(scene.change(list(range(30, 50))))
    said = _said(session)
    assert (said.probabilities[50:].argmax(1) == scene.given[50:]).mean() > 0.9


def test_that_columns_of_answers_taken_back_are_dropped_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_pool, "SUPPORT_LIMIT", 10)
    scene = Scene(tmp_path)
    session = scene.open(list(range(8)))
    session.update()
    for start in (8, 16, 24):
        session.apply(scene.change(list(range(start - 8, start)), taken_back=True))
        session.apply(scene.change(list(range(start, start + 8))))
        said = _said(session)
        assert len(session._pool._columns) <= 10
    assert _same(said, _said(scene.open(list(range(24, 32)))))


@pytest.mark.parametrize("limit", [1500, 24])
def test_that_what_was_foreseen_changes_no_answer(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(kept_pool, "SUPPORT_LIMIT", limit)
    monkeypatch.setattr(second_view, "ANSWER_LIMIT", 0)
    scene = Scene(tmp_path)
    foreseeing, plain = scene.open(list(range(20))), scene.open(list(range(20)))
    for _ in range(3):
        said, wanted = _said(foreseeing), _said(plain)
        assert _same(said, wanted)
        foreseeing.foresee()
        assert limit == 24 or set(said.order.tolist()) <= set(foreseeing._pool._column_of)
        change = scene.change([int(row) for row in said.order[:3]] + [21])
        foreseeing.apply(change)
        plain.apply(change)
    assert len(foreseeing._pool._columns) <= min(limit, 20 + 3 * 4 + 32)


def test_that_a_pool_too_large_to_keep_is_judged_in_two_stages(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "STREAM_ABOVE", 100)
    monkeypatch.setattr(streamed_pool, "JUDGED_ANEW", 40)
    scene = Scene(tmp_path)
    said = _said(scene.open(list(range(30))))
    assert (said.probabilities[30:].argmax(1) == scene.given[30:]).mean() > 0.9
    assert len(said.order) > 0
    assert not set(said.order) & set(range(30))


@pytest.mark.parametrize(("kind", "tiles"), [*((kind, 0) for kind in HeadKind), (HeadKind.CLASS, 3)])
def test_that_a_pool_too_large_to_keep_says_the_same_once_its_components_are_kept(tmp_path, monkeypatch, kind, tiles):
    monkeypatch.setattr(live, "STREAM_ABOVE", 100)
    monkeypatch.setattr(streamed_pool, "JUDGED_ANEW", 10)
    monkeypatch.setattr(streamed_pool, "_BLOCK", 7)
    scene = Scene(tmp_path, embedded=110, kind=kind, tiles=tiles)
    session = scene.open(list(range(12)))
    first = _said(session)
    calls = iter([False, True])
    assert not session.foresee(lambda: next(calls))
    assert session._pool._known == min(7 * session._workers.count, 110)  # then an answer came
    assert _same(_said(session), first)
    assert session._pool._known == 110
    scene.embed(110, 120)
    grown = _said(session)
    assert len(grown) == 120
    assert np.array_equal(grown.hashes[:110], first.hashes)
    assert _same(grown, _said(session))


def test_that_components_are_found_while_nobody_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "STREAM_ABOVE", 100)
    monkeypatch.setattr(streamed_pool, "_BLOCK", 7)
    session = Scene(tmp_path).open(list(range(12)))
    first = _said(session)
    assert session._pool._known == 0
    session.foresee()
    assert session._pool._known == 120
    assert _same(_said(session), first)


def test_that_a_growing_pool_changes_to_two_stages_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "STREAM_ABOVE", 100)
    scene = Scene(tmp_path, embedded=60)
    session = scene.open([])
    session.update()
    scene.embed(60, 120)
    session.apply(scene.change(list(range(12))))
    assert len(_said(session)) == 120


def test_that_a_project_that_was_moved_away_is_told_as_that(tmp_path):
    scene = Scene(tmp_path / "project")
    session = scene.open([0, 1, 2])
    session.update()
    scene.folder.rename(tmp_path / "elsewhere")
    session.apply(scene.change([3]))
    with pytest.raises(EnvironmentProblem, match="is not there any more"):
        session.update()


def test_that_vectors_that_were_taken_away_leave_the_pool(tmp_path):
    scene = Scene(tmp_path, embedded=60)
    scene.embed(60, 120)
    session = scene.open(list(range(12)))
    session.update()
    max(next((tmp_path / "embeddings").iterdir()).glob("*.safetensors")).unlink()
    session.apply(scene.change([12]))
    assert len(_said(session).hashes) == 60
