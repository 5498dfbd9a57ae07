"""What stands side by side: two to four images, each with what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

from core.values import ImageFile


@dataclass(frozen=True, slots=True)
class BesidePane:
    image: ImageFile
    title: str
    """What it is here, or the key that chooses it."""
    note: str = ""
    """Its answer."""


@dataclass(frozen=True, slots=True)
class BesideState:
    title: str = ""
    hint: str = ""
    panes: tuple[BesidePane, ...] = ()
    ahead: tuple[ImageFile, ...] = ()
    """What comes next: decoded while the person looks."""
    message: str = ""
    """Instead of images."""
    waiting: bool = False
    """Images are being chosen."""
