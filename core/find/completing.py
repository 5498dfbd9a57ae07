"""What could be typed next: a pure function of the text, the cursor, and the words that this project knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.find.keys import KEYS, SAME_AS, STATES, Key, Takes, key_of
from core.find.parsing import Token, split
from core.find.terms import quoted
from core.values import HeadKind

MOST = 12


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one project under one head."""

    kind: HeadKind | None = None
    labels: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """Below the image folders, with "/" separators."""
    versions: tuple[int, ...] = ()
    reads_text: bool = True
    """Whether the encoder has a text side, as far as is known."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    """What takes the place of the word under the cursor."""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The word from `start` to `end` may become any of these."""

    start: int
    end: int
    suggestions: tuple[Suggestion, ...] = ()

    def applied(self, text: str, number: int) -> tuple[str, int]:
        """The text with a suggestion in place, and where the cursor stands then."""
        chosen = self.suggestions[number].text
        space = "" if chosen.endswith((":", "/")) or text[self.end : self.end + 1].isspace() else " "
        return text[: self.start] + chosen + space + text[self.end :], self.start + len(chosen) + len(space)


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """Of the word that ends at the cursor; where none does, of a new one."""
    token = next((one for one in split(text[:cursor], closed=False) if one.end >= cursor and not one.sign), None)
    if token is None or (text[cursor - 1 : cursor].isspace() and text[token.start] != '"'):
        return Completion(cursor, cursor, tuple(_keys("", vocabulary))[:MOST])
    start = token.start
    found = _values(token, vocabulary) if token.key else _keys(token.text.casefold(), vocabulary)
    typed = text[start:cursor]
    return Completion(start, cursor, tuple(one for one in found if one.text != typed)[:MOST])


def _keys(begun: str, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    """Those that say something under the head; another word for one only where it was begun."""
    for key, info in KEYS.items():
        fits = vocabulary.kind is None or vocabulary.kind in info.kinds
        if key is Key.TEXT and not vocabulary.reads_text:
            continue
        if fits and key.value.startswith(begun):
            yield Suggestion(f"{key.value}:", info.tip)
    if begun:
        for word, key in SAME_AS.items():
            if word.startswith(begun):
                yield Suggestion(f"{word}:", KEYS[key].tip)
        for state, tip in STATES.items():
            if state.value.startswith(begun):
                yield Suggestion(f"is:{state.value}", tip)


def _values(token: Token, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    key, begun = key_of(token.key), token.text.casefold()
    if key is None:
        return
    if key is Key.IS:
        for state, tip in STATES.items():
            if state.value.startswith(begun):
                yield Suggestion(f"{token.key}:{state.value}", tip)
    elif key in (Key.ANNOTATION, Key.PREDICTION, Key.TAG):
        yield from _labels(token, key, begun, vocabulary)
    elif key in (Key.PATH, Key.SIMILAR):
        yield from _folders(token, begun, vocabulary)
    elif KEYS[key].takes is Takes.WHOLE and not begun:
        for number in reversed(vocabulary.versions):
            yield Suggestion(f"{token.key}:{number}", f"first learned by v{number}")
        if vocabulary.versions:
            yield Suggestion(f"{token.key}:>{vocabulary.versions[-1]}", "no version has learned it yet")
    elif not begun:
        for example in KEYS[key].examples:
            yield Suggestion(f"{token.key}:{example.partition(':')[2]}")


def _labels(token: Token, key: Key, begun: str, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    minus = "-" if key is Key.TAG and begun.startswith("-") and token.plain_start else ""
    begun = begun.removeprefix(minus)
    for name in vocabulary.labels:
        if name.casefold().startswith(begun):
            yield Suggestion(f"{token.key}:{minus}{quoted(name)}")
    if key is not Key.TAG:
        for word, tip in (("none", "there is none"), ("any", "there is one")):
            if word.startswith(begun) and word not in vocabulary.labels:
                yield Suggestion(f"{token.key}:{word}", tip)


def _folders(token: Token, begun: str, vocabulary: Vocabulary) -> Iterator[Suggestion]:
    for folder in vocabulary.folders:
        lowered = folder.casefold()
        if lowered.startswith(begun) or f"/{begun}" in lowered:
            text = quoted(f"{folder}/*" if key_of(token.key) is Key.PATH else f"{folder}/")
            yield Suggestion(f"{token.key}:{text}")
