"""annotate: answers and judged pairs from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HeadArgument, JsonFlag, ProjectArgument, QuietFlag, choose
from app.cli.session import opened
from app.cli.terminal import Answer, Failure, Terminal, as_json
from core.errors import UserError


def annotate(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE.csv", help="Columns path,value.", show_default=False)
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option("--pairs", metavar="FILE.csv", help="Columns left,right,winner.", show_default=False),
    ] = None,
    source: Annotated[str, typer.Option("--source", metavar="WHO", help="human, import or synthetic.")] = "import",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Annotate from a CSV file with the columns path,value.

    A path is as the program shows it, or below an image folder. A value is a label's name or number (from 0: label 0 is
    key 1 in the window), a score from 0 to 10 (halves allowed), or tags as a;b;-c: yes to a and b, no to c, the others
    unknown. -* says no to every tag that is not named; alone it says that none applies. All of the file is one act,
    which one undo takes back.

    --pairs takes judged pairs of a score head instead: the winner is left, right, tie, skipped, or one of the two
    paths. They train the head together with its scores.
    """
    from app.cli.pairing import annotate_pairs
    from app.cli.words import gave_way, gave_way_lines
    from core.exchange.annotations_csv import read_annotations
    from core.values import Source

    who = choose(Source, source, "--source")
    if who is Source.UNIFIED:
        raise UserError("--source cannot be 'unified'", "`winnow head unify` takes answers over from other heads")
    if (file is None) == (pairs is None):
        raise UserError("one file is wanted", "give --from FILE.csv with answers, or --pairs FILE.csv with pairs")
    if pairs is not None:
        return Terminal(json=json, quiet=quiet).answer(annotate_pairs(project, head, pairs, who))
    assert file is not None
    _require_file(file)
    with opened(project, write=True) as engine:
        asked = engine.heads.get(head)
        values, problems = read_annotations(file, engine, asked)
        changes = engine.annotations.annotate(asked.head_id, values, source=who)
    failed = tuple(Failure(path, reason) for path, reason in problems)
    document = {
        "annotated": len(changes.annotated),
        "unchanged": changes.unchanged,
        **gave_way(changes),
        "failed": as_json(failed),
    }
    line = f"{len(changes.annotated):,} annotated, {changes.unchanged:,} unchanged"
    terminal = Terminal(json=json, quiet=quiet)
    if not values and not failed:
        terminal.hint(f"{file} has no rows below its first line, path,value: there is nothing to annotate")
    taken = () if values or not failed else ("nothing was taken: no row of the file can be used",)
    return terminal.answer(Answer(document, (line, *gave_way_lines(changes, project), *taken), failed))


def _require_file(file: Path) -> None:
    if file.is_dir():
        raise UserError(f"{file} is a folder", "give a CSV file with the columns path,value")
    if not file.exists():
        raise UserError(f"there is no file {file}", "give a CSV file with the columns path,value")
