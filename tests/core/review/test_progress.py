"""When to stop: what the last answers changed and the next are worth, on simulated curves whose truth is known."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from core.review.audit_words import left_text
from core.review.intervals import Figure
from core.review.progress import (
    BRACKET_MISSES,
    SHARES,
    Outlook,
    Verdict,
    last_stretch,
    outlook,
    paired,
    stretch_missing,
)
from core.review.progress_words import ahead_text, sentences, short
from core.review.starving import Portion, portions
from core.values import HeadKind

_ALIKE = 0.85
"""Correlation of what two versions find hard."""


def wrong(rng: np.random.Generator, errors: list[float] | np.ndarray, images: int) -> np.ndarray:
    """(versions, images) 1 where a version is wrong, each as often as told; what is hard stays hard."""
    limits = np.array([NormalDist().inv_cdf(float(one)) for one in errors])
    own = rng.normal(size=(len(limits), images))
    hidden = np.sqrt(_ALIKE) * rng.normal(size=images) + np.sqrt(1 - _ALIKE) * own
    return (hidden < limits[:, None]).astype(np.float64)


def stretch(losses: np.ndarray, counts: list[int], moved: float = 1.0, scale=SHARES):
    versions = len(counts)
    return last_stretch(np.arange(1, versions + 1), np.array(counts), losses, np.full(versions, moved), scale)


def test_that_the_gain_of_the_next_answers_lies_in_its_interval():
    held = tried = 0
    for number in range(400):
        rng = np.random.default_rng(number)
        power = float(rng.choice([0.3, 0.5, 0.8, 1.0]))
        counts = np.unique(np.linspace(40, rng.integers(120, 500), rng.integers(4, 9)).astype(int))
        rest, start = float(rng.uniform(0.02, 0.2)), float(rng.uniform(0.1, 0.4)) * 40**power
        errors = np.clip(rest + start * counts.astype(float) ** -power + rng.normal(0, 0.005, len(counts)), 0.01, 0.9)
        found = outlook(counts, wrong(rng, errors, int(rng.choice([30, 100, 300]))), SHARES)
        assert found.gain is not None
        truth = start * (float(counts[-1]) ** -power - float(counts[-1] + 50) ** -power)
        tried += 1
        held += found.gain.low - 1e-9 <= truth <= found.gain.high + 1e-9
    assert 0.94 <= held / tried <= 1.0


def test_that_more_audit_images_narrow_the_outlook():
    counts = np.array([40, 80, 160, 320])
    widths = []
    for images in (40, 400):
        rng = np.random.default_rng(1)
        gain = outlook(counts, wrong(rng, [0.4, 0.3, 0.22, 0.18], images), SHARES).gain
        assert gain is not None
        widths.append(gain.high - gain.low)
    assert widths[1] < widths[0]


@pytest.mark.parametrize("images", [30, 100, 300])
def test_that_the_interval_of_a_change_holds_the_truth(images):
    held = 0
    for number in range(500):
        rng = np.random.default_rng(number)
        before, now = 0.2, float(rng.uniform(0.1, 0.2))
        losses = wrong(rng, [before, now], images)
        found = paired(losses[0] - losses[1], 1.0)
        held += found.low <= before - now <= found.high
    assert 0.93 <= held / 500 <= 0.985


def test_that_a_flat_curve_is_said_to_have_changed_nothing():
    rng = np.random.default_rng(2)
    losses = wrong(rng, [0.15], 400)
    flat = np.repeat(losses, 4, axis=0)
    found = stretch(flat, [100, 200, 300, 420])
    assert found is not None and found.verdict is Verdict.NOTHING and found.answers == 120
    ahead = outlook(np.array([100, 200, 300, 420]), flat, SHARES)
    told = sentences(HeadKind.CLASS, found, ahead, ())
    assert told[0].startswith("The last 120 answers changed nothing: ")
    assert told[-1].startswith("More answers of this kind will hardly help")
    assert short(HeadKind.CLASS, found, ahead) == "last 120 changed nothing"


def test_that_a_pool_that_is_said_the_same_proves_it_with_few_images():
    losses = wrong(np.random.default_rng(0), [0.2, 0.2], 30)
    assert stretch(losses, [100, 200]).verdict is Verdict.UNKNOWN
    assert stretch(losses, [100, 200], moved=0.01).verdict is Verdict.NOTHING


def test_that_a_steep_curve_is_said_to_have_become_better():
    found = stretch(wrong(np.random.default_rng(0), [0.4, 0.2], 300), [100, 220])
    assert found.verdict is Verdict.BETTER
    assert "made it better: +" in sentences(HeadKind.CLASS, found, Outlook(None, "x"), ())[0]


def test_that_a_loss_is_named():
    found = stretch(wrong(np.random.default_rng(0), [0.2, 0.4], 300), [100, 220])
    assert found.verdict is Verdict.WORSE
    assert "made it worse: −" in sentences(HeadKind.CLASS, found, Outlook(None, "x"), ())[0]


def test_that_a_gain_of_a_score_head_is_told_as_less_error():
    ahead = Outlook(Figure(0.03, 0.0, 0.09))
    assert short(HeadKind.SCORE, None, ahead) == "next 50: −0.03 brackets of error (−0.09 to +0.00)"
    assert short(HeadKind.CLASS, None, ahead) == "next 50: +3.0 points (+0.0 to +9.0)"


def test_that_nothing_is_told_of_next_answers_where_no_image_is_open():
    few = Portion("rose", 2, None, 0.0, 1.0, 0, few=True, missed=False)
    told = sentences(HeadKind.CLASS, None, Outlook(None, is_over=True), (few,))
    assert told[1:] == ("No image is left to answer.", "Few answers: rose (2).")


def test_that_few_audit_images_leave_it_unknown():
    losses = wrong(np.random.default_rng(0), [0.4, 0.3, 0.2], 12)
    found = outlook(np.array([50, 100, 200]), losses, SHARES)
    assert found.gain is None
    assert "cannot be known yet: it takes 20" in ahead_text(HeadKind.CLASS, found)


def test_that_what_is_missing_is_counted():
    losses = wrong(np.random.default_rng(0), [0.2, 0.2], 12)
    found = stretch(losses, [100, 200])
    assert found.verdict is Verdict.UNKNOWN and found.more is not None and found.more > 0
    assert (
        f"To tell it takes about {found.more} more of them."
        in sentences(HeadKind.CLASS, found, Outlook(None, "x"), ())[0]
    )
    assert (
        "20 answered images of the audit set, and 12 count so far"
        in outlook(np.array([50, 100, 200]), losses[[0, 0, 1]], SHARES).missing
    )
    assert "one from 150 answers or more; the newest had 120" in stretch_missing(np.array([100, 120]), 12)


@pytest.mark.parametrize(
    ("left", "larger", "said"),
    [
        (90, 0.3, ""),
        (3, 0.3, "it has 3 left, and a larger share draws more, 30 % enough (there)"),
        (0, None, "it has none left, and the pool is too small to draw as many"),
    ],
)
def test_that_a_draw_with_fewer_images_left_than_it_takes_says_so(left, larger, said):
    found = stretch(wrong(np.random.default_rng(0), [0.2, 0.2], 12), [100, 200])
    asks = left_text(90, left, larger, "there")
    assert asks == said
    told = sentences(HeadKind.CLASS, found, Outlook(None, "x"), (), left=asks)[0]
    assert told.endswith(f"To tell it takes about {found.more} more of them{f'; {said}' if said else ''}.")


def test_that_few_versions_leave_it_unknown():
    losses = wrong(np.random.default_rng(0), [0.4, 0.3], 100)
    assert "3 versions" in outlook(np.array([50, 100]), losses, SHARES).missing
    assert stretch(losses, [100, 120]) is None


def test_that_misses_in_brackets_have_their_own_scale():
    rng = np.random.default_rng(0)
    misses = np.abs(rng.normal(0, 1, (1, 200))).repeat(2, axis=0)
    found = stretch(misses, [100, 220], scale=BRACKET_MISSES)
    assert found.verdict is Verdict.NOTHING and found.change == Figure(0.0, found.change.low, found.change.high)


def test_that_a_label_with_few_answers_and_one_that_is_missed_are_named():
    targets = np.eye(3, dtype=np.float32)[[0] * 40 + [1] * 40 + [2] * 3]
    audited = np.eye(3, dtype=np.float32)[[0] * 30 + [1] * 30]
    said = np.eye(3, dtype=np.float32)[[0] * 30 + [1] * 8 + [0] * 22]
    told = portions(HeadKind.CLASS, ("cat", "dog", "bird"), targets, audited, said)
    assert [(one.name, one.few, one.missed) for one in told] == [
        ("cat", False, False),
        ("dog", False, True),
        ("bird", True, False),
    ]
    text = " ".join(sentences(HeadKind.CLASS, None, Outlook(None, "x"), told))
    assert "Few answers: bird (3). A hunt finds more" in text and "set: dog, found 8 times of 30 (14 to 44 %)" in text


def test_that_a_label_of_few_audit_images_is_never_called_often_missed():
    targets = np.eye(3, dtype=np.float32)[[0] * 40 + [1] * 40 + [2] * 40]
    audited = np.eye(3, dtype=np.float32)[[0] * 30 + [1] * 4 + [2] * 5]
    said = np.eye(3, dtype=np.float32)[[0] * 39]
    told = portions(HeadKind.CLASS, ("cat", "dog", "bird"), targets, audited, said)
    assert [one.name for one in told if one.missed] == ["bird"]
    assert "dog" not in " ".join(sentences(HeadKind.CLASS, None, Outlook(None, "x"), told))


def test_that_half_steps_belong_to_the_bracket_above_as_everywhere():
    given = np.repeat(np.arange(1, 20, 2, dtype=np.float32) / 20, 10)[:, None]  # .5 to 9.5, ten of each
    found = portions(HeadKind.SCORE, (), given, given[:0], given[:0])
    assert [(one.name, one.answers) for one in found] == [(str(bracket), 10) for bracket in range(1, 11)]


def test_that_brackets_starve_too():
    targets = np.array([0.5] * 30 + [0.6] * 30 + [0.9] * 1, np.float32)[:, None]
    audited = np.array([0.5] * 20 + [0.6] * 8, np.float32)[:, None]
    said = np.array([0.52] * 20 + [0.2] * 8, np.float32)[:, None]
    told = portions(HeadKind.SCORE, (), targets, audited, said)
    assert [one.name for one in told] == ["5", "6", "7", "8", "9"]
    assert [one.name for one in told if one.few] == ["7", "8", "9"]
    assert [one.name for one in told if one.missed] == ["6"]
