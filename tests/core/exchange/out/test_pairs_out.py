"""The file of pairs beside a data set is written whole or not at all."""

from __future__ import annotations

import csv

import pytest

from core.errors import EnvironmentProblem
from core.exchange.pairs_csv import COLUMNS, write_pairs


def test_that_pairs_are_written_with_the_names_of_their_columns(tmp_path):
    write_pairs([("a.png", "b.png", "left")], tmp_path / "set.pairs.csv")
    with (tmp_path / "set.pairs.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [list(COLUMNS), ["a.png", "b.png", "left"]]


def test_that_pairs_cut_off_in_the_middle_leave_the_file_of_before(tmp_path):
    target = tmp_path / "set.pairs.csv"
    target.write_text("before")

    def full():
        yield "a.png", "b.png", "left"
        raise OSError(28, "No space left on device")

    with pytest.raises(EnvironmentProblem, match="No space left"):
        write_pairs(full(), target)
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]
