"""Heads asked tile by tile, and what becomes of their answers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.heads.checkpoint import combine_tiles
from core.media.tiles import WHOLE
from core.scoring.answers import UnscoredFile
from core.scoring.by_tile import judge_tiles
from core.scoring.seeing import Seeing, open_judge
from core.scoring.tile_answers import TileAnswers, combined
from core.values import Combine, Tiles
from tests.core.scoring.head_files import draw, write_head

unit = st.floats(0, 1, width=32)
five_of_two = st.lists(st.tuples(unit, unit), min_size=5, max_size=5)


@given(five_of_two, st.sampled_from(Combine))
def test_that_tiles_become_one_answer_as_they_do_in_whole_batches(values, combine):
    expected = combine_tiles(torch.tensor([values], dtype=torch.float64), combine)[0].tolist()
    assert combined(values, combine) == pytest.approx(expected, abs=1e-6)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def judge(folder, paths, *, tiles=None, heads=("one",)):
    known = {}
    judges = [
        open_judge(name, write_head(folder / "heads", name, seed=place), Seeing(tiles=tiles, device="cpu"), known)
        for place, name in enumerate(heads)
    ]
    cache = folder / "cache"
    said = judge_tiles(judges, [str(path) for path in paths], (None, cache), lambda event: None, lambda: False)
    return judges, [one for batch in said for one in batch]


def test_that_a_large_picture_is_answered_for_tile_by_tile(folder):
    picture = draw(folder / "a.png", (1000, 800))
    _, (said,) = judge(folder, [picture])
    assert isinstance(said, TileAnswers)
    assert len(said.places) == len(said.values) == 5
    assert len(set(said.values)) == 5, "tiles that differ are told apart"
    assert said.places[0][:2] == (0.0, 0.0)
    assert (said.head.name, said.head.labels, said.head.tiles) == ("one", ("Pass", "JPEG", "WEBP"), Tiles.FIVE_CROP)


def test_that_the_combined_tiles_are_what_the_head_says_of_the_file(folder):
    from core.scoring.judging import Memory, judge_files

    picture = draw(folder / "a.png", (1000, 800))
    judges, (said,) = judge(folder, [picture])
    judged = judge_files(judges, [str(picture)], Memory(), lambda event: None, lambda: False)
    assert combined(said.values, Combine.MEAN) == pytest.approx(judged.images[0].values[0], abs=1e-3)


def test_that_a_small_picture_has_one_answer_for_all_of_it(folder):
    _, (said,) = judge(folder, [draw(folder / "a.png", (300, 200))])
    assert said.places == (WHOLE,)
    assert len(said.values) == 1


def test_that_the_person_may_ask_for_the_whole_picture(folder):
    _, (said,) = judge(folder, [draw(folder / "a.png", (1000, 800))], tiles=Tiles.NONE)
    assert said.places == (WHOLE,)
    assert said.head.tiles is Tiles.NONE


def test_that_a_bad_file_is_said_with_its_reason_and_ends_nothing(folder):
    bad = folder / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n no picture")
    _, said = judge(folder, [bad, draw(folder / "a.png", (300, 200)), folder / "gone.png"], heads=("one", "two"))
    answers = [one for one in said if isinstance(one, TileAnswers)]
    failed = {one.path: one.reason for one in said if isinstance(one, UnscoredFile)}
    assert [one.head.name for one in answers] == ["one", "two"]
    assert failed.keys() == {str(bad), str(folder / "gone.png")}
    assert all(failed.values())


def test_that_a_vector_file_is_answered_for_and_one_of_another_encoder_is_refused(folder):
    judges, _ = judge(folder, [draw(folder / "a.png", (300, 200))])
    np.save(folder / "right.npy", np.zeros(judges[0].head.features, np.float32))
    np.save(folder / "wrong.npy", np.zeros(7, np.float32))
    _, (right, wrong) = judge(folder, [folder / "right.npy", folder / "wrong.npy"])
    assert isinstance(right, TileAnswers) and right.places == (WHOLE,)
    assert isinstance(wrong, UnscoredFile) and "7" in wrong.reason
