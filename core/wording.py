"""Numbers and names in sentences: so many of a kind, whole percents, changes with their sign, what names begin."""

from __future__ import annotations

from collections.abc import Iterable


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


def probability_percent(probability: float) -> str:
    """ "65 %", "<1 %", ">99 %": what a head says, which is never certain, even where its number has no more digits."""
    return whole_percent(min(max(probability, 0.001), 0.999))


def signed(value: float, places: int = 0) -> str:
    """ "+0.21", "−1,200": a change, with a minus as wide as a plus; what rounds to nothing has none."""
    return f"{value:+z,.{places}f}".replace("-", "−")


def exact_percent(share: float) -> str:
    """ "65 %", "12.5 %": of a limit or a share that a person chose."""
    return f"{100 * share:g} %"


def sentence(text: str, names: Iterable[str] = ()) -> str:
    """With a capital, unless it begins with one of `names`, which are written as they are."""
    named = any(name and text.startswith(name) and not text[len(name) :][:1].isalnum() for name in names)
    return text if named else text[:1].upper() + text[1:]
