"""Why an image is asked now, in the terms of the order that is in use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.models.cards import EVEN
from app.models.orders import needs_target
from app.presenting.proposals import Opinion, asked_tag
from app.queue.hunting import goes_by_example, hunt_of, target_text
from app.workspace import Workspace
from core.query.disagreement import COLD_START
from core.values import BRACKETS, Head, HeadKind, ImageId, Strategy
from core.wording import whole_percent

_BY_CHANCE = "drawn by chance, to measure: answer it as you see it"
_AGREED = "the committee agrees; shown so that every kind of image gets an answer"
_ALONE = "imported without a committee; Retrain makes one"
_BY_PLACE = {
    Strategy.TYPICLUST: "the most typical of each part of the pool first",
    Strategy.DIVERSE: "typical images first, no two alike",
    Strategy.PROBCOVER: "what covers most of the pool first",
    Strategy.CORE_SET: "farthest from every answer first",
}
"""Orders that ask no head."""
_BY_MARGIN = {
    Strategy.MARGIN: "smallest margin first",
    Strategy.MARGIN_CLUSTERED: "small margins, no two alike",
    Strategy.MARGIN_FACILITY: "small margins that stand for others",
    Strategy.COVERAGE: "small margins where nothing is answered yet",
}
_BY_VOTES = {
    Strategy.DROPQUERY: "members see it otherwise",
    Strategy.BADGE: "unsure in unlike ways",
    Strategy.FALCUN: "unsure, with votes unlike each other",
    Strategy.VOTE_ENTROPY: "most split votes first",
    Strategy.BALD: "members sure of themselves, not of each other",
    Strategy.COMMITTEE: "members farthest apart first",
}


def reason_of(workspace: Workspace, head: Head, image_id: ImageId, opinion: Opinion | None) -> str:
    """Empty for an answered image; `opinion`: what is shown of it."""
    standing, ranking = workspace.standing(image_id), workspace.ranking
    asked = asked_tag(workspace, image_id)
    if asked is not None and workspace.opinions is not None:
        tag, probability = asked
        said = f"{head.labels[tag].name}, {whole_percent(probability)}"
        return f"{workspace.opinions.judges[tag]} says {said}: not answered here"
    if image_id == workspace.again.image_id:
        return _BY_CHANCE  # in the same words: who knew that it is an old one would try to remember
    if standing.answer is not None:
        return ""
    if standing.skipped:
        return "skipped before"
    if workspace.is_blind(image_id):
        return _BY_CHANCE
    if workspace.strategy is Strategy.RANDOM:
        return "drawn at random: keeps the figures honest"
    if workspace.strategy is Strategy.OVERLAP:
        return "none of its heads has judged this image"
    if hunts_by_example(workspace, head):
        return _of_example(workspace, head)
    if ranking is None:
        return "no ranking yet: images come in random order"
    if ranking.row_of(image_id) is None:
        return "not embedded yet"
    return _of_order(workspace, head, opinion)


def hunts_by_example(workspace: Workspace, head: Head) -> bool:
    example, target = workspace.chosen.example, workspace.target
    return example is not None and target is not None and goes_by_example(workspace.board, head, target, example)


def _of_example(workspace: Workspace, head: Head) -> str:
    target = workspace.target
    found = target is not None and hunt_of(workspace.board, head, target, workspace.chosen.enough).found
    return "like what was found, unlike what was refused" if found else "like the image that the hunt began with"


def _of_order(workspace: Workspace, head: Head, opinion: Opinion | None) -> str:
    strategy = workspace.strategy
    if strategy in _BY_PLACE:
        return _BY_PLACE[strategy]
    if needs_target(strategy) and workspace.target is not None:
        return _of_hunt(workspace, head, workspace.target, opinion)
    if opinion is None:
        return "nothing learned of these labels yet"
    if strategy in (Strategy.BEST, Strategy.WORST):
        return f"{strategy.value} first: {_surest(head, opinion)}"
    if strategy is Strategy.ENTROPY:
        return f"flattest prediction first: {_surest(head, opinion)}"
    if strategy in _BY_MARGIN:
        return f"{_BY_MARGIN[strategy]}: {_two_closest(head, opinion)}"
    if strategy in _BY_VOTES:
        return _ALONE if len(opinion.members) == 1 else f"{_BY_VOTES[strategy]}: {_divided(head, opinion)}"
    return of_disagreement(head, opinion)


def _of_hunt(workspace: Workspace, head: Head, target: int, opinion: Opinion | None) -> str:
    """Of a hunt, and of every other order that goes for a label or for high scores."""
    hunt = hunt_of(workspace.board, head, target, workspace.chosen.enough)
    name = f"score of {hunt.target}" if head.kind is HeadKind.SCORE else hunt.target
    said = _how_likely(head, target, opinion)
    this = f" ({said})" if said else ""
    if workspace.strategy is Strategy.HUNT and hunt.over:
        return f"{hunt.found:,} {name} found: what teaches now, a quarter the likeliest{this}"
    if workspace.strategy is Strategy.HUNT and hunt.asked and not hunt.found:
        unseen = f"no {name} found yet: of a part where nothing was seen"
        return unseen if hunt.asked < COLD_START or not said else f"{unseen}, one in four as the likeliest{this}"
    if not said:
        return f"nothing learned of {name} yet"
    first = "highest scores first" if head.kind is HeadKind.SCORE else f"likeliest {name}"
    if workspace.ranking is not None and workspace.ranking.source == "text":
        first = f"{first} by the name alone"
    if workspace.strategy is Strategy.NEAREST:
        return f"nearest to a {name} found so far: {said}" if hunt.found else f"no {name} found yet: {first}, {said}"
    if workspace.strategy is Strategy.MIX:
        return f"in turn {first} and smallest margin: {said}"
    return f"{first}: {said}"


def _how_likely(head: Head, target: int, opinion: Opinion | None) -> str:
    """Empty where nothing was learned of what is hunted."""
    if opinion is None:
        return ""
    if head.kind is HeadKind.SCORE:
        return "" if opinion.score is None else f"{opinion.score:.1f}"
    probability = opinion.probabilities[target]
    return "" if probability is None else whole_percent(probability)


def _surest(head: Head, opinion: Opinion) -> str:
    best = opinion.likeliest()
    if best is None:
        return "nothing learned yet"
    said = _how_likely(head, best, opinion)
    return said if head.kind is HeadKind.SCORE else f"{target_text(head, best)} {said}"


def _two_closest(head: Head, opinion: Opinion) -> str:
    """The two likeliest labels of the mean vote; of tags and scores how the committee is divided."""
    if head.kind is not HeadKind.CLASS or len(head.labels) < 2:
        return _divided(head, opinion)
    mean = np.nan_to_num(opinion.members.mean(axis=0))  # (outputs,)
    first, second = np.argsort(-mean, kind="stable")[:2]
    named = [f"{head.labels[row].name} {whole_percent(float(mean[row]))}" for row in (first, second)]
    return f"mean vote {', '.join(named)}"  # which is not the calibrated probability beside it


def of_disagreement(head: Head, opinion: Opinion) -> str:
    """How the committee is divided, in a sentence."""
    if len(opinion.members) == 1:
        return _ALONE
    if head.kind is HeadKind.SCORE:
        return f"the committee says {_divided(head, opinion)}"
    votes = _split(head, opinion)
    if votes is not None:
        first, second, between = votes
        return f"the committee is split {first} : {second} {between}"
    if head.kind is HeadKind.CLASS:
        voted, said = int(_class_votes(head, opinion).argmax()), opinion.likeliest()
        if said is not None and voted != said:
            return f"the committee says {head.labels[voted].name}, the head itself {head.labels[said].name}"
    return _AGREED


def _divided(head: Head, opinion: Opinion) -> str:
    """How the committee is divided, in short."""
    if len(opinion.members) == 1:
        return _ALONE
    if head.kind is HeadKind.SCORE:
        low, high = np.nanmin(opinion.members) * BRACKETS, np.nanmax(opinion.members) * BRACKETS
        return f"{low:.1f} to {high:.1f}"
    votes = _split(head, opinion)
    return "the votes agree" if votes is None else f"{votes[0]} : {votes[1]} {votes[2]}"


def _split(head: Head, opinion: Opinion) -> tuple[int, int, str] | None:
    """Two counts of votes, and on what they are split; None where all votes agree."""
    if head.kind is HeadKind.TAGS:
        yes, no = (opinion.members > EVEN).sum(axis=0), (opinion.members < EVEN).sum(axis=0)  # (outputs,)
        row = int(np.argmax(np.minimum(yes, no)))
        return (int(yes[row]), int(no[row]), f"on {head.labels[row].name}") if yes[row] and no[row] else None
    votes = _class_votes(head, opinion)
    first, *others = np.argsort(-votes, kind="stable")
    if not others or not votes[others[0]]:
        return None
    names = f"between {head.labels[first].name} and {head.labels[others[0]].name}"
    return int(votes[first]), int(votes[others[0]]), names


def _class_votes(head: Head, opinion: Opinion) -> NDArray[np.int64]:
    """(labels,)"""
    likeliest = np.where(np.isnan(opinion.members), -1, opinion.members).argmax(axis=1)  # (members,)
    return np.bincount(likeliest, minlength=len(head.labels))
