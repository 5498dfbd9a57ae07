"""Random crops of annotated images: what is embedded, kept and taught, and what goes on without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes
from core.arrays.shards import CropSignature
from core.encoders.crops import random_crops
from core.encoders.pipeline import EncoderCache, run_embed
from core.encoders.signal.encoder import signature
from core.errors import Cancelled
from core.heads import further_crops
from core.heads.further_crops import Pictures, wanted_crops
from core.heads.version import train_version
from core.jobs.events import JobFinished, JobNotice, JobProgress, TrainResult
from core.jobs.run import run_job
from core.jobs.spec import EmbedSpec, TrainSpec
from core.project import Project
from core.recipes.recipe import parse_recipe
from core.values import ClassValue, HeadKind, ImageFile, ImageId, Tiles
from tests.core.encoders.means import Means, Ready
from tests.core.encoders.pictures import folder_of
from tests.core.exchange.places import embed
from tests.core.heads.material import QUICK, Ground, Recorder, never, one_hot
from tests.core.store.projects import scan

CROPS = 4
RECIPE = QUICK | {"random_crops": CROPS, "steps": 20}
LARGE, SMALL = (40, 30), (12, 10)
"""Crops are of 16 pixels."""


class Refusing(EncoderCache):
    """Loads nothing."""

    def get(self, encoder_id, tiles, device):
        raise AssertionError("an encoder was loaded")


@dataclass
class Bench:
    """A folder with pictures of which the five crops are embedded, by an encoder that counts what it is asked."""

    folder: Path
    images: list[ImageFile]
    encoder: Means = field(default_factory=lambda: Means(Tiles.FIVE_CROP))
    told: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        spec = EmbedSpec("embed", str(self.folder), "means", Tiles.FIVE_CROP, "cpu")
        run_embed(spec, self.images, Recorder(), never, cache=Ready(self.encoder))
        self.encoder.batches = []

    def spec(self, answered: int = 12, recipe: dict[str, object] = RECIPE, number: int = 1) -> TrainSpec:
        hashes = hash_bytes([image.content_hash for image in self.images])
        ground = Ground(self.folder, self.encoder.signature, hashes)
        return ground.spec(one_hot(np.arange(answered) % 3), recipe=recipe, number=number)

    def train(
        self, spec: TrainSpec, *, cache: EncoderCache | None = None, is_cancelled: Callable[[], bool] = never
    ) -> TrainResult:
        self.told = Recorder()
        return train_version(spec, self.told, is_cancelled, Pictures(self.images, cache or Ready(self.encoder)))

    def crops(self) -> EmbeddingStore:
        return EmbeddingStore(self.folder / "embeddings" / "means-1+random-crops")

    def notices(self) -> list[str]:
        return [event.text for event in self.told.events if isinstance(event, JobNotice)]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    (tmp_path / "images").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setattr(further_crops, "key_at_hand", lambda encoder: "means-1")
    return Bench(tmp_path / "project", folder_of(tmp_path / "images", 15, LARGE))


def test_that_annotated_images_alone_get_crops_and_the_crops_are_those_of_their_content(bench: Bench):
    bench.train(bench.spec(answered=12))
    store = bench.crops()
    assert isinstance(store.signature(), CropSignature)
    assert len(store) == 12
    held = store.gather(store.positions(bench.spec(12).annotated.hashes))
    assert held.shape == (12, CROPS, 3)
    image = bench.images[3]
    with Image.open(image.path) as picture:
        cut = random_crops(picture, input_size=8, content_hash=image.content_hash, count=CROPS)
    assert np.allclose(held[3], [bench.encoder.prepare(part) for part in cut], rtol=1e-3)


def test_that_crops_are_embedded_once_and_then_no_encoder_is_loaded(bench: Bench):
    bench.train(bench.spec(answered=9))
    assert sum(bench.encoder.batches) == 9 * CROPS
    bench.train(bench.spec(answered=12, number=2))
    assert sum(bench.encoder.batches) == 12 * CROPS
    bench.train(bench.spec(answered=12, number=3), cache=Refusing())
    fewer = RECIPE | {"random_crops": 2}
    bench.train(bench.spec(answered=12, recipe=fewer, number=4), cache=Refusing())


def test_that_a_recipe_that_wants_more_has_them_made_anew(bench: Bench):
    bench.train(bench.spec())
    bench.train(bench.spec(recipe=RECIPE | {"random_crops": 6}, number=2))
    store = bench.crops()
    assert (len(store), store.problems()) == (12, ())
    assert store.gather(np.arange(12)).shape == (12, 6, 3)


def test_that_progress_is_told_in_images(bench: Bench):
    bench.train(bench.spec())
    told = [event for event in bench.told.events if isinstance(event, JobProgress)]
    assert {event.total for event in told if event.stage == further_crops.CROPPING} >= {12}


def test_that_a_cancel_keeps_what_was_embedded_and_the_next_training_goes_on(bench: Bench):
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        bench.train(bench.spec(), is_cancelled=lambda: next(asked) > 12)
    kept = len(bench.crops())
    assert 0 < kept < 12
    bench.encoder.batches = []
    bench.train(bench.spec())
    assert (len(bench.crops()), sum(bench.encoder.batches)) == (12, (12 - kept) * CROPS)


def test_that_pictures_that_are_small_gone_or_changed_teach_by_their_five(tmp_path: Path, bench: Bench):
    (tmp_path / "small").mkdir()
    small = folder_of(tmp_path / "small", 3, SMALL)
    bench = Bench(bench.folder, bench.images[:9] + small)
    bench.images[0] = replace(bench.images[0], missing=True)
    Path(bench.images[1].path).write_bytes(b"another")
    result = bench.train(bench.spec())
    assert len(bench.crops()) == 7
    assert result.annotations == 12
    (said,) = bench.notices()
    assert said.startswith("1 image teaches by its five crops alone")


def test_that_a_training_goes_on_without_an_encoder_that_is_another(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(further_crops, "key_at_hand", lambda encoder: "means-2")
    assert bench.train(bench.spec()).annotations == 12
    assert "not those that made the five" in bench.notices()[0]
    assert len(bench.crops()) == 0


def test_that_crops_are_never_taken_for_five_crop_vectors(bench: Bench):
    bench.train(bench.spec())
    five = EmbeddingStore(bench.folder / "embeddings" / bench.encoder.signature.folder)
    (shard,) = bench.crops().folder.glob("*.safetensors")
    (five.folder / "000009.safetensors").write_bytes(shard.read_bytes())
    five.refresh()
    assert [problem.name for problem in five.problems()] == ["000009.safetensors"]
    assert five.gather(np.arange(len(five))).shape[1] == 5


@pytest.mark.parametrize(
    ("kind", "method", "tiles", "wanted"),
    [
        (HeadKind.CLASS, "compact", Tiles.FIVE_CROP, CROPS),
        (HeadKind.SCORE, "compact", Tiles.FIVE_CROP, CROPS),
        (HeadKind.CLASS, "seed-loop", Tiles.FIVE_CROP, CROPS),
        (HeadKind.SCORE, "seed-loop", Tiles.FIVE_CROP, 0),
        (HeadKind.CLASS, "compact", Tiles.NONE, 0),
    ],
)
def test_that_crops_are_wanted_where_heads_look_at_crops(bench: Bench, kind, method, tiles, wanted):
    spec = bench.spec()
    spec = replace(spec, head=replace(spec.head, kind=kind), signature=replace(spec.signature, tiles=tiles))
    assert wanted_crops(spec, parse_recipe({"method": method, "random_crops": CROPS})) == wanted


def test_that_a_training_job_finds_its_pictures_in_the_project(tmp_path: Path):
    (tmp_path / "images").mkdir()
    folder_of(tmp_path / "images", 4, (704, 690))
    five = signature(Tiles.FIVE_CROP)
    with Project.create(tmp_path / "project", [str(tmp_path / "images")]) as project:
        scan(project)
        embed(project, five)
        head, _ = project.heads.add("noise", HeadKind.CLASS, ("little", "much"), "signal", Tiles.FIVE_CROP)
        values = {ImageId(n + 1): ClassValue(head.labels[n % 2].label_id) for n in range(4)}
        project.annotations.annotate(head.head_id, values)
        recipe = QUICK | {"random_crops": 1, "steps": 2}
        spec = project.training_spec("train", head, "cpu", recipe=recipe)
        project.adopt(JobFinished("train", run_job(spec, Recorder(), never)))
        assert len(EmbeddingStore(project.folder / "embeddings" / f"{five.key}+random-crops")) == 4
        assert project.check() == []
