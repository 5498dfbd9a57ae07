"""Makes a version: release head, out-of-fold figures, calibration, committee, answers for the pool, its queue.

Letters: n = annotated images, images = those of the store, tiles = crops of an image embedded apart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import find_hashes, hash_keys
from core.arrays.held_out import HeldOut, write_held_out
from core.arrays.learned import learned_text
from core.arrays.predictions import Predictions, write_predictions
from core.arrays.random_crops import CropStore
from core.encoders.devices import device_name, resolve_device
from core.heads.audit_figures import audit_metrics
from core.heads.calibrate import calibrate_votes, fold_in
from core.heads.checkpoint import predict
from core.heads.compact import find_rotation
from core.heads.evaluate import agreement, metrics
from core.heads.fit import Trained, fit_compact
from core.heads.further_crops import Pictures, crops_at_hand, with_crops
from core.heads.head_config import HeadConfig
from core.heads.held_out import held_out
from core.heads.kept_course import forget_course, kept_course
from core.heads.lesson import Lesson, label_weights, rows_with_tiles
from core.heads.live_fit import LiveFit, refit
from core.heads.members import in_turn
from core.heads.network import SeedNetwork
from core.heads.out_of_fold import OutOfFold, judge, plan_folds
from core.heads.pair_figures import pair_metrics, plan_with_pairs
from core.heads.pair_lesson import at_hand, held_out_with_pairs
from core.heads.pool_pass import PoolAnswers, PoolPass
from core.heads.remarks import check_enough, notes, trainings_text, unlearned_tags
from core.heads.seed_loop import fit_seed_loop
from core.heads.similarity import unit_rows
from core.heads.stages import Stages
from core.heads.surroundings import Surroundings
from core.heads.taught import split
from core.heads.teaching import draw_open, drawn_rows, own_lessons, teach
from core.heads.version_files import complete_folder, digest, write_curve, write_head, write_metrics, write_paired
from core.jobs.events import Event, JobNotice, JobStarted, TrainResult
from core.jobs.spec import TrainSpec
from core.query.audit_draw import ENOUGH, audit_mask
from core.query.clustering import mean_tile
from core.query.disagreement import disagreement_order, power_of
from core.recipes.recipe import Method, Recipe, check_label_weights, parse_recipe, write_recipe
from core.review.audit import Sheet
from core.review.telling import silenced, told_by_targets
from core.values import OUT_OF_FOLD, Annotated, Metrics
from core.workers import Workers

TRAINING, COMMITTEE, PREDICTING, ORDERING, WRITING = "training", "committee", "predicting", "ordering", "writing"
_SUPPORT_ABOVE, _SUPPORT = 1500, 1000
"""So many annotated images carry the committee where there are more: its cost grows with their square."""


def train_version(
    spec: TrainSpec,
    emit: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
    pictures: Pictures | None = None,
) -> TrainResult:
    """Writes the folder `spec.output`, or nothing. Raises Cancelled, UserError, EnvironmentProblem.

    `pictures` are for the random crops that the recipe may want; without them those kept from before serve.
    """
    recipe = parse_recipe(spec.recipe)
    device = resolve_device(spec.device)
    device = "cpu" if device == "mps" else device  # sums in float64 are not to be had there
    emit(JobStarted(spec.job, f"training {spec.head.name} v{spec.number}", device_name(device)))
    stages = Stages(spec.job, emit, is_cancelled)
    crops = crops_at_hand(spec, recipe, pictures or Pictures(), stages, emit, is_cancelled)
    try:
        return _Training(spec, recipe, device, stages, crops).run()
    except torch.OutOfMemoryError:
        if device == "cpu":
            raise
    emit(JobNotice(spec.job, f"the memory of {device} is full: training goes on on the CPU"))
    return _Training(spec, recipe, "cpu", stages, crops).run()


@dataclass(frozen=True, slots=True, eq=False)
class _Heads:
    """What was trained, before the pool is looked at."""

    network: SeedNetwork
    config: HeadConfig
    trained: Trained
    fit: LiveFit
    held_out: HeldOut
    judged: HeldOut
    metrics: Metrics


class _Training:
    """One version on one device."""

    def __init__(
        self, spec: TrainSpec, recipe: Recipe, device: str, stages: Stages, crops: CropStore | None = None
    ) -> None:
        self._spec = spec
        self._recipe = recipe
        self._device = device
        self._stages = stages
        self._crops = crops
        self._store = EmbeddingStore(Path(spec.project) / "embeddings" / spec.signature.folder)
        self._annotated, self._judges = split(spec, recipe, self._store)
        check_enough(spec, self._annotated)
        check_label_weights(recipe, spec.head)
        self._together, self._pairs = at_hand(self._annotated, spec.pairs, self._store)
        """Answered images, then those that only pairs speak of"""
        self._vectors = self._vectors_of(self._together)
        self._workers = Workers()

    def run(self) -> TrainResult:
        try:
            return self._run()
        finally:
            self._workers.close()

    def _run(self) -> TrainResult:
        started = time.perf_counter()
        heads = self._train()
        pool = self._look_at_pool(heads)
        predictions = self._predictions(pool, len(heads.fit.answers.rows))
        self._stages.begin(WRITING)
        with complete_folder(Path(self._spec.output)) as folder:
            self._write(folder, heads, predictions)
        forget_course(self._spec, self._recipe)
        self._stages.end()
        return self._result(heads, time.perf_counter() - started)

    def _train(self) -> _Heads:
        spec, annotated = self._spec, self._annotated
        lesson = self._lesson()
        plan = plan_folds(annotated.targets, annotated.groups, lesson, self._recipe, seed=spec.seed)
        pairs, groups = self._pairs, self._together.groups
        plan, examined = plan_with_pairs(plan, pairs, groups, len(annotated), folds=self._recipe.folds, seed=spec.seed)
        self._stages.notice(trainings_text(self._recipe, len(plan.taught), len(examined.taught)))
        self._stages.begin(TRAINING)
        trained = self._fit(lesson, (np.arange(len(lesson)), *plan.taught, *examined.taught))
        self._stages.tell(trained.curve)
        judged = judge(lesson, plan, trained.networks[1:], spec.head.combine, spread=self._recipe.spread)
        network = trained.networks[0].cpu()
        fold_in(judged.calibration, network)
        self._stages.begin(COMMITTEE)
        fit = self._fit_committee()
        unseen = self._unseen(fit)
        figures = self._figures(judged, fit.left_out if self._pairs is None else unseen.probabilities, network)
        if pairs is not None and examined.judged:
            figures = pair_metrics(examined, pairs, groups, self._vectors, trained.networks[1:], spec.head.combine)
        return _Heads(network, self._config(network, judged), trained, fit, unseen, self._judged(judged), figures)

    def _fit(self, lesson: Lesson, taught: Sequence[NDArray[np.int64]]) -> Trained:
        recipe, seed, stages, watch = self._recipe, self._spec.seed, self._stages, self._stages.watch
        some_rows = drawn_rows(self._store, self._spec.seed)
        learned = self._workers.run(
            teach,
            lesson,
            taught,
            self._together.groups,
            self._pairs,
            self._open(),
            recipe,
            surroundings=Surroundings(some_rows),
            seed=seed,
            watch=lambda: watch(0, None),
        )
        if recipe.method is Method.SEED_LOOP:
            return fit_seed_loop(
                learned.lesson,
                taught,
                recipe,
                own=own_lessons(lesson, learned),
                seed=seed,
                watch=watch,
                tell=stages.tell,
                examination=self._examination(lesson.label_weights),
                kept=kept_course(self._spec),
                notice=stages.notice,
            )
        rotation = find_rotation(some_rows, recipe.components).to(self._device)
        return fit_compact(
            learned.lesson,
            learned.taught,
            recipe,
            rotation=rotation,
            seed=seed,
            watch=watch,
            softened=learned.softened,
            weights=learned.weights,
            answers=len(lesson),
            workers=self._workers if self._device == "cpu" else None,  # one thread gives a device its orders
            tell=stages.tell,
        )

    def _open(self) -> torch.Tensor:
        """(m, tiles, features) of images to be taught as the live head sees them."""
        rows = draw_open(self._spec, self._recipe, self._store, self._together.hashes)
        return rows_with_tiles(self._store.gather(rows)).to(self._device)

    def _lesson(self) -> Lesson:
        weights = label_weights(self._spec.head, self._recipe, torch.from_numpy(self._annotated.targets))
        return self._as_lesson(self._together, self._vectors, weights.to(self._device), self._further())

    def _examination(self, label_weights: torch.Tensor) -> Lesson | None:
        """The images that judge alone."""
        judges = self._judges
        return self._as_lesson(judges, self._vectors_of(judges), label_weights, None) if len(judges) else None

    def _as_lesson(
        self,
        annotated: Annotated,
        vectors: NDArray[np.float16],
        label_weights: torch.Tensor,
        further: torch.Tensor | None,
    ) -> Lesson:
        return Lesson(
            self._spec.head.kind,
            rows_with_tiles(vectors).to(self._device),
            torch.from_numpy(annotated.targets).to(self._device),
            torch.from_numpy(annotated.weights).to(self._device),
            label_weights,
            further,
        )

    def _vectors_of(self, annotated: Annotated) -> NDArray[np.float16]:
        return self._store.gather(self._store.positions(annotated.hashes))

    def _further(self) -> torch.Tensor | None:
        """(n, crops, features)"""
        if self._crops is None:
            return None
        found = with_crops(self._crops, self._together.hashes, self._vectors)
        return rows_with_tiles(found).to(self._device)

    def _fit_committee(self) -> LiveFit:
        annotated, n = self._together, len(self._together)
        support = np.arange(n)
        if n > _SUPPORT_ABOVE:
            support = np.sort(np.random.default_rng(self._spec.seed).choice(n, _SUPPORT, replace=False))
        rows = unit_rows(mean_tile(self._vectors), self._device)
        keys = hash_keys(annotated.hashes)
        return self._workers.run(
            refit,
            rows,
            annotated,
            keys,
            self._spec.head.kind,
            support,
            before=None,
            seed=self._spec.seed,
            # One thread gives a device its orders; torch's solver there fails where two ask for it first.
            each=self._workers.each if self._device == "cpu" else in_turn,
            pairs=self._pairs,
        )

    def _unseen(self, fit: LiveFit) -> HeldOut:
        """Votes on the answered images by members that did not see them."""
        run, seed, each = self._workers.run, self._spec.seed, self._workers.each
        if self._pairs is None:
            return run(held_out, self._annotated, fit, seed=seed, each=each)
        answered = len(self._annotated)
        return run(held_out_with_pairs, self._together, self._pairs, self._vectors, answered, fit, seed=seed, each=each)

    def _judged(self, judged: OutOfFold) -> HeldOut:
        """What the release head's likes said out of fold; of the committee's members nothing is repeated here."""
        nobody = np.empty((len(judged.rows), 0, judged.answers.shape[1]), np.float16)
        of, rows, said = self._annotated, judged.rows, judged.answers.astype(np.float16)
        return HeldOut(of.hashes[rows], said, nobody, of.targets[rows], of.groups[rows])

    def _figures(self, judged: OutOfFold, unseen: NDArray[np.floating], network: SeedNetwork) -> Metrics:
        """On the audit set where it is large enough to say something, else on every judged image."""
        head, spec = self._spec.head, self._spec
        names = [label.name for label in head.labels]
        told = told_by_targets(head, self._annotated.targets)
        targets = silenced(self._annotated.targets[judged.rows], told)
        drawn = find_hashes(spec.audit, self._annotated.hashes[judged.rows]) >= 0
        drawn &= ~np.isnan(targets).all(axis=1)
        if drawn.sum() >= ENOUGH:
            skipped = self._store.gather(self._store.positions(spec.audit_skipped))
            passed = silenced(predict(network, head.kind, skipped, combine=head.combine, device="cpu"), told)
            found = audit_metrics(names, Sheet(head.kind, targets[drawn], judged.answers[drawn], passed))
        else:
            found = metrics(head.kind, names, targets, judged.answers, by=OUT_OF_FOLD)
        if found.n == 0:
            return found
        said = unseen[judged.rows].astype(np.float32)
        return replace(found, agreement=agreement(head.kind, judged.answers, said, targets))

    def _config(self, network: SeedNetwork, judged: OutOfFold) -> HeadConfig:
        spec, calibration = self._spec, judged.calibration
        return HeadConfig(
            name=spec.head.name,
            rev=f"v{spec.number}",
            kind=spec.head.kind,
            labels=tuple(label.name for label in spec.head.labels),
            features=network.features,
            hidden=network.hidden,
            signature=spec.signature,
            combine=spec.head.combine,
            version=spec.number,
            temperature=calibration.temperature,
            shift=calibration.shift,
            data=digest(self._annotated, spec.pairs),
            annotations=len(self._annotated),
            learned=learned_text(self._together.hashes),
            unlearned=unlearned_tags(self._annotated, spec.head),
        )

    def _look_at_pool(self, heads: _Heads) -> PoolAnswers:
        self._stages.begin(PREDICTING)
        head, fit, annotated = self._spec.head, heads.fit, self._annotated
        look = PoolPass(
            self._store,
            head.kind,
            head.combine,
            heads.network.to(self._device),
            fit,
            self._device,
            self._spec.seed,
            self._workers,
            self._store.positions(annotated.hashes),
            fit.answers.residuals,
            calibrate_votes(fit.left_out, annotated, head.kind, spread=self._recipe.spread),
        )
        return look.run(self._stages.watch)

    def _predictions(self, pool: PoolAnswers, annotations: int) -> Predictions:
        self._stages.begin(ORDERING)
        annotated = self._mask(self._spec.annotated.hashes)
        hashes = self._store.index().hashes
        unasked = self._mask(self._spec.hidden) | audit_mask(hash_keys(hashes), self._spec.audit_share)
        excluded = self._mask(self._spec.excluded) | (unasked & ~annotated)
        near = pool.near
        head = disagreement_order(
            pool.points,
            pool.utility[near],
            annotated[near],
            excluded[near],
            power=power_of(self._spec.head.kind),
            seed=self._spec.seed,
        )
        metadata = {
            "head": self._spec.head.name,
            "version": str(self._spec.number),
            "annotations": str(annotations),
            "seed": str(self._spec.seed),
        }
        return Predictions(hashes, pool.probabilities, pool.members, pool.utility, near[head], metadata)

    def _write(self, folder: Path, heads: _Heads, predictions: Predictions) -> None:
        spec = self._spec
        write_head(folder, spec.head.name, spec.number, heads.network, heads.config)
        write_predictions(folder / "predictions.safetensors", predictions)
        write_held_out(folder / "out_of_fold.safetensors", heads.held_out)
        write_held_out(folder / "judged.safetensors", heads.judged)
        write_paired(folder / "learned.safetensors", self._together.hashes[len(self._annotated) :])
        write_recipe(folder / "recipe.yaml", self._recipe)
        write_curve(folder / "training.csv", heads.trained.curve)
        write_metrics(folder, heads.metrics, self._stages.seconds)

    def _result(self, heads: _Heads, seconds: float) -> TrainResult:
        spec, figures = self._spec, heads.metrics
        return TrainResult(
            folder=spec.output,
            number=spec.number,
            head_id=spec.head.head_id,
            annotations=len(self._annotated),
            last_annotation=spec.last_annotation,
            metrics=figures,
            seconds=seconds,
            device=self._device,
            seed=spec.seed,
            notes=notes(figures, self._annotated, spec.head, heads.trained.curve, len(self._judges)),
            labels=tuple(label.label_id for label in spec.head.labels),
            last_pair=spec.last_pair,
        )

    def _mask(self, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """(images,)"""
        mask = np.zeros(len(self._store), dtype=np.bool_)
        rows = self._store.positions(hashes)
        mask[rows[rows >= 0]] = True
        return mask
