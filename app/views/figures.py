"""Figures as people read them: counts, sizes, times, rates."""

from __future__ import annotations


def count(number: int) -> str:
    """Thousands set apart by a comma, as everywhere else."""
    return f"{number:,}"


def file_size(size: int) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def duration(seconds: float) -> str:
    """One or two units: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 10 and rest:
        return f"{minutes} min {rest} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def rate(per_second: float) -> str:
    return f"{per_second:.0f} / s" if per_second >= 10 else f"{per_second:.1f} / s"
