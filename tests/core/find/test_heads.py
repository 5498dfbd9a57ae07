"""Which head a query means where none is named."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import UserError
from core.find.heads import head_meant
from core.find.parsing import parse
from core.find.terms import write
from core.values import Head, HeadId, HeadKind, Label, LabelId


def head(number: int, name: str, kind: HeadKind, labels: str) -> Head:
    named = tuple(Label(LabelId(10 * number + place), one) for place, one in enumerate(labels.split(",")) if one)
    return Head(HeadId(number), name, kind, named, "signal")


HEADS = (
    head(1, "colour", HeadKind.CLASS, "red,blue"),
    head(2, "things", HeadKind.TAGS, "sky,sea"),
    head(3, "taste", HeadKind.SCORE, ""),
)


def asked(query: str, *, versions: tuple[str, ...] = ()) -> tuple[str, str]:
    meant = head_meant(HEADS, parse(query, date(2026, 1, 1)), lambda one: one.name in versions)
    assert meant.head is not None
    return meant.head.name, write(meant.query)


@pytest.mark.parametrize(
    ("query", "name", "rest"),
    [
        ("annotation:red OR tag:sky", "colour", "annotation:red"),
        ("tag:sky OR tag:sea OR annotation:red", "things", "tag:sky OR tag:sea"),
        ("sunset (annotation:red OR tag:sky)", "colour", "sunset annotation:red"),
        ("(tag:sky is:flagged) OR annotation:red OR annotation:blue", "colour", "annotation:red OR annotation:blue"),
        ("tag:sky OR sunset", "things", "tag:sky OR sunset"),
        ("-(annotation:red tag:sky)", "colour", "-annotation:red"),
        ("annotation:>=7 OR tag:sky", "things", "tag:sky"),
        ("((tag:sky OR annotation:red) tag:sea) OR annotation:blue", "colour", "annotation:blue"),
    ],
)
def test_that_one_alternative_is_enough_and_the_head_with_the_most_is_asked(query, name, rest):
    assert asked(query) == (name, rest)


@pytest.mark.parametrize(
    "query",
    [
        "annotation:red tag:sky",
        "-(annotation:red OR tag:sky)",
        "tag:sky OR tag:plane",
        "-(annotation:red (tag:sky OR tag:plane))",
        "annotation:red OR annotation:blue OR (tag:sky (tag:sea OR tag:plane))",
    ],
)
def test_that_what_is_to_hold_together_or_means_nothing_under_any_head_is_refused(query):
    with pytest.raises(UserError):
        asked(query)


def test_that_a_head_with_a_version_is_asked_for_predictions_among_those_with_as_many_alternatives():
    heads = (HEADS[1], head(4, "more", HeadKind.TAGS, "sky,sea"), HEADS[0])
    query = parse("prediction:sky OR annotation:red", date(2026, 1, 1))
    meant = head_meant(heads, query, lambda one: one.name in ("more", "colour"))
    assert meant.head is not None and meant.head.name == "more"
