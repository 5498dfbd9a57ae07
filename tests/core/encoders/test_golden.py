"""A real encoder against vectors that were computed elsewhere."""

import numpy as np
import pytest
from PIL import Image

from core.encoders.registry import load_encoder

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def encoder(shared):
    return load_encoder(str(shared / "encoder" / "mobilenet_v2"), device="cpu")


def cosines(shared, encoder, name, wanted, count):
    with np.load(shared / "embeddings" / f"mnv2_{name}.npz") as golden:
        paths = [shared / name / str(path) for path in golden["path"]]
        expected = golden["X"].astype(np.float32)
    chosen = [i for i, path in enumerate(paths) if wanted(Image.open(path).size)]
    chosen = chosen[:: max(1, len(chosen) // count)][:count]
    prepared = [encoder.prepare(Image.open(paths[i]).convert("RGB")) for i in chosen]
    ours, theirs = encoder.encode(prepared).astype(np.float32), expected[chosen]
    return (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)


def rounds_alike(size):
    """The golden vectors round the longer side, the library cuts it off: half of all shapes differ by one pixel."""
    longer = 256 * max(size) / min(size)
    return round(longer) == int(longer)


def test_that_the_encoder_reproduces_the_golden_vectors_of_flowers(shared, encoder):
    assert cosines(shared, encoder, "flowers5", rounds_alike, 24).min() > 0.999


def test_that_the_encoder_reproduces_the_golden_vectors_of_portraits(shared, encoder):
    assert cosines(shared, encoder, "trashnet", rounds_alike, 8).min() > 0.999


def test_that_one_pixel_of_the_longer_side_costs_little(shared, encoder):
    assert cosines(shared, encoder, "flowers5", lambda size: not rounds_alike(size), 12).min() > 0.97
