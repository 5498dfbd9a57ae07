"""stats: how the answers of a head are spread, as text bars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal

if TYPE_CHECKING:
    from core.exchange.distribution import Distribution

_TITLE = {"score": "Brackets:", "class": "Class ratios:", "tags": "Tags that are yes:"}
"""By the kind of head."""
_NUMBERED = re.compile(r"^\d+_", re.ASCII)


def stats(project: ProjectArgument, head: HeadArgument, *, json: JsonFlag = False, quiet: QuietFlag = False) -> int:
    """Count images by folder, and by label or bracket."""
    with opened(project) as engine:
        from core.exchange.dataset import annotated_rows
        from core.exchange.distribution import distribution

        spread = distribution(annotated_rows(engine, engine.heads.get(head)))
    document = {
        "head": head,
        "total": spread.total,
        "counts": spread.counts,
        "folders": spread.folders,
        "excluded": spread.excluded,
    }
    if spread.no:
        document["no"] = spread.no
    return Terminal(json=json, quiet=quiet).answer(Answer(document, tuple(_lines(spread))))


def _lines(spread: Distribution) -> list[str]:
    is_score = spread.kind.value == "score"
    named = {
        name if is_score else f"{place:02} {name}": spread.counts[name] for place, name in enumerate(spread.counts)
    }
    folders = {} if _tells_the_same(spread) else spread.folders
    total = {0: "No image has an answer yet.", 1: "1 image in dataset."}
    lines = [total.get(spread.total, f"{spread.total:,} images in dataset."), *_bars(folders, spread)]
    lines += ["", _TITLE[spread.kind.value], *_bars(named, spread, to_the_right=is_score)]
    return [*lines, "", f"{spread.excluded:,} of them kept out of training"] if spread.excluded else lines


def _tells_the_same(spread: Distribution) -> bool:
    """Whether every folder is named after its label and holds all of it: one table says both."""
    by_label = {_NUMBERED.sub("", name).casefold(): count for name, count in spread.folders.items()}
    answered = {name.casefold(): count for name, count in spread.counts.items() if count}
    return len(by_label) == len(spread.folders) and by_label == answered


def _bars(counts: Mapping[str, int], spread: Distribution, *, to_the_right: bool = False) -> list[str]:
    wide = max(map(len, counts), default=0)
    digits = len(str(max(counts.values(), default=0)))
    return [
        f"{name.rjust(wide) if to_the_right else name.ljust(wide)} - {count:>{digits}} {spread.bar(count)}".rstrip()
        for name, count in counts.items()
    ]
