"""Colours that a decoder can make, against the decoders themselves."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.encoders.signal.lattice import (
    LIMITED_GREYS,
    distinct_colours,
    lattice_features,
    reachable_by_jpeg,
    reachable_by_webp,
)
from tests.core.encoders.pictures import drawn


def through(image: Image.Image, kind: str, **options) -> np.ndarray:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return np.asarray(Image.open(file).convert("RGB"))


def colours_of(pixels: np.ndarray) -> np.ndarray:
    return distinct_colours(pixels[None])


@settings(max_examples=15, deadline=None)
@given(quality=st.integers(5, 100), subsampling=st.sampled_from([0, 1, 2]), number=st.integers(0, 3))
def test_that_every_colour_of_a_decoded_jpeg_is_reachable(quality, subsampling, number):
    pixels = through(drawn(number), "JPEG", quality=quality, subsampling=subsampling)
    assert reachable_by_jpeg(colours_of(pixels)).mean() > 0.995


@settings(max_examples=15, deadline=None)
@given(quality=st.integers(1, 100), method=st.sampled_from([0, 4, 6]), number=st.integers(0, 3))
def test_that_every_colour_of_a_decoded_webp_is_reachable(quality, method, number):
    pixels = through(drawn(number), "WEBP", quality=quality, method=method)
    assert reachable_by_webp(colours_of(pixels)).all()


def test_that_most_colours_are_out_of_reach_of_either_decoder():
    colours = np.random.default_rng(0).integers(1, 255, (20_000, 3)).astype(np.int32)
    assert reachable_by_jpeg(colours).mean() == pytest.approx(0.24, abs=0.02)
    assert reachable_by_webp(colours).mean() == pytest.approx(0.16, abs=0.02)


def test_that_a_grey_webp_leaves_the_other_levels_empty():
    ramp = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8), (64, 1)).repeat(3).reshape(64, 256, 3))
    pixels = through(ramp, "WEBP", quality=100).reshape(-1, 3)
    greys = pixels[(pixels == pixels[:, :1]).all(axis=1)]
    assert len(LIMITED_GREYS) == 220
    assert set(np.unique(greys)) <= set(LIMITED_GREYS.clip(0, 255))


def test_that_each_decoder_is_told_from_the_other_and_from_none():
    clean = drawn(1)
    jpeg, webp = (through(clean, kind, quality=90) for kind in ("JPEG", "WEBP"))
    evidence = np.array([lattice_features(pixels[None])[:2] for pixels in (np.asarray(clean), jpeg, webp)])
    assert evidence[0].max() < 0.2
    assert evidence[1, 0] > 0.8 > 0.2 > evidence[1, 1]
    assert evidence[2, 1] > 0.8 > 0.2 > evidence[2, 0]


def test_that_a_grey_webp_is_known_by_its_levels():
    grey = drawn(2).convert("L").convert("RGB")
    assert lattice_features(through(grey, "WEBP", quality=95)[None])[1] > 0.5
    assert lattice_features(np.asarray(grey)[None])[1] < 0.2


def test_that_clipped_colours_do_not_count():
    extremes = np.zeros((1, 16, 16, 3), np.uint8)
    extremes[:, ::2] = 255
    assert len(distinct_colours(extremes)) == 0
    assert np.isfinite(lattice_features(extremes)).all()


def test_that_a_large_flat_sky_counts_as_one_colour():
    sky = np.full((1, 128, 128, 3), (90, 120, 200), np.uint8)
    assert distinct_colours(sky).tolist() == [[90, 120, 200]]
