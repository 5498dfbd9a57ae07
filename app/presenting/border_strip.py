"""The images that are asked beside the limits: those judged, the one in sight, those that come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from app.actions import Bindings
from app.loading.image_files import Locate
from app.models.keeping import StripState
from app.presenting.cards import answer_keys, build_review_card
from app.presenting.keep_states import (
    FAR_REASON,
    JUDGED_REASON,
    LOOKING_REASON,
    NEAR_REASON,
    READING_REASON,
    STAYED_REASON,
)
from app.workspace import Workspace
from core.values import ImageId

_HELD = 300
"""Judged images that are still in the strip."""


class BorderStrip:
    """What is in sight stays there until it is judged, or until another label is asked for."""

    def __init__(self, workspace: Workspace, bindings: Bindings, locate: Locate) -> None:
        self._workspace = workspace
        self._key_texts = answer_keys(bindings)
        self._locate = locate
        self._ids: list[ImageId] = []
        self._near: dict[ImageId, bool] = {}
        self._done: set[ImageId] = set()
        self._stayed: set[ImageId] = set()
        """Asked for other limits than those of now"""
        self._looks = True
        """What is to be asked is not known yet"""
        self._position = 0

    def current(self) -> ImageId | None:
        return self._ids[self._position] if self._position < len(self._ids) else None

    def waiting(self) -> list[ImageId]:
        """Asked and not judged yet."""
        return [image_id for image_id in self._ids if image_id not in self._done]

    def judged(self) -> list[ImageId]:
        return [image_id for image_id in self._ids if image_id in self._done]

    def add(self, asked: Sequence[tuple[ImageId, bool]]) -> None:
        """What is asked for the limits of now; an image may be in the strip by then."""
        self._looks = False
        for image_id, near in asked:
            self._near[image_id] = near
            if image_id not in self._ids:
                self._ids.append(image_id)

    def clear(self) -> None:
        self._ids, self._near, self._done, self._position = [], {}, set(), 0
        self._stayed, self._looks = set(), True

    def clear_waiting(self) -> None:
        """All that is not judged, save the one in sight: a key that is pressed now is meant for it.

        What is not among the images any more goes too.
        """
        current = self.current()
        keeps_current = current is not None and current not in self._done and self._is_there(current)
        self._keep_judged()
        if keeps_current and current is not None:
            self._ids.append(current)
            self._stayed.add(current)

    def leave(self) -> None:
        """All that is not judged, the one in sight too: none is there for a key until the next ones are known."""
        self._keep_judged()
        self._looks = True

    def _keep_judged(self) -> None:
        self._ids = [image_id for image_id in self.judged() if self._is_there(image_id)][-_HELD:]
        self._stayed = set(self._ids)
        self._position = len(self._ids)

    def _is_there(self, image_id: ImageId) -> bool:
        present = self._workspace.board.present
        return image_id < len(present) and bool(present[image_id])

    def has(self, image_id: ImageId) -> bool:
        """It was asked here."""
        return image_id in self._near

    def mark(self, image_id: ImageId, *, done: bool) -> None:
        if image_id in self._near:
            (self._done.add if done else self._done.discard)(image_id)

    def follow(self, ids: Collection[ImageId]) -> None:
        """After an act: what was taken back is shown, else the next that is not judged."""
        back = [place for place, image_id in enumerate(self._ids) if image_id in ids and image_id not in self._done]
        if back and self.current() not in ids:
            self._position = back[0]
        elif self.current() in self._done:
            self._position = next(
                (place for place, image_id in enumerate(self._ids) if image_id not in self._done), len(self._ids)
            )

    def go_to(self, position: int) -> None:
        self._position = max(0, min(position, len(self._ids)))

    def state(self, *, read: bool = True) -> StripState:
        """`read`: it is known what can be asked."""
        ids, current = np.array(self._ids, np.int64), self.current()
        if current is None:
            reason = READING_REASON if not read else LOOKING_REASON if self._looks else JUDGED_REASON
            return StripState(ids, self._position, None, reason)
        place = (self._position, len(self._ids))
        card = build_review_card(self._workspace, self._key_texts, self._locate, current, None, place)
        # Asked as the audit set is: nothing is shown of what the head says.
        card = replace(card, blind=current not in self._done) if card is not None else None
        away = STAYED_REASON if current in self._stayed else FAR_REASON
        return StripState(ids, self._position, card, NEAR_REASON if self._near.get(current) else away)
