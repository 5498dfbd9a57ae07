"""Waiting orders for the live head become the fewest that end in the same state."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.live_lane import coalesce, merge
from core.jobs.spec import LiveChange, LiveClose, LiveOpen
from core.values import Annotated, EncoderSignature, Head, HeadId, HeadKind


def hashes(numbers):
    rows = np.zeros((len(numbers), 32), np.uint8)
    rows[:, 0] = numbers
    return rows


def change(answers, excluded=(), included=(), job="live"):
    count = len(answers)
    return LiveChange(
        job=job,
        changed=Annotated(
            hashes=hashes(list(answers)),
            targets=np.array(list(answers.values()), np.float32).reshape(count, 1),
            weights=np.ones(count, np.float32),
            groups=np.arange(count),
        ),
        excluded=hashes(list(excluded)),
        included=hashes(list(included)),
    )


def opened(job="live"):
    signature = EncoderSignature("signal", "signal", "1", "{}", 4)
    head = Head(HeadId(1), "h", HeadKind.SCORE, (), "signal")
    nothing = change({})
    return LiveOpen(job, "p", head, signature, nothing.changed, nothing.excluded, nothing.excluded, "out", "cpu")


def apply(state, order):
    """The plain-dict reading of a change: what each image's answer and exclusion are after it."""
    answers, excluded = state
    for row, target in zip(order.changed.hashes, order.changed.targets, strict=True):
        answers[int(row[0])] = float(target[0])
    for row in order.excluded:
        excluded[int(row[0])] = True
    for row in order.included:
        excluded[int(row[0])] = False
    return answers, excluded


small = st.integers(0, 6)


@st.composite
def changes(draw):
    excluded = draw(st.frozensets(small))
    included = draw(st.frozensets(small)) - excluded
    return change(draw(st.dictionaries(small, st.integers(0, 3))), excluded, included)


@given(changes(), changes())
def test_that_a_merged_change_means_the_same_as_both_in_turn(first, second):
    assert apply(({}, {}), merge(first, second)) == apply(apply(({}, {}), first), second)


@given(changes(), changes())
def test_that_a_merged_change_names_each_image_once(first, second):
    merged = merge(first, second)
    assert len({row.tobytes() for row in merged.changed.hashes}) == len(merged.changed)


def test_that_neighbouring_changes_become_one():
    assert [type(order) for order in coalesce([change({1: 1}), change({2: 1}), change({3: 1})])] == [LiveChange]


def test_that_nothing_before_the_last_open_is_done():
    last = opened("b")
    assert coalesce([opened("a"), change({1: 1}), LiveClose("a"), last]) == [last]


def test_that_changes_of_different_heads_are_not_merged():
    assert len(coalesce([change({1: 1}, job="a"), change({1: 1}, job="b")])) == 2
