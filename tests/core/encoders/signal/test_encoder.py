"""The vector of the built-in encoder: its bounds, and what a head makes of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.benchmarks.defects import degraded
from core.encoders.registry import load_encoder
from core.encoders.signal.encoder import DIM, LIMIT, analyse
from core.heads.kernel import fit_kernel
from core.media.degrade.demonstrated import LABELS
from core.values import HeadKind
from tests.core.encoders.pictures import drawn


@given(width=st.integers(1, 400), height=st.integers(1, 400), kind=st.sampled_from(["drawn", "grey", "flat", "noise"]))
@settings(max_examples=25, deadline=None)
def test_that_any_image_has_a_bounded_vector(width, height, kind):
    image = drawn(width % 3, (400, 400)).crop((0, 0, width, height))
    if kind == "grey":
        image = image.convert("L").convert("RGB")
    if kind == "flat":
        image = Image.new("RGB", (width, height), (width % 256, height % 256, 255))
    if kind == "noise":
        pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3))
        image = Image.fromarray(pixels.astype(np.uint8))
    vector = analyse(image)
    assert vector.shape == (DIM,)
    assert np.isfinite(vector).all()
    assert np.abs(vector).max() <= LIMIT


def test_that_a_panorama_and_a_large_image_are_read_in_bounded_pieces():
    for size in ((6000, 40), (40, 6000), (5000, 4000)):
        assert np.isfinite(analyse(Image.new("RGB", size, (10, 20, 30)))).all()


def test_that_the_same_pixels_give_the_same_vector():
    encoder = load_encoder("signal")
    one, other = (encoder.encode([encoder.prepare(drawn(5))]) for _ in range(2))
    assert np.array_equal(one, other)
    assert one.dtype == np.float16


def test_that_a_head_tells_defects_apart_in_pictures_it_never_saw():
    scenes = (drawn(100 + number, (320, 240)) for number in range(14))
    pictures = degraded(scenes, 2, 0)
    train = pictures.photographs % 2 == 0
    targets = np.eye(len(LABELS), dtype=np.float32)[pictures.labels]
    weights = np.ones(int(train.sum()), np.float32)
    head = fit_kernel(pictures.signal[train], targets[train], weights, HeadKind.CLASS, seed=0)
    right = head.predict(pictures.signal[~train]).argmax(axis=1) == pictures.labels[~train]
    assert right.mean() >= 0.95


@pytest.mark.shared
def test_that_a_head_tells_defects_apart_in_photographs_it_never_saw(shared):
    """A third of the photographs, to be quick; `winnow bench defects` has all of them and the figure."""
    paths = sorted((shared / "hires").iterdir())[::3]
    photographs = (Image.open(path).convert("RGB").reduce(2) for path in paths)
    pictures = degraded(photographs, 2, 0)
    train = pictures.photographs % 2 == 0
    targets = np.eye(len(LABELS), dtype=np.float32)[pictures.labels]
    weights = np.ones(int(train.sum()), np.float32)
    head = fit_kernel(pictures.signal[train], targets[train], weights, HeadKind.CLASS, seed=0)
    right = head.predict(pictures.signal[~train]).argmax(axis=1) == pictures.labels[~train]
    assert right.mean() >= 0.85
