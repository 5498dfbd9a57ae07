"""The seed's training loop with its faults corrected: the baseline, and the `seed-loop` method of recipes.

Kept: the whole network from its default start, every image once before any comes again, AdamW, cosine or warm-up, loss
weights by label, L1 through the squash for scores, a random crop of an image that is embedded in crops. Corrected:
cross-entropy on the logits and not on the softmax, targets of a batch for each image, dropout off when judging,
evaluation on the folds that a network did not see, a fixed scale, seeded dropout, float32, any device.

Letters: n = annotated images, b = images of a batch, k = unseen images, tiles = crops of an image embedded apart.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads.course import EVALUATED
from core.heads.descent import Descent
from core.heads.fit import CURVE_POINTS, Tell, Trained, Watch, tell_nobody
from core.heads.lesson import Lesson
from core.heads.losses import mean_loss
from core.heads.network import SeedNetwork, default_hidden, squash
from core.recipes.recipe import Recipe, Schedule
from core.values import CurvePoint, HeadKind

WARMUP_IMAGES = 5000
LOSS_MEMORY = 500
LOGGED = 100
"""Steps between two points of the curve, at most, as in the seed's log."""
_WARMUP_START = 0.1
_BETAS = (0.9, 0.999)


def fit_seed_loop(
    lesson: Lesson,
    taught: Sequence[NDArray[np.int64]],
    recipe: Recipe,
    *,
    own: Sequence[Lesson] | None = None,
    seed: int,
    watch: Watch,
    tell: Tell = tell_nobody,
    examination: Lesson | None = None,
) -> Trained:
    """One network for each entry of `taught`, step by step beside each other; the images left out measure each.

    The training loss of the curve is the first one's, and so is the loss on the `examination`, which nobody learns.
    `tell` gets the curve so far at each of its points. `own` lessons of each network stand for the lesson.
    """
    pupils = [
        _Pupil(_new_network(lesson, recipe, seed), one, rows, recipe, seed)
        for one, rows in zip([lesson] * len(taught) if own is None else own, taught, strict=True)
    ]
    curve: list[CurvePoint] = []
    with _seeded(lesson.rows.device, seed):
        for step in range(recipe.steps):
            rate = recipe.learning_rate * _rate_share(step, recipe)
            for number, pupil in enumerate(pupils):
                watch(step * len(pupils) + number, recipe.steps * len(pupils))
                pupil.learn(rate)
            if (step + 1) % _stride(recipe) == 0:
                examined = None if examination is None else _loss_by_crop(pupils[0].network, examination)
                curve.append(CurvePoint(step + 1, pupils[0].recent_loss(), _evaluate(pupils), rate, examined))
                tell(tuple(curve))
    return Trained(tuple(pupil.network.cpu().eval() for pupil in pupils), tuple(curve))


def train_network(
    network: SeedNetwork, lesson: Lesson, rows: NDArray[np.int64], recipe: Recipe, *, seed: int, watch: Watch
) -> None:
    """`recipe.steps` steps on the images `rows`, in place."""
    pupil = _Pupil(network, lesson, rows, recipe, seed)
    for step in range(recipe.steps):
        watch(step, recipe.steps)
        pupil.learn(recipe.learning_rate * _rate_share(step, recipe))


