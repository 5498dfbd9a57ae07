"""The live head: refitted in closed form after every annotation, with a new order of the whole pool.

Vectors and similarities of the pool are kept; width and ridge are chosen anew when the answers grew by a tenth (always
below a hundred). With few answers the pool is seen by its surroundings too (core.heads.second_view). Answers of images
without a vector wait until the vector is there.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_keys
from core.arrays.predictions import Predictions, spoken_by, write_predictions
from core.arrays.text_file import check_there, make_inside
from core.encoders.devices import resolve_device
from core.errors import UserError
from core.heads.answer_book import AnswerBook
from core.heads.calibrate import calibrate_votes
from core.heads.kept_pool import KeptPool
from core.heads.live_fit import LiveFit, refit
from core.heads.pair_lesson import at_hand
from core.heads.pair_rows import PairRows
from core.heads.pool_pass import Watch
from core.heads.second_view import SecondView
from core.heads.streamed_pool import STREAM_ABOVE, StreamedPool
from core.heads.text_start import FROM_TEXT, text_probabilities
from core.heads.votes import Votes
from core.jobs.events import LiveUpdated
from core.jobs.spec import LiveChange, LiveOpen
from core.query.audit_draw import audit_mask
from core.query.disagreement import power_of
from core.recipes.recipe import Recipe
from core.values import MEMBERS, Annotated
from core.workers import Workers

_FILES_KEPT = 3


def _never() -> bool:
    return False


def _unwatched(_done: int, _total: int) -> None:
    pass


class LiveSession:
    """One head's live state. Not thread-safe: one thread calls `apply` and `update`."""

    def __init__(self, order: LiveOpen) -> None:
        """Raises EnvironmentProblem where the device asked for is not there."""
        self._order = order
        self._book = AnswerBook(order.annotated, order.excluded)
        self._pairs = order.pairs
        self._store = EmbeddingStore(Path(order.project) / "embeddings" / order.signature.folder)
        found = resolve_device(order.device)
        self._device = "cpu" if found == "mps" else found
        self._workers = Workers()
        self._pool = self._open_pool_where_it_fits()
        self._fit: LiveFit | None = None
        self._second = self._second_view()
        self._next = np.empty(0, dtype=np.int64)
        """Rows at the head of the queue"""
        self._updates = 0

    def apply(self, change: LiveChange) -> None:
        self._book.apply(change)
        self._pairs = self._pairs if change.pairs is None else change.pairs

    @property
    def device(self) -> str:
        """Where it computes: the CPU once the memory of another device was full."""
        return self._device

    def update(self) -> LiveUpdated:
        """Refit, predict the pool, order it, write the arrays."""
        started = time.perf_counter()
        predictions, answers, remark = self._looked()
        file = self._write(predictions)
        seconds = time.perf_counter() - started
        return LiveUpdated(self._order.job, str(file), answers, seconds, remark)

    def look(self, watch: Watch = _unwatched) -> tuple[Predictions, str]:
        """What is said of the pool now, in order, and what it was said by; nothing is written.

        `watch` is told of how many images the surroundings were looked at, where they are (core.heads.second_view).
        Before the first answer that are the labels' words; where those cannot be read nothing is said (NaN), and why.
        """
        predictions, _, remark = self._looked(watch)
        return predictions, remark

    def _looked(self, watch: Watch | None = None) -> tuple[Predictions, int, str]:
        """With the number of answers, and what to remark on; on the CPU where the memory of the device is full.

        `watch`: with all that is else made ready while nobody waits.
        """
        try:
            return self._looked_once(watch)
        except torch.OutOfMemoryError:
            if self._device == "cpu":
                raise
        self._device, self._fit = "cpu", None
        self._pool, self._second = self._open_pool(), self._second_view()
        return self._looked_once(watch)

    def _looked_once(self, watch: Watch | None) -> tuple[Predictions, int, str]:
        self._look_for_new_vectors()
        annotated = self._at_hand()
        together, pairs = at_hand(annotated, self._pairs, self._store)
        rows = self._store.positions(together.hashes)
        remark = ""
        if len(rows) == 0:
            self._fit = None
            votes, remark = self._before_answers()
        else:
            fit = self._fit = self._refit(self._pool, self._fit, rows, together, pairs)
            votes = self._pool.read(fit, rows)
            if watch is not None:
                self._second.make(len(self._pool), len(rows), partial(self._tell_seen, watch))
            again = partial(self._refit, rows=rows, annotated=together, pairs=None)
            self._second.mix_into(votes, rows, together, fit.left_out, again)
            spread, kind = Recipe().spread, self._order.head.kind
            calibration = calibrate_votes(fit.left_out, annotated, kind, spread=spread)
            if calibration is not None:
                votes.redraw(calibration)
        predictions = self._predictions(votes, len(annotated), remark)
        self._next = predictions.order
        return predictions, len(annotated), remark

    def _tell_seen(self, watch: Watch) -> bool:
        """Never a reason to stop."""
        watch(self._second.seen, len(self._pool))
        return False

    def foresee(self, stop: Callable[[], bool] = _never) -> bool:
        """While the person looks: what the answers to the next images of the queue will need, until `stop`.

        True where more is known now than what was said last.
        """
        if isinstance(self._pool, StreamedPool):
            self._pool.foresee(stop)
            return False
        if self._fit is None:
            return False
        self._pool.foresee(self._next)
        knows_more = self._second.make(len(self._pool), len(self._fit.answers.rows), stop)
        self._second.foresee(self._next)
        return knows_more

    def _second_view(self) -> SecondView:
        order = self._order
        return SecondView(self._store, order.head.kind, order.signature.tiles, self._device, order.seed, self._workers)

    def _open_pool_where_it_fits(self) -> KeptPool | StreamedPool:
        """On the CPU where the memory of the device is full."""
        try:
            return self._open_pool()
        except torch.OutOfMemoryError:
            if self._device == "cpu":
                raise
        self._device = "cpu"
        return self._open_pool()

    def _open_pool(self) -> KeptPool | StreamedPool:
        if len(self._store) > STREAM_ABOVE:
            return StreamedPool(self._store, self._device, self._order.seed, self._workers)
        return KeptPool(self._store, self._device, self._order.seed, self._workers)

    def _look_for_new_vectors(self) -> None:
        self._store.refresh()
        if len(self._store) < len(self._pool):  # some were taken away
            check_there(self._store.folder)
            self._pool, self._fit = self._open_pool(), None
            self._second.drop()
        elif len(self._store) > STREAM_ABOVE and isinstance(self._pool, KeptPool):
            self._pool = self._open_pool()
        else:
            self._pool.grow()

    def _at_hand(self) -> Annotated:
        """Answers of the images to learn from that have a vector."""
        annotated = self._book.to_learn_from()
        here = self._store.positions(annotated.hashes) >= 0
        return Annotated(
            annotated.hashes[here], annotated.targets[here], annotated.weights[here], annotated.groups[here]
        )

    def _refit(
        self,
        pool: KeptPool | StreamedPool,
        before: LiveFit | None,
        rows: NDArray[np.int64],
        annotated: Annotated,
        pairs: PairRows | None,
    ) -> LiveFit:
        return self._workers.run(
            refit,
            pool.vectors(rows),
            annotated,
            hash_keys(annotated.hashes),
            self._order.head.kind,
            pool.choose_support(rows),
            before=before,
            seed=self._order.seed,
            each=self._workers.each,
            pairs=pairs,
        )

    def _before_answers(self) -> tuple[Votes, str]:
        """What the labels' own words say, where the encoder has a text side; and which of both it is, in words."""
        try:
            return self._read_labels(), FROM_TEXT
        except UserError as problem:
            return self._no_opinion(), f"no answers yet, and {problem.problem}"

    def _read_labels(self) -> Votes:
        """There is no committee before the first answer: a single member."""
        said = text_probabilities(self._store, self._order.head, self._order.signature)[: len(self._pool)]
        return Votes(said, said[:, None])

    def _no_opinion(self) -> Votes:
        """Before the first answer nothing is said."""
        probabilities = np.full((len(self._pool), self._order.head.outputs), np.nan, dtype=np.float16)
        return Votes(probabilities, np.repeat(probabilities[:, None], MEMBERS, axis=1))

    def _predictions(self, votes: Votes, annotations: int, remark: str) -> Predictions:
        kind = self._order.head.kind
        silent = self._fit is None and remark != FROM_TEXT
        doubt = np.ones(len(self._pool), dtype=np.float32) if silent else votes.doubt(kind, self._workers.each)
        annotated = self._mask(self._book.answered_hashes())
        excluded = self._mask(self._book.excluded_hashes())
        excluded |= self._mask(self._order.hidden) & ~annotated
        hashes = self._store.index().hashes[: len(self._pool)]
        excluded |= audit_mask(hash_keys(hashes), self._order.audit_share) & ~annotated
        order = self._pool.order(doubt, annotated, excluded, power=power_of(kind))
        metadata = {"head": self._order.head.name, "annotations": str(annotations), "seed": str(self._order.seed)}
        if self._fit is not None:
            metadata |= spoken_by(self._order.head)  # what was learned is gone on with later: core.project.last_look
        elif remark == FROM_TEXT:
            metadata["source"] = "text"
        return Predictions(hashes, votes.probabilities, votes.members, doubt, order, metadata)

    def _mask(self, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """(images,) of the pool"""
        mask = np.zeros(len(self._pool), dtype=np.bool_)
        rows = self._store.positions(hashes)
        mask[rows[rows >= 0]] = True
        return mask

    def _write(self, predictions: Predictions) -> Path:
        """A new name each time, so that what the window has mapped stays whole; the file before the last goes."""
        self._updates += 1
        folder = Path(self._order.output)
        make_inside(folder, levels=2)
        write_predictions(folder / f"live-{self._updates}.safetensors", predictions, lasting=False)
        with contextlib.suppress(OSError):
            (folder / f"live-{self._updates - _FILES_KEPT}.safetensors").unlink(missing_ok=True)
        return folder / f"live-{self._updates}.safetensors"
