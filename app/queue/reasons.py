"""Why an order asks an image now, in its own terms: for the window and for the command line alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.cards import EVEN
from app.models.orders import needs_target
from app.queue.hunting import Hunt, target_text
from app.queue.opinion import Opinion
from core.query.disagreement import COLD_START
from core.values import BRACKETS, Head, HeadKind, LabelId, Strategy
from core.wording import probability_percent

BY_CHANCE = "drawn by chance, to measure: answer it as you see it"
SKIPPED = "skipped before"
NOT_EMBEDDED = "not embedded yet"
MARKED_WRONG = "marked as wrong"
_LIKE_FOUND = "like what was found, unlike what was refused"
_NOTHING_LEARNED = {
    HeadKind.SCORE: "nothing learned yet",
    HeadKind.CLASS: "nothing learned of these labels yet",
    HeadKind.TAGS: "no tag has both a yes and a no yet: nothing can be told",
}
_AGREED = "the committee agrees; shown so that every kind of image gets an answer"
_CLOSE = 0.25
"""Lead of the first label over the second, or of a tag's yes over its no."""
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
    Strategy.COVERAGE: "stands for what is most unsure, with no answer near",
}
_BY_VOTES = {
    Strategy.DROPQUERY: "members see it otherwise",
    Strategy.BADGE: "unsure in unlike ways",
    Strategy.FALCUN: "unsure, with votes unlike each other",
    Strategy.VOTE_ENTROPY: "most split votes first",
    Strategy.BALD: "members sure of themselves, not of each other",
    Strategy.COMMITTEE: "members farthest apart first",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What an order goes by."""

    head: Head
    strategy: Strategy
    target: int | None = None
    hunt: Hunt | None = None
    """Of every order that goes for a label or for high scores"""
    by_text: bool = False
    """The labels' own words say what there is to say"""


def of_mark(head: Head, tags: Collection[LabelId]) -> str:
    """Of an image that waits for another answer; `tags`: those that wait, in words in the order of their keys."""
    names = ", ".join(label.name for label in head.labels if label.label_id in tags)
    return f"{names} {MARKED_WRONG}" if names else MARKED_WRONG


def of_example(hunt: Hunt | None) -> str:
    """Of a hunt that goes by likeness to an image."""
    found = hunt is not None and hunt.found
    return _LIKE_FOUND if found else "like the image that the hunt began with"


def of_order(asking: Asking, opinion: Opinion | None) -> str:
    """`opinion`: what is said of the image."""
    head, strategy = asking.head, asking.strategy
    if strategy in _BY_PLACE:
        return _BY_PLACE[strategy]
    if needs_target(strategy) and asking.target is not None and asking.hunt is not None:
        return _of_hunt(asking, asking.hunt, asking.target, opinion)
    if opinion is None:
        return _NOTHING_LEARNED[head.kind]
    if strategy in (Strategy.BEST, Strategy.WORST):
        return f"{strategy.value} first: {_surest(head, opinion)}"
    if strategy is Strategy.ENTROPY:
        return f"flattest prediction first: {_surest(head, opinion)}"
    if strategy is Strategy.COVERAGE and head.kind is HeadKind.SCORE:
        return "stands for images of which none is answered"
    if strategy in _BY_MARGIN:
        return f"{_BY_MARGIN[strategy]}: {_two_closest(head, opinion)}"
    if strategy in _BY_VOTES:
        return _ALONE if len(opinion.members) == 1 else f"{_BY_VOTES[strategy]}: {_divided(head, opinion)}"
    return of_disagreement(head, opinion)


def _of_hunt(asking: Asking, hunt: Hunt, target: int, opinion: Opinion | None) -> str:
    head, strategy = asking.head, asking.strategy
    name = f"score of {hunt.target}" if head.kind is HeadKind.SCORE else hunt.target
    said = _how_likely(head, target, opinion)
    this = f" ({said})" if said else ""
    if strategy is Strategy.HUNT and hunt.over:
        this = f" (this one {said})" if said else ""
        return f"hunt over, {hunt.found:,} found: now what teaches most, one in four a likely {name}{this}"
    if strategy is Strategy.HUNT and hunt.asked and not hunt.found:
        if hunt.asked < COLD_START or not said:
            return f"no {name} found yet: from a part of the pool not seen so far"
        unseen = f"no {name} found yet: three in four from parts of the pool not seen so far"
        return f"{unseen}, one in four the likeliest {name} (this one {said})"
    if not said:
        alike = strategy is Strategy.HUNT and hunt.found
        return _LIKE_FOUND if alike else f"nothing learned of {name} yet"
    first = "highest scores first" if head.kind is HeadKind.SCORE else f"likeliest {name}"
    if asking.by_text:
        first = f"{first} by the name alone"
    if strategy is Strategy.NEAREST:
        return f"nearest to a {name} found so far: {said}" if hunt.found else f"no {name} found yet: {first}, {said}"
    if strategy is Strategy.MIX:
        return f"in turn {first} and smallest margin: {said}"
    return f"{first}: {said}"


def _how_likely(head: Head, target: int, opinion: Opinion | None) -> str:
    """Empty where nothing was learned of what is hunted."""
    if opinion is None:
        return ""
    if head.kind is HeadKind.SCORE:
        return "" if opinion.score is None else f"{opinion.score:.1f}"
    probability = opinion.probabilities[target]
    return "" if probability is None else probability_percent(probability)


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
    named = [f"{head.labels[row].name} {probability_percent(float(mean[row]))}" for row in (first, second)]
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
    return two_learners(head, opinion) or _close_call(head, opinion) or _AGREED


def _close_call(head: Head, opinion: Opinion) -> str:
    """What all members decide alike, but by little; empty where it is not so."""
    known = sorted(((said, row) for row, said in enumerate(opinion.probabilities) if said is not None), reverse=True)
    if head.kind is HeadKind.TAGS:
        known = sorted(known, key=lambda one: abs(one[0] - EVEN))[:1]
        close = bool(known) and 2 * abs(known[0][0] - EVEN) <= _CLOSE
    else:
        known = known[:2]
        close = len(known) == 2 and known[0][0] - known[1][0] <= _CLOSE
    named = ", ".join(f"{head.labels[row].name} {probability_percent(said)}" for said, row in known)
    return f"a close call: {named}" if close else ""


def two_learners(head: Head, opinion: Opinion) -> str:
    """What bars and dots say where they contradict each other; empty where they do not."""
    if len(opinion.members) == 1 or head.kind is HeadKind.SCORE:
        return ""
    if head.kind is HeadKind.CLASS:
        voted, said = int(_class_votes(head, opinion).argmax()), opinion.likeliest()
        if said is None or voted == said:
            return ""
        dots, bars = head.labels[voted].name, head.labels[said].name
        return f"committee (dots): {dots}, head (bars): {bars}"
    said_yes = np.array([np.nan if one is None else one for one in opinion.probabilities])  # (outputs,)
    share = (opinion.members > EVEN).mean(axis=0)
    against = ((said_yes > EVEN) & (share < EVEN)) | ((said_yes < EVEN) & (share > EVEN))
    if not against.any():
        return ""
    row = int(np.where(against, np.abs(said_yes - share), -1).argmax())
    by_dots, by_bar = ("yes", "no") if share[row] > EVEN else ("no", "yes")
    return f"{head.labels[row].name}: committee (dots) {by_dots}, head (bar) {by_bar}"


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
