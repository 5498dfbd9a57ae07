"""Our preprocessing against the library's own image processors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.encoders.pretrained import preprocess
from core.encoders.pretrained.preprocess import LibraryProcessor, Recipe, read_preprocessing, recipe_from
from tests.core.encoders.pictures import drawn
from tests.core.encoders.pixels import CLIP_PIXELS, SIDE, SQUARE_PIXELS

FAMILIES = {
    "CLIPImageProcessor": CLIP_PIXELS,
    "BitImageProcessor": CLIP_PIXELS,
    "MobileNetV2ImageProcessor": CLIP_PIXELS,
    "DeiTImageProcessor": CLIP_PIXELS,
    "SiglipImageProcessor": SQUARE_PIXELS,
    "ViTImageProcessor": SQUARE_PIXELS,
}


def ready(recipe: Recipe, image: Image.Image) -> np.ndarray:
    """What the encoder makes of `prepare` on its device."""
    pixels = recipe.prepare(image).astype(np.float32) * np.float32(recipe.scale)
    return np.moveaxis((pixels - np.float32(recipe.mean)) / np.float32(recipe.deviation), -1, 0)


def library(config: dict, backend: str):
    import transformers

    kind = config["image_processor_type"] + ("Pil" if backend == "pil" else "")
    return getattr(transformers, kind)(**{key: value for key, value in config.items() if key[-4:] != "type"})


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=12, deadline=None)
@given(width=st.integers(20, 150), height=st.integers(20, 150))
def test_that_the_recipe_equals_the_librarys_pillow_processor(family, width, height):
    config = {**FAMILIES[family], "image_processor_type": family}
    image = drawn(width % 5, (150, 150)).crop((0, 0, width, height))
    expected = library(config, "pil")(images=image, return_tensors="np")["pixel_values"][0]
    assert np.allclose(ready(recipe_from(config), image), expected, atol=1e-5)


@pytest.mark.parametrize(("size", "crop"), [((1, 20_000), 20), ((20_000, 2), 20), ((7, 20_000), 28)])
def test_that_of_a_ribbon_only_the_crop_is_resized_and_equals_that_of_the_whole(monkeypatch, size, crop):
    recipe = recipe_from({**CLIP_PIXELS, "size": {"shortest_edge": 24}, "crop_size": {"height": crop, "width": crop}})
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8))
    whole = recipe.prepare(image).astype(int)
    monkeypatch.setattr(preprocess, "_RESIZED_WHOLE", 1000)
    assert np.abs(recipe.prepare(image).astype(int) - whole).max() <= 1


def test_that_a_ribbon_takes_little_memory():
    recipe = recipe_from({**CLIP_PIXELS, "size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}})
    ribbon = Image.new("RGB", (1, 1_000_000), (10, 20, 30))  # 65 billion pixels, were it resized whole
    assert (recipe.prepare(ribbon) == (10, 20, 30)).all()


@pytest.mark.shared
@pytest.mark.parametrize("config", [CLIP_PIXELS, SQUARE_PIXELS], ids=["cropped", "square"])
def test_that_both_of_the_librarys_processors_agree_on_photographs(shared, config):
    for path in sorted((shared / "flowers5" / "roses").iterdir())[:8]:
        image = Image.open(path).convert("RGB")
        ours = ready(recipe_from(config), image)
        for backend, tolerance in (("pil", 1e-5), ("torchvision", 3 / 255 / 0.26)):
            theirs = np.asarray(library(config, backend)(images=image, return_tensors="np")["pixel_values"][0])
            assert np.abs(ours - theirs).max() <= tolerance


def test_that_an_old_configuration_with_plain_numbers_is_understood():
    old = {**CLIP_PIXELS, "size": 336, "crop_size": 336, "feature_extractor_type": "CLIPFeatureExtractor"}
    del old["image_processor_type"], old["do_rescale"], old["rescale_factor"]
    recipe = recipe_from(old)
    assert (recipe.shortest_edge, recipe.crop, recipe.side) == (336, (336, 336), 336)


@pytest.mark.parametrize(
    "change",
    [
        {"image_processor_type": "ConvNextImageProcessor"},
        {"do_pad": True},
        {"do_resize": False},
        {"size": {"longest_edge": 224}},
        {"image_mean": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_that_a_configuration_with_steps_of_its_own_is_left_to_the_library(change):
    assert recipe_from({**CLIP_PIXELS, **change}) is None


def test_that_a_step_left_unsaid_is_left_to_the_library():
    silent = {key: value for key, value in CLIP_PIXELS.items() if key != "do_center_crop"}
    assert recipe_from(silent) is None


def test_that_a_processor_of_another_kind_is_the_librarys_own(tmp_path):
    import transformers

    processor = transformers.ConvNextImageProcessor(size={"shortest_edge": SIDE})
    processor.save_pretrained(tmp_path)
    ours = read_preprocessing(tmp_path)
    assert isinstance(ours, LibraryProcessor)
    assert ours.side == SIDE
    assert ours.prepare(drawn(1, (60, 40))).shape == (3, SIDE, SIDE)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=12, deadline=None)
@given(width=st.integers(20, 150), height=st.integers(20, 150))
def test_that_the_quick_way_is_a_level_or_two_from_the_exact_one(family, width, height):
    recipe = recipe_from({**FAMILIES[family], "image_processor_type": family})
    image = drawn(width % 5, (150, 150)).crop((0, 0, width, height))
    exact, quick = recipe.prepare(image).astype(int), recipe.prepare_quickly(image)
    assert (quick.dtype, quick.shape, quick.flags["C_CONTIGUOUS"]) == (np.uint8, exact.shape, True)
    assert np.abs(quick - exact).max() <= 2


def test_that_a_filter_that_torch_lacks_and_a_crop_beyond_the_picture_go_the_exact_way():
    lanczos = {**CLIP_PIXELS, "resample": int(Image.Resampling.LANCZOS)}
    beyond = {**CLIP_PIXELS, "size": {"shortest_edge": 24}, "crop_size": {"height": 40, "width": 28}}
    image = drawn(1, (150, 120))
    for config in (lanczos, beyond):
        recipe = recipe_from(config)
        assert np.array_equal(recipe.prepare_quickly(image), recipe.prepare(image))
