"""Pairs from a CSV file: whom a row says to have won."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.exchange.pairs_csv import read_pairs
from core.pairs import Outcome
from core.project import Project
from tests.core.store.projects import picture, scan, scanned_project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """0.png and a file that only a space before its name tells from it."""
    with scanned_project(tmp_path) as made:
        picture(tmp_path / "photos" / " 0.png", 900)
        scan(made, "again")
        yield made


@pytest.mark.parametrize(
    ("row", "winner"),
    [
        (" 0.png,0.png,0.png", Outcome.RIGHT),
        (" 0.png,0.png, 0.png", Outcome.LEFT),
        ("1.png , 2.png,2.png", Outcome.RIGHT),
        (" 0.png,1.png,0.png", Outcome.LEFT),
        ("1.png,2.png, Tie ", Outcome.TIE),
    ],
)
def test_that_the_path_that_won_is_told_by_its_spaces_where_these_tell_the_two_apart(project, tmp_path, row, winner):
    (tmp_path / "pairs.csv").write_text(f"left,right,winner\n{row}\n")
    said, failed = read_pairs(tmp_path / "pairs.csv", project)
    assert ([one.outcome for one in said], failed) == ([winner], [])
