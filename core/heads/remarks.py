"""What a training refuses to begin with, and what it says afterwards that a person should know of the version."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import UserError
from core.jobs.spec import TrainSpec
from core.pairs import SHARE_OF_LEFT, Outcome
from core.recipes.recipe import Method, Recipe
from core.review.intervals import says_little
from core.review.telling import told_by_targets, untold, untold_text
from core.values import AUDIT, Annotated, CurvePoint, Head, HeadKind, Metrics
from core.wording import counted

_HOURS_OF_STEPS = 400_000
"""Of the seed's loop on two cores, which make 30 to 80 a second."""


def check_enough(spec: TrainSpec, annotated: Annotated) -> None:
    """Raises UserError unless two different answers can be told apart."""
    targets = annotated.targets
    if (spec.pairs.share != SHARE_OF_LEFT[Outcome.TIE]).any():
        return
    if len(targets) and any(len(np.unique(column[~np.isnan(column)])) > 1 for column in targets.T):
        return
    raise UserError(
        f"{spec.head.name!r} has {len(targets)} answers on embedded images, and no two that differ",
        "annotate images with different answers, then train again",
    )


def trainings_text(recipe: Recipe, folds: int, parts: int) -> str:
    """How many networks the seed's loop trains, beside each other; empty of the compact method, which is quick.

    `folds` of the answers and `parts` of the pairs are each judged by a network of their own.
    """
    if recipe.method is not Method.SEED_LOOP or not folds + parts:
        return ""
    judged = [counted(folds, "fold")] if folds else []
    judged += [f"{counted(parts, 'part')} of the pairs"] if parts else []
    count = 1 + folds + parts
    return (
        f"{count} trainings of {counted(recipe.steps, 'step')}: the head, and one more to judge each of "
        f"{' and '.join(judged)}; {count * recipe.steps:,} steps in all"
        f"{', which take hours' if count * recipe.steps >= _HOURS_OF_STEPS else ''}"
    )


def notes(
    figures: Metrics, annotated: Annotated, head: Head, curve: Sequence[CurvePoint], judges: int
) -> tuple[str, ...]:
    """What a person should know before trusting the version. `judges` is the number of images that judged alone."""
    how = _by_pairs(figures) if len(annotated) == 0 else _how_judged(figures, len(annotated))
    unanswered = _unlearned(annotated, head)
    ticked = untold_text([name for name in unlearned_tags(annotated, head) if name not in unanswered])
    said = (_unanswered(unanswered), ticked, how, _by_evaluation_files(curve, judges))
    return tuple(filter(None, said))


def unlearned_tags(annotated: Annotated, head: Head) -> tuple[str, ...]:
    """Of a tags head those that may not be told."""
    return untold(head, told_by_targets(head, annotated.targets))


def _unlearned(annotated: Annotated, head: Head) -> tuple[str, ...]:
    """The labels that nothing was learned of: never chosen of a class head, without a yes or a no of a tags head."""
    said = annotated.targets > 0 if head.kind is HeadKind.CLASS else ~np.isnan(annotated.targets)
    return tuple(label.name for place, label in enumerate(head.labels) if not said[:, place].any())


def _unanswered(names: Sequence[str]) -> str:
    them = "it" if len(names) == 1 else "them"
    return f"learned without an answer for {', '.join(names)}, so it cannot know {them}" if names else ""


def _by_pairs(figures: Metrics) -> str:
    alone = "learned from pairs alone: they say which image is better, and not where on the scale it lies"
    low, high = figures.pair_accuracy_low, figures.pair_accuracy_high
    if low is None or high is None:
        return f"{alone}; they are too few, or too much of the same images, for some to be held out"
    little = f"; the figure says little yet: it is of {counted(figures.n, 'pair')}"
    return alone + (little if says_little(low, high) else "")


def _how_judged(figures: Metrics, annotations: int) -> str:
    if figures.pair_accuracy is not None:
        return "judged by pairs: all annotated images belong to one group"
    if figures.n == 0:
        return "no image could be judged: all annotated images belong to one group"
    low, high = figures.accuracy_low, figures.accuracy_high
    if low is not None and high is not None and says_little(low, high):
        return f"the figure says little yet: it is of {figures.n:,} images"
    if figures.n < annotations and figures.by != AUDIT:
        return f"judged on {figures.n:,} of {annotations:,} annotated images, to save time"
    return ""


def _by_evaluation_files(curve: Sequence[CurvePoint], judges: int) -> str:
    loss = curve[-1].evaluation_files_loss if curve else None
    files = counted(judges, "evaluation file")
    return "" if loss is None else f"evaluation loss {loss:.3f} on {files}, which were not learned from"
