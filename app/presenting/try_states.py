"""What the try view shows, from what is being tried and what the worker answered."""

from __future__ import annotations

from math import isnan

from app.jobs.judging import Judging
from app.models.cards import Cell
from app.models.tile_marks import TileMark
from app.models.tried import AnswerBar, HeadAnswer, HeadToTry, TryState
from app.operations.trying import Trial
from app.presenting.tile_marks import shown_outputs, tile_marks
from core.scoring.tile_answers import TileAnswers, combined
from core.values import BRACKETS, HeadKind, ImageFile
from core.wording import probability_percent

TOPIC = "try"


def try_state(trial: Trial, heads: tuple[HeadToTry, ...], judging: Judging) -> TryState:
    image = trial.current
    marked = _marked(trial, heads, judging, image)
    return TryState(
        heads=heads,
        ways=trial.ways,
        ids=tuple(picture.image_id for picture in trial.pictures),
        position=trial.position,
        image=image,
        answers=_answers(trial, heads, judging, image, marked),
        cells=tuple(_cell(trial, heads, judging, picture) for picture in trial.pictures),
        marks=_marks(trial, judging, image, marked) if trial.ways.shows_tiles else (),
    )


def _cell(trial: Trial, heads: tuple[HeadToTry, ...], judging: Judging, image: ImageFile) -> Cell:
    """What the marked head says, below a thumbnail."""
    marked = _marked(trial, heads, judging, image)
    answer = judging.answer(image.path, marked, trial.ways.tiles) if marked else None
    if answer is None:
        return Cell()
    best = next(bar for bar in _bars(trial, answer) if bar.leading)
    if answer.head.kind is HeadKind.SCORE:
        return Cell(caption=best.text)
    return Cell(caption=best.name, probability=best.value)


def _answers(
    trial: Trial, heads: tuple[HeadToTry, ...], judging: Judging, image: ImageFile | None, marked: str | None
) -> tuple[HeadAnswer, ...]:
    if image is None:
        return ()
    problem = trial.problem(image) or judging.problem(image.path)
    if problem:
        return (HeadAnswer("", "This file cannot be judged", problem=problem),)
    chosen = [head for head in heads if head.chosen]
    if not chosen:
        return (HeadAnswer("", "No head is chosen", problem="Train a head, or drop a .safetensors file here."),)
    return tuple(_head_answer(trial, head, judging, image, marked=head.model == marked) for head in chosen)


def _head_answer(trial: Trial, head: HeadToTry, judging: Judging, image: ImageFile, *, marked: bool) -> HeadAnswer:
    answer = judging.answer(image.path, head.model, trial.ways.tiles)
    if answer is not None:
        combine = trial.ways.combine or answer.head.combine
        tiles = len(answer.values)
        detail = f"{tiles} tiles · {combine.value}" if tiles > 1 else "whole picture"
        return HeadAnswer(head.model, head.name, detail, _bars(trial, answer), marked=marked)
    refusal = judging.refusal(head.model)
    detail = "looking…" if judging.waits(TOPIC) and not refusal else ""
    return HeadAnswer(head.model, head.name, detail, problem=refusal)


def _bars(trial: Trial, answer: TileAnswers) -> tuple[AnswerBar, ...]:
    head = answer.head
    values = combined(answer.values, trial.ways.combine or head.combine)
    if head.kind is HeadKind.SCORE:
        return (AnswerBar("Score", values[0], f"{values[0] * BRACKETS:.1f}", leading=True),)
    shown = shown_outputs(head, with_default=trial.ways.with_default)
    outputs = [output for output in shown if not isnan(values[output])]  # nothing was learned of the others
    best = max(outputs, key=values.__getitem__, default=None)
    return tuple(
        AnswerBar(head.labels[output], values[output], probability_percent(values[output]), leading=output == best)
        for output in outputs
    )


def _marks(trial: Trial, judging: Judging, image: ImageFile | None, marked: str | None) -> tuple[TileMark, ...]:
    answer = judging.answer(image.path, marked, trial.ways.tiles) if image is not None and marked else None
    if answer is None or len(answer.values) == 1:
        return ()
    return tile_marks(answer, combine=trial.ways.combine, with_default=trial.ways.with_default)


def _marked(trial: Trial, heads: tuple[HeadToTry, ...], judging: Judging, image: ImageFile | None) -> str | None:
    """The head that was clicked; else the first that looked at tiles, else the first."""
    chosen = [head.model for head in heads if head.chosen]
    if trial.marked in chosen or not chosen or image is None:
        return trial.marked if trial.marked in chosen else None
    answers = {model: judging.answer(image.path, model, trial.ways.tiles) for model in chosen}
    tiled = [model for model, answer in answers.items() if answer is not None and len(answer.values) > 1]
    return (tiled or chosen)[0]
