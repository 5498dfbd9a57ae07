"""What the head bar, the job bar and the empty view show: frozen states handed to passive widgets."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.models.orders import OrderChoices
from core.values import HeadId, Strategy


@dataclass(frozen=True, slots=True)
class HeadChoice:
    head_id: HeadId
    name: str
    detail: str = ""
    """Kind and encoder, for the tip."""


@dataclass(frozen=True, slots=True)
class HeadBarState:
    """The head in use, its version, and how it is being worked."""

    heads: tuple[HeadChoice, ...] = ()
    current: HeadId | None = None
    version_text: str = ""
    """"v3", or "no version yet"."""
    figure_text: str = ""
    """"91.2 % right on 240 answers given, no fair draw"; empty without a version."""
    figure_tip: str = ""
    annotated: int = 0
    total: int = 0
    new_annotations: int = 0
    """Annotations since the last version."""
    can_retrain: bool = False
    retrain_tip: str = ""
    training: bool = False
    auto_retrain: bool = True
    auto_advance: bool = True
    orders: OrderChoices = field(default_factory=OrderChoices)
    order: Strategy = Strategy.DISAGREEMENT
    target: int | None = None
    hunt_text: str = ""
    """How far the hunt is, while there is one."""
    hunt_title: str = ""
    """The same in a few words, which stand for the order's name."""
    order_waits: bool = False
    """Nothing is ranked yet: images come at random until then, whatever order is chosen."""


@dataclass(frozen=True, slots=True)
class JobBarState:
    """The job that runs, if any."""

    what: str = ""
    """Empty: nothing runs."""
    stage: str = ""
    done: int = 0
    total: int | None = None
    rate: float | None = None
    remaining_s: float | None = None
    device: str = ""
    live: str = ""
    """What the live head last did: "ranking follows 143 answers"."""
    failed_files: int = 0
    training: bool = False
    """Its curve can be looked at."""


@dataclass(frozen=True, slots=True)
class EmptyAction:
    act: str
    text: str
    primary: bool = False
