"""First predictions from the labels' own words, on vectors that lie where the words are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.arrays.embeddings import EmbeddingStore
from core.encoders.pretrained.text import describe_in_words
from core.encoders.registry import load_encoder, model_at_hand
from core.errors import UserError
from core.heads.text_start import text_probabilities
from core.values import Combine, EncoderSignature, Head, HeadId, HeadKind, Label, LabelId, Tiles
from tests.core.encoders.tiny_clip import save_clip, save_siglip
from tests.core.heads.material import hashes_of

LABELS = ("cat", "red", "a blue bird")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_clip(tmp_path_factory.mktemp("models") / "clip")


def head_of(model: Path, kind: HeadKind, combine: Combine = Combine.MEAN) -> Head:
    labels = () if kind is HeadKind.SCORE else tuple(Label(LabelId(i), name) for i, name in enumerate(LABELS))
    return Head(HeadId(1), "what", kind, labels, str(model), combine=combine)


def stored(folder: Path, signature: EncoderSignature, vectors: np.ndarray) -> EmbeddingStore:
    store = EmbeddingStore(folder)
    with store.writer(signature) as writer:
        writer.add(hashes_of(len(vectors)), vectors.astype(np.float16))
    return EmbeddingStore(folder)


def lying_at_words(model: Path) -> np.ndarray:
    """A vector of any length for each label, in its direction."""
    words = describe_in_words(model_at_hand(str(model)), LABELS)
    return words.labels * np.array([[1.0], [7.0], [20.0]], np.float32)


def test_that_a_picture_in_the_direction_of_a_label_is_given_that_label(clip: Path, tmp_path: Path):
    signature = load_encoder(str(clip)).signature
    store = stored(tmp_path, signature, lying_at_words(clip))
    said = text_probabilities(store, head_of(clip, HeadKind.CLASS), signature)
    assert said.argmax(axis=1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(said.astype(np.float32).sum(axis=1), 1.0, atol=2e-3)


@pytest.mark.parametrize("save", [save_clip, save_siglip])
def test_that_the_likeliest_tag_is_the_one_in_whose_direction_a_picture_lies(
    save: Callable[[Path], Path], tmp_path: Path
):
    model = save(tmp_path / "model")
    signature = load_encoder(str(model)).signature
    store = stored(tmp_path / "store", signature, lying_at_words(model))
    said = text_probabilities(store, head_of(model, HeadKind.TAGS), signature)
    assert said.argmax(axis=1).tolist() == [0, 1, 2]


def test_that_a_picture_of_nothing_in_particular_has_no_tag(clip: Path, tmp_path: Path):
    signature = load_encoder(str(clip)).signature
    plain = describe_in_words(model_at_hand(str(clip)), LABELS).plain
    store = stored(tmp_path, signature, plain[None])
    assert (text_probabilities(store, head_of(clip, HeadKind.TAGS), signature) < 0.5).all()


def test_that_crops_are_combined_as_the_head_says(clip: Path, tmp_path: Path):
    signature = load_encoder(str(clip), tiles=Tiles.FIVE_CROP).signature
    crops = np.broadcast_to(lying_at_words(clip)[0], (1, 5, signature.dim)).copy()
    crops[0, 4] = lying_at_words(clip)[1]
    store = stored(tmp_path, signature, crops)
    mean, most = (
        text_probabilities(store, head_of(clip, HeadKind.TAGS, combine), signature)[0, 1]
        for combine in (Combine.MEAN, Combine.MAX)
    )
    assert most > mean


def test_that_other_weights_and_score_heads_are_refused_in_one_line(clip: Path, tmp_path: Path):
    signature = load_encoder(str(clip)).signature
    store = stored(tmp_path, signature, lying_at_words(clip))
    other = EncoderSignature(str(clip), "clip-other", "1", "{}", signature.dim)
    with pytest.raises(UserError, match="is not the model that the images were embedded with"):
        text_probabilities(store, head_of(clip, HeadKind.CLASS), other)
    with pytest.raises(UserError, match="is a score head"):
        text_probabilities(store, head_of(clip, HeadKind.SCORE), signature)


def test_that_why_labels_cannot_be_read_is_found_out_once(tmp_path: Path):
    model = save_clip(tmp_path / "model")
    signature = load_encoder(str(model)).signature
    store = stored(tmp_path / "store", signature, lying_at_words(model))
    (model / "tokenizer.json").unlink()
    for _ in range(2):
        with pytest.raises(UserError, match="lacks the tokenizer"):
            text_probabilities(store, head_of(model, HeadKind.CLASS), signature)
        (model / "model.safetensors").unlink(missing_ok=True)
