"""Limits on what heads say, from the words of the command line: --label, --min, --max, --by and --top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.cli.options import plain_digits
from core.errors import UserError
from core.scoring.choice import Choice, Sieve
from core.scoring.tile_answers import AskedHead
from core.scoring.verdicts import short_name


@dataclass(frozen=True, slots=True)
class Words:
    """As they were typed."""

    labels: Sequence[str]
    at_least: Sequence[str]
    at_most: Sequence[str]
    by: str | None
    top: int | None


def sieve_of(heads: Sequence[AskedHead], words: Words) -> Sieve:
    """What does not name its head is about the one that has the labels, else about the first. Raises UserError."""
    labels: dict[int, tuple[str, ...]] = {}
    for text in words.labels:
        place, names = _labels(heads, text)
        labels[place] = (*labels.get(place, ()), *names)
    usual = next(iter(labels), 0)
    low = _numbers(heads, usual, "--min", words.at_least)
    high = _numbers(heads, usual, "--max", words.at_most)
    choices = [
        Choice.of(heads, place, labels=labels.get(place, ()), at_least=low.get(place), at_most=high.get(place))
        for place in range(len(heads))
    ]
    by = None if words.by is None else _place(heads, words.by)
    if words.by is not None and by is None:
        raise UserError(f"no head that is asked is called {words.by!r}", f"--by takes one of {_named(heads)}")
    return Sieve.of(choices, by=by, top=words.top)


def _labels(heads: Sequence[AskedHead], text: str) -> tuple[int, list[str]]:
    """Whose labels are named, and which: the first head that has them all, unless HEAD: stands before them."""
    for wanted in ([text], _split(text)):
        for place, head in enumerate(heads):
            if all(name in head.labels for name in wanted):
                return place, wanted
    named, rest = _of_head(heads, text)
    if named is not None:
        return named, _split(rest)
    if len(heads) == 1:
        return 0, _split(text)  # which says what it has
    held = ", ".join(f"{short_name(head.model)}:{name}" for head in heads for name in head.labels)
    known = f"they have {held}" if held else "score heads have none; leave --label out"
    raise UserError(f"no head that is asked has {text!r}", known)


def _numbers(heads: Sequence[AskedHead], usual: int, option: str, texts: Sequence[str]) -> Mapping[int, float]:
    """Head -> its limit."""
    found: dict[int, float] = {}
    for text in texts:
        place, rest = _of_head(heads, text)
        place = usual if place is None else place
        try:
            number = float(plain_digits(rest))
        except ValueError:
            several = f", or HEAD:NUMBER with HEAD one of {_named(heads)}" if len(heads) > 1 else ""
            raise UserError(f"{option} cannot be {text!r}", f"give a number{several}") from None
        if place in found:
            raise UserError(f"{option} is said twice of {short_name(heads[place].model)}", "say it once")
        found[place] = number
    return found


def _of_head(heads: Sequence[AskedHead], text: str) -> tuple[int | None, str]:
    """HEAD:REST as the place of the head and the rest; None and all of it where no head stands before a colon."""
    ends = [place for place, letter in enumerate(text) if letter == ":"]
    for end in reversed(ends):
        place = _place(heads, text[:end])
        if place is not None:
            return place, text[end + 1 :]
    return None, text


def _place(heads: Sequence[AskedHead], word: str) -> int | None:
    """Heads are called as in the call, without their folder, or by their own name."""
    for names in ([head.model for head in heads], [short_name(head.model) for head in heads], [h.name for h in heads]):
        if word in names:
            return names.index(word)
    return None


def _named(heads: Sequence[AskedHead]) -> str:
    return ", ".join(short_name(head.model) for head in heads)


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]
