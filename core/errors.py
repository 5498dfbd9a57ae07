"""The errors of the engine, sorted by who can do something about them.

WinnowError
├── UserError            the call or its input is wrong; the message says what to do next  (exit 2)
│   ├── NotEmbedded      it needs vectors that are not there yet
│   └── BadImage         one file cannot be read as a picture                               (listed, exit 1)
├── EnvironmentProblem   disk, memory, GPU, network, missing weights
│   └── Unreadable       a file cannot be read now; what it holds may be whole
└── Bug                  ours; report it with the log

Cancelled                not an error: the person stopped the work
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.values import Head


class Way(Enum):
    """A way out of an error that the window and the command line each put into words of their own."""

    ENCODER = auto()
    """Name the encoder."""
    INSIST = auto()
    """Insist on an encoder, whatever the head was trained on."""
    NAME = auto()
    SCALE = auto()
    SCORES = auto()
    """Insist that folders are numbered by scores."""
    EACH_TAG = auto()
    DEEPER = auto()
    """Look into the folders inside."""
    IMAGES = auto()
    """Add a folder of images."""
    CREATE = auto()
    """Make a project at `project`."""
    EMBED = auto()
    """The images of `project` with `encoder`, cut into `tiles`."""
    UPGRADE = auto()
    """Bring `project` up to date."""
    REPAIR = auto()
    """Let a check repair `project`, or train its `head`."""


WRITABLE: Final = "see to its permissions and to the room on the disk"
READABLE: Final = "see to its permissions, or copy it again"
REMADE: Final = "a check of the project says what can be made anew"
"""What to do where a file cannot be written or read, or where one of the project's own is broken."""


class WinnowError(Exception):
    """An error with one owner and one line of text."""


class UserError(WinnowError):
    """The call or its input is wrong. `problem` says what is wrong, `remedy` what to do."""

    def __init__(self, problem: str, remedy: str = "", way: Way | None = None, **details: str) -> None:
        """`details`: what `way` is about."""
        self.problem = problem
        self.remedy = remedy
        self.way = way
        self.details = details
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class NotEmbedded(UserError):
    """What is asked for needs vectors that are not there yet."""

    def __init__(self, problem: str, project: Path, head: Head) -> None:
        details = {"project": str(project), "encoder": head.encoder, "tiles": head.tiles.value}
        super().__init__(problem, "embed the images first", Way.EMBED, **details)


class BadImage(UserError):
    """A file that cannot be read as a picture; `reason` is the one line shown for it."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")

    def __reduce__(self) -> tuple[type[BadImage], tuple[str, str]]:
        return BadImage, (self.path, self.reason)


class EnvironmentProblem(WinnowError):
    """The machine is in the way: disk, memory, GPU, network, weights that are not at hand.

    `problem` says what is wrong, `remedy` what to do; where that is in the problem already there is none.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}" if remedy else problem)


class Unreadable(EnvironmentProblem):
    """A file that cannot be read now: nobody knows whether what it holds is whole."""


class Bug(WinnowError):
    """A state that the program's own logic excludes."""


class Cancelled(Exception):
    """The person stopped the work. Its text, if any: what is left of it, and what goes on with that."""
