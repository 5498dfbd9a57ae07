"""The seed's training loop with its faults corrected: the baseline, and the `seed-loop` method of recipes.

Kept: the whole network from its default start, every image once before any comes again, AdamW, cosine or warm-up, loss
weights by label, L1 through the squash for scores, a random crop of an image that is embedded in crops. Corrected:
cross-entropy on the logits and not on the softmax, targets of a batch for each image, dropout off when judging,
evaluation on the folds that a network did not see, a fixed scale, seeded dropout, float32, any device.

Letters: n = annotated images, b = images of a batch, k = unseen images, tiles = crops of an image embedded apart.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import Cancelled
from core.heads.course import EVALUATED
from core.heads.descent import Descent
from core.heads.fit import CURVE_POINTS, Tell, Trained, Watch, tell_nobody
from core.heads.kept_course import KeptCourse, State, key_of
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
_POINT = len(fields(CurvePoint))


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
    kept: KeptCourse | None = None,
    notice: Callable[[str], None] = lambda text: None,
) -> Trained:
    """One network for each entry of `taught`, step by step beside each other; the images left out measure each.

    The training loss of the curve is the first one's, and so is the loss on the `examination`, which nobody learns.
    `tell` gets the curve so far at each of its points. `own` lessons of each network stand for the lesson. Where the
    same course was stopped before, it goes on as `kept`, and ends as if it never had been; `notice` is told so.
    """
    lessons = [lesson] * len(taught) if own is None else list(own)
    pupils = [
        _Pupil(_new_network(lesson, recipe, seed), one, rows, recipe, seed)
        for one, rows in zip(lessons, taught, strict=True)
    ]
    with _seeded(lesson.rows.device, seed):
        course = _Course(pupils, recipe, examination, tell)
        if kept is None:
            course.run(watch)
        else:
            _run_kept(course, key_of(lessons, taught, recipe, examination, seed), kept, watch, notice)
    return Trained(tuple(pupil.network.cpu().eval() for pupil in pupils), tuple(course.curve))


def _run_kept(course: _Course, key: str, kept: KeptCourse, watch: Watch, notice: Callable[[str], None]) -> None:
    state = kept.read(key)
    if state is not None:
        course.go_on(state)
        notice(f"goes on at step {course.done:,} of {course.total:,}, where it was stopped")

    def keeping(done: int, total: int) -> None:
        if kept.is_due():
            kept.keep(key, course.state())
        watch(done, total)

    try:
        course.run(keeping)
    except Cancelled:
        kept.keep(key, course.state())
        raise
    kept.keep(key, course.state())


def train_network(
    network: SeedNetwork, lesson: Lesson, rows: NDArray[np.int64], recipe: Recipe, *, seed: int, watch: Watch
) -> None:
    """`recipe.steps` steps on the images `rows`, in place."""
    pupil = _Pupil(network, lesson, rows, recipe, seed)
    for step in range(recipe.steps):
        watch(step, recipe.steps)
        pupil.learn(recipe.learning_rate * _rate_share(step, recipe))


class _Course:
    """All networks step by step, each at each step; between two of them it may stop and go on."""

    def __init__(
        self, pupils: Sequence[_Pupil], recipe: Recipe, examination: Lesson | None, tell: Tell = tell_nobody
    ) -> None:
        self.done = 0
        self.total = recipe.steps * len(pupils)
        self.curve: list[CurvePoint] = []
        self._pupils = pupils
        self._device = next(pupils[0].network.parameters()).device
        self._recipe = recipe
        self._examination = examination
        self._tell = tell

    def run(self, watch: Watch) -> None:
        while self.done < self.total:
            step, number = divmod(self.done, len(self._pupils))
            watch(self.done, self.total)
            rate = self._recipe.learning_rate * _rate_share(step, self._recipe)
            self._pupils[number].learn(rate)
            self.done += 1
            if number == len(self._pupils) - 1 and (step + 1) % _stride(self._recipe) == 0:
                self._note(step, rate)

    def _note(self, step: int, rate: float) -> None:
        first, examination = self._pupils[0], self._examination
        examined = None if examination is None else _loss_by_crop(first.network, examination)
        self.curve.append(CurvePoint(step + 1, first.recent_loss(), _evaluate(self._pupils), rate, examined))
        self._tell(tuple(self.curve))

    def state(self) -> State:
        points = [[math.nan if value is None else value for value in astuple(point)] for point in self.curve]
        state: dict[str, NDArray[Any]] = {
            "done": np.array([self.done]),
            "curve": np.array(points, np.float64).reshape(-1, _POINT),
            "chance": torch.get_rng_state().numpy(),
        }
        if self._device.type == "cuda":
            state["chance.cuda"] = torch.cuda.get_rng_state(self._device).numpy()
        for number, pupil in enumerate(self._pupils):
            state |= {f"{number}.{name}": array for name, array in pupil.state().items()}
        return state

    def go_on(self, state: State) -> None:
        self.done = int(state["done"][0])
        for step, training, evaluation, rate, examined in state["curve"].tolist():
            self.curve.append(CurvePoint(int(step), training, _known(evaluation), rate, _known(examined)))
        torch.set_rng_state(torch.from_numpy(state["chance"]))
        if self._device.type == "cuda":
            torch.cuda.set_rng_state(torch.from_numpy(state["chance.cuda"]), self._device)
        for number, pupil in enumerate(self._pupils):
            pupil.go_on({name.partition(".")[2]: one for name, one in state.items() if name.startswith(f"{number}.")})


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


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
        self._batches = _Batches(rows, recipe.batch_size, self._generator)
        self._unseen = np.setdiff1d(np.arange(len(lesson)), rows)[:EVALUATED]
        self._recent: deque[Tensor] = deque(maxlen=LOSS_MEMORY)

    def learn(self, rate: float) -> None:
        """One step."""
        drawn = self._batches.draw()
        tile = torch.randint(self._drawn.shape[1], (len(drawn),), generator=self._generator)
        logits = self.network(self._drawn[drawn, tile])
        loss = _loss(logits, self._targets[drawn], self._weights[drawn], self._lesson.kind)
        self._descent.step(loss, rate)
        self._recent.append(loss.detach())

    def state(self) -> State:
        named = dict(zip((f"part.{place}" for place in itertools.count()), self._parts(), strict=False))
        return {name: part.detach().cpu().numpy() for name, part in named.items()} | {
            "generator": self._generator.get_state().numpy(),
            "order": self._batches.order,
            "place": np.array([self._batches.place]),
            "recent": np.array([float(loss) for loss in self._recent], np.float32),
        }

    @torch.no_grad()
    def go_on(self, state: State) -> None:
        for place, part in enumerate(self._parts()):
            part.copy_(torch.from_numpy(state[f"part.{place}"]).reshape(part.shape))
        self._generator.set_state(torch.from_numpy(state["generator"]))
        self._batches.order, self._batches.place = state["order"], int(state["place"][0])
        device = self._lesson.rows.device
        self._recent.extend(torch.from_numpy(state["recent"]).to(device).unbind())

    def _parts(self) -> list[Tensor]:
        return [*self.network.parameters(), *self.network.buffers(), *self._descent.moments()]

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


class _Batches:
    """Rounds in an order of chance, without end; what does not fill the last batch of a round waits for another."""

    def __init__(self, rows: NDArray[np.int64], size: int, generator: torch.Generator) -> None:
        self.order = rows[:0]
        self.place = 0
        self._rows = rows
        self._size = min(size, len(rows))
        self._generator = generator

    def draw(self) -> NDArray[np.int64]:
        if self.place + self._size > len(self.order):
            self.order = self._rows[torch.randperm(len(self._rows), generator=self._generator).numpy()]
            self.place = 0
        self.place += self._size
        return self.order[self.place - self._size : self.place]


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
