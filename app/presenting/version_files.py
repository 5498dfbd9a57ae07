"""What versions keep in their folders and their view shows: read beside the window's thread, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.jobs.background import Background

if TYPE_CHECKING:
    from core.values import CurvePoint

CURVES, RECIPES = "read training curves", "read recipes"
"""Work beside the window's thread."""


class VersionFiles:
    """A version never changes, so what was read stands."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._recipes: dict[Path, str] = {}
        self._curves: dict[Path, tuple[CurvePoint, ...]] = {}

    def recipe(self, version: Path) -> str:
        """In a few words, of the version in that folder; empty until it is read."""
        return self._recipes.get(version, "")

    def curve(self, version: Path) -> tuple[CurvePoint, ...]:
        return self._curves.get(version, ())

    def read_recipes(self, versions: Collection[Path], then: Callable[[], object]) -> None:
        """`then` is called where any was read."""
        unread = [one for one in versions if one not in self._recipes]
        if unread:
            self._background.run(RECIPES, partial(_recipes, unread), partial(self._take_recipes, then))

    def read_curves(self, versions: Collection[Path], then: Callable[[], object]) -> None:
        """`then` is called once all are there, which is at once where they are known, or cannot be read."""
        unread = [one for one in versions if one not in self._curves]
        if unread:
            take = partial(self._take_curves, then)
            self._background.run(CURVES, partial(_curves, unread), take, failed=lambda error: then())
        else:
            self._background.forget(CURVES)
            then()

    def _take_recipes(self, then: Callable[[], object], found: Mapping[Path, str]) -> None:
        self._recipes.update(found)
        then()

    def _take_curves(self, then: Callable[[], object], found: Mapping[Path, tuple[CurvePoint, ...]]) -> None:
        self._curves.update(found)
        then()


def _recipes(versions: Iterable[Path]) -> dict[Path, str]:
    from core.project.recipe_text import recipe_text

    return {one: recipe_text(one) for one in versions}


def _curves(versions: Iterable[Path]) -> dict[Path, tuple[CurvePoint, ...]]:
    import app.views.curve_row  # noqa: F401 - pyqtgraph takes a while to load, if that was not done yet
    from core.project.curves import read_curve

    return {one: read_curve(one) for one in versions}
