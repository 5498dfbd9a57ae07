"""The house style that a machine can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("app", "core") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 400


@pytest.mark.timeout(900)
@pytest.mark.parametrize("tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join)
def test_that_the_checker_finds_nothing(tool):
    command = [str(Path(sys.executable).with_name(tool[0])), *tool[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_that_a_module_opens_with_a_sentence_and_is_no_hall(source):
    lines = source.read_text(encoding="utf-8").splitlines()
    assert lines and lines[0].startswith('"""'), "a module opens with one sentence"
    assert len(lines) <= LONGEST_FILE, f"{len(lines)} lines: split by concept"


def test_that_a_file_of_tests_opens_with_a_sentence_and_is_no_hall():
    read = {path: path.read_text(encoding="utf-8").splitlines() for path in TESTS}
    told = {path.relative_to(ROOT).as_posix(): lines for path, lines in read.items() if lines}
    assert [name for name, lines in told.items() if not lines[0].startswith('"""')] == []
    assert [f"{name}: {len(lines)} lines" for name, lines in told.items() if len(lines) > LONGEST_FILE] == []


def test_that_what_tests_share_stands_in_no_file_of_tests():
    shared = re.compile(r"^(?:from|import) (?:tests)?[\w.]*\.test_", re.MULTILINE)
    assert [path.name for path in TESTS if shared.search(path.read_text(encoding="utf-8"))] == []


OPTION = re.compile(r"(?<![\w-])--[a-z]")
OF_THE_COMMAND_LINE = (
    "app/cli/",
    "app/benchmarks/",
    "core/benchmarks/",
    "core/project/check.py",  # what `winnow check` alone says
    "app/operations/keeping.py",  # a command to be copied
    "app/presenting/exchanged.py",  # scripts of CityClassifiers
    "app/windows/encoder_choices.py",  # a command that is run
)


def test_that_no_text_that_the_window_may_show_names_an_option_of_the_command_line():
    found = []
    for source in SOURCES:
        name = source.relative_to(ROOT).as_posix()
        if name.startswith(OF_THE_COMMAND_LINE):
            continue
        tree = ast.parse(source.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told]
        found += [
            f"{name}:{text.lineno}" for text in texts if isinstance(text.value, str) and OPTION.search(text.value)
        ]
    assert found == []


def test_that_no_text_names_a_machine_or_a_registry():
    telling = re.compile(r"(?<![\w.-])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot)/\w|python" + r"hosted|py" + r"pi\.org")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    names = [name for name in tracked.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = [name for name in names if telling.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))]
    assert found == []
