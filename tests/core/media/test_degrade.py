"""Synthetic defects of stated strength."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.media import degrade
from core.media.degrade import EFFECTS
from tests.core.media.pictures import gradient


@pytest.fixture(scope="module")
def photograph(shared) -> Image.Image:
    with Image.open(sorted((shared / "hires").glob("*.jpg"))[0]) as image:
        return image.convert("RGB").resize((480, 360), Image.Resampling.BOX)


def distance(first: Image.Image, second: Image.Image) -> float:
    return float(np.abs(np.asarray(first).astype(float) - np.asarray(second).astype(float)).mean())


def test_that_the_effects_are_those_of_the_command_line():
    assert list(EFFECTS) == ["chromatic-aberration", "jpeg", "webp", "noise", "blur", "resize"]
    ranges = {name: (effect.low, effect.high) for name, effect in EFFECTS.items()}
    assert ranges["chromatic-aberration"] == (1, 3)
    assert ranges["jpeg"] == ranges["webp"] == (50, 95)
    assert ranges["noise"] == (2, 10)


@pytest.mark.parametrize("name", EFFECTS)
def test_that_an_effect_keeps_the_size_and_changes_the_picture(photograph, name):
    degraded, strength = degrade.apply(name, photograph, np.random.default_rng(1))
    assert degraded.size == photograph.size and degraded.mode == "RGB" and degraded.info == {}
    assert EFFECTS[name].low <= strength <= EFFECTS[name].high
    assert 0.1 < distance(degraded, photograph) < 30


@pytest.mark.parametrize("name", EFFECTS)
def test_that_the_same_seed_gives_the_same_bytes(photograph, name):
    first = degrade.apply(name, photograph, np.random.default_rng(5))
    again = degrade.apply(EFFECTS[name], photograph, np.random.default_rng(5))
    assert first[1] == again[1]
    assert first[0].tobytes() == again[0].tobytes()


@settings(max_examples=60)
@given(st.sampled_from(sorted(EFFECTS)), st.integers(0, 2**32))
def test_that_strengths_stay_in_their_range(name, seed):
    effect = EFFECTS[name]
    strength = effect.draw_strength(np.random.default_rng(seed))
    assert effect.low <= strength <= effect.high
    assert not effect.whole or strength == int(strength)


def test_that_whole_shifts_move_red_and_blue_apart_and_leave_green():
    image = gradient(60, 40)
    pixels, moved = np.asarray(image), np.asarray(degrade.chromatic_aberration(image, 2))
    np.testing.assert_array_equal(moved[..., 1], pixels[..., 1])
    np.testing.assert_array_equal(moved[:, 2:, 0], pixels[:, :-2, 0])
    np.testing.assert_array_equal(moved[:, :-2, 2], pixels[:, 2:, 2])


@given(st.floats(0, 3), st.floats(0, 6.3))
def test_that_parts_of_a_pixel_move_a_ramp_by_just_that(shift, angle):
    ramp = Image.fromarray(np.tile(np.arange(0, 200, 2, np.uint8)[None, :, None], (30, 1, 3)))
    moved = np.asarray(degrade.chromatic_aberration(ramp, shift, angle=angle)).astype(float)
    expected = np.asarray(ramp)[..., 0].astype(float) - 2 * shift * np.cos(angle)
    assert np.abs(moved[:, 8:-8, 0] - expected[:, 8:-8]).max() <= 0.51


@given(st.floats(2, 10), st.booleans())
def test_that_noise_has_the_stated_deviation(sigma, chroma):
    grey = Image.new("RGB", (200, 150), (128, 128, 128))
    noisy = np.asarray(degrade.noise(grey, sigma, np.random.default_rng(0), chroma=chroma)).astype(float)
    assert noisy.std() == pytest.approx(np.hypot(sigma, 0.29), rel=0.03)
    assert (np.ptp(noisy, axis=2).max() == 0) is not chroma


def test_that_lower_quality_is_farther_from_the_original(photograph):
    for save in (degrade.jpeg, degrade.webp):
        assert distance(save(photograph, 50), photograph) > distance(save(photograph, 95), photograph)
    assert distance(degrade.blur(photograph, 3), photograph) > distance(degrade.blur(photograph, 1), photograph)
    assert distance(degrade.resize(photograph, 4), photograph) > distance(degrade.resize(photograph, 2), photograph)
