"""Labels, tags and paths are printed as they were written: none of them is markup or the name of an emoji."""

import ast
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.cli.progress import reporter
from core.jobs.events import JobNotice, JobProgress, JobStarted
from tests.app.cli.conftest import paint, write_csv

ROOT = Path(__file__).parents[3]
NAMES = ("rose", "[bold]", ":cat:")


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A project in a folder, and with labels, that rich would read as its own signs; half of it answered."""
    folder = tmp_path_factory.mktemp("named") / "[red]:dog:"
    label_of = dict(zip(("red", "green", "blue"), NAMES, strict=True))
    colour_of = paint(folder / "images")
    answers = write_csv(folder / "a.csv", [(name, label_of[colour]) for name, colour in list(colour_of.items())[::2]])
    project = folder / "project"
    for words in (
        ["create", project, "--images", folder / "images"],
        ["embed", project, "--encoder", "signal"],
        ["head", "add", project, "kind", "--kind", "class", "--labels", ",".join(NAMES)],
        ["annotate", project, "kind", "--from", answers],
        ["train", project, "kind"],
    ):
        assert main([*map(str, words), "--quiet"]) == 0
    return project


@pytest.mark.parametrize(
    "words",
    [
        ("find", "{}", "label:rose OR label:[bold] OR label::cat:"),
        ("rank", "{}", "kind", "--by", "best", "--label", "[bold]"),
        ("rank", "{}", "kind", "--by", "best", "--label", ":cat:"),
        ("stats", "{}", "kind"),
        ("history", "{}"),
        ("head", "list", "{}"),
        ("head", "progress", "{}", "kind"),
        ("estimate", "{}", "kind", "--label", ":cat:", "--threshold", "0.5"),
        ("versions", "{}", "kind"),
        ("score", "{}:kind", "{}/../images", "--label", "[bold]"),
    ],
    ids=" ".join,
)
def test_that_no_command_reads_a_label_or_a_path_as_a_sign(winnow, named, words):
    ran = winnow(*(word.format(named) for word in words))
    assert ran.code == 0, ran.err
    assert not set("🌹🐱🐕🐶") & set(ran.out + ran.err)
    table_of_labels = words[0] in ("rank", "stats", "score", "find")
    assert not table_of_labels or all(name in ran.out for name in ("[bold]", ":cat:"))


def test_that_conditions_in_a_row_make_no_emoji(winnow, named):
    assert "annotation:rose:" in winnow("find", named, "label::cat: label:rose").out


def test_that_a_bar_says_its_stage_as_it_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    with reporter(quiet=False) as bar:
        bar.show(JobStarted("job", "[red]a:cat:", "cpu"))
        bar.show(JobNotice("job", "[red]b:cat:"))
        bar.show(JobProgress("job", "[red]c:cat:", 1, 9))
    told = capsys.readouterr().err
    assert all(f"[red]{letter}:cat:" in told for letter in "abc")


def test_that_consoles_are_made_in_one_place():
    made = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "core")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Console"
    ]
    assert made == ["app/cli/terminal.py"]
