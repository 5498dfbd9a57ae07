"""Pairs on the command line: judged ones from a file, those of the log, and which to judge next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.history import Entry
from app.cli.session import opened
from app.cli.terminal import Answer, Failure, as_json, table
from core.exchange.pairs_csv import read_pairs
from core.project.outputs import check_version
from core.project.pairing import pair_material, propose_pairs
from core.values import Head, Source

if TYPE_CHECKING:
    from core.project import Project


def annotate_pairs(project: Path, head: str, file: Path, source: Source) -> Answer:
    """Every judgement of the file as one act."""
    with opened(project, write=True) as engine:
        asked = engine.heads.get(head)
        said, problems = read_pairs(file, engine)
        changes = engine.pairs.judge(asked.head_id, said, source)
    failed = tuple(Failure(line, reason) for line, reason in problems)
    judged = len(said) - changes.unchanged
    document = {"annotated": judged, "unchanged": changes.unchanged, "failed": as_json(failed)}
    return Answer(document, (f"{judged:,} pairs judged, {changes.unchanged:,} unchanged",), failed)


def rank_pairs(project: Path, name: str, limit: int, seed: int) -> Answer:
    """The pairs that teach most first; the utility is the share of what is open about all scores that one settles."""
    with opened(project) as engine:
        head = engine.heads.get(name)
        check_version(engine, head)
        proposed = propose_pairs(pair_material(engine, head, engine.predictions(head)), limit, seed=seed)
        wanted = {image for pair in proposed for image in (pair.left, pair.right)}
        paths = {image.image_id: image.path for image in engine.images.get(wanted)}
    pairs = [
        {
            "left": paths[one.left],
            "right": paths[one.right],
            "utility": one.settles,
            "prediction": None if one.scores is None else {"left": one.scores[0], "right": one.scores[1]},
            "reason": one.why,
        }
        for one in proposed
    ]
    document = {"by": "pairs", "version": head.version, "head": name, "total": len(pairs), "pairs": pairs}
    if not pairs:
        return Answer(document, ("no two images are there to compare",))
    rows = [(place, one["left"], one["right"], one["reason"]) for place, one in enumerate(pairs, start=1)]
    return Answer(document, (table(("", "left", "right", "reason"), rows, numbers=("",)),))


def pair_entries(project: Project, head: Head | None, limit: int | None) -> list[Entry]:
    """What the log says of pairs, newest first."""
    rows = project.pairs.history(head.head_id if head is not None else None, limit)
    compared = [row.said or row.retracts for row in rows]
    wanted = {image for one in compared if one is not None for image in one.images}
    paths = {image.image_id: image.path for image in project.images.get(wanted)}
    names = {head_id: project.heads.name_of(head_id) for head_id in {row.head_id for row in rows}}
    found: list[Entry] = []
    for row, one in zip(rows, compared, strict=True):
        assert one is not None
        left, right = paths[one.left], paths[one.right]
        document: dict[str, object] = {
            "id": row.pair_id,
            "at": row.at.isoformat(),
            "image": left,
            "head": names[row.head_id],
            "field": "pair",
            "value": None if row.said is None else {"against": right, "winner": row.said.outcome.value},
            "source": row.source.value,
            "retracts": None if row.said is not None else row.pair_id,
            "act": row.act_id,
        }
        found.append(Entry(row.act_id, row.pair_id, document))
    return found
