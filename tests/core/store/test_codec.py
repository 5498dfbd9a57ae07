"""Values as the log keeps them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Bug
from core.store.codec import answer_of, metrics_of, metrics_text, value_of, value_text
from core.values import BRACKETS, ClassValue, Metrics, ScoreValue, TagsValue

IDS = st.integers(1, 50)
TAGS = st.tuples(st.frozensets(IDS), st.frozensets(IDS)).map(lambda sets: TagsValue(sets[0], sets[1] - sets[0]))
SCORES = st.integers(0, 2 * BRACKETS).map(lambda halves: ScoreValue(halves / 2))
VALUES = st.one_of(st.none(), st.booleans(), IDS.map(ClassValue), SCORES, TAGS)


@given(VALUES)
def test_that_a_value_comes_back_from_its_text(value):
    assert value_of(value_text(value)) == value


@given(VALUES, VALUES)
def test_that_only_equal_values_have_equal_texts(one, other):
    assert (value_text(one) == value_text(other)) == (one == other)


def test_that_a_whole_score_has_one_text():
    assert value_text(ScoreValue(7)) == value_text(ScoreValue(7.0))


@pytest.mark.parametrize("text", ['{"color":1}', "[]", "7", '"x"'])
def test_that_a_value_of_no_known_form_is_a_bug(text):
    with pytest.raises(Bug):
        value_of(text)


def test_that_a_flag_is_no_answer():
    with pytest.raises(Bug):
        answer_of("true")


def test_that_metrics_come_back_and_unknown_figures_are_passed_over():
    metrics = Metrics(12, "out-of-fold", accuracy=0.5, per_label={"a": {"precision": 1.0, "n": 3.0}})
    assert metrics_of(metrics_text(metrics)) == metrics
    assert metrics_of(metrics_text(metrics).replace("{", '{"figure of tomorrow":1,', 1)) == metrics
