"""find: the images that a query means, in the language of the window's search box."""

from __future__ import annotations

import math
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, LimitOption, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Failure, Terminal, as_json, table
from core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from core.find.heads import Meant
    from core.find.keys import Key
    from core.find.terms import Query
    from core.project import Project
    from core.project.finding import Found
    from core.values import AnswerValue, Head, ImageFile, LabelId

    _Listed = tuple[ImageFile, float | str | None, AnswerValue | None]
    """An image, its place in the order, and its answer"""

_DAYS = ("date", "file-date")
_SHOWN = 40
"""Rows of a table without --limit; JSON holds them all."""


def find(
    project: ProjectArgument,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="In quotes.", show_default=False)],
    *,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="H", help="Whose answers and predictions; else the last used that has them."),
    ] = None,
    limit: LimitOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """List the images that a query means.

    Words are parts of the path. path:cats/* (* is any letters), annotation:jpeg (or label:; none, any), tag:sky and
    tag:-sky (an explicit no), answer:>=7 (a given score), prediction:jpeg, score:5..7.5 (a predicted one),
    confidence:>0.9, disagreement:>0.5, conflict:>0.8, version:3 (the version that first learned the answer),
    date:2026-11-01.. (of the answer; today, yesterday, week), file-date:2026-11, is:answered, open, flagged, pinned,
    excluded, skipped, synthetic or duplicate. similar:PATH (any picture file) and text:"red car" list what is most
    like an image, or like words. A minus before a condition negates it; OR and parentheses join them. A query that
    begins with a minus stands behind --.
    """
    from app.cli.learning import parse_version

    name, version = (None, None) if head is None else parse_version(head)
    with opened(project) as engine:
        meant = _meant(engine, name, query)
        found = _found(engine, meant.head, version, meant.query)
        answer = _answer(engine, meant, query, found, limit)
        missing = _missing(engine, meant.head, query) if version is None else ()
        several = name is None and len(engine.heads.all()) > 1
    terminal = Terminal(json=json, quiet=quiet)
    for line in (*_told(meant, several=several), *missing):
        terminal.hint(line)
    return terminal.answer(answer)


def _missing(project: Project, head: Head | None, query: str) -> tuple[str, ...]:
    """Why a query for predictions passes images over that came after the version in force."""
    from app.cli.unjudged import told, unjudged
    from core.find.heads import OF_VERSIONS
    from core.find.keys import SAME_AS
    from core.find.parsing import split

    if head is None or OF_VERSIONS.isdisjoint(SAME_AS.get(token.key, token.key) for token in split(query)):
        return ()
    return told(project, unjudged(project, [head]))


def ids_found(project: Project, head: Head, version: int | None, query: str) -> NDArray[np.int64]:
    """For `rank --where`."""
    return _found(project, head, version, _parsed(query)).ids


def _meant(project: Project, name: str | None, query: str) -> Meant:
    """By default the head used last of those that have what the query asks, else the first of them."""
    from core.find.heads import ONE_AT_A_TIME, Meant, head_meant

    parsed = _parsed(query)
    if name is not None:
        return Meant(project.heads.get(name), parsed)
    heads = project.heads.all()
    used = {head.head_id: act.act_id for head in heads for act in project.acts.newest(head.head_id, 1)}
    ordered = sorted(heads, key=lambda head: -used.get(head.head_id, 0))
    try:
        return head_meant(ordered, parsed, lambda head: project.versions.in_force(head.head_id) is not None)
    except UserError as error:
        named = " (--head names the head)" if error.remedy == ONE_AT_A_TIME else ""
        raise UserError(error.problem, f"{error.remedy}{named}") from None


def _told(meant: Meant, *, several: bool) -> tuple[str, ...]:
    """Which head of several was asked where none was named, and what it was not asked of an OR."""
    from core.find.terms import write

    if meant.head is None:
        return ()
    if not meant.left_out:
        return (f"asked of {meant.head.name}; --head names another",) if several else ()
    texts = ", ".join(write(part) for part in meant.left_out)
    return (f"asked of {meant.head.name}, under which {texts} means nothing and is left out; --head names another",)


def _parsed(query: str) -> Query:
    from core.find.parsing import QueryError, parse

    try:
        return parse(query, date.today())
    except QueryError as error:
        raise UserError(f"{error.problem} (character {error.start + 1} of the query)", error.remedy) from None


