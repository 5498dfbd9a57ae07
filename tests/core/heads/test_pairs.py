"""Heads that learn which of two images is better, with and without brackets."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from core.arrays.held_out import read_held_out
from core.arrays.predictions import read_predictions
from core.errors import UserError
from core.heads.evidence import KernelShape
from core.heads.kernel import AnsweredRows, solve_left_out, system_of
from core.heads.lesson import Lesson
from core.heads.live import LiveSession
from core.heads.out_of_fold import FoldPlan
from core.heads.pair_figures import plan_pairs
from core.heads.pair_lesson import taught_with_pairs
from core.heads.pair_rows import PairRows, with_pairs
from core.heads.pairs import believe, learn_pairs
from core.heads.similarity import unit_rows
from core.heads.teaching import own_lessons, teach
from core.heads.version import train_version
from core.heads.version_files import digest
from core.jobs.spec import LiveChange, LiveOpen
from core.pairs import PairSet, no_pairs
from core.recipes.recipe import Recipe, parse_recipe
from core.values import Annotated, HeadKind
from tests.core.heads.conftest import train
from tests.core.heads.material import Ground, Recorder, hashes_of, lay_ground, never

N, DIM = 90, 12
SHAPE = KernelShape(1.0, 0.1)
SEED_LOOP = parse_recipe({"method": "seed-loop"})


def taste(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (N, DIM) and a smooth score (N,) 0 to 1."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(N, DIM)).astype(np.float32)
    score = 1.0 / (1.0 + np.exp(-vectors[:, 0] - 0.5 * vectors[:, 1]))
    return vectors, score


def compared(score: np.ndarray, count: int, seed: int = 0) -> PairRows:
    rng = np.random.default_rng(seed)
    left = rng.integers(0, len(score), count)
    right = (left + rng.integers(1, len(score), count)) % len(score)
    return PairRows(left, right, (score[left] > score[right]).astype(np.float64), np.ones(count))


def by_chance(count: int) -> np.ndarray:
    """(count,) winners that no head can know."""
    return np.random.default_rng(1).random(count).round().astype(np.float32)


def answers(vectors: np.ndarray, brackets: np.ndarray) -> AnsweredRows:
    return AnsweredRows.of(unit_rows(vectors), brackets[:, None], np.ones(len(vectors)), HeadKind.SCORE, None)


def said(learned: AnsweredRows) -> np.ndarray:
    system = system_of(learned, np.arange(len(learned.rows)), SHAPE)
    coefficients, _ = solve_left_out(learned, system)
    return (system.values(coefficients).numpy() + learned.mean)[:, 0]


def ground(folder: Path) -> Ground:
    return lay_ground(folder, taste()[0])


def pair_set(pairs: PairRows, hashes: np.ndarray) -> PairSet:
    return PairSet(hashes[pairs.left], hashes[pairs.right], pairs.share.astype(np.float32), pairs.left, pairs.right)


def test_that_pairs_alone_put_images_in_order_around_the_middle_of_the_scale():
    vectors, score = taste()
    found = said(learn_pairs(answers(vectors, np.full(N, np.nan)), compared(score, 150), SHAPE))
    assert spearmanr(found, score)[0] > 0.85
    assert abs(found.mean() - 0.5) < 0.1


def test_that_what_is_handed_on_says_what_was_found():
    """Ridge regression on the targets and weights is at rest under the forces of brackets and pairs."""
    vectors, score = taste()
    brackets = np.where(np.arange(N) < 20, score, np.nan)
    given, pairs = answers(vectors, brackets), compared(score, 60)
    residuals = said(learn_pairs(given, pairs, SHAPE)) - given.mean[0]
    belief = believe(given, SHAPE)
    chance = 1.0 / (1.0 + np.exp(-belief.steepness * (residuals[pairs.left] - residuals[pairs.right])))
    force = belief.deviation**2 * belief.steepness * (pairs.share - chance)
    pull = np.zeros(N)
    np.add.at(pull, pairs.left, force)
    np.add.at(pull, pairs.right, -force)
    pull[:20] += (given.residuals[:20, 0] - residuals[:20]) / SHAPE.ridge
    kernel = SHAPE.kernel(given.rows @ given.rows.T).double().numpy()
    assert np.abs(kernel @ pull - residuals).max() < 1e-3


def test_that_brackets_anchor_the_scale_that_pairs_only_order():
    vectors, score = taste()
    brackets = np.where(np.arange(N) < 30, 0.6 + 0.2 * score, np.nan)  # this person uses a fifth of the scale
    found = said(learn_pairs(answers(vectors, brackets), compared(score, 80), SHAPE))
    assert 0.5 < found.min() < found.max() < 0.9
    assert abs(found.mean() - (0.6 + 0.2 * score).mean()) < 0.03


def test_that_a_tie_draws_two_images_together():
    vectors, _ = taste()
    brackets = np.full(N, np.nan)
    brackets[:2] = 0.2, 0.8
    tie = PairRows(np.array([0]), np.array([1]), np.array([0.5]), np.array([50.0]))
    apart, together = said(answers(vectors, brackets)), said(learn_pairs(answers(vectors, brackets), tie, SHAPE))
    assert together[1] - together[0] < 0.8 * (apart[1] - apart[0])


def test_that_without_pairs_nothing_changes():
    vectors, score = taste()
    given = answers(vectors, score)
    nothing = PairRows(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    assert learn_pairs(given, nothing, SHAPE) is given


def test_that_images_only_pairs_speak_of_follow_the_answered_ones():
    hashes = hashes_of(6)
    annotated = Annotated(hashes[:2], np.ones((2, 1), np.float32), np.ones(2, np.float32), np.array([0, 1]))
    pairs = PairSet(hashes[[1, 4]], hashes[[5, 5]], np.array([1, 0], np.float32), np.array([1, 4]), np.array([5, 5]))
    together, rows = with_pairs(annotated, pairs)
    assert together.hashes.tolist() == hashes[[0, 1, 4, 5]].tolist()
    assert (rows.left.tolist(), rows.right.tolist()) == ([1, 2], [3, 3])
    assert np.isnan(together.targets[2:]).all()
    assert together.groups.tolist() == [0, 1, 4, 5]


def test_that_the_judge_of_a_fold_learns_no_pair_of_an_image_it_judges():
    groups = np.array([0, 1, 2, 0, 3])  # three answered, two known from pairs; the fourth is a copy of the first
    plan = FoldPlan((np.array([0]),), (np.array([1, 2]),))
    (taught,) = taught_with_pairs(plan, groups, 3).taught
    assert taught.tolist() == [1, 2, 4]
    pairs = PairRows(np.array([0, 1, 3, 1]), np.array([1, 2, 4, 4]), np.ones(4), np.ones(4))
    kept = pairs.within(taught, 5)
    assert (taught[kept.left].tolist(), taught[kept.right].tolist()) == ([1, 1], [2, 4])


def test_that_a_version_learns_from_pairs_beside_brackets(tmp_path):
    place, (_, score) = ground(tmp_path), taste()
    spec = place.spec(np.round(score[:12, None] * 20) / 20, HeadKind.SCORE, labels=())
    alone = train(spec)
    with_them = replace(spec, pairs=pair_set(compared(score, 150), place.hashes), output=f"{spec.output}2")
    both = train(with_them)
    orders = [
        spearmanr(read_predictions(Path(result.folder) / "predictions.safetensors").probabilities[12:, 0], score[12:])[
            0
        ]
        for result in (alone, both)
    ]
    assert orders[1] > orders[0] + 0.05
    held = read_held_out(Path(both.folder) / "out_of_fold.safetensors")
    assert len(held) == 12
    assert not np.isnan(held.members.astype(np.float32)).any()


def test_that_a_version_of_pairs_alone_orders_the_pool_and_says_so(tmp_path):
    place, (_, score) = ground(tmp_path), taste()
    nobody = place.spec(np.empty((0, 1)), HeadKind.SCORE, labels=())
    result = train(replace(nobody, pairs=pair_set(compared(score, 150), place.hashes)))
    predictions = read_predictions(Path(result.folder) / "predictions.safetensors")
    assert spearmanr(predictions.probabilities[:, 0], score)[0] > 0.8
    assert spearmanr(predictions.members.astype(np.float32).mean(1)[:, 0], score)[0] > 0.8
    assert any("pairs alone" in note for note in result.notes)


def test_that_a_version_of_pairs_alone_is_judged_by_pairs_that_it_was_not_taught(tmp_path):
    place, (_, score) = ground(tmp_path), taste()
    nobody = place.spec(np.empty((0, 1)), HeadKind.SCORE, labels=())
    pairs = compared(score, 150)
    found = train(replace(nobody, pairs=pair_set(pairs, place.hashes))).metrics
    noise = replace(pair_set(pairs, place.hashes), share=by_chance(150))
    nothing = train(replace(nobody, pairs=noise, output=f"{nobody.output}2")).metrics
    assert (found.n, found.by, found.mae) == (150, "out-of-fold", None)
    assert found.pair_accuracy_low > 0.6
    assert nothing.pair_accuracy_low < 0.5 < nothing.pair_accuracy_high


def test_that_the_seeds_loop_is_not_told_of_the_pairs_that_judge_it():
    vectors, score = taste()
    pairs, nothing = compared(score, 60), torch.full((N, 1), torch.nan)
    plan = plan_pairs(pairs, np.arange(N), 0, folds=3, seed=0)
    lesson = Lesson(HeadKind.SCORE, torch.from_numpy(vectors)[:, None], nothing, torch.ones(N), torch.ones(1))

    def told(said: PairRows) -> list[tuple[torch.Tensor, torch.Tensor]]:
        own = (np.arange(N), *plan.taught)
        learned = teach(lesson, own, np.arange(N), said, lesson.rows[:0], SEED_LOOP, seed=0, watch=lambda: None)
        return [(one.targets, one.weights) for one in own_lessons(lesson, learned)]

    other = pairs.share.copy()
    other[plan.judged[0]] = 1.0 - other[plan.judged[0]]
    before, after = told(pairs), told(replace(pairs, share=other))
    rows = torch.from_numpy(plan.taught[0])
    assert all(torch.equal(one[rows], two[rows]) for one, two in zip(before[1], after[1], strict=True))
    assert not any(
        torch.allclose(one[rows], two[rows], atol=1e-3) for one, two in zip(before[0], after[0], strict=True)
    )


def test_that_images_of_pairs_weigh_in_a_fold_what_its_own_pairs_say():
    vectors, score = taste()
    pairs, nothing = compared(score, 60), torch.full((N, 1), torch.nan)
    plan = plan_pairs(pairs, np.arange(N), 0, folds=3, seed=0)
    lesson = Lesson(HeadKind.SCORE, torch.from_numpy(vectors)[:, None], nothing, torch.ones(N), torch.ones(1))
    asked = lesson, (np.arange(N), *plan.taught), np.arange(N)

    def weights(said: PairRows) -> tuple[torch.Tensor, ...]:
        return teach(*asked, said, lesson.rows[:9], Recipe(), seed=0, watch=lambda: None).weights

    other = pairs.share.copy()
    other[plan.judged[0]] = 1.0 - other[plan.judged[0]]
    before, after = weights(pairs), weights(replace(pairs, share=other))
    assert torch.equal(before[1], after[1]) and not torch.equal(before[0], after[0])
    assert len(before[1]) == N + 9


def test_that_who_orders_a_pair_was_taught_nothing_of_its_images_or_their_kin():
    _, score = taste()
    pairs, groups = compared(score, 60), np.arange(N) // 2
    plan = plan_pairs(pairs, groups, 10, folds=5, seed=0)
    assert sorted(np.concatenate(plan.judged)) == list(range(60))
    for held, rows in zip(plan.judged, plan.taught, strict=True):
        asked = np.concatenate([pairs.left[held], pairs.right[held]])
        assert not np.isin(groups[rows], groups[asked]).any()
        known = pairs.within(rows, N)
        assert set(rows) <= {*rows[known.left], *rows[known.right], *range(10)}


def test_that_ties_and_a_fold_without_others_judge_nothing():
    tie = PairRows(np.array([0, 2, 4]), np.array([1, 3, 5]), np.array([0.5, 1.0, 0.0]), np.ones(3))
    plan = plan_pairs(tie, np.arange(6), 0, folds=5, seed=0)
    assert sorted(held.tolist() for held in plan.judged) == [[1], [2]]
    same = PairRows(np.array([0, 2]), np.array([1, 1]), np.ones(2), np.ones(2))
    assert plan_pairs(same, np.arange(3), 0, folds=5, seed=0).judged == ()


def test_that_nothing_but_ties_is_refused(tmp_path):
    place = ground(tmp_path)
    tie = replace(no_pairs(), left=place.hashes[:1], right=place.hashes[1:2], share=np.array([0.5], np.float32))
    with pytest.raises(UserError, match="no two that differ"):
        train_version(replace(place.spec(np.empty((0, 1)), HeadKind.SCORE, labels=()), pairs=tie), Recorder(), never)


def test_that_the_live_head_follows_pairs_as_they_are_judged_and_taken_back(tmp_path):
    place, (_, score) = ground(tmp_path), taste()
    said = pair_set(compared(score, 120), place.hashes)
    nobody = Annotated(place.hashes[:0], np.empty((0, 1), np.float32), np.empty(0, np.float32), np.empty(0, np.int64))
    head = place.spec(np.empty((0, 1)), HeadKind.SCORE, labels=()).head
    none = np.empty((0, 32), np.uint8)
    order = LiveOpen("job", str(tmp_path), head, place.signature, nobody, none, none, str(tmp_path / "live"), "cpu")
    session = LiveSession(order)
    assert np.isnan(read_predictions(Path(session.update().file)).probabilities).all()
    session.apply(LiveChange("job", nobody, none, none, said))
    known = read_predictions(Path(session.update().file))
    assert spearmanr(known.probabilities[:, 0], score)[0] > 0.8
    assert len(known.order), "images that were only compared are still asked"
    session.apply(LiveChange("job", nobody, none, none))
    assert not np.isnan(read_predictions(Path(session.update().file)).probabilities).any(), "unsaid, they stay"
    session.apply(LiveChange("job", nobody, none, none, no_pairs()))
    assert np.isnan(read_predictions(Path(session.update().file)).probabilities).all()


def test_that_newton_finds_its_way_from_pairs_that_were_told_a_hundred_times():
    vectors, score = taste()
    many = compared(score, 20).weighed(np.full(20, 100.0))
    found = said(learn_pairs(answers(vectors, np.full(N, np.nan)), many, SHAPE))
    assert np.isfinite(found).all()
    assert ((found[many.left] > found[many.right]) == (many.share > 0.5)).all()


def test_that_the_digest_of_what_was_learned_tells_pairs_apart_but_not_their_order_or_side():
    hashes = hashes_of(4)
    none = Annotated(hashes[:0], np.empty((0, 1), np.float32), np.empty(0, np.float32), np.empty(0, np.int64))
    groups = np.arange(2)
    said = PairSet(hashes[:2], hashes[2:], np.float32([1.0, 0.5]), groups, groups)
    turned = PairSet(hashes[2:][::-1], hashes[:2][::-1], np.float32([0.5, 0.0]), groups, groups)
    other = replace(said, share=np.float32([0.0, 0.5]))
    assert digest(none, no_pairs()) == sha256().hexdigest()
    assert digest(none, said) == digest(none, turned)
    assert len({digest(none, pairs) for pairs in (said, other, no_pairs())}) == 3
