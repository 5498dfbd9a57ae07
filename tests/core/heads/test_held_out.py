"""Votes of members that did not see the image: the closed form is that of a committee fitted without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.arrays.held_out import HeldOut, read_held_out, write_held_out
from core.errors import EnvironmentProblem
from core.heads.held_out import left_out_votes
from core.heads.kernel import AnsweredRows
from core.heads.live_fit import LiveFit, refit
from core.heads.members import in_turn
from core.heads.similarity import unit_rows
from core.values import MEMBERS, Annotated, HeadKind
from tests.core.heads.conftest import train
from tests.core.heads.material import blobs, hashes_of, lay_ground, one_hot


def fitted(targets: np.ndarray, groups: np.ndarray, kind: HeadKind, support: np.ndarray | None = None) -> LiveFit:
    n = len(targets)
    rows = unit_rows(blobs(n, noise=3.0)[0])
    annotated = Annotated(hashes_of(n), targets.astype(np.float32), np.ones(n, np.float32), groups)
    chosen = np.arange(n) if support is None else support
    return refit(rows, annotated, np.arange(n, dtype=np.uint64), kind, chosen, before=None, seed=3)


def answers_for(kind: HeadKind, n: int) -> np.ndarray:
    given = blobs(n)[1]
    match kind:
        case HeadKind.CLASS:
            return one_hot(given)
        case HeadKind.TAGS:
            tags = one_hot(given)
            tags[::4, 1] = np.nan
            return tags
        case HeadKind.SCORE:
            return (given[:, None] + 1) / 4


@pytest.mark.parametrize("kind", HeadKind)
@pytest.mark.parametrize("carried_by", [40, 25])
def test_that_an_images_own_answer_has_no_say_in_its_votes(kind: HeadKind, carried_by: int):
    n, groups = 40, np.repeat(np.arange(20), 2)
    support = np.arange(carried_by)
    targets = answers_for(kind, n)
    whole = fitted(targets, groups, kind, support)
    turned = targets.copy()
    turned[4:6] = 1.0 - turned[4:6]  # both images of one group
    other = fitted(turned, groups, kind, support)
    # The same mean, sharpness and shape: of what was learned, only the two answers differ.
    answers = AnsweredRows(
        whole.answers.rows,
        turned.astype(np.float64) - whole.answers.mean,
        whole.answers.mean,
        whole.answers.weights,
        groups,
    )
    same = LiveFit(
        answers,
        whole.support,
        whole.draws,
        whole.shape,
        whole.shape_chosen_at,
        whole.sharpness,
        other.left_out,
        whole.committee,
        whole.system,
    )
    before = left_out_votes(whole, kind, seed=3, each=in_turn)
    after = left_out_votes(same, kind, seed=3, each=in_turn)
    known = ~np.isnan(targets[4:6])
    np.testing.assert_allclose(before[:, 4:6][:, known], after[:, 4:6][:, known], atol=1e-4)
    assert np.abs(before - after).max() > 0.01, "the others do hear of the two answers"


def test_that_held_out_votes_tell_labels_apart():
    n = 90
    votes = left_out_votes(
        fitted(answers_for(HeadKind.CLASS, n), np.arange(n), HeadKind.CLASS), HeadKind.CLASS, seed=3, each=in_turn
    )
    assert votes.shape == (MEMBERS, n, 3)
    assert (votes.mean(axis=0).argmax(axis=1) == blobs(n)[1]).mean() > 0.8
    torch.testing.assert_close(torch.from_numpy(votes.sum(axis=2)), torch.ones(MEMBERS, n))


def test_that_a_version_keeps_what_was_said_of_its_images_out_of_fold(tmp_path: Path):
    vectors, given = blobs(120, noise=0.5)
    ground = lay_ground(tmp_path, vectors)
    wrong = given[:60].copy()
    wrong[[5, 17]] = (wrong[[5, 17]] + 1) % 3
    result = train(ground.spec(one_hot(wrong)))
    said = read_held_out(Path(result.folder) / "out_of_fold.safetensors")
    assert (said.probabilities.dtype, said.members.shape) == (np.float16, (60, MEMBERS, 3))
    assert said.hashes.tolist() == ground.hashes[:60].tolist()
    np.testing.assert_array_equal(said.targets, one_hot(wrong))
    assert set(np.flatnonzero(said.probabilities.argmax(axis=1) != wrong)) == {5, 17}
    assert (said.members[[5, 17]].argmax(axis=2) == given[[5, 17], None]).all()


def test_that_arrays_that_do_not_belong_together_are_refused(tmp_path: Path):
    rows = HeldOut(
        hashes_of(3), np.zeros((3, 2), np.float16), np.zeros((2, 8, 2), np.float16), np.zeros((3, 2), np.float32)
    )
    with pytest.raises(EnvironmentProblem, match="do not belong together"):
        write_held_out(tmp_path / "said.safetensors", rows)
    (tmp_path / "torn.safetensors").write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00{}")
    with pytest.raises(EnvironmentProblem, match="broken"):
        read_held_out(tmp_path / "torn.safetensors")
