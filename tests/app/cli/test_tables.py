"""What the tables for people hold beside what JSON says."""

from __future__ import annotations

import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path_factory.mktemp("cache")))


def test_that_rank_shows_the_number_of_the_label_that_it_goes_by(winnow, trained):
    call = ("rank", trained.project, "colour", "--by", "best", "--label", "red")
    values = [image["utility"] for image in winnow(*call, "--json").json["images"]]
    head, _, *rows = [line.split() for line in winnow(*call).out.splitlines() if line.strip()]
    assert head == ["prediction", "red", "path"]
    assert [row[3] for row in rows] == [f"{value:.0%}" for value in values]


def test_that_a_score_by_label_is_shown_best_first_with_its_number(winnow, trained):
    call = ("score", f"{trained.project}:colour", trained.images, "--label", "red", "--quiet")
    _, _, *rows, line = [line.split() for line in winnow(*call).out.splitlines() if line.strip()]
    shares = [int(row[2].removesuffix("%")) for row in rows]
    assert len(shares) == 24 and shares == sorted(shares, reverse=True)
    assert " ".join(line) == "24 of 24 passed, best first"


def test_that_a_score_without_an_order_says_so(winnow, trained):
    ran = winnow("score", f"{trained.project}:colour", trained.images, "--quiet")
    assert ran.out.endswith("24 of 24 passed, in the order of the folders\n")


def test_that_no_table_is_drawn_when_nothing_passed(winnow, trained, tmp_path):
    Image.new("RGB", (60, 60), "red").save(tmp_path / "one.png")
    ran = winnow("score", f"{trained.project}:colour", tmp_path, "--label", "blue", "--min", "1", "--quiet")
    assert ran.out == "0 of 1 passed\n"
