"""Vision models in the library's folder layout: tiny ones of each family, made and saved by the library itself."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file

from core.encoders.registry import describe, load_encoder
from core.errors import UserError
from core.values import Tiles
from tests.core.encoders.pictures import drawn
from tests.core.encoders.pixels import CLIP_PIXELS, SIDE, SQUARE_PIXELS

VISION = {
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": SIDE,
    "patch_size": 8,
}


def save(folder: Path, model, pixels) -> Path:
    torch.manual_seed(0)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(pixels))
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> Path:
    """One folder per family."""
    place = tmp_path_factory.mktemp("models")
    torch.manual_seed(0)
    text = {**VISION, "vocab_size": 30, "max_position_embeddings": 8}
    text.pop("image_size"), text.pop("patch_size")
    clip = transformers.CLIPConfig(text_config=text, vision_config=VISION, projection_dim=12)
    save(place / "clip", transformers.CLIPModel(clip), CLIP_PIXELS)
    siglip = transformers.SiglipVisionConfig(**VISION)
    save(place / "siglip", transformers.SiglipVisionModel(siglip), SQUARE_PIXELS)
    both = transformers.SiglipConfig(text_config=text, vision_config=VISION)
    save(place / "siglip-with-text", transformers.SiglipModel(both), SQUARE_PIXELS)
    save(place / "dinov2", transformers.Dinov2Model(transformers.Dinov2Config(**VISION)), CLIP_PIXELS)
    vit = transformers.ViTForImageClassification(transformers.ViTConfig(**VISION))
    save(place / "vit", vit, {**SQUARE_PIXELS, "image_processor_type": "ViTImageProcessor"})
    bert = transformers.BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    save(place / "bert", transformers.BertModel(bert), CLIP_PIXELS)
    (place / "bert" / "preprocessor_config.json").unlink()
    return place


@pytest.fixture
def copied(models, tmp_path):
    """A copy of a model's folder that a test may damage."""
    return lambda name: Path(shutil.copytree(models / name, tmp_path / name))


def own_pixels(folder: Path, image: Image.Image) -> torch.Tensor:
    processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
    return processor(images=image, return_tensors="pt")["pixel_values"]


EXPECTED = {
    "clip": lambda folder, pixels: (
        transformers.CLIPModel.from_pretrained(folder).get_image_features(pixel_values=pixels).pooler_output
    ),
    "siglip": lambda folder, pixels: (
        transformers.SiglipVisionModel.from_pretrained(folder)(pixel_values=pixels).pooler_output
    ),
    "siglip-with-text": lambda folder, pixels: (
        transformers.SiglipModel.from_pretrained(folder).get_image_features(pixel_values=pixels).pooler_output
    ),
    "dinov2": lambda folder, pixels: (
        transformers.Dinov2Model.from_pretrained(folder)(pixel_values=pixels).pooler_output
    ),
    "vit": lambda folder, pixels: transformers.ViTModel.from_pretrained(folder, add_pooling_layer=False)(
        pixel_values=pixels
    ).last_hidden_state.mean(dim=1),
}


@pytest.mark.parametrize("family", sorted(EXPECTED))
def test_that_a_vector_is_what_the_library_computes(models, family):
    encoder = load_encoder(str(models / family), device="cpu")
    image = drawn(1, (50, 40))
    with torch.inference_mode():
        expected = EXPECTED[family](models / family, own_pixels(models / family, image)).numpy()
    vectors = encoder.encode([encoder.prepare(image)])
    assert vectors.dtype == np.float16
    assert vectors.shape == (1, encoder.signature.dim)
    assert np.allclose(vectors, expected, atol=2e-3)


@pytest.mark.parametrize("family", sorted(EXPECTED))
def test_that_the_vector_of_an_image_does_not_depend_on_its_batch(models, family):
    encoder = load_encoder(str(models / family), device="cpu")
    images = [encoder.prepare(drawn(number, (60, 44))) for number in range(3)]
    alone = np.concatenate([encoder.encode([image]) for image in images])
    assert np.allclose(encoder.encode(images), alone, atol=2e-3)


