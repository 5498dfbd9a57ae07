"""What the apply view shows: what is asked of which files, what passes, and what is done with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.models.tried import HeadToTry
from core.scoring.answered_route import Route
from core.scoring.transfers import Act
from core.values import Combine, Tiles


@dataclass(frozen=True, slots=True)
class HeadLimits:
    """What one head must say of a file for it to pass; None: no limit."""

    model: str
    name: str
    labels: tuple[str, ...]
    """Empty for a score head."""
    scale: float
    wanted: tuple[str, ...] = ()
    """Labels of which the highest counts; none: all of them."""
    at_least: float | None = None
    at_most: float | None = None
    """In brackets for a score head, else as a probability; inclusive."""


@dataclass(frozen=True, slots=True)
class PutPlan:
    """What is to be done with what passes."""

    act: Act = Act.COPY
    folder: str = ""
    keep_structure: bool = False


@dataclass(frozen=True, slots=True)
class RouteChoices:
    """Heads as (model, name)."""

    route: Route = field(default_factory=Route)
    deciding: tuple[tuple[str, str], ...] = ()
    """Class heads."""
    labels: tuple[str, ...] = ()
    """Of the one that decides."""
    scoring: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ApplyState:
    sources: tuple[str, ...] = ()
    recursive: bool = True
    heads: tuple[HeadToTry, ...] = ()
    tiles: Tiles | None = None
    combine: Combine | None = None
    """None: as each head was trained."""
    busy: str = ""
    """What runs and how far it is; empty while nothing does."""
    scored: bool = False
    """There is something to choose from."""
    routes: RouteChoices = RouteChoices()
    limits: tuple[HeadLimits, ...] = ()
    top: int | None = None
    lead: str = ""
    """The model of the head that `top` goes by."""
    only_passing: bool = False
    passed: int = 0
    judged: int = 0
    failed: int = 0
    plan: PutPlan = PutPlan()
    told: str = ""
    """What was done last, or what went wrong."""
    can_put_back: bool = False
