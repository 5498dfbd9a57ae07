"""What is drawn over a picture for each of its tiles."""

from __future__ import annotations

from dataclasses import dataclass

from core.media.tiles import Place


@dataclass(frozen=True, slots=True)
class TileMark:
    place: Place
    text: str
    """What the head says of this tile: "JPEG 92 %", "6.4"."""
    anchor: tuple[float, float]
    """Where in the tile the text stands, 0..1 each way: texts of tiles that overlap stay apart."""
    leading: bool = False
    """No other tile speaks as much for the answer of the whole picture."""
