"""Numbers in sentences."""

from __future__ import annotations

import pytest

from core.wording import exact_percent, probability_percent, sentence, signed, whole_percent


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.997, ">99 %"), (1.0, "100 %")]
)
def test_that_percents_round_no_doubt_away(value: float, text: str) -> None:
    assert whole_percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "<1 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.997, ">99 %"), (1.0, ">99 %")]
)
def test_that_no_head_is_certain(value: float, text: str) -> None:
    assert probability_percent(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0 %"), (0.29, "29 %"), (0.995, "99.5 %"), (1.0, "100 %")])
def test_that_a_chosen_share_is_said_as_it_was_chosen(value: float, text: str) -> None:
    assert exact_percent(value) == text


@pytest.mark.parametrize(
    ("value", "places", "text"), [(0.62, 2, "+0.62"), (-0.62, 2, "−0.62"), (-0.004, 2, "+0.00"), (-1200, 0, "−1,200")]
)
def test_that_a_change_has_a_sign_and_a_true_minus(value: float, places: int, text: str) -> None:
    assert signed(value, places) == text


def test_that_a_sentence_begins_with_a_capital_and_a_name_as_it_is():
    assert sentence("there is no label", ["there i", "taste"]) == "There is no label"
    assert sentence("taste has no label", ["taste"]) == "taste has no label"
    assert sentence("", ["taste"]) == ""
