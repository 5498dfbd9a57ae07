"""What is offered while a query is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.find.completing import Vocabulary, complete
from core.values import HeadKind

WORDS = Vocabulary(HeadKind.CLASS, ("clean", "jpeg", "dark sky"), ("cats", "cats/big"), (1, 2))


def offered(text: str, words: Vocabulary = WORDS) -> list[str]:
    return [one.text for one in complete(text, len(text), words).suggestions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pa", "path:"),
        ("-lab", "label:"),
        ("(pred", "prediction:"),
        ("label:j", "label:jpeg"),
        ("label:d", 'label:"dark sky"'),
        ('label:"dark s', 'label:"dark sky"'),
        ("label:n", "label:none"),
        ("is:fl", "is:flagged"),
        ("flag", "is:flagged"),
        ("path:big", "path:cats/big/*"),
        ("version:", "version:>2"),
        ("cat ", "is:"),
    ],
)
def test_that_what_was_begun_is_offered_whole(text, expected):
    assert expected in offered(text)


def test_that_only_keys_are_offered_that_say_something_under_the_head():
    assert "score:" not in offered("")
    scored = Vocabulary(HeadKind.SCORE)
    assert "score:" in offered("", scored)
    assert "prediction:" not in offered("", scored)


def test_that_a_refused_tag_is_offered_as_one():
    assert offered("tag:-cl", Vocabulary(HeadKind.TAGS, ("clean",))) == ["tag:-clean"]


def test_that_a_choice_takes_the_place_of_the_word_and_the_cursor_goes_behind_it():
    completion = complete("cat label:j is:open", 11, WORDS)
    assert completion.applied("cat label:j is:open", 0) == ("cat label:jpeg is:open", 14)
    completion = complete("la", 2, WORDS)
    assert completion.applied("la", 0) == ("label:", 6)


@given(st.text(max_size=30), st.integers(0, 30))
def test_that_whatever_is_typed_something_can_be_said(text, cursor):
    cursor = min(cursor, len(text))
    completion = complete(text, cursor, WORDS)
    for number in range(len(completion.suggestions)):
        after, place = completion.applied(text, number)
        assert 0 <= place <= len(after)
