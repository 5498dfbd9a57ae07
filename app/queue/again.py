"""The one image that is asked a second time, blind, and when the answers of others were seen last."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import WinnowError
from core.project import Project
from core.project.asking_again import ANSWERS_APART, MINUTES_APART, draw_again
from core.query.again_draw import is_due
from core.values import AnswerValue, Head, HeadKind, ImageId


@dataclass(frozen=True, slots=True)
class Drawn:
    image_id: ImageId
    times: int
    """How often it will have been asked again."""


class Again:
    """Read its attributes freely; `Workspace` alone changes them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds."""
        self._clock = clock
        self._share = 0.0
        self._most = 0
        self._given = 0
        self._first_at = 0.0
        self._seen: dict[ImageId, tuple[float, int]] = {}
        self._kind = HeadKind.CLASS
        self.drawn: Drawn | None = None
        """It comes, or is on screen."""
        self.on_screen = False
        self.paused = False
        """Nothing comes for now."""
        self.answer: AnswerValue | None = None
        """The second one, as far as it was given."""

    @property
    def image_id(self) -> ImageId | None:
        return self.drawn.image_id if self.drawn is not None else None

    def open(self, project: Project) -> None:
        """What was seen in an earlier sitting is not known: it was before the last act."""
        last = project.repeats.last_act()
        ago = (datetime.now(UTC) - last).total_seconds() if last is not None else math.inf
        self._seen, self._first_at = {}, self._clock() + max(0.0, 60 * MINUTES_APART - ago)

    def follow(self, project: Project, head: Head, answered: int) -> None:
        """Another head is asked, or its share was changed."""
        self.forget()
        self._share, self._kind, self._most, self._given = project.repeats.share(head.head_id), head.kind, answered, 0

    def is_due(self, answered: int) -> bool:
        """Asked after every act: whether it is the one after which an image comes again."""
        before, self._most = self._most, max(self._most, answered + self._given)
        waits = self.drawn is not None or self._clock() < self._first_at
        return not waits and is_due(before, self._most, self._share)

    def times_of(self, ids: Collection[ImageId]) -> int | None:
        """How often the one image of `ids` will have been asked again; None where it is not asked again now."""
        asked = self.drawn if self.on_screen else None
        return asked.times if asked is not None and set(ids) == {asked.image_id} else None

    def saw(self, image_id: ImageId) -> None:
        """The answer of this image is on screen."""
        self._seen[image_id] = (self._clock(), self._most)
        if image_id == self.image_id:
            self.forget()  # it would not be blind any more

    def seen_lately(self) -> frozenset[ImageId]:
        """Whose answer was shown too short a while ago to be asked again."""
        since, answers = self._clock() - 60 * MINUTES_APART, self._most - ANSWERS_APART
        return frozenset(image for image, (when, most) in self._seen.items() if when > since or most > answers)

    def come(self, drawn: Drawn) -> None:
        self.drawn, self.on_screen, self.answer = drawn, False, None

    def forget(self) -> None:
        self.drawn, self.on_screen, self.answer = None, False, None

    def take(self, project: Project, head: Head, *, answered: bool) -> None:
        """Something was said of the image, or taken back. `answered`: whether an answer of it holds."""
        if self.drawn is None:
            return
        if not answered:
            self.forget()  # there is no first answer any more
            return
        held = project.repeats.held(head.head_id, self.drawn.image_id)
        self.answer = held.second if held is not None and held.times == self.drawn.times else None
        if not self.on_screen:
            self.forget()
        elif self.answer is not None and self._kind is not HeadKind.TAGS:
            self._given += 1
            self.forget()

    def leave(self) -> bool:
        """Another image is shown. False where this one was left without an answer."""
        given = self.answer is not None
        self._given += given
        self.forget()
        return given


def draw_beside(folder: Path, head: Head, seen: frozenset[ImageId]) -> Drawn | None:
    """Reads the project beside the window, which goes on writing it."""
    now = datetime.now(UTC)
    try:
        with Project.open(folder, read_only=True) as project:
            image_id = draw_again(project, head, now, seen)
            if image_id is None:
                return None
            return Drawn(image_id, project.repeats.times(head.head_id).get(image_id, 0) + 1)
    except WinnowError:
        return None  # the window says what is wrong with its project; nobody waits for this image
