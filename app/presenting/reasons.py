"""Why the window asks an image now."""

from __future__ import annotations

from app.models.cards import AS_LEFT, BY_LIVE
from app.models.orders import needs_target
from app.presenting.proposals import overlap_tag
from app.queue.hunting import Hunt, goes_by_example, hunt_of
from app.queue.opinion import Opinion
from app.queue.reasons import BY_CHANCE, NOT_EMBEDDED, SKIPPED, Asking, of_example, of_mark, of_order, two_learners
from app.workspace import Workspace
from core.project.last_look import answers_learned
from core.query.disagreement import COLD_START
from core.values import Head, HeadKind, ImageId, Strategy
from core.wording import counted, probability_percent


def reason_of(workspace: Workspace, head: Head, image_id: ImageId, opinion: Opinion | None) -> str:
    """Empty for an answered image; `opinion`: what is shown of it, with what a newcomer must know to read it."""
    why = _why(workspace, head, image_id, opinion)
    if opinion is None or workspace.standing(image_id).answer is not None:
        return why
    live = workspace.ranking is not None and workspace.ranking.source in BY_LIVE  # the committee's own mean
    learners = "" if live else two_learners(head, opinion)
    return " · ".join(filter(None, (_guess(workspace, head), why, learners if learners != why else "")))


def _guess(workspace: Workspace, head: Head) -> str:
    """After almost no answers a committee agrees on nothing that was learned."""
    project, ranking, version = workspace.project, workspace.ranking, workspace.version
    if project is None or ranking is None or ranking.source == "text":
        return ""
    if ranking.source == "live":
        answers = workspace.board.count_answered()
    elif ranking.source == AS_LEFT:
        answers = answers_learned(ranking.predictions)
    else:
        answers = version.annotations if version is not None else 0
    if not 0 < answers < COLD_START:
        return ""
    pairs = project.pairs.count(head.head_id) if head.kind is HeadKind.SCORE else 0  # they teach too
    return f"after {counted(answers, 'answer')}: a guess" if answers + pairs < COLD_START else ""


def _why(workspace: Workspace, head: Head, image_id: ImageId, opinion: Opinion | None) -> str:
    standing, ranking = workspace.standing(image_id), workspace.ranking
    asked = overlap_tag(workspace, image_id)
    if asked is not None and workspace.opinions is not None:
        tag, probability = asked
        said = f"{head.labels[tag].name}, {probability_percent(probability)}"
        return f"{workspace.opinions.judges[tag]} says {said}: not answered here"
    if image_id == workspace.again.image_id:
        return BY_CHANCE  # in the same words: who knew that it is an old one would try to remember
    if image_id in workspace.board.wrong:
        return f"{of_mark(head, workspace.board.wrong[image_id])}: waits for the right answer"
    if standing.answer is not None:
        return ""
    if standing.skipped:
        return SKIPPED
    if workspace.is_blind(image_id):
        return BY_CHANCE
    if workspace.strategy is Strategy.RANDOM:
        return "drawn at random: keeps the figures honest"
    if workspace.strategy is Strategy.OVERLAP:
        return "none of its heads has judged this image"
    if hunts_by_example(workspace, head):
        return of_example(_hunt(workspace, head))
    if ranking is None:
        return "no ranking yet: images come in random order"
    if ranking.row_of(image_id) is None:
        return NOT_EMBEDDED
    asking = Asking(
        head, workspace.strategy, workspace.target, _hunt(workspace, head), by_text=ranking.source == "text"
    )
    return of_order(asking, opinion)


def hunts_by_example(workspace: Workspace, head: Head) -> bool:
    example, target = workspace.chosen.example, workspace.target
    return example is not None and target is not None and goes_by_example(workspace.board, head, target, example)


def _hunt(workspace: Workspace, head: Head) -> Hunt | None:
    """Of the orders that go for a label or for high scores."""
    target = workspace.target
    if target is None or not needs_target(workspace.strategy):
        return None
    return hunt_of(workspace.board, head, target, workspace.chosen.enough)
