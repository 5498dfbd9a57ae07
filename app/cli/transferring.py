"""What is done with files that pass: copied, linked, moved, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import JsonFlag, QuietFlag
from app.cli.session import watched
from app.cli.terminal import Answer, Failure, Terminal, as_json
from app.cli.typed import as_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.scoring.answers import JudgedImage
    from core.scoring.files import Listing
    from core.scoring.transfers import Act, Transferred


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be said, and what is to be done with the files that pass."""

    out: Path | None
    sheet: Path | None
    act: Act | None
    folder: Path | None
    keep_structure: bool
    dry_run: bool


def putback(
    manifest: Annotated[
        Path, typer.Argument(metavar="MANIFEST", help="The winnow-files-... table in the folder.", show_default=False)
    ],
    *,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Undo a copy, link or move of `winnow score`, by its table.

    Moved files go back where they were; copies and links are removed unless they were changed since.
    """
    from core.scoring.putting_back import put_back

    terminal = Terminal(json=json, quiet=quiet)
    undone = watched(lambda show, is_cancelled: put_back(manifest, show, is_cancelled), terminal, last=True)
    folder = [str(manifest.parent)]
    failed = tuple(Failure(as_typed(path, folder), as_typed(reason, folder)) for path, reason in undone.failed)
    document = {"undone": undone.undone, "failed": as_json(failed)}
    return terminal.answer(Answer(document, (f"{undone.undone:,} undone",), failed))


def transferred(passed: Sequence[JudgedImage], listing: Listing, wish: Wish, terminal: Terminal) -> Transferred | None:
    from core.scoring.transfers import Transferred, plan_transfers, transfer

    if wish.act is None or wish.folder is None:
        return None
    names = dict(zip(listing.files, listing.names, strict=True)) if wish.keep_structure else {}
    files = [(Path(image.path), names.get(image.path, Path(image.path).name)) for image in passed]
    planned, kept = plan_transfers(wish.act, wish.folder, files)
    folder = wish.folder
    if wish.dry_run:
        moved = Transferred(None, tuple(planned), kept, ())
    else:
        moved = watched(
            lambda show, is_cancelled: transfer(planned, folder, kept, show, is_cancelled), terminal, last=True
        )
    return _as_named(moved, folder, {str(file.absolute()): file for file, _ in files})


def _as_named(moved: Transferred, folder: Path, files: Mapping[str, Path]) -> Transferred:
    """With the paths of the call; the table in the folder has absolute ones. `files`: by their absolute path."""
    done = tuple(
        replace(one, source=files[str(one.source)], target=folder / one.target.relative_to(folder.absolute()))
        for one in moved.done
    )
    failed = tuple((str(files.get(path, path)), as_typed(reason, [str(folder)])) for path, reason in moved.failed)
    return replace(moved, done=done, failed=failed)


def moved_json(moved: Transferred) -> dict[str, object]:
    return {
        "transferred": [{"source": one.source.as_posix(), "target": one.target.as_posix()} for one in moved.done],
        "kept": moved.kept,
        "manifest": moved.manifest.as_posix() if moved.manifest is not None else None,
    }


def moved_text(moved: Transferred, wish: Wish) -> str:
    done = {"copy": "copied", "link": "linked", "move": "moved"}[str(wish.act)]
    there = f", {moved.kept:,} there already" if moved.kept else ""
    if not (moved.done or moved.kept or moved.failed):
        return f"nothing passed, so nothing was {done}"
    if wish.dry_run:
        return f"{len(moved.done):,} would be {done} to {wish.folder}{there}; nothing was touched"
    undo = f"; `winnow putback {quote(str(moved.manifest))}` undoes it" if moved.manifest is not None else ""
    return f"{len(moved.done):,} {done} to {wish.folder}{there}{undo}"
