"""Project and head that an import makes where there are none: one command brings a whole tree over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.logs import end_log
from app.cli.options import choose
from app.cli.session import opened
from core.errors import EnvironmentProblem, UserError, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.cli.terminal import Terminal
    from core.exchange.preview import TreeFound
    from core.project import Project
    from core.values import ActId, Head


@dataclass(frozen=True, slots=True)
class NewHead:
    """As it was typed; None: left out."""

    kind: str | None
    labels: str | None
    encoder: str | None


@contextmanager
def with_what_is_missing(
    folder: Path, name: str, tree: Path, wish: NewHead, terminal: Terminal, found: TreeFound
) -> Iterator[None]:
    """The project of `tree` and the head are made for the block, if --kind was given and they are not there.

    Where the block cannot be done, what was made for it is taken away again.
    `found`: what lies in the tree: without --labels its folders say them, of embeddings their size the encoder.
    """
    from core.project.folder import discard, topmost_missing

    top = topmost_missing(folder)
    act = None
    try:
        act = _make_what_is_missing(folder, name, tree, wish, terminal, found)
        yield
    except (UserError, EnvironmentProblem):
        if top is not None:
            end_log()
            discard(top)
        elif act is not None:
            with suppress(UserError), opened(folder, write=True) as engine:  # what failed first is what is told
                engine.annotations.undo(expected=act)
        raise


def _make_what_is_missing(
    folder: Path, name: str, tree: Path, wish: NewHead, terminal: Terminal, found: TreeFound
) -> ActId | None:
    """The act by which the head was added; None where there was one."""
    from app.cli.head_forms import parse_labels
    from app.cli.heads import known_encoder
    from core.project import Project
    from core.values import HeadKind

    if wish.kind is None:
        _check_there(folder, wish)
        return None
    kind = choose(HeadKind, wish.kind, "--kind")
    by_folders = wish.labels is None and kind is not HeadKind.SCORE and found.says_labels
    labels = found.labels_for(kind) if by_folders else parse_labels(kind, wish.labels)
    if not folder.exists():
        Project.create(folder, [tree.as_posix()]).close()
    with opened(folder, write=True) as engine:
        held = next((head for head in engine.heads.all() if head.name == name), None)
        if held is not None:
            _check_alike(held, kind, () if by_folders else labels, wish, terminal)
            return None
        encoder = wish.encoder or _of_size(engine, found.values)
        if by_folders:
            _tell_unnamed(labels, found, terminal)
        return engine.heads.add(name, kind, labels, known_encoder(engine, encoder))[1].act


def _check_there(folder: Path, wish: NewHead) -> None:
    if wish.labels is not None or wish.encoder is not None:
        raise UserError("--labels and --encoder are for a new head", "add --kind class, score or tags")
    if not folder.exists():
        remedy = "check the name, or add --kind class, score or tags, which makes project and head"
        raise UserError(f"there is no project at {folder}", remedy)


def _check_alike(held: Head, kind: object, labels: Sequence[str], wish: NewHead, terminal: Terminal) -> None:
    """Raises UserError where the head that is there is another one than was asked for."""
    from core.store.encoders import encoder_name

    if held.kind is not kind:
        raise UserError(f"{held.name} is a {held.kind.value} head already", "leave --kind out, or name another")
    if wish.encoder is not None and encoder_name(wish.encoder) != encoder_name(held.encoder):
        raise UserError(f"{held.name} is a head on {held.encoder} already", "leave --encoder out, or name another head")
    names = [label.name for label in held.labels]
    if labels and list(labels) != names:
        add = "add a label in the window (Head menu, Edit the head)"
        terminal.hint(f"{held.name} exists with {', '.join(names)}; --labels is not used; {add}")


def _tell_unnamed(labels: Sequence[str], found: TreeFound, terminal: Terminal) -> None:
    """Which numbers between the others, or below them, no folder gives a name."""
    unnamed = [label for place, label in enumerate(labels) if label == f"label {place}"]
    if unnamed and not found.by_label:
        names = ", ".join(unnamed)
        terminal.hint(f"no folder names {names}; rename it in the window (Head menu, Edit the head)")


def _of_size(project: Project, size: int | None) -> str | None:
    """The encoder in use where it makes vectors of this size, else the built-in one or that of the seed which does.

    Raises UserError where none of them does.
    """
    from app.encoder_in_use import encoder_in_use
    from core.encoders.registry import describe
    from core.encoders.signal.encoder import DIM, ID
    from core.names import SEED_ENCODERS

    used = encoder_in_use(project)
    if size is None or (used is not None and describe(used).dim == size):
        return used
    known = {**SEED_ENCODERS, DIM: ID}
    if size not in known:
        raise UserError(
            f"no encoder known here gives {size:,} values, as these files hold",
            "name the one that made them",
            Way.ENCODER,
        )
    return known[size]
