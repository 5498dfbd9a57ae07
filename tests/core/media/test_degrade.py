"""Synthetic defects of stated strength."""

import io

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
    ranges = {name: (effect.strength.low, effect.strength.high) for name, effect in EFFECTS.items()}
    assert ranges["chromatic-aberration"] == (1, 3)
    assert ranges["jpeg"] == ranges["webp"] == (50, 95)
    assert ranges["noise"] == (2, 10)


KINDS = [(effect.name, kind) for effect in EFFECTS.values() for kind in effect.kinds]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_that_every_kind_of_effect_keeps_the_size_and_changes_the_picture(photograph, name, kind):
    effect, rng = EFFECTS[name], np.random.default_rng(1)
    drawn = effect.draw(rng, [kind])
    degraded = effect.render(photograph, drawn, rng)
    assert degraded.size == photograph.size and degraded.mode == "RGB"
    assert drawn.kind == kind and effect.strength.low <= drawn.strength <= effect.strength.high
    assert 0.1 < distance(degraded, photograph) < 30


@pytest.mark.parametrize("name", EFFECTS)
def test_that_a_file_holds_what_the_effect_renders(photograph, name):
    effect = EFFECTS[name]
    drawn = effect.draw(np.random.default_rng(2), effect.kinds)
    data = degrade.encode(effect, photograph, drawn, np.random.default_rng(3))
    with Image.open(io.BytesIO(data)) as written:
        assert written.format == {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[effect.suffix]
        assert distance(written.convert("RGB"), effect.render(photograph, drawn, np.random.default_rng(3))) == 0


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
    drawn = effect.draw(np.random.default_rng(seed), effect.kinds)
    assert effect.strength.low <= drawn.strength <= effect.strength.high
    assert not effect.strength.whole or drawn.strength == int(drawn.strength)
    assert drawn.kind in effect.kinds


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


@given(st.floats(2, 10), st.sampled_from(["rgb", "luma"]))
def test_that_noise_has_the_stated_deviation(sigma, kind):
    grey = Image.new("RGB", (200, 150), (128, 128, 128))
    noisy = np.asarray(degrade.noise(grey, sigma, np.random.default_rng(0), kind=kind)).astype(float)
    assert noisy.std() == pytest.approx(np.hypot(sigma, 0.29), rel=0.03)
    assert bool(np.ptp(noisy, axis=2).any()) is (kind == "rgb")


def test_that_noise_of_the_chroma_leaves_the_brightness():
    grey = Image.new("RGB", (200, 150), (128, 128, 128))
    noisy = degrade.noise(grey, 8, np.random.default_rng(0), kind="chroma")
    assert np.asarray(noisy.convert("L")).std() < 1 < np.asarray(noisy).std()


def test_that_a_radial_shift_grows_towards_the_corners_and_spares_the_centre():
    stripes = np.zeros((121, 161, 3), np.uint8)
    stripes[:, 80] = stripes[:, 10] = stripes[:, 150] = 255
    moved = np.asarray(degrade.chromatic_aberration(Image.fromarray(stripes), 4, kind="radial"))[60]
    np.testing.assert_array_equal(moved[80], (255, 255, 255))
    assert moved[:40, 0].argmax() < moved[:40, 1].argmax() < moved[:40, 2].argmax()
    assert moved[:, 0][120:].argmax() > moved[:, 2][120:].argmax()


def test_that_a_background_shift_spares_the_subject():
    rng = np.random.default_rng(0)
    pixels = np.clip(rng.normal((40, 120, 60), 40, (240, 320, 3)), 0, 255)
    pixels[70:170, 100:220] = np.clip(rng.normal((220, 60, 50), 30, (100, 120, 3)), 0, 255)
    image = Image.fromarray(pixels.astype(np.uint8))
    moved = np.asarray(degrade.chromatic_aberration(image, 3, kind="background")).astype(float)
    change = np.abs(moved - np.asarray(image)).mean(axis=2)
    assert change[90:150, 120:200].mean() < 0.1 * change[:40].mean()


def test_that_lower_quality_is_farther_from_the_original(photograph):
    for save in (degrade.jpeg, degrade.webp):
        assert distance(save(photograph, 50), photograph) > distance(save(photograph, 95), photograph)
    assert distance(degrade.blur(photograph, 3), photograph) > distance(degrade.blur(photograph, 1), photograph)
    assert distance(degrade.resize(photograph, 4), photograph) > distance(degrade.resize(photograph, 2), photograph)
