"""Each analysis sees what it is for, and nothing of where the grid begins."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.encoders.signal.blocks import block_features, grid_phase, seam_features
from core.encoders.signal.channels import channel_features
from core.encoders.signal.noise import noise_features
from core.encoders.signal.regions import LIMIT, SIDE, read_regions
from core.encoders.signal.spectrum import scale_features, tone_features
from core.media.degrade import blur, chromatic_aberration, jpeg, noise, webp
from tests.core.encoders.pictures import drawn

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    return drawn(2, (400, 304))


def planes(image: Image.Image) -> np.ndarray:
    return np.moveaxis(read_regions(image), -1, 0).astype(np.float32)


def luma(image: Image.Image) -> np.ndarray:
    return np.tensordot(LUMA, planes(image), 1)


@given(width=st.integers(1, 700), height=st.integers(1, 700))
@settings(max_examples=40, deadline=None)
def test_that_regions_of_any_image_are_few_aligned_and_of_one_size(width, height):
    rows, columns = np.mgrid[:height, :width]
    image = Image.fromarray(np.stack([columns // 3, rows // 3, rows % 16 * 16 + columns % 16], -1).astype(np.uint8))
    regions = read_regions(image)
    assert 1 <= len(regions) <= LIMIT
    assert regions.shape[1] % 16 == regions.shape[2] % 16 == 0
    assert max(regions.shape[1:3]) <= SIDE
    if min(width, height) >= 16:
        assert (regions[:, 0, 0, 2] == 0).all(), "every region begins at a multiple of 16"


def test_that_regions_reach_from_edge_to_edge():
    image = Image.new("RGB", (4000, 3000))
    image.paste((255, 0, 0), (3840, 2840, 4000, 3000))
    image.paste((0, 255, 0), (0, 0, 128, 128))
    regions = read_regions(image)
    assert len(regions) == LIMIT
    assert (regions[..., 0].max(axis=(1, 2)) == 255).sum() == (regions[..., 1].max(axis=(1, 2)) == 255).sum() == 1


@pytest.mark.parametrize("offset", [0, 3, 5])
def test_that_the_grid_of_a_jpeg_is_found_where_it_was_cut(scene, offset):
    coded = jpeg(scene, 75)
    cut = np.asarray(coded.convert("L"), np.float32)[None, :256, offset : offset + 256]
    phase, certainty = grid_phase(cut)
    assert phase == -offset % 8
    assert certainty > grid_phase(np.asarray(scene.convert("L"), np.float32)[None, :256, :256])[1] + 0.1


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_that_jpeg_empties_high_frequencies_and_spaces_low_ones(scene, quality):
    clean, coded = block_features(luma(scene)), block_features(luma(jpeg(scene, quality)))
    assert coded[4:7].mean() > clean[4:7].mean() + 0.2, "bands above u + v = 5 on the grid"
    assert coded[14] > clean[14] + 0.1, "low frequencies keep to steps"


def test_that_a_coarser_step_is_measured_as_coarser(scene):
    assert block_features(luma(jpeg(scene, 50)))[16] > block_features(luma(jpeg(scene, 85)))[16]


def test_that_seams_of_webp_show_at_periods_of_its_blocks(scene):
    clean, coded = seam_features(luma(scene)), seam_features(luma(webp(scene, 50)))
    assert coded[3] > clean[3], "period 4"


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_that_noise_is_measured_and_seen_to_be_unshared(sigma):
    flat = Image.new("RGB", (256, 256), (120, 130, 140))
    found = noise_features(planes(noise(flat, sigma, np.random.default_rng(0))).astype(np.int16))
    assert 2 ** (4 * found[6:9]) == pytest.approx([sigma] * 3, rel=0.1)
    assert np.abs(found[9:]).max() < 0.2


def test_that_noise_alike_in_all_channels_is_seen_to_be_shared():
    flat = Image.new("RGB", (256, 256), (120, 130, 140))
    found = noise_features(planes(noise(flat, 5.0, np.random.default_rng(0), kind="luma")).astype(np.int16))
    assert found[9:].min() > 0.9


@pytest.mark.parametrize("angle", [0.0, 0.8, 2.4])
@pytest.mark.parametrize("shift", [1.0, 2.0, 3.0])
def test_that_a_shift_of_the_channels_is_seen_whatever_its_direction(scene, shift, angle):
    clean = channel_features(planes(scene))
    moved = channel_features(planes(chromatic_aberration(scene, shift, angle=angle)))
    assert moved[0] < 0.6 * clean[0], "less correlation in place"
    assert moved[7] > 0.1 > clean[7], "red's peak lies elsewhere"
    if shift >= 2:
        assert moved[7] == pytest.approx(shift / 4, abs=0.15)


def test_that_channels_of_opposite_contrast_count_as_registered(scene):
    pixels = np.array(scene)
    pixels[..., 0] = 255 - pixels[..., 0]
    found = channel_features(planes(Image.fromarray(pixels)))
    assert found[0] == pytest.approx(channel_features(planes(scene))[0], abs=0.02)
    assert found[7] < 0.1


def test_that_blur_takes_the_finest_scale_first(scene):
    sharp, soft = scale_features(luma(scene)), scale_features(luma(blur(scene, 1.5)))
    assert soft[0] < sharp[0] - 0.1
    assert soft[1] > sharp[1] + 0.1


def test_that_tone_counts_clipped_places():
    half = Image.new("RGB", (256, 256))
    half.paste((255, 255, 255), (0, 0, 128, 256))
    black, white, *_ = tone_features(planes(half))
    assert (black, white) == (pytest.approx(0.5, abs=0.01), pytest.approx(0.5, abs=0.01))


def test_that_a_file_written_and_read_is_what_is_analysed(scene):
    file = io.BytesIO()
    scene.save(file, "PNG")
    assert np.array_equal(block_features(luma(Image.open(file))), block_features(luma(scene)))
