"""What the tables for people hold beside what JSON says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PIL import Image
from rich.console import Console

from app.cli import benching
from app.cli.terminal import Failure, Terminal, by_reason
from core.benchmarks import BenchOptions, BenchRow
from core.wording import whole_percent
from tests.app.cli.conftest import paint, write_csv


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch) -> None:
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path_factory.mktemp("cache")))


def test_that_rank_shows_the_number_of_the_label_that_it_goes_by(winnow, trained):
    call = ("rank", trained.project, "colour", "--by", "best", "--label", "red")
    values = [image["utility"] for image in winnow(*call, "--json").json["images"]]
    head, _, *rows = [line.split() for line in winnow(*call).out.splitlines() if line.strip()]
    assert head == ["prediction", "red", "path"]
    assert [" ".join(row[4:6]) for row in rows] == [whole_percent(value) for value in values]


def test_that_a_score_by_label_is_shown_best_first_with_its_number(winnow, trained):
    call = ("score", f"{trained.project}:colour", trained.images, "--label", "red", "--quiet")
    _, _, *rows, line = [line.split() for line in winnow(*call).out.splitlines() if line.strip()]
    shares = [int(row[3].lstrip("<>")) for row in rows]
    assert len(shares) == 24 and shares == sorted(shares, reverse=True)
    assert " ".join(line) == "24 of 24 passed, best first"


def test_that_a_score_without_an_order_says_so(winnow, trained):
    ran = winnow("score", f"{trained.project}:colour", trained.images, "--quiet")
    assert ran.out.endswith("24 of 24 passed, in the order of the folders\n")


def test_that_no_table_is_drawn_when_nothing_passed(winnow, trained, tmp_path):
    Image.new("RGB", (60, 60), "red").save(tmp_path / "one.png")
    ran = winnow("score", f"{trained.project}:colour", tmp_path, "--label", "blue", "--min", "1", "--quiet")
    assert ran.out == "0 of 1 passed\n"


def test_that_a_file_of_which_nothing_can_be_used_says_so(winnow, world, tmp_path):
    ran = winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "a.csv", [("x.png", "red")]))
    assert (ran.code, "nothing was taken" in ran.out) == (1, True)


def test_that_a_file_of_one_line_is_hinted_at(winnow, world, tmp_path):
    ran = winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "a.csv", []))
    assert (ran.code, "has no rows below its first line" in ran.err) == (0, True)


def test_that_a_label_that_is_nearly_right_is_suggested(winnow, world, tmp_path):
    rows = [(next(iter(world.colour_of)), "gren")]
    ran = winnow("annotate", world.project, "colour", "--from", write_csv(tmp_path / "a.csv", rows))
    assert "no label 'gren'; did you mean 'green'?" in ran.err


def test_that_many_failures_are_summed_up_by_reason(winnow, tmp_path):
    paint(tmp_path / "images")
    for number in range(12):
        (tmp_path / "images" / f"torn {number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([number]))
    ran = winnow("create", tmp_path / "project", "--images", tmp_path / "images", "--quiet")
    assert ran.out.endswith(": 24 images, 12 failed\n")
    assert ran.err.splitlines()[-1].startswith("12 failed: 12 ")
    assert winnow("scan", tmp_path / "project", "--quiet").out.endswith(", 12 failed\n")


def test_that_the_commonest_reason_comes_first_without_the_details_of_a_file():
    failed = [Failure("a", "broken PNG: chunk 3"), *[Failure("b", f"truncated JPEG: {n} bytes") for n in range(2)]]
    assert by_reason(failed) == "3 failed: 2 truncated JPEG; 1 broken PNG"


def test_that_a_sound_project_has_no_problems(winnow, trained):
    assert winnow("check", trained.project).out == "no problems\n"


def test_that_annotate_says_from_where_labels_are_counted(winnow):
    assert "label 0 is key 1 in the window" in " ".join(winnow("annotate", "--help").out.split())


def test_that_scan_counts_one_duplicate_in_the_singular(winnow, tmp_path):
    paint(tmp_path / "images")
    first = min((tmp_path / "images").iterdir())
    (tmp_path / "images" / "copy.png").write_bytes(first.read_bytes())
    winnow("create", tmp_path / "project", "--images", tmp_path / "images", "--quiet")
    (tmp_path / "images" / "copy.png").rename(tmp_path / "images" / "other.png")
    assert winnow("scan", tmp_path / "project", "--quiet").out.endswith(", 1 duplicate\n")


LONG = "AULC to 200 answers, 3 seeds; lead +0.021 +-0.008; 57/91/160 answers to 90/95/98 % of full accuracy"


@pytest.mark.parametrize("terminal", [80, 100, 1000])
def test_that_notes_of_benchmarks_are_broken_between_words_and_numbers_are_not(terminal, monkeypatch, capsys):
    row = BenchRow("flowers5: answers to 90 % of full accuracy, disagreement", 0.8123, "accuracy", 0.7912, 1.0267, LONG)
    monkeypatch.setattr(benching, "_chosen", lambda name: {"drawn": "drawn"})
    monkeypatch.setattr(benching.importlib, "import_module", lambda module: SimpleNamespace(run=lambda options: [row]))
    answer = benching.run_benchmarks(None, BenchOptions(None, 0, False, "cpu"), Terminal(json=False, quiet=True))
    console = Console(width=terminal)
    with console.capture() as capture:
        console.print(*answer.shown)
    lines = [line for line in capture.get().splitlines() if line.strip()]
    assert max(map(len, lines)) <= min(terminal, 100)
    assert all(whole in lines[2] for whole in ("0.8123", "accuracy", "0.7912", "1.027"))
    words = " ".join(lines).split()
    assert all(word in words for word in LONG.split())
