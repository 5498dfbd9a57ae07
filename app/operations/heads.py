"""Heads: make, edit, choose; and the order that the queue follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.queue.hunting import meant_by, target_text
from app.workspace import Workspace
from core.project import Project
from core.project.similar import vector_of
from core.values import Combine, Head, HeadId, HeadKind, ImageId, Label, LabelId, Strategy, Tiles


@dataclass(frozen=True, slots=True)
class LabelEdit:
    """A label as the person wants it; `label_id` None for a new one."""

    name: str
    label_id: LabelId | None = None


@dataclass(frozen=True, slots=True)
class HeadDraft:
    """A head as the person wants it."""

    name: str
    kind: HeadKind
    labels: tuple[LabelEdit, ...]
    encoder: str
    tiles: Tiles = Tiles.NONE
    combine: Combine = Combine.MEAN
    recipe: Mapping[str, Any] | None = None
    """What it is trained with; {} for the default, None for what an edited head has."""
    audit_share: float | None = None
    """Of the pool, drawn by chance to measure the head; None: as it is, or as usual."""
    again: float | None = None
    """Share of its answers that are asked again; None: as it is."""


def add_head(workspace: Workspace, draft: HeadDraft) -> Head:
    """Adds the head and turns to it."""
    project = workspace.opened_for_writing()
    names = [label.name for label in draft.labels]
    with project.annotations.one_act():
        head, changes = project.heads.add(
            draft.name, draft.kind, names, draft.encoder, draft.tiles, draft.combine, draft.recipe
        )
        _draw_audit(project, head, draft)
        _ask_again(project, head, draft)
    workspace.announce(changes)
    workspace.use_head(head.head_id)
    return head


def edit_head(workspace: Workspace, head_id: HeadId, draft: HeadDraft) -> Head:
    """Labels keep their ids and answers; a label that is left out is archived with its answers."""
    project = workspace.opened_for_writing()
    labels = [edit.name if edit.label_id is None else Label(edit.label_id, edit.name) for edit in draft.labels]
    with project.annotations.one_act():
        head, changes = project.heads.edit(
            head_id,
            name=draft.name,
            labels=labels,
            encoder=draft.encoder,
            tiles=draft.tiles,
            combine=draft.combine,
            recipe=draft.recipe,
        )
        drawn_anew = _draw_audit(project, head, draft)
        changes = replace(changes, head=head_id, heads=_ask_again(project, head, draft) or changes.heads)
    workspace.announce(changes)
    if drawn_anew and workspace.head is not None and workspace.head.head_id == head_id:
        workspace.use_head(head_id)
    return head


def _ask_again(project: Project, head: Head, draft: HeadDraft) -> bool:
    """Whether that changes the share."""
    return draft.again is not None and project.repeats.set_share(head.head_id, draft.again).heads


def _draw_audit(project: Project, head: Head, draft: HeadDraft) -> bool:
    """Whether another share of the pool is drawn from now on."""
    share = draft.audit_share
    return share is not None and not project.audits.set_share(head.head_id, share).unchanged


def use_head(workspace: Workspace, head_id: HeadId) -> None:
    if workspace.head is None or workspace.head.head_id != head_id:
        workspace.use_head(head_id)


def step_head(workspace: Workspace, step: int) -> None:
    """The next head of the list, around its end."""
    ids: Sequence[HeadId] = [head.head_id for head in workspace.heads]
    if workspace.head is not None and len(ids) > 1:
        workspace.use_head(ids[(ids.index(workspace.head.head_id) + step) % len(ids)])


def use_order(workspace: Workspace, order: str) -> None:
    """`order`: the name of a strategy, and what it goes for after a colon."""
    name, _, target = order.partition(":")
    workspace.use_strategy(Strategy(name), int(target) if target else None)


def hunt(workspace: Workspace) -> str | None:
    """Begins a hunt for the label with the fewest answers, or ends one. Says what is hunted."""
    _, head = workspace.opened()
    if workspace.strategy is Strategy.HUNT:
        workspace.use_strategy(Strategy.DISAGREEMENT)
        return "the hunt is over: disagreement again"
    workspace.use_strategy(Strategy.HUNT)
    assert workspace.target is not None
    return f"hunting {target_text(head, workspace.target)}; the order list has the other labels"


def hunt_like(workspace: Workspace, image_id: ImageId) -> str:
    """Begins a hunt that goes by likeness to this image at first. Says what is hunted."""
    project, head = workspace.opened()
    vector_of(project, head, image_id)  # one that is not embedded yet is told of now
    target = meant_by(workspace.board, head, image_id)
    workspace.use_strategy(Strategy.HUNT, target, image_id)
    return f"hunting {target_text(head, target)}, images like this one first; the order list has the other labels"
