"""train, rank: making a version of a head, and ordering the pool by it."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.head_forms import find_recipe, fitting_settings
from app.cli.interrupts import COURSE_KEPT, UNTRAINED
from app.cli.options import (
    DeviceOption,
    HeadArgument,
    JsonFlag,
    LimitOption,
    ProjectArgument,
    QuietFlag,
    RecipeOption,
    known_device,
)
from app.cli.pictures import NO_IMAGE
from app.cli.session import new_job, opened, run
from app.cli.terminal import Answer, Terminal, table
from core.errors import UserError
from core.wording import probability_percent

if TYPE_CHECKING:
    from app.cli.ranking import Ranked
    from app.cli.reviewing import Wish
    from core.project import Project

FLIPS = "flips"
HUNT = "hunt"
PAIRS = "pairs"
MARKED = "marked"
_SHOWN = 40
"""Rows of a table without --limit; JSON holds them all."""
_NOTHING_OPEN = "every image is annotated or excluded: nothing is left to ask"
_NOTHING = {
    FLIPS: "the version changed no answer",
    MARKED: "nothing that was marked as wrong waits for another answer",
    "out-of-fold": "nothing to look at again",
}


def train(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    recipe: RecipeOption = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of its random choices.")] = 0,
    device: DeviceOption = "auto",
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Train, calibrate, predict the pool, and make a version."""
    from app.cli.comparing import changed_by
    from app.cli.sight import word_for_poor_figure
    from app.cli.unjudged import unembedded
    from app.cli.words import metrics_json, metrics_text
    from core.jobs.events import TrainResult
    from core.project.untaught import count_untaught, nothing_new
    from core.recipes.recipe import Method, parse_recipe

    terminal = Terminal(json=json, quiet=quiet)
    known_device(device)
    if seed > sys.maxsize:
        raise UserError(f"--seed cannot be {seed}", "give at most 18 digits")
    chosen = find_recipe(recipe, terminal)
    with opened(project, write=True) as engine:
        asked = engine.heads.get(head)
        settings = fitting_settings(chosen, asked.kind)
        spec = engine.training_spec(new_job(), asked, device, seed, settings)
        left_out = unembedded(engine, asked)
        if not json and (known := nothing_new(engine, asked, count_untaught(engine, asked), spec.inputs)):
            terminal.hint(known)
        if left_out:
            terminal.hint(left_out)
        goes_on = parse_recipe(spec.recipe).method is Method.SEED_LOOP
        result = run(engine, spec, terminal, left=COURSE_KEPT if goes_on else UNTRAINED, last=True)
        assert isinstance(result, TrainResult)
        changed, told = changed_by(engine, asked, result.number)
    document = {
        "version": result.number,
        "annotations": result.annotations,
        "seconds": round(result.seconds, 3),
        "metrics": metrics_json(result.metrics),
        "device": result.device,
        "notes": list(result.notes),
        "changed": changed,
    }
    if word := word_for_poor_figure(asked, result.metrics):
        terminal.hint(word)
    line = f"{head} v{result.number}: {metrics_text(result.metrics)}"
    facts = f"{result.annotations:,} annotations, {result.seconds:.1f} s on {result.device}"
    return terminal.answer(Answer(document, (line, facts, *([told] if told else []), *result.notes)))


