"""What a mutation touched: returned by every mutating call, announced once by the window."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.replaced import Replaced
from core.values import ActId, HeadId, ImageId


@dataclass(frozen=True, slots=True)
class Changes:
    """Empty sets and False mean untouched. `act` is the act to go back to on undo."""

    act: ActId | None = None
    annotated: frozenset[ImageId] = field(default_factory=frozenset)
    """Images whose answer or mark changed; without an `act`, answered images that joined a group."""
    head: HeadId | None = None
    """The head those annotations belong to (None: flags, pins, or none)."""
    heads: bool = False
    """A head was added, edited or removed."""
    images: bool = False
    """Files were added, moved, found missing or quarantined."""
    embeddings: bool = False
    versions: bool = False
    """A version was adopted or put in force: predictions and queues differ."""
    unchanged: int = 0
    """Inputs that already held and wrote nothing."""
    replaced: Replaced = field(default_factory=Replaced)
    """Answers that gave way to those that were given now."""

    def __bool__(self) -> bool:
        return bool(self.annotated or self.heads or self.images or self.embeddings or self.versions)