def _found(project: Project, head: Head | None, version: int | None, query: Query) -> Found:
    from core.project.finding import find_images
    from core.project.listing import Listing

    said = None if head is None else project.predictions(head, version)
    return find_images(
        project, Listing(project.images.all()), head, said, query, partial(_placed, project), version=version
    )


def _placed(project: Project, head: Head, key: Key, text: str) -> NDArray[np.float32]:
    from core.find.keys import Key
    from core.heads.text_start import text_vector
    from core.project.specs import signature_of
    from core.scoring.placing import file_vector

    signature = signature_of(project, head)
    placed: NDArray[np.float32] = (
        text_vector(text, signature) if key is Key.TEXT else file_vector(text, signature, "auto")
    )
    return placed


def _answer(project: Project, meant: Meant, query: str, found: Found, limit: int | None) -> Answer:
    """All of it as JSON, and the first as a table with what they are in the order of."""
    from app.cli.words import label_names, value_json
    from core.find.terms import write
    from core.values import ImageId

    head = meant.head
    ids = [ImageId(one) for one in found.ids[:limit].tolist()]
    images = project.images.get(ids)
    failed = _not_there(project, images)
    names = {} if head is None else label_names(head)
    given = [None for _ in ids] if head is None else project.annotations.standing_of(head.head_id, ids)
    answers = [None if one is None else one.answer for one in given]
    by = None if found.by is None else found.by.value
    numbers = [math.nan] * len(ids) if found.strength is None else found.strength[:limit].tolist()
    values = [_value(by, one) for one in numbers]
    listed = list(zip(images, values, answers, strict=True))
    document = {
        "query": query,
        "head": None if head is None else head.name,
        "left_out": [write(part) for part in meant.left_out],
        "by": by,
        "total": len(found.ids),
        "images": [
            {"path": image.path, "value": value, "annotation": value_json(answer, names)}
            for image, value, answer in listed
        ],
        "failed": as_json(failed),
    }
    if not images:
        return Answer(document, (f"nothing found{_why_nothing(found)}",))
    return Answer(document, _lines(listed[: limit or _SHOWN], by, names, len(found.ids)), failed)


def _lines(listed: Sequence[_Listed], by: str | None, names: Mapping[LabelId, str], total: int) -> tuple[str, ...]:
    """A table, and how many more there are."""
    from core.exchange.answer_text import answer_text

    rows = [
        (
            *(() if by is None else ("" if value is None else value,)),
            "" if answer is None else answer_text(answer, names),
            image.path,
        )
        for image, value, answer in listed
    ]
    rest = total - len(rows)
    more = (f"and {rest:,} more; choose how many with --limit",) if rest else ()
    columns = (*(() if by is None else (by,)), "annotation", "path")
    return (table(columns, rows, numbers=(by or "",)), *more)


def _not_there(project: Project, images: Sequence[ImageFile]) -> tuple[Failure, ...]:
    """Those whose files nobody can open; of an image folder that cannot be reached in one line."""
    from app.cli.pictures import with_advice
    from core.media.system_reasons import system_reason
    from core.project.lost import lost_lines

    failed: list[tuple[str, str]] = []
    for image in images:
        try:
            if not image.lost:
                Path(image.path).stat()
        except OSError as error:
            failed.append((image.path, system_reason(error)))
    return with_advice(project, [*failed, *lost_lines(image.root for image in images if image.lost)])


def _why_nothing(found: Found) -> str:
    """Which condition to change, as the window says it."""
    alone = [text for text, count in found.parts if not count]
    if alone:
        them = "it" if len(alone) == 1 else "them"
        return f": no image fits {' or '.join(alone)}; loosen {them} or take {them} out"
    told = ", ".join(f"{text}: {count:,}" for text, count in found.parts)
    return f": each condition finds images ({told}), but none answers all; take one out, or put OR between two"


def _value(by: str | None, number: float) -> float | str | None:
    """A day as text; JSON knows no NaN."""
    if math.isnan(number):
        return None
    if by in _DAYS:
        return datetime.fromtimestamp(number).astimezone().isoformat(timespec="seconds")
    return round(number, 4)
