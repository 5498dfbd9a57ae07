"""head unify: one tags head made from several class heads, with the answers they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    CombineOption,
    EncoderOption,
    JsonFlag,
    ProjectArgument,
    QuietFlag,
    TilesOption,
    check_crops,
    choose,
    suggestion,
)
from app.cli.session import opened
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError
from core.wording import counted

if TYPE_CHECKING:
    from rich.console import RenderableType

    from core.project import Project
    from core.project.tag_counts import TagCount
    from core.project.unify import Plan, Sight, Unified
    from core.values import Head


def unify(
    project: ProjectArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the tags head.", show_default=False)],
    *,
    sources: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="HEAD,...", help="The heads that it is made from.", show_default=False),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            "--drop", metavar="LABEL,...", help="Labels that become no tag: LABEL or HEAD:LABEL.", show_default=False
        ),
    ] = None,
    default: Annotated[
        list[str] | None,
        typer.Option(
            "--default",
            metavar="LABEL,...",
            help="Labels 0 that stand for none of the others, whatever they are called; 0 for that of every head.",
            show_default=False,
        ),
    ] = None,
    keep_default: Annotated[
        bool, typer.Option("--keep-default", help="Make a label 0 such as Pass a tag too.")
    ] = False,
    encoder: EncoderOption = None,
    tiles: TilesOption = None,
    combine: CombineOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Make one tags head from several class heads, with their answers.

    The tags are the labels of the heads. A label 0 that stands for none of the others (pass, clean, none, no, nothing,
    negative, normal, ok, other, rest, background) becomes no tag: it says no to every tag of that head. --default names
    such a label 0 that is called otherwise; what becomes of each label 0 is said before anything is done. An answer of
    one head says nothing of the tags of another: these stay unknown, are left out of the training, and wait in the
    order `overlap` (`winnow rank NAME --by overlap`), where each head sorts the images of the others. The heads and
    their answers stay as they are; the answers are taken over as one act that `winnow undo` takes back. Called again
    on a head that was made so, it takes over what was answered since; what a person said in the unified head stands.
    Without --encoder it learns from the encoder of most of these heads, of the first where they are split.
    """
    from app.cli.unjudged import told, unjudged
    from core.project.tag_counts import standing_counts
    from core.project.unify import plan_tags
    from core.project.unify import unify as carry_out
    from core.store.heads import check_head_name

    terminal = Terminal(json=json, quiet=quiet)
    with opened(project, write=True) as engine:
        target = next((head for head in engine.heads.all() if head.name.casefold() == name.strip().casefold()), None)
        heads = [engine.heads.get(one) for one in _names(engine, sources or [])]
        if target is None and not heads:
            raise UserError("it is not said which heads to unify", "name class heads with --from HEAD,HEAD")
        dropped = [part for text in drop or [] for part in text.split(",") if part.strip()]
        dropped += _defaults(heads, [part.strip() for text in default or [] for part in text.split(",")])
        plan = plan_tags(engine, heads, drop=dropped, keep_default=keep_default, target=target)
        sight = _sight(engine, plan, encoder, tiles, combine)
        check_head_name(name)
        for line in _of_defaults(plan):
            terminal.hint(line)
        done = carry_out(engine, plan, name, sight)
        counts = standing_counts(engine, done.head)
        missing = told(engine, unjudged(engine, plan.sources))
    for hint in (*_hints(plan, done), *missing):
        terminal.hint(hint)
    return terminal.answer(Answer(_document(plan, done, counts), _lines(plan, done, counts)))


def _names(project: Project, given: Sequence[str]) -> list[str]:
    """A head's own name may hold a comma."""
    known = {head.name for head in project.heads.all()}
    names = [part.strip() for text in given for part in ([text] if text in known else text.split(",")) if part.strip()]
    for name in names:
        if name not in known:
            listed = f"it has: {', '.join(sorted(known))}" if known else "add one with `winnow head add`"
            raise UserError(f"there is no head {name!r} in this project", suggestion(name, known, listed))
    return names


def _defaults(heads: Sequence[Head], named: Sequence[str]) -> list[str]:
    """The labels 0 that --default names, as --drop takes them."""
    from core.values import HeadKind

    firsts = [(head.name, head.labels[0].name) for head in heads if head.kind is HeadKind.CLASS]
    found: list[str] = []
    for name in named:
        alike = [
            f"{head}:{label}"
            for head, label in firsts
            if name == "0" or name.casefold() in (label.casefold(), f"{head}:{label}".casefold())
        ]
        if not alike:
            listed = ", ".join(f"{head}:{label}" for head, label in firsts) or "no class head is named with --from"
            raise UserError(f"no label 0 is called {name!r}", f"labels 0 are {listed}; --drop takes any label")
        found += alike
    return found


