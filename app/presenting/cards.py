"""Builds what the views show of an image: look-ups by id, whatever the size of the pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.actions import Bindings
from app.acts import DIGITS
from app.loading.image_files import Locate
from app.models.cards import UNSEEN, Card, CardRow, Cell
from app.operations.answering import describe_answer
from app.presenting.commits import commit_of
from app.presenting.proposals import (
    asked_row,
    proposed_row,
    proposed_score,
    proposed_tags,
    proposing_opinion,
    shown_opinion,
    unseen_opinion,
)
from app.presenting.reasons import reason_of
from app.queue.opinion import Opinion
from app.queue.proposal import Proposal
from app.queue.reasons import MARKED_WRONG, of_mark
from app.workspace import Workspace
from core.values import (
    BRACKETS,
    AnswerValue,
    ClassValue,
    Head,
    HeadKind,
    ImageFile,
    ImageId,
    Label,
    Standing,
    TagsValue,
)


def build_card(
    workspace: Workspace, key_texts: Sequence[str], files: Locate, ends: tuple[str, str] = ("Space", "O")
) -> Card | None:
    """The current image under the current head; None past the end of the queue or without a head.

    `ends`: the keys that confirm, and that say no to all other tags.

    `files` remembers what it looked up ahead, so that a step asks the database nothing.
    """
    image_id, head = workspace.queue.current, workspace.head
    found = files([image_id]) if image_id is not None and head is not None else ()
    if image_id is None or head is None or not found:
        return None
    unseen = _unseen(workspace, image_id)
    opinion = unseen or shown_opinion(workspace, image_id)
    card = _card(workspace, head, found[0], opinion, key_texts, workspace.proposal)
    seen_by = workspace.ranking.source if workspace.ranking is not None and opinion else ""
    return replace(
        card,
        reason=_picked_reason(workspace, head, image_id) or reason_of(workspace, head, image_id, opinion),
        source=UNSEEN if unseen else seen_by,
        commit=commit_of(head, card.answer, proposing_opinion(workspace, image_id), ends),
        position=workspace.queue.position,
        total=len(workspace.queue),
    )


def _picked_reason(workspace: Workspace, head: Head, image_id: ImageId) -> str:
    """What was picked goes by the name of what it has in common, and by what it was found by."""
    picked = workspace.picked
    if picked is None:
        return ""
    if picked.name == MARKED_WRONG:
        return of_mark(head, workspace.board.wrong.get(image_id, frozenset()))
    remark = picked.remarks.of(image_id)
    return f"{remark} · {picked.name}" if remark else picked.name


def _unseen(workspace: Workspace, image_id: ImageId) -> Opinion | None:
    """Of an answered image that was picked, what heads say that had not seen it."""
    if workspace.picked is None:
        return None
    unseen = workspace.picked.unseen
    return unseen_opinion(unseen.evidence, unseen.row_of(image_id))


def build_review_card(
    workspace: Workspace,
    key_texts: Sequence[str],
    files: Locate,
    image_id: ImageId,
    opinion: Opinion | None,
    place: tuple[int, int],
) -> Card | None:
    """An answered image beside the `opinion` of heads that have not seen it; `place`: its position, and of how many."""
    head = workspace.head
    found = files([image_id]) if head is not None else ()
    if head is None or not found:
        return None
    card = _card(workspace, head, found[0], opinion, key_texts, Proposal())
    return replace(card, source=UNSEEN if opinion else "", position=place[0], total=place[1])


def _card(
    workspace: Workspace,
    head: Head,
    image: ImageFile,
    opinion: Opinion | None,
    key_texts: Sequence[str],
    proposal: Proposal,
) -> Card:
    standing = workspace.standing(image.image_id)
    scored = head.kind is HeadKind.SCORE
    proposing = None if image.image_id in workspace.board.wrong else opinion
    return Card(
        image=image,
        head=head,
        rows=() if scored else _rows(workspace, head, standing, opinion, key_texts, proposal),
        score=opinion.score if scored and opinion else None,
        spread=float(np.nanstd(opinion.members)) * BRACKETS if scored and opinion else None,
        members=_scores(opinion) if scored and opinion else (),
        proposed_score=proposed_score(standing.answer, proposing, proposal) if scored else None,
        answer=standing.answer,
        answer_text=describe_answer(head, standing.answer),
        flagged=standing.flagged,
        excluded=standing.excluded,
        skipped=standing.skipped,
        pinned=standing.pinned,
        utility=opinion.utility if opinion else None,
        blind=workspace.is_blind(image.image_id),
    )


def build_cell(workspace: Workspace, image_id: ImageId) -> Cell:
    """What a film frame or a grid cell shows; no database."""
    head = workspace.head
    standing = workspace.standing(image_id)
    opinion = _unseen(workspace, image_id) or shown_opinion(workspace, image_id)
    if head is None:
        return Cell(
            flagged=standing.flagged,
            excluded=standing.excluded,
            skipped=standing.skipped,
            pinned=standing.pinned,
        )
    caption, probability = _guess(head, opinion) if opinion else ("", None)
    remark = workspace.picked.remarks.of(image_id) if workspace.picked is not None else ""
    return Cell(
        remark=remark,
        caption=caption,
        answer_text=describe_answer(head, standing.answer),
        flagged=standing.flagged,
        excluded=standing.excluded,
        skipped=standing.skipped,
        pinned=standing.pinned,
        probability=probability,
        blind=workspace.is_blind(image_id),
    )


def answer_keys(bindings: Bindings) -> tuple[str, ...]:
    """The key of each row, as drawn beside it: "3", "⇧3"."""
    acts = [f"answer_{digit}" for digit in DIGITS] + [f"second_{digit}" for digit in DIGITS]
    keys = [bindings.keys_of(act) for act in acts]
    return tuple(texts[0].replace("Shift+", "⇧") if texts else "" for texts in keys)


def ending_keys(bindings: Bindings) -> tuple[str, str]:
    """What confirms a tags head's image, and what says no to all that is not ticked."""
    confirm, refuse = (bindings.keys_of(act) for act in ("confirm", "refuse_rest"))
    return confirm[0] if confirm else "Confirm", refuse[0] if refuse else "These, and no others"


