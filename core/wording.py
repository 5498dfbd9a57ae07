"""Numbers in sentences: so many things of a kind, whole percents, and changes with their sign."""

from __future__ import annotations


def counted(number: int, what: str, many: str = "") -> str:
    """ "1 image", "1,200 images"; `many` where an s does not do."""
    return f"1 {what}" if number == 1 else f"{number:,} {many or what + 's'}"


def whole_percent(share: float) -> str:
    """ "65 %"; never rounds what is open to certainty."""
    if 0.0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1.0:
        return ">99 %"
    return f"{100 * share:.0f} %"


def signed(value: float, places: int = 0) -> str:
    """ "+0.21", "−1,200": a change, with a minus as wide as a plus; what rounds to nothing has none."""
    return f"{value:+z,.{places}f}".replace("-", "−")


def exact_percent(share: float) -> str:
    """ "65 %", "12.5 %": of a limit or a share that a person chose."""
    return f"{100 * share:g} %"
