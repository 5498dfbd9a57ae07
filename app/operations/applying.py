"""Folders scored by heads for this sitting: what is asked, what passes, and the orders that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.models.applied import HeadLimits, PutPlan, RouteChoices
from app.operations.trying import HEAD_ENDINGS
from core.errors import UserError
from core.jobs.file_results import ScoreResult
from core.jobs.file_specs import NamedFiles, ScoreSpec, TransferSpec
from core.scoring.answered_route import Route, routed
from core.scoring.answers import JudgedImage
from core.scoring.choice import Choice, Sieve
from core.scoring.tables import Row
from core.scoring.transfers import moment, newest_manifest
from core.scoring.verdicts import as_row, best_first, captions
from core.values import Combine, HeadKind, Tiles


@dataclass(eq=False)
class FolderScore:
    """Change it through its methods only."""

    sources: list[str] = field(default_factory=list)
    recursive: bool = True
    files: list[str] = field(default_factory=list)
    """Head files beside those of the project."""
    tiles: Tiles | None = None
    combine: Combine | None = None
    """None: as each head was trained."""
    left_out: set[str] = field(default_factory=set)
    result: ScoreResult | None = None
    """With what a route chose as the last of its heads."""
    route: Route = field(default_factory=Route)
    limits: tuple[HeadLimits, ...] = ()
    top: int | None = None
    by: str | None = None
    """The head that `top` goes by, where the person said so."""
    plan: PutPlan = field(default_factory=PutPlan)
    manifest: str | None = None
    """Of the last transfer that can be put back."""
    _sent_at: str = ""
    """When the last transfer was ordered."""
    _judged: ScoreResult | None = None
    """Without the route, and with files that were moved since."""
    _moved: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the table of each move that can be put back: where its files lay."""

    def add(self, paths: Sequence[Path]) -> None:
        """Folders and pictures to be scored, and head files to ask."""
        for path in map(str, paths):
            held = self.files if path.endswith(HEAD_ENDINGS) else self.sources
            if path not in held:
                held.append(path)

    def clear(self) -> None:
        self.sources.clear()
        self.take(None)

    def order(self, models: Sequence[str], device: str, project: Path | None) -> ScoreSpec:
        """Raises UserError with what is missing."""
        if not self.sources:
            raise UserError("there is nothing to score", "add a folder, or drop one here")
        if not models:
            raise UserError("no head is chosen", "train a head, or add a head file")
        known = str(project) if project is not None else None
        return ScoreSpec(
            "score",
            tuple(self.sources),
            self.recursive,
            models=tuple(models),
            device=device,
            tiles=self.tiles,
            combine=self.combine,
            project=known,
        )

    def take(self, result: ScoreResult | None) -> None:
        """The limits and the route of heads that were asked before stay."""
        self._judged = result
        self._moved.clear()
        self._show_judged()

    def move(self, manifest: str, sources: Iterable[str]) -> None:
        """These files lie elsewhere until that table is put back."""
        self._moved[manifest] = frozenset(sources)
        self._show_judged()

    def put_back(self, manifest: str) -> None:
        if self._moved.pop(manifest, None) is not None:
            self._show_judged()

    def _show_judged(self) -> None:
        before = {limits.model: limits for limits in self.limits}
        gone = frozenset[str]().union(*self._moved.values())
        self.result = result = _with_route(_without(self._judged, gone), self.route)
        heads = result.heads if result is not None else ()
        fresh = [HeadLimits(head.model, head.name, head.labels, head.scale) for head in heads]
        self.limits = tuple(
            held if (held := before.get(new.model)) is not None and held.labels == new.labels else new for new in fresh
        )

    @property
    def lead(self) -> str:
        """The model of the head that `top` goes by; empty where nothing is scored."""
        heads = self.result.heads if self.result is not None else ()
        return heads[self._sieve().lead.judge].model if heads else ""

    def choose_route(self, route: Route) -> None:
        """Judged images are not looked at again."""
        self.route = route
        self._show_judged()

    def routes(self) -> RouteChoices:
        """What a route can be made of; nothing where no class head could choose between score heads."""
        heads = self._judged.heads if self._judged is not None else ()
        deciding = tuple((head.model, head.name) for head in heads if head.kind is HeadKind.CLASS)
        scoring = tuple((head.model, head.name) for head in heads if head.kind is HeadKind.SCORE)
        labels = next((head.labels for head in heads if head.model == self.route.by), ())
        return RouteChoices(self.route, deciding, labels, scoring) if deciding and scoring else RouteChoices()

    def limit(self, model: str, wanted: tuple[str, ...], at_least: float | None, at_most: float | None) -> None:
        self.limits = tuple(
            replace(one, wanted=wanted, at_least=at_least, at_most=at_most) if one.model == model else one
            for one in self.limits
        )

    def values(self, place: int) -> NDArray[np.float64]:  # (images,)
        """What the limits of one head go by, in their unit."""
        assert self.result is not None
        return self._sieve().choices[place].values(self.result.values)

    def passed(self) -> NDArray[np.bool_]:  # (images,)
        if self.result is None or not self.result.paths:
            return np.zeros(0, np.bool_)
        paths, left_out = self.result.paths, self.result.left_out
        out = np.fromiter((path in left_out for path in paths), np.bool_, len(paths))
        return self._sieve().passed(self.result.values, out)

    def transfer_order(self, *, dry_run: bool) -> TransferSpec:
        """Raises UserError with what is missing."""
        if not self.plan.folder:
            raise UserError("it is not said where to", "choose a folder")
        result, passed = self._passing()
        places = passed.tolist()
        names = [result.names[place] for place in places] if self.plan.keep_structure else ()
        files = NamedFiles.of([result.paths[place] for place in places], names)
        self._sent_at = moment()
        return TransferSpec("transfer", self.plan.act, self.plan.folder, files, dry_run=dry_run)

    def left_behind(self) -> str | None:
        """The table of a transfer that ended before it could say so."""
        newest = newest_manifest(Path(self.plan.folder), since=self._sent_at)
        return None if newest is None else str(newest)

    def table(self) -> Callable[[], list[Row]]:
        """A table of what passes, made when called, in any thread. Raises UserError where nothing does."""
        return partial(_rows, *self._passing())

    def captions(self) -> Callable[[], list[tuple[str, tuple[str, ...]]]]:
        """What passes, the best first, with what each head says; made as `table` is. Raises UserError as well."""
        return partial(_captioned, *self._passing(), self._sieve())

    def _passing(self) -> tuple[ScoreResult, NDArray[np.intp]]:
        passed = np.flatnonzero(self.passed())
        if self.result is None or not len(passed):
            raise UserError("nothing passes", "score a folder, or widen the limits")
        return self.result, passed

    def _sieve(self) -> Sieve:
        """The limits and `top` by the rule of the command line."""
        heads = self.result.heads if self.result is not None else ()
        choices = [
            Choice.of(heads, place, labels=one.wanted, at_least=one.at_least, at_most=one.at_most)
            for place, one in enumerate(self.limits)
        ]
        by = next((place for place, head in enumerate(heads) if head.model == self.by), None)
        return Sieve.of(choices, by=by, top=self.top)


