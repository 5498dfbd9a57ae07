"""One tags head from several heads: what it would be, and making it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.workspace import Workspace
from core.errors import UserError
from core.project import Project
from core.project.tag_counts import TagCount, planned_counts
from core.project.unify import Plan, TakenOver, Unified, plan_tags, sight_of, take_over, unify
from core.values import Head, HeadId, HeadKind, Strategy


@dataclass(frozen=True, slots=True)
class UnifyDraft:
    """A unified head as the person wants it."""

    name: str
    sources: tuple[HeadId, ...]
    left_out: frozenset[tuple[str, str]]
    """Labels that become no tag, as the names of head and label."""
    target: HeadId | None = None
    """The head there is already that takes over what was answered since."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What would come of a draft."""

    plan: Plan
    taken: TakenOver
    counts: tuple[TagCount, ...]
    """One for each tag of the plan."""


def sources_of(heads: Sequence[Head]) -> list[Head]:
    """The heads that can be unified."""
    return [head for head in heads if head.kind is not HeadKind.SCORE]


def preview_unified(project: Project, draft: UnifyDraft) -> Preview:
    """Reads only, and may run in any thread. Raises UserError where the draft is of no use."""
    plan = _plan(project, draft)
    taken = take_over(project, plan)
    return Preview(plan, taken, planned_counts(project, plan, taken))


def make_unified(project: Project, draft: UnifyDraft) -> Unified:
    """Makes or extends the head. Many answers take a while: it may run beside the window's thread. Raises UserError."""
    plan = _plan(project, draft)
    return unify(project, plan, draft.name, sight_of(plan.sources))


def show_unified(workspace: Workspace, made: Unified) -> None:
    """Tells of it, and turns to the head in the order of overlaps where one of its heads can judge."""
    workspace.announce(made.changes)
    workspace.use_head(made.head.head_id, Strategy.OVERLAP)


def _plan(project: Project, draft: UnifyDraft) -> Plan:
    heads = {head.head_id: head for head in project.heads.all()}
    if draft.target is None and not draft.sources:
        raise UserError("no head is chosen", "choose the heads to unify")
    target = heads[draft.target] if draft.target is not None else None
    drop = [f"{head}:{label}" for head, label in draft.left_out]
    return plan_tags(project, [heads[head] for head in draft.sources], drop=drop, keep_default=True, target=target)