@pytest.mark.parametrize("count", [1, 3, 9])
def test_that_a_batch_goes_to_a_gpu_in_parts_and_comes_back_in_order(models, count):
    encoder = load_encoder(str(models / "clip"), device="cpu")
    batch = [encoder.prepare(drawn(number)) for number in range(count)]
    assert np.allclose(encoder._encode_on_gpu(batch), encoder.encode(batch), atol=1e-3)


def test_that_a_classifier_without_weights_for_pooling_gives_the_same_vector_each_time(models):
    image = drawn(1, (50, 40))
    vectors = []
    for _ in range(2):
        encoder = load_encoder(str(models / "vit"), device="cpu")
        vectors.append(encoder.encode([encoder.prepare(image)]))
    assert np.array_equal(*vectors)


def test_that_the_signature_tells_what_a_vector_depends_on(models):
    signature = load_encoder(str(models / "clip"), tiles=Tiles.FIVE_CROP, device="cpu").signature
    assert signature.encoder == str(models / "clip")
    assert signature.key == f"clip-{signature.revision[:12]}"
    assert signature.folder == f"{signature.key}+five-crop"
    assert json.loads(signature.preprocessing)["crop"] == [SIDE, SIDE]
    assert signature.dim == 12


def test_that_other_weights_under_the_same_name_get_another_key(models, copied):
    folder = copied("clip")
    weights = load_file(folder / "model.safetensors")
    weights["visual_projection.weight"] += 1
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    ours, theirs = (load_encoder(str(path), device="cpu").signature for path in (folder, models / "clip"))
    assert ours.key != theirs.key
    assert ours.revision != theirs.revision


def test_that_a_folder_is_described_without_loading_it(models):
    info = describe(str(models / "clip"))
    assert (info.dim, info.available) == (12, True)


def no_config(folder):
    (folder / "config.json").unlink()


def torn_config(folder):
    (folder / "config.json").write_text('{"model_type": ')


def no_weights(folder):
    (folder / "model.safetensors").unlink()


def only_pickles(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def torn_weights(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def weights_of_nothing(folder):
    (folder / "model.safetensors").write_bytes(b"")


def lost_weights(folder):
    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "vision_model.encoder.layers.1" not in name}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def lost_part(folder):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    parts = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))


def lost_index(folder):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")


def no_preprocessing(folder):
    (folder / "preprocessor_config.json").unlink()


def pixels_of_another_size(folder):
    pixels = {**CLIP_PIXELS, "size": {"shortest_edge": 64}, "crop_size": {"height": 64, "width": 64}}
    (folder / "preprocessor_config.json").write_text(json.dumps(pixels))


def unknown_kind(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "never-heard-of"}))


DAMAGE = {
    no_config: "no model folder: it has no config.json",
    torn_config: "cannot be read",
    no_weights: "holds no weights",
    only_pickles: "only as pickles, which are never opened",
    torn_weights: "is damaged",
    weights_of_nothing: "is damaged",
    lost_weights: "lacks 16 weights of its model",
    lost_part: "it lacks model-00002-of-00002.safetensors",
    lost_index: "it lacks model.safetensors.index.json",
    no_preprocessing: "has no preprocessor_config.json",
    unknown_kind: "cannot be loaded",
    pixels_of_another_size: "cannot see what its preprocessing makes",
}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_that_a_folder_that_cannot_be_used_says_why_in_one_line(copied, damage):
    folder = copied("clip")
    damage(folder)
    with pytest.raises(UserError) as caught:
        load_encoder(str(folder), device="cpu")
    text = str(caught.value)
    assert DAMAGE[damage] in text
    assert "\n" not in text


def test_that_a_text_model_is_refused(models):
    with pytest.raises(UserError, match="a 'bert' model, which sees no images"):
        load_encoder(str(models / "bert"), device="cpu")


def test_that_a_folder_that_cannot_be_used_is_listed_with_the_reason(copied):
    folder = copied("clip")
    only_pickles(folder)
    info = describe(str(folder))
    assert not info.available
    assert "pickles" in info.reason


def test_that_loading_says_nothing_on_the_terminal(models, capfd):
    load_encoder(str(models / "vit"), device="cpu")
    assert capfd.readouterr() == ("", "")