def _with_route(result: ScoreResult | None, route: Route) -> ScoreResult | None:
    chosen = routed(result.heads, result.values, route) if result is not None and result.paths else None
    if result is None or chosen is None:
        return result
    head, values = chosen
    return replace(result, heads=(*result.heads, head), values=(*result.values, values))


def _without(result: ScoreResult | None, gone: frozenset[str]) -> ScoreResult | None:
    if result is None or not gone:
        return result
    there = [place for place, path in enumerate(result.paths) if path not in gone]
    paths, names = ([those[place] for place in there] for those in (result.paths, result.names))
    return replace(
        result, paths=tuple(paths), names=tuple(names), values=tuple(values[there] for values in result.values)
    )


def _rows(result: ScoreResult, passed: NDArray[np.intp]) -> list[Row]:
    return [as_row(result.heads, _image(result, place)) for place in passed.tolist()]


def _captioned(result: ScoreResult, passed: NDArray[np.intp], sieve: Sieve) -> list[tuple[str, tuple[str, ...]]]:
    images = best_first([_image(result, place) for place in passed.tolist()], sieve.lead)
    return [(image.path, captions(result.heads, sieve.choices, image)) for image in images]


def _image(result: ScoreResult, place: int) -> JudgedImage:
    return JudgedImage(result.paths[place], tuple(tuple(said[place].tolist()) for said in result.values))