def rank(
    project: ProjectArgument,
    head: HeadArgument,
    *,
    by: Annotated[str, typer.Option("--by", metavar="ORDER", help="Which order.")] = "disagreement",
    label: Annotated[
        str | None, typer.Option("--label", metavar="L", help="What hunts, best, worst and false-... go by.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            metavar="X",
            help="For false-positive and false-negative: from X on it is said; duplicates: X alike.",
        ),
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="PATH", help="For similar, hunt: like this image.")] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="QUERY", help="Only of images that this query finds.")
    ] = None,
    until: Annotated[
        int | None,
        typer.Option("--until", metavar="N", min=1, help="hunt: it ends when so many are known, else at 20 (20 more)."),
    ] = None,
    by_embedding: Annotated[
        bool, typer.Option("--by-embedding", help="duplicates: alike to the encoder (0.95 or X), not in their pixels.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="For random orders.")] = 0,
    device: DeviceOption = "auto",
    limit: LimitOption = None,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Order the open images, or look again at answered ones.

    As the window shows them; --by is disagreement (of the committee, kept diverse), hunt (what is rare, by --label,
    each with its reason; for scores the lowest bracket that counts; with --to first what is like that image, which
    itself is not asked), another one that `winnow strategies` lists, best, worst or overlap. Without a version it goes
    by the answers so far, learned on --device, before any by the labels' own words where the encoder (a whole CLIP or
    SigLIP model) can read them, else disagreement covers the pool. In a table images to be asked blind stand without
    what a head says; JSON has it and marks them. flips lists the images, answered ones too, whose answer the version
    changed. overlap is for heads made by `winnow head unify`: first the images that one of its heads has an answer for
    and another one is surest of a tag of its own, by the versions of those heads. Annotated images, each with its
    reason, judged by heads that did not see them: conflict, false-positive, false-negative, duplicates (answered
    differently), synthetic (copies against their source), contradictions (given twice and differing, and these two).
    marked: those marked as wrong on a page that wait for another answer. All images: similar, with --to. Of a score
    head, pairs: which two images to compare next, and why. --where takes a query of `winnow find` and keeps to what it
    finds.
    """
    from app.cli.pairing import rank_pairs
    from app.cli.progress import reporter
    from app.cli.reviewing import Wish
    from app.cli.unjudged import unembedded
    from core.review.orders import ReviewOrder

    name, version = parse_version(head)
    known_device(device)
    _check_order(by, label=label, to=to, threshold=threshold)
    if until is not None and by != HUNT:
        raise UserError(f"--until means nothing for --by {by}", f"use it with --by {HUNT}")
    if by_embedding and by != ReviewOrder.DUPLICATES:
        raise UserError(f"--by-embedding means nothing for --by {by}", "use it with --by duplicates")
    wish = Wish(by, label, threshold, None if to is None else str(to), limit, seed, where, by_embedding, until, device)
    _check_where(wish)
    _check_version(by, version)
    if by == PAIRS:
        return Terminal(json=json, quiet=quiet).answer(rank_pairs(project, name, limit or _SHOWN, seed))
    with reporter(quiet=quiet) as shown, opened(project) as engine:
        ranked = _ranked(engine, name, version, replace(wish, show=shown.show))
        empty = not ranked.images and not engine.images.count()
        left_out = unembedded(engine, engine.heads.get(name))
    nothing = NO_IMAGE if empty else _nothing(wish, ranked)
    terminal = Terminal(json=json, quiet=quiet)
    if left_out:
        terminal.hint(left_out)
    return terminal.answer(_queue(name, by, ranked, limit or _SHOWN, label, nothing))


def _nothing(wish: Wish, ranked: Ranked) -> str:
    """What is said where no image is listed."""
    if wish.where is not None:
        return f"nothing that {wish.where} finds is left to list"
    return _NOTHING.get(wish.by if wish.by in _NOTHING else ranked.source, _NOTHING_OPEN)


def _ranked(engine: Project, name: str, version: int | None, wish: Wish) -> Ranked:
    from app.cli.comparing import rank_flips
    from app.cli.finding import ids_found
    from app.cli.overlaps import rank_overlaps
    from app.cli.ranking import label_output, rank_marked, rank_pool
    from app.cli.reviewing import SIMILAR, image_at, rank_again, rank_similar
    from core.review.orders import ReviewOrder
    from core.values import Strategy

    by, limit = wish.by, wish.limit
    if by == FLIPS:
        return rank_flips(engine, name, version, limit)
    if by in tuple(ReviewOrder):
        return rank_again(engine, name, version, wish)
    if by == SIMILAR:
        return rank_similar(engine, name, wish.to, limit)
    among = None if wish.where is None else ids_found(engine, engine.heads.get(name), version, wish.where)
    if by == MARKED:
        return rank_marked(engine, name, version, limit, among)
    strategy = Strategy(by)
    if strategy is Strategy.OVERLAP:
        asked = engine.heads.get(name)
        label_output(asked, strategy, wish.label)
        return rank_overlaps(engine, asked, limit=limit, seed=wish.seed)
    like = None if wish.to is None else image_at(engine, wish.to)
    return rank_pool(
        engine,
        name,
        version,
        strategy,
        label=wish.label,
        limit=limit,
        seed=wish.seed,
        among=among,
        like=like,
        until=wish.until,
        device=wish.device,
        show=wish.show,
    )


def _check_where(wish: Wish) -> None:
    from core.values import Strategy

    if wish.where is not None and wish.by not in {*Strategy, MARKED} - {Strategy.OVERLAP}:
        raise UserError(f"--where means nothing for --by {wish.by}", "use it with the orders of open images, or marked")


def _check_version(by: str, version: int | None) -> None:
    """Raises UserError for a version named to orders that go by none, or by those of other heads."""
    from app.cli.reviewing import SIMILAR
    from core.values import Strategy

    if version is not None and by in (PAIRS, SIMILAR, Strategy.OVERLAP):
        raise UserError(f"a version means nothing for --by {by}", f"leave @{version} out")


def _check_order(by: str, *, label: str | None, to: Path | None, threshold: float | None) -> None:
    from app.cli.reviewing import SIMILAR
    from core.review.orders import ReviewOrder
    from core.values import Strategy

    known = ", ".join([*Strategy, FLIPS, *ReviewOrder, SIMILAR, MARKED, PAIRS])
    if by not in known.split(", "):
        raise UserError(f"--by cannot be {by!r}", f"choose one of {known}")
    if label is not None and by in (FLIPS, SIMILAR, MARKED, PAIRS):
        raise UserError(f"--label means nothing for --by {by}", "leave it out")
    if to is not None and by not in (SIMILAR, Strategy.HUNT):
        raise UserError(f"--to means nothing for --by {by}", "use it with --by similar or hunt")
    if threshold is not None and by not in tuple(ReviewOrder):
        raise UserError(
            f"--threshold means nothing for --by {by}", "use it with false-positive, false-negative, duplicates"
        )


def _queue(name: str, by: str, ranked: Ranked, most: int, label: str | None, nothing: str) -> Answer:
    """All of it as JSON, and the first `most` as a table, with the number of the label that it goes by.

    `nothing` is said where there is none.
    """
    from core.review.telling import untold_text

    document = _queue_json(name, by, ranked)
    if not ranked.images:
        return Answer(document, (nothing,))
    reasons = ranked.images[0].reason is not None
    label = None if reasons else label
    columns = ("", "prediction", *((label,) if label is not None else ()), "path", *(("reason",) if reasons else ()))
    rows = [
        (
            position,
            one.text,
            *(("" if one.blind else _percent(one.utility),) if label is not None else ()),
            one.path,
            *((one.reason,) if reasons else ()),
        )
        for position, one in enumerate(ranked.images[:most], start=1)
    ]
    rest = len(ranked.images) - len(rows)
    more = (f"and {rest:,} more; choose how many with --limit",) if rest else ()
    told = (ranked.hunt.text(),) if ranked.hunt is not None else ()
    source = "" if by == HUNT else _source(ranked, by)
    before = (*told, *((source,) if source else ()))
    untold = (untold_text(ranked.untold),) if ranked.untold else ()
    return Answer(document, (*before, table(columns, rows, numbers=("", label or "")), *more, *untold))


def _queue_json(name: str, by: str, ranked: Ranked) -> dict[str, object]:
    from core.review.telling import NEVER_REFUSED

    document: dict[str, object] = {
        "by": by,
        "version": ranked.version,
        "source": ranked.source,
        "head": name,
        "total": ranked.total,
        "images": [
            {"path": one.path, "utility": one.utility, "prediction": one.prediction, "annotation": one.annotation}
            | ({"blind": True} if one.blind else {})
            | ({"tag": one.tag} if by == "overlap" else {})
            | ({} if one.reason is None else {"reason": one.reason})
            for one in ranked.images
        ],
    }
    if ranked.device is not None:
        document["device"] = ranked.device
    if ranked.hunt is not None:
        document["hunt"] = asdict(ranked.hunt) | {"rate": ranked.hunt.rate, "over": ranked.hunt.over}
    if ranked.untold:
        document["untold"] = dict.fromkeys(ranked.untold, NEVER_REFUSED)
    return document


def _source(ranked: Ranked, by: str) -> str:
    """Whose predictions these are, where it is not the version that was asked for, or where the order is not its."""
    scored = any("score" in one.prediction for one in ranked.images if isinstance(one.prediction, dict))
    if ranked.source == "version" and scored and _by_committee(by):
        return f"scores by v{ranked.version}; the order is its committee's, whose members may all say otherwise"
    if ranked.source == "text":
        return "from the labels' text, no answers yet"
    if ranked.source == "out-of-fold" and any(one.prediction is not None for one in ranked.images):
        return "predictions by heads that had not seen the image"
    if ranked.source != "live":
        return ""
    from core.encoders.devices import device_name

    learned = f", learned on {device_name(ranked.device)}" if ranked.device is not None else ""
    return f"by the answers so far{learned}; winnow train makes a version of them"


def _by_committee(by: str) -> bool:
    """Whether an order goes by how far the committee's members lie apart."""
    from core.query.family import FAMILY
    from core.query.strategy import Need
    from core.values import Strategy

    needs = FAMILY[Strategy(by)].needs if by in {*FAMILY} else frozenset()
    return Need.PREDICTIONS in needs and Need.TARGET not in needs


def _percent(share: float | None) -> str:
    return "" if share is None else probability_percent(share)


def parse_version(text: str) -> tuple[str, int | None]:
    """HEAD or HEAD@N as name and number."""
    name, mark, number = text.rpartition("@")
    if not mark:
        return text, None
    if not (number.isascii() and number.isdecimal()) or int(number) < 1 or not name:
        raise UserError(f"{text!r} names no version", "write HEAD@3 for version 3 of HEAD")
    return name, int(number)
