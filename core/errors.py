"""The errors of the engine, sorted by who can do something about them.

WinnowError
├── UserError            the call or its input is wrong; the message says what to do next  (exit 2)
│   └── BadImage         one file cannot be read as a picture                               (listed, exit 1)
├── EnvironmentProblem   disk, memory, GPU, network, missing weights
└── Bug                  ours; report it with the log

Cancelled                not an error: the person stopped the work
"""

from __future__ import annotations


class WinnowError(Exception):
    """An error with one owner and one line of text."""


class UserError(WinnowError):
    """The call or its input is wrong. `problem` says what is wrong, `remedy` what to do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class BadImage(UserError):
    """A file that cannot be read as a picture; `reason` is the one line shown for it."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")

    def __reduce__(self) -> tuple[type[BadImage], tuple[str, str]]:
        return BadImage, (self.path, self.reason)


class EnvironmentProblem(WinnowError):
    """The machine is in the way: disk, memory, GPU, network, weights that are not at hand."""


class Bug(WinnowError):
    """A state that the program's own logic excludes."""


class Cancelled(Exception):
    """The person stopped the work; what was finished is kept."""