def _rows(
    workspace: Workspace,
    head: Head,
    standing: Standing,
    opinion: Opinion | None,
    key_texts: Sequence[str],
    proposal: Proposal,
) -> tuple[CardRow, ...]:
    proposing = None if standing.image_id in workspace.board.wrong else opinion
    marked = proposed_row(head, standing.answer, proposing, proposal)
    is_tags = head.kind is HeadKind.TAGS
    # Once the person said something, Space takes nothing of what the head says.
    tags = proposed_tags(head, proposing) if is_tags and standing.answer is None else frozenset()
    marked = asked_row(workspace, standing.image_id) if marked is None else marked
    rows = []
    for row, label in enumerate(head.labels):
        chosen, refused = _said(standing.answer, label)
        rows.append(
            CardRow(
                key_text=key_texts[row] if row < len(key_texts) and not (is_tags and row >= len(DIGITS)) else "",
                name=label.name,
                probability=opinion.probabilities[row] if opinion else None,
                unlearned=opinion is not None and opinion.probabilities[row] is None,
                votes=_votes(opinion, row) if opinion else (),
                chosen=chosen,
                refused=refused,
                proposed=label.label_id in tags if is_tags else row == marked,
                focused=is_tags and row == marked,
            )
        )
    return tuple(rows)


def _scores(opinion: Opinion) -> tuple[float, ...]:
    """Each member that has an opinion, in brackets."""
    members = opinion.members[:, 0]
    return tuple((members[~np.isnan(members)] * BRACKETS).tolist())


def _votes(opinion: Opinion, row: int) -> tuple[float, ...]:
    return () if opinion.probabilities[row] is None else tuple(opinion.members[:, row].tolist())


def _said(answer: AnswerValue | None, label: Label) -> tuple[bool, bool]:
    """Whether the label is the answer, and whether it was refused."""
    match answer:
        case ClassValue(label_id):
            return label_id == label.label_id, False
        case TagsValue(yes, no):
            return label.label_id in yes, label.label_id in no
        case _:
            return False, False


def _guess(head: Head, opinion: Opinion) -> tuple[str, float | None]:
    best = opinion.likeliest()
    if best is None:
        return "", None
    if head.kind is HeadKind.SCORE:
        return f"{opinion.score:.1f}", None
    if head.kind is HeadKind.TAGS:
        tags = proposed_tags(head, opinion)
        named = [row for row, label in enumerate(head.labels) if label.label_id in tags]
        only = opinion.probabilities[named[0]] if len(named) == 1 else None
        return ", ".join(head.labels[row].name for row in named) or "no tag", only
    return head.labels[best].name, opinion.probabilities[best]