def _of_defaults(plan: Plan) -> list[str]:
    """What becomes of label 0 of each class head."""
    from core.values import HeadKind

    lines: list[str] = []
    for head in plan.sources:
        if head.kind is not HeadKind.CLASS:
            continue
        first, left_out = (
            head.labels[0],
            {label.label_id for one, label in plan.left_out if one.head_id == head.head_id},
        )
        if first.label_id in left_out:
            others = ", ".join(label.name for label in head.labels[1:] if label.label_id not in left_out)
            lines.append(f"label 0 of {head.name}, {first.name!r}, becomes no tag: it is no to {others}")
        else:
            way = f"; --default {head.name}:{first.name} makes it a no to the others" if plan.target is None else ""
            lines.append(f"label 0 of {head.name}, {first.name!r}, is a tag like the others{way}")
    return lines


def _sight(project: Project, plan: Plan, encoder: str | None, tiles: str | None, combine: str | None) -> Sight:
    """What the heads have in common, unless it is said otherwise; a head that is there keeps its own."""
    from app.cli.heads import known_encoder
    from core.project.unify import Sight, sight_of
    from core.values import Combine, Tiles

    if plan.target is not None and (encoder, tiles, combine) != (None, None, None):
        raise UserError(f"{plan.target.name!r} is there already and keeps its encoder", "leave these options out")
    check_crops(tiles, combine)
    shared = sight_of(plan.sources)
    return Sight(
        known_encoder(project, encoder) if encoder is not None else shared.encoder,
        choose(Tiles, tiles, "--tiles") if tiles is not None else shared.tiles,
        choose(Combine, combine, "--combine") if combine is not None else shared.combine,
    )


def _hints(plan: Plan, done: Unified) -> list[str]:
    untrained = [head.name for head in plan.sources if head.version is None]
    hints = []
    if done.kept:
        images = counted(done.kept, "image")
        hints.append(f"{images}: a person said something else in {done.head.name}, and that stands")
    if untrained:
        hints.append(f"{', '.join(untrained)} cannot sort the others' images before `winnow train`")
    if len({(head.encoder, head.tiles) for head in plan.sources}) > 1:
        hints.append(f"the heads look at images differently; {done.head.name} learns from {done.head.encoder}")
    return hints


def _document(plan: Plan, done: Unified, counts: Sequence[TagCount]) -> dict[str, object]:
    labels = [label.name for label in done.head.labels]
    return {
        "head": done.head.name,
        "kind": done.head.kind.value,
        "labels": labels,
        "encoder": done.head.encoder,
        "tiles": done.head.tiles.value,
        "combine": done.head.combine.value,
        "made": plan.target is None,
        "annotated": len(done.changes.annotated),
        "unchanged": done.changes.unchanged,
        "kept": done.kept,
        "from": [_source(plan, head, done) for head in plan.sources],
        "counts": {
            name: {"yes": one.yes, "no": one.no, "unknown": one.unknown}
            for name, one in zip(labels, counts, strict=True)
        },
        "review": {name: one.review for name, one in zip(labels, counts, strict=True)},
        "likely": {name: one.likely for name, one in zip(labels, counts, strict=True)},
    }


def _source(plan: Plan, head: Head, done: Unified) -> dict[str, object]:
    tags: dict[str, str | None] = {label.name: None for label in head.labels}
    tags |= {tag.label.name: tag.name for tag in plan.tags if tag.head.head_id == head.head_id}
    return {"head": head.name, "annotations": done.answers[head.head_id], "version": head.version, "tags": tags}


def _lines(plan: Plan, done: Unified, counts: Sequence[TagCount]) -> tuple[RenderableType, ...]:
    came_from = {tag.name: tag.head.name for tag in plan.tags}
    names = [label.name for label in done.head.labels]
    rows = [
        (name, came_from.get(name, ""), one.yes, one.no, one.unknown, one.review, one.likely)
        for name, one in zip(names, counts, strict=True)
    ]
    columns = ("tag", "from", "yes", "no", "unknown", "to review", "of these likely")
    left_out = ", ".join(f"{label.name} ({head.name})" for head, label in plan.left_out)
    took = f"{len(done.changes.annotated):,} annotated, {done.changes.unchanged:,} unchanged"
    line = f"{done.head.name}: tags from {', '.join(head.name for head in plan.sources)}; {took}"
    none = (f"no tag, but no to all of their head: {left_out}",) if left_out else ()
    return (line, table(columns, rows, numbers=columns[2:]), *none)
