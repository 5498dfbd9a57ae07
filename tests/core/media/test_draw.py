"""Pictures drawn for the demo."""

import numpy as np
import pytest

from core.media.draw import SCENES, draw_scene
from core.media.draw.develop import develop
from core.media.draw.texture import fractal


def drawn(scene, seed: int) -> np.ndarray:
    return np.asarray(develop(scene(np.random.default_rng(seed), 320, 240), np.random.default_rng(seed))).astype(float)


def test_that_the_same_seed_draws_the_same_picture():
    first = draw_scene(np.random.default_rng(3), 200, 160)
    assert first.size == (200, 160) and first.mode == "RGB"
    assert first.tobytes() == draw_scene(np.random.default_rng(3), 200, 160).tobytes()
    assert first.tobytes() != draw_scene(np.random.default_rng(4), 200, 160).tobytes()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
@pytest.mark.parametrize("size", [(64, 200), (200, 64), (33, 31)])
def test_that_a_scene_fills_any_size(scene, size):
    pixels = scene(np.random.default_rng(0), *size)
    assert pixels.shape == (size[1], size[0], 3) and pixels.dtype == np.float32
    assert np.isfinite(pixels).all()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_that_pictures_of_a_scene_are_varied_and_well_exposed(scene):
    pictures = [drawn(scene, seed) for seed in range(3)]
    for picture in pictures:
        assert 15 < picture.mean() < 240
        assert picture.std() > 12
        assert (picture >= 254).mean() < 0.35 and (picture <= 1).mean() < 0.35
    assert np.abs(pictures[0] - pictures[1]).mean() > 10
    assert np.abs(pictures[1] - pictures[2]).mean() > 10


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_that_there_is_detail_in_every_pixel_but_less_than_noise_of_sigma_2(scene):
    picture = drawn(scene, 11)
    residual = (
        picture[1:-1, 1:-1] - (picture[:-2, 1:-1] + picture[2:, 1:-1] + picture[1:-1, :-2] + picture[1:-1, 2:]) / 4
    )
    blocks = residual[: residual.shape[0] // 8 * 8, : residual.shape[1] // 8 * 8].reshape(
        -1, 8, residual.shape[1] // 8, 8, 3
    )
    calm = np.percentile(blocks.std(axis=(1, 3)), 5)
    assert 0.3 < calm < 2 * np.sqrt(1.25), "the calmest places show grain, and less of it than the weakest defect"


def test_that_a_fractal_field_falls_off_as_asked():
    field = fractal(np.random.default_rng(0), 512, 512, 1.0)
    power = np.abs(np.fft.rfft(field, axis=1)).mean(axis=0)
    slope = np.polyfit(np.log(np.arange(4, 200)), np.log(power[4:200]), 1)[0]
    assert field.std() == pytest.approx(1, abs=0.01)
    assert -0.9 < slope < -0.3, "one axis of a 1/f field falls by about half a power"
