"""The end of a scan: which pictures are made from one another or look alike, so that folds keep them together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from pathlib import Path

import numpy as np

from core.errors import Cancelled
from core.jobs.events import Event, KinFound
from core.jobs.pace import Pace
from core.media.look_groups import groups_alike, links
from core.media.look_store import LookStore
from core.media.looks import Looks, look
from core.media.synthetic_table import kinship
from core.media.thumbnails import ThumbnailStore
from core.values import ContentHash

_Pair = tuple[ContentHash, ContentHash]
_PAIRS_AT_ONCE = 1_000
"""Taken in by the window in one go."""
_LOOKS_AT_ONCE = 256


def find_kin(
    job: str,
    thumbnails: ThumbnailStore,
    found: Set[ContentHash],
    tables: Sequence[str],
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> None:
    """Emits KinFound for the copies that `tables` name and, where there are new pictures, for those that look alike.

    Looks count as told once their pairs have been emitted, so what an end in between loses is found again, as are those
    that the project did not know before this scan, which `found` them: it may be one of an older day, put back.
    """
    store = LookStore(thumbnails.folder)
    looks, told = _forget(*store.read(), found)  # the first `told` of them
    fresh: list[Looks] = []
    try:
        for some in _new_looks(job, thumbnails, looks, emit, is_cancelled):
            fresh += some
    finally:
        if fresh:
            looks = Looks.all_of([looks, *fresh])
            store.write(looks, told)
    pairs = chain.from_iterable(kinship(Path(table)) for table in tables)
    for batch in _batches(chain(pairs, _alike(looks, told, is_cancelled) if told < len(looks) else ())):
        emit(KinFound(job, batch))
    if told < len(looks):
        store.write(looks, len(looks))


def _forget(looks: Looks, told: int, names: Set[ContentHash]) -> tuple[Looks, int]:
    """Those of `names` behind the others, untold."""
    again = np.fromiter((name in names for name in looks.names()[:told]), np.bool_, told)
    if not again.any():
        return looks, told
    order = np.concatenate((np.flatnonzero(~again), np.flatnonzero(again), np.arange(told, len(looks))))
    return looks.at(order), told - int(again.sum())


def _new_looks(
    job: str,
    thumbnails: ThumbnailStore,
    known: Looks,
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Iterator[list[Looks]]:
    """Of the thumbnails that have none yet, a few at a time; raises Cancelled between two lots."""
    seen = set(known.names())
    wanted = sorted(name for name in thumbnails.names() if name not in seen)
    if not wanted:
        return
    pace = Pace(job, "comparing", emit)
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="look") as pool:
        for start in range(0, len(wanted), _LOOKS_AT_ONCE):
            if is_cancelled():
                raise Cancelled
            some = wanted[start : start + _LOOKS_AT_ONCE]
            found = pool.map(partial(_look, thumbnails), some)
            yield [one for one in found if one is not None]
            pace.report(start + len(some), len(wanted))


def _look(thumbnails: ThumbnailStore, name: ContentHash) -> Looks | None:
    """None where the thumbnail is gone or torn; it is looked at again once it was made anew."""
    data = thumbnails.read(name)
    try:
        return look(name, data) if data is not None else None
    except (OSError, ValueError, SyntaxError):
        return None


def _alike(looks: Looks, told: int, is_cancelled: Callable[[], bool]) -> Iterator[_Pair]:
    """Pairs that hold the groups of the others together, and with those that were told; raises Cancelled."""

    def watch() -> None:
        if is_cancelled():
            raise Cancelled

    names = looks.names()
    for first, second in links(groups_alike(looks, watch=watch, since=told)).tolist():
        yield names[first], names[second]


def _batches(pairs: Iterable[_Pair]) -> Iterator[tuple[_Pair, ...]]:
    waiting = iter(pairs)
    while some := tuple(islice(waiting, _PAIRS_AT_ONCE)):
        yield some
