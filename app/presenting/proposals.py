"""What Space would confirm on an image: the standing answer, what the person nudged it to, or what the head says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.models.cards import EVEN
from app.models.orders import needs_target
from app.queue.hunting import is_over
from app.queue.opinion import Opinion, opinion_of, told_by
from app.queue.proposal import Proposal
from app.queue.ranking import Overlap
from app.workspace import Workspace
from core.answers import tags_of
from core.review.evidence import Evidence
from core.values import (
    AnswerValue,
    ClassValue,
    Head,
    HeadKind,
    ImageId,
    LabelId,
    ScoreValue,
    Strategy,
    TagsValue,
)


def shown_opinion(workspace: Workspace, image_id: ImageId) -> Opinion | None:
    """None where nothing is predicted, and of an image that is asked blind."""
    return None if workspace.is_blind(image_id) else opinion_of(workspace.ranking, image_id, told_tags(workspace))


def proposing_opinion(workspace: Workspace, image_id: ImageId) -> Opinion | None:
    """As above, of what Space may take: what was marked as wrong is not proposed again, nor what comes next to it."""
    return None if image_id in workspace.board.wrong else shown_opinion(workspace, image_id)


def told_tags(workspace: Workspace) -> NDArray[np.bool_] | None:  # (tags,)
    """As app.queue.opinion.told_by; None too where nothing is predicted."""
    head, ranking = workspace.head, workspace.ranking
    if head is None or ranking is None:
        return None
    return told_by(workspace.board, head, ranking.source, workspace.version)


def unseen_opinion(evidence: Evidence | None, row: int | None) -> Opinion | None:
    """Of heads that had not seen the image in that row; None where nothing is said."""
    if evidence is None or row is None or np.isnan(evidence.probabilities[row]).all():
        return None
    said, members = evidence.probabilities[row], evidence.members[row]
    probabilities = [None if np.isnan(value) else float(value) for value in said]
    return Opinion(probabilities, members[~np.isnan(members).all(axis=1)], 0.0)


def asked_row(workspace: Workspace, image_id: ImageId) -> int | None:
    """Of a tag that this image is asked for: what its heads have and it has not, what is hunted, what was marked."""
    head = workspace.head
    if head is None or head.kind is not HeadKind.TAGS:
        return None
    if workspace.picked is None:
        overlapping = overlap_tag(workspace, image_id)
        if overlapping is not None:
            return overlapping[0]
        if image_id == workspace.queue.current and hunts(workspace, head):
            return workspace.target
    marked = workspace.board.wrong.get(image_id, frozenset())
    return next((row for row, label in enumerate(head.labels) if label.label_id in marked), None)


def hunts(workspace: Workspace, head: Head) -> bool:
    """Whether the order goes for a label now; a hunt that is over asks for whatever teaches."""
    if not needs_target(workspace.strategy):
        return False
    return workspace.strategy is not Strategy.HUNT or not is_over(workspace.board, head, workspace.chosen)


def overlap_tag(workspace: Workspace, image_id: ImageId) -> tuple[int, float] | None:
    """In the order of overlaps: the row of the open tag that brought the image here, and how sure its head is."""
    if workspace.strategy is not Strategy.OVERLAP or workspace.opinions is None or image_id >= workspace.pool.size:
        return None
    if workspace.is_blind(image_id):
        return None
    overlap = Overlap(workspace.opinions.ranking, workspace.board.known)
    values, tags = overlap.open_of(np.array([image_id]))
    return (int(tags[0]), float(values[0])) if tags[0] >= 0 else None


def proposed_score(answer: AnswerValue | None, opinion: Opinion | None, proposal: Proposal) -> float | None:
    """0..10 in half steps."""
    if proposal.score is not None:
        return proposal.score
    if isinstance(answer, ScoreValue):
        return answer.score
    if opinion is None or opinion.score is None:
        return None
    return round(opinion.score * 2) / 2


def proposed_row(head: Head, answer: AnswerValue | None, opinion: Opinion | None, proposal: Proposal) -> int | None:
    """Class heads: the proposed label's row. Tags heads: the marked row."""
    if proposal.row is not None:
        return proposal.row
    if head.kind is HeadKind.TAGS:
        return None
    if isinstance(answer, ClassValue):
        return next((row for row, label in enumerate(head.labels) if label.label_id == answer.label), None)
    return None if opinion is None else opinion.likeliest()


def proposed_tags(head: Head, opinion: Opinion | None) -> frozenset[LabelId]:
    """Tags that the head gives more than an even chance."""
    pairs = zip(head.labels, opinion.probabilities if opinion else [], strict=False)
    return frozenset(label.label_id for label, probability in pairs if probability is not None and probability > EVEN)


def _judged_tags(head: Head, opinion: Opinion | None) -> frozenset[LabelId]:
    """Tags of which something was learned. The others stay open: nobody has said no to them."""
    pairs = zip(head.labels, opinion.probabilities if opinion else [], strict=False)
    return frozenset(label.label_id for label, probability in pairs if probability is not None)


def proposed_answer(
    head: Head, answer: AnswerValue | None, opinion: Opinion | None, proposal: Proposal
) -> AnswerValue | None:
    """None where neither the person nor the head has said anything yet."""
    match head.kind:
        case HeadKind.SCORE:
            score = proposed_score(answer, opinion, proposal)
            return None if score is None else ScoreValue(score)
        case HeadKind.CLASS:
            row = proposed_row(head, answer, opinion, proposal)
            return None if row is None else ClassValue(head.labels[row].label_id)
        case HeadKind.TAGS:
            # What a person began is theirs: the head adds nothing to it, and what they left open stays open.
            if isinstance(answer, TagsValue) or opinion is None:
                return answer
            yes = proposed_tags(head, opinion)
            return TagsValue(yes, _judged_tags(head, opinion) - yes)


def without_rest(head: Head, answer: AnswerValue | None) -> TagsValue:
    """The ticked tags yes, all others no."""
    yes = tags_of(answer).yes
    return TagsValue(yes, frozenset(label.label_id for label in head.labels) - yes)
