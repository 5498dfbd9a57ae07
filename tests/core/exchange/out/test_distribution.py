"""How many answers there are of each label and folder, and the bars of it."""

from __future__ import annotations

import pytest

from core.exchange.dataset import annotated_rows
from core.exchange.distribution import Distribution, distribution
from core.values import HeadKind


def test_that_the_spread_names_every_label_and_folder(project):
    spread = distribution(annotated_rows(project, project.heads.get("defects")))
    assert spread.counts == {"Pass": 2, "Bad: 1/2": 1, "0": 0, "naïve": 0}
    assert (spread.total, spread.folders, spread.excluded) == (3, {"photos": 3}, 1)


@pytest.mark.parametrize(
    ("kind", "total", "count", "strokes"),
    [
        (HeadKind.CLASS, 3215, 1805, 22),
        (HeadKind.CLASS, 3215, 395, 4),
        (HeadKind.CLASS, 22736, 7445, 13),
        (HeadKind.SCORE, 3080, 690, 22),
        (HeadKind.SCORE, 3080, 31, 1),
        (HeadKind.SCORE, 3080, 29, 0),
    ],
)
def test_that_bars_are_as_long_as_in_the_seeds_tables(kind, total, count, strokes):
    assert Distribution(kind, total, {}, {}).bar(count) == "|" * strokes
