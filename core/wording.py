"""Numbers in sentences: so many things of a kind, and whole percents."""

from __future__ import annotations


def counted(number: int, what: str, many: str = "") -> str:
    """ "1 image", "1,200 images"; `many` where an s does not do."""
    return f"1 {what}" if number == 1 else f"{number:,} {many or what + 's'}"


def whole_percent(share: float) -> str:
    """ "65 %"."""
    return f"{100 * share:.0f} %"