class _Pupil:
    """A network with the images that it may learn from."""

    def __init__(
        self, network: SeedNetwork, lesson: Lesson, rows: NDArray[np.int64], recipe: Recipe, seed: int
    ) -> None:
        self.network = network.train()
        self._lesson = lesson
        self._drawn = lesson.rows if lesson.further is None else lesson.further
        self._targets = lesson.targets.nan_to_num()
        self._weights = _weights(lesson)
        self._descent = Descent(list(network.parameters()), weight_decay=recipe.weight_decay, betas=_BETAS)
        self._generator = torch.Generator().manual_seed(seed)
        self._batches = _batches(rows, recipe.batch_size, self._generator)
        self._unseen = np.setdiff1d(np.arange(len(lesson)), rows)[:EVALUATED]
        self._recent: deque[Tensor] = deque(maxlen=LOSS_MEMORY)

    def learn(self, rate: float) -> None:
        """One step."""
        drawn = next(self._batches)
        tile = torch.randint(self._drawn.shape[1], (len(drawn),), generator=self._generator)
        logits = self.network(self._drawn[drawn, tile])
        loss = _loss(logits, self._targets[drawn], self._weights[drawn], self._lesson.kind)
        self._descent.step(loss, rate)
        self._recent.append(loss.detach())

    def recent_loss(self) -> float:
        """Mean over the last LOSS_MEMORY steps, as in the seed's log."""
        return float(torch.stack(tuple(self._recent)).mean())

    def unseen_loss(self) -> float | None:
        """Mean over images that it may not learn from; None where there are none."""
        return _loss_by_crop(self.network, self._lesson, self._unseen) if len(self._unseen) else None


@torch.no_grad()
def _loss_by_crop(network: SeedNetwork, lesson: Lesson, rows: NDArray[np.int64] | None = None) -> float:
    """Mean over all crops of some images, or of all."""
    chosen = np.arange(len(lesson)) if rows is None else rows
    crops = lesson.rows[chosen]  # (k, tiles, features)
    spread = np.repeat(chosen, crops.shape[1])  # (k * tiles,)
    network.eval()
    logits = network(crops.flatten(0, 1))
    network.train()
    return float(_loss(logits, lesson.targets.nan_to_num()[spread], _weights(lesson)[spread], lesson.kind))


def _evaluate(pupils: Sequence[_Pupil]) -> float | None:
    found = [loss for pupil in pupils if (loss := pupil.unseen_loss()) is not None]
    return float(np.mean(found)) if found else None


def _batches(rows: NDArray[np.int64], size: int, generator: torch.Generator) -> Iterator[NDArray[np.int64]]:
    """Rounds in an order of chance, without end; what does not fill the last batch of a round waits for another."""
    size = min(size, len(rows))
    while True:
        order = rows[torch.randperm(len(rows), generator=generator).numpy()]
        for first in range(0, len(rows) - size + 1, size):
            yield order[first : first + size]


def _weights(lesson: Lesson) -> Tensor:
    """(n, outputs) by image and label as they are: 0 where the answer is unknown."""
    weights: Tensor = ~torch.isnan(lesson.targets) * lesson.weights[:, None] * lesson.label_weights
    return weights


def _new_network(lesson: Lesson, recipe: Recipe, seed: int) -> SeedNetwork:
    features = lesson.rows.shape[2]
    hidden = recipe.hidden or default_hidden(features)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = SeedNetwork(features=features, hidden=hidden, outputs=lesson.targets.shape[1])
    return network.to(lesson.rows.device)


@contextlib.contextmanager
def _seeded(device: torch.device, seed: int) -> Iterator[None]:
    """Dropout draws from torch's own generator, which is put back afterwards."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


def _loss(logits: Tensor, targets: Tensor, weights: Tensor, kind: HeadKind) -> Tensor:  # each (b, outputs)
    if kind is HeadKind.SCORE:
        return ((squash(logits, kind) - targets).abs() * weights).mean()
    return mean_loss(logits, targets, weights, kind)


def _rate_share(step: int, recipe: Recipe) -> float:
    if recipe.schedule is Schedule.WARMUP:
        done = step * recipe.batch_size / WARMUP_IMAGES
        return min(1.0, _WARMUP_START + (1.0 - _WARMUP_START) * done)
    share = 0.5 * (1.0 + np.cos(np.pi * step / recipe.steps))
    return float(share)


def _stride(recipe: Recipe) -> int:
    return max(1, min(LOGGED, recipe.steps // CURVE_POINTS))
