"""The query language: what a line means, and what is said of a line that means nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.find.keys import KEYS, Key, State, Takes
from core.find.parsing import DEEPEST, QueryError, parse
from core.find.terms import All, AnyOf, Condition, Days, Not, Query, Span, Words, conditions, write

TODAY = date(2026, 11, 28)


def read(text: str) -> Query:
    return parse(text, TODAY)


CAT, DOG = Condition(Key.WORD, Words("cat")), Condition(Key.WORD, Words("dog"))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", All()),
        ("cat", CAT),
        ("cat dog", All((CAT, DOG))),
        ("cat AND dog", All((CAT, DOG))),
        ("cat OR dog", AnyOf((CAT, DOG))),
        ("-cat dog", All((Not(CAT), DOG))),
        ("-(cat OR dog)", Not(AnyOf((CAT, DOG)))),
        ("cat dog OR cat", AnyOf((All((CAT, DOG)), CAT))),
        ("path:cats/*", Condition(Key.PATH, Words("cats/*"))),
        ("label:jpeg", Condition(Key.ANNOTATION, Words("jpeg"))),
        ('label:"dark red"', Condition(Key.ANNOTATION, Words("dark red"))),
        ('"label:jpeg"', Condition(Key.WORD, Words("label:jpeg"))),
        ('"OR"', Condition(Key.WORD, Words("OR"))),
        ("score:>7", Condition(Key.SCORE, Span(low=7, low_open=True))),
        ("score:5..7.5", Condition(Key.SCORE, Span(5, 7.5))),
        ("answer:>=7", Condition(Key.ANSWER, Span(low=7))),
        ("confidence:<60%", Condition(Key.CONFIDENCE, Span(high=0.6, high_open=True))),
        ("version:3", Condition(Key.VERSION, Span(3, 3))),
        ("date:2026-11", Condition(Key.DATE, Days(date(2026, 11, 1), date(2026, 11, 30)))),
        ("date:2026-11-01..", Condition(Key.DATE, Days(first=date(2026, 11, 1)))),
        ("date:<2026", Condition(Key.DATE, Days(last=date(2025, 12, 31)))),
        ("date:today", Condition(Key.DATE, Days(TODAY, TODAY))),
        ("IS:Flagged", Condition(Key.IS, State.FLAGGED)),
        ("tag:-sky", Condition(Key.TAG, Words("sky"), refused=True)),
        ('tag:"-sky"', Condition(Key.TAG, Words("-sky"))),
        ("-tag:sky", Not(Condition(Key.TAG, Words("sky")))),
    ],
)
def test_that_a_line_means(text, meaning):
    assert read(text) == meaning


@pytest.mark.parametrize(
    ("text", "start", "told"),
    [
        ("cat score:high", 4, "score:>7"),
        ("lable:jpeg", 0, "did you mean label:?"),
        ("is:flaged", 0, "did you mean is:flagged?"),
        ("score:7..5", 0, "lower number first"),
        ("answer:>=11", 0, "write"),
        ("score:-1..3", 0, "write"),
        ("cat confidence:<60", 4, "write"),
        ("label:(rose)", 0, "after label:"),
        ("date:2026-13", 0, "no day"),
        ("version:2.5", 0, "whole number"),
        ("cat (dog", 4, "not closed"),
        ("cat) dog", 3, "closes nothing"),
        ('cat "dog', 4, "quotes are not closed"),
        ("cat OR", 6, "a condition is missing"),
        ("OR cat", 0, "a condition is missing"),
        ("is:", 0, "nothing follows"),
        ("-text:car", 1, "without OR, minus"),
        ("similar:a similar:b", 0, "use it once"),
        ("(" * (DEEPEST + 1) + "cat", DEEPEST, "too deep"),
    ],
)
def test_that_a_line_without_meaning_says_where_and_what_to_write(text, start, told):
    with pytest.raises(QueryError) as error:
        read(text)
    assert error.value.start == start
    assert told in str(error.value)


@given(st.text(alphabet=st.sampled_from('abAB:-()"\\ .*?<>=0123456789%OR ') | st.characters(), max_size=60))
def test_that_any_line_has_a_meaning_or_a_remedy(text):
    try:
        meaning = read(text)
    except QueryError as error:
        assert error.remedy
        assert 0 <= error.start <= error.end <= max(len(text), error.start)
    else:
        assert read(write(meaning)) == meaning


def numbers_to(most):
    return st.floats(0, min(most, 1e6), allow_nan=False).map(lambda number: round(number, 6))


DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def spans(numbers):
    both = st.tuples(numbers, numbers).map(lambda pair: Span(*sorted(pair)))
    low = st.builds(Span, low=numbers, low_open=st.booleans())
    return both | low | st.builds(Span, high=numbers, high_open=st.booleans())


TESTS = {
    Takes.WORDS: st.builds(Words, st.text(min_size=1)),
    Takes.WHOLE: spans(st.integers(0, 99).map(float)),
    Takes.DAYS: st.tuples(DATES, DATES).map(lambda pair: Days(*sorted(pair))) | st.builds(Days, first=DATES),
    Takes.STATE: st.sampled_from(State),
}


def values_of(key):
    info = KEYS[key]
    return spans(numbers_to(info.most)) if info.takes is Takes.NUMBER else TESTS[info.takes]


PLAIN_KEYS = [key for key in KEYS if key not in (Key.SIMILAR, Key.TEXT)]
SINGLE = (
    st.sampled_from(PLAIN_KEYS).flatmap(lambda key: st.builds(Condition, st.just(key), values_of(key)))
    | st.builds(Condition, st.just(Key.WORD), TESTS[Takes.WORDS])
    | st.builds(Condition, st.just(Key.TAG), TESTS[Takes.WORDS], st.just(True))
)


def joined(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return several.map(All) | several.map(AnyOf) | inner.map(Not)


@given(st.recursive(SINGLE, joined, max_leaves=8))
def test_that_a_query_survives_being_written_and_read(query):
    assert read(write(query)) == query


def test_that_conditions_are_told_from_left_to_right():
    assert conditions(read("cat -(dog OR cat)")) == [CAT, DOG, CAT]
