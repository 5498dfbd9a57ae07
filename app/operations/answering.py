"""Answers: a digit, a click, a confirmation, a nudge, a cleared answer; for one image or for many in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from app.operations.beside import write_act
from app.presenting.proposals import (
    asked_row,
    proposed_answer,
    proposed_row,
    proposed_score,
    proposing_opinion,
    without_rest,
)
from app.queue.proposal import Proposal
from app.workspace import Workspace
from core.answers import tags_of, with_tag
from core.changes import Changes
from core.errors import UserError
from core.values import (
    BRACKETS,
    AnswerValue,
    ClassValue,
    Head,
    HeadKind,
    ImageId,
    ScoreValue,
    TagsValue,
)

KEYED_LABELS = 10
"""Labels on plain digits; the next ten are on Shift and a digit."""
STEP = 0.5


def check_seen(problem: str | None, *, shown: bool) -> None:
    """`problem`: why the picture cannot be shown. An answer is for what is seen, and not for what comes next."""
    if problem is not None:
        raise UserError("this picture is not on screen, so it was not answered", "S skips it, X keeps it out")
    if not shown:
        raise UserError("this picture is not on screen yet, so it was not answered", "press the key when it is")


def annotate(
    workspace: Workspace, values: Mapping[ImageId, AnswerValue | None], *, advance: bool, initiator: object = None
) -> Changes | None:
    """One act, committed before this returns, unless it is a large one; then the next image, where asked."""
    project, head = workspace.opened()
    times = workspace.again.times_of(values)
    if times is None:
        work = partial(project.annotations.annotate, head.head_id, values)
    else:
        ((image_id, value),) = values.items()
        work = partial(project.annotations.answer_again, head.head_id, image_id, value, times)
    take = partial(workspace.announce, initiator=initiator, advance=advance)
    return write_act(workspace, len(values), work, take)


def answer_digit(
    workspace: Workspace, digit: int, ids: Sequence[ImageId], *, shifted: bool, advance: bool
) -> Changes | None:
    """What a digit means under the head: a score, a class, or a tag. None where it means nothing."""
    _, head = workspace.opened()
    match head.kind:
        case HeadKind.SCORE:
            return answer_score(workspace, digit + (STEP if shifted else 0.0), ids, advance=advance)
        case HeadKind.CLASS:
            return answer_row(workspace, _row(digit) + (KEYED_LABELS if shifted else 0), ids, advance=advance)
        case HeadKind.TAGS:
            return turn_tag(workspace, _row(digit), ids, yes=not shifted)


def answer_score(workspace: Workspace, score: float, ids: Sequence[ImageId], *, advance: bool) -> Changes | None:
    value = ScoreValue(max(0.0, min(score, float(BRACKETS))))
    return annotate(workspace, dict.fromkeys(ids, value), advance=advance)


def answer_row(workspace: Workspace, row: int, ids: Sequence[ImageId], *, advance: bool) -> Changes | None:
    """The class in that row; for a tags head its tag is turned."""
    _, head = workspace.opened()
    if head.kind is HeadKind.TAGS:
        return turn_tag(workspace, row, ids, yes=True)
    if row >= len(head.labels):
        raise UserError(f"{head.name} has {len(head.labels)} labels", "press a key that stands beside a label")
    value = ClassValue(head.labels[row].label_id)
    return annotate(workspace, dict.fromkeys(ids, value), advance=advance)


def turn_tag(workspace: Workspace, row: int, ids: Sequence[ImageId], *, yes: bool) -> Changes | None:
    """To yes (or no); where every image says so already, back to open. The image stays."""
    _, head = workspace.opened()
    if row >= len(head.labels):
        raise UserError(f"{head.name} has {len(head.labels)} tags", "press a key that stands beside a tag")
    label = head.labels[row].label_id
    before = {image_id: tags_of(workspace.standing(image_id).answer) for image_id in ids}
    held = all(label in (tags.yes if yes else tags.no) for tags in before.values())
    state = None if held else yes
    values = {image_id: with_tag(tags, label, yes=state) for image_id, tags in before.items()}
    changes = annotate(workspace, values, advance=False)
    workspace.propose(Proposal(row=row))
    return changes


def confirm(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool, hidden: bool = False) -> Changes | None:
    """What the head proposes for each image; an answer that stands is kept, and of tags no more than it.

    Of many, the blind ones stay open. `hidden`: the proposals are not in sight, and so not meant.
    """
    _, head = workspace.opened()
    nudged = workspace.proposal if len(ids) == 1 else Proposal()
    values: dict[ImageId, AnswerValue | None] = {}
    for image_id in ids:
        opinion = None if hidden else proposing_opinion(workspace, image_id)
        value = proposed_answer(head, workspace.standing(image_id).answer, opinion, nudged)
        if value is not None:
            values[image_id] = value
    if not values:
        blind = any(workspace.is_blind(image_id) for image_id in ids)
        nothing = "predictions are hidden" if hidden else f"{head.name} proposes nothing here yet"
        if any(image_id in workspace.board.wrong for image_id in ids):
            nothing = "what was proposed here was marked as wrong"
        raise UserError("this image is asked blind" if blind else nothing, "answer with a key")
    return annotate(workspace, values, advance=advance)


def refuse_rest(workspace: Workspace, ids: Sequence[ImageId], *, advance: bool) -> Changes | None:
    """What is ticked is yes, every other tag no, whatever the head says."""
    _, head = workspace.opened()
    values: dict[ImageId, AnswerValue | None] = {}
    for image_id in ids:
        values[image_id] = without_rest(head, workspace.standing(image_id).answer)
    return annotate(workspace, values, advance=advance)


def clear(workspace: Workspace, ids: Sequence[ImageId]) -> Changes | None:
    if workspace.again.times_of(ids) is not None:
        raise UserError("this image is asked blind", "answer with a key, or pass it with Right")
    return annotate(workspace, dict.fromkeys(ids), advance=False)


def nudge(workspace: Workspace, steps: int) -> None:
    """Moves the proposal: half a bracket a step, or a row a step. Nothing is stored."""
    image_id, head = workspace.queue.current, workspace.head
    if image_id is None or head is None:
        return
    standing, opinion = workspace.standing(image_id).answer, proposing_opinion(workspace, image_id)
    if head.kind is HeadKind.SCORE:
        start = proposed_score(standing, opinion, workspace.proposal)
        start = BRACKETS / 2 if start is None else start
        workspace.propose(Proposal(score=max(0.0, min(start + STEP * steps, float(BRACKETS)))))
    elif head.labels:
        row = proposed_row(head, standing, opinion, workspace.proposal)
        row = asked_row(workspace, image_id) if row is None else row
        # Up is the row above on screen.
        moved = 0 if row is None else row - steps
        workspace.propose(Proposal(row=max(0, min(moved, len(head.labels) - 1))))


def turn_marked_tag(workspace: Workspace, ids: Sequence[ImageId]) -> Changes | None:
    row = workspace.proposal.row
    row = asked_row(workspace, ids[0]) if row is None and len(ids) == 1 else row
    if row is None:
        raise UserError("no tag is marked", "mark one with Up or Down")
    return turn_tag(workspace, row, ids, yes=True)


def describe_answer(head: Head, value: AnswerValue | None) -> str:
    """A standing answer in as few letters as tell it apart."""
    names = {label.label_id: label.name for label in head.labels}
    match value:
        case None:
            return ""
        case ClassValue(label):
            return names.get(label, "removed label")
        case ScoreValue(score):
            return f"{score:g}"
        case TagsValue(yes, no):
            chosen = [name for label, name in names.items() if label in yes]
            if chosen:
                return chosen[0] if len(chosen) == 1 else f"{chosen[0]} +{len(chosen) - 1}"
            return "" if not no else "no tag" if no >= names.keys() else "none yet"


def _row(digit: int) -> int:
    """1 is the first label, 0 the tenth."""
    return (digit - 1) % KEYED_LABELS
