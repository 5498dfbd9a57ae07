"""A word for who has a graphics card that is not used."""

from __future__ import annotations

from app.jobs.state import Errand, JobState
from core.jobs.events import JobProgress
from core.names import BUILT_IN

SLOW_S = 180.0
"""An embedding that lasts longer than this is worth a word about the device."""
_WORD = "No GPU is in use, so embedding takes a while. Answer meanwhile: what you see comes first."


class SlowDevice:
    """Speaks once a sitting."""

    def __init__(self) -> None:
        self._told = False

    def word(self, event: JobProgress, state: JobState, encoder: str) -> str:
        """Empty where there is nothing to say."""
        # No card would speed the built-in encoder up.
        on_cpu = state.errand is Errand.EMBED and state.device == "cpu" and encoder != BUILT_IN
        if self._told or not on_cpu or (event.remaining_s or 0.0) <= SLOW_S:
            return ""
        self._told = True
        return _WORD
