"""Pairs from a CSV file: whom a row says to have won."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import UserError
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


def test_that_a_row_of_more_cells_is_listed_and_another_encoding_refused(project, tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("left,right,winner\n1.png,2.png,tie,more\n0.png,1.png,left\n")
    said, failed = read_pairs(file, project)
    assert [one.outcome for one in said] == [Outcome.LEFT]
    assert [line for line, _ in failed] == ["line 2"] and "has 4 cells" in failed[0][1]
    file.write_bytes(b"left,right,winner\n1.png,2.png,tie\n1.png,Gr\xfc\xdfe.png,left\n")
    with pytest.raises(UserError, match="is not UTF-8: line 3 holds"):
        read_pairs(file, project)
