"""Numbers on the command line are written in plain digits, whatever else Python would read as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args, get_type_hints

import pytest
from typer.models import OptionInfo

from app.cli.commands import _COMMANDS, _GROUPS
from tests.app.cli.refusals import assert_refused


def number_options() -> Iterator[tuple[str, ...]]:
    """The words of each command with each of its options that takes a number."""
    commands = {(name,): function for name, function in _COMMANDS.items()}
    commands |= {(group, name): function for group, (_, of) in _GROUPS.items() for name, function in of.items()}
    for words, function in commands.items():
        for name, hint in get_type_hints(function, include_extras=True).items():
            said, declared, *_ = (*get_args(hint), None, None)
            if {int, float} & {said, *get_args(said)} and isinstance(declared, OptionInfo):
                yield (*words, *(declared.param_decls or [declared.default or f"--{name}"]))


OPTIONS = tuple(number_options())


def test_that_the_options_that_take_numbers_are_found():
    assert {("rank", "--limit"), ("rank", "--threshold"), ("train", "--seed"), ("head", "audit", "--share")} <= {
        *OPTIONS
    }


@pytest.mark.parametrize("words", OPTIONS, ids=" ".join)
@pytest.mark.parametrize("number", ["1_0", "١"])
def test_that_a_number_that_only_python_reads_is_refused(winnow, words, number):
    said = f"{words[-1]} cannot be {number!r}; write the number in plain digits"
    assert_refused(winnow(*words, number), says=said)
    joined = "=" if words[-1].startswith("--") else ""
    assert_refused(winnow(*words[:-1], f"{words[-1]}{joined}{number}"), says=said)


def test_that_words_with_such_marks_are_taken_as_they_are(winnow, trained):
    assert_refused(winnow("rank", trained.project, "1_0", "--limit", "3"), says="there is no head '1_0'")
    said = winnow("score", f"{trained.project}:colour", trained.images, "--label", "red", "--min", "0_1")
    assert_refused(said, says="--min cannot be '0_1'; give a number")
