"""What the labels' own words say of the pool before any answer: zero-shot probabilities as first predictions.

Letters: k = images, tiles = crops of an image embedded apart, dim = values of an embedding, outputs = labels.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import UserError
from core.heads.checkpoint import combine_tiles
from core.values import EncoderSignature, Head, HeadKind

if TYPE_CHECKING:
    from core.arrays.embeddings import EmbeddingStore
    from core.encoders.pretrained.text import TextVectors

FROM_TEXT = "from the labels' text, no answers yet"
_BLOCK = 8192
_KEPT = 8
"""Heads whose words are remembered: loading a text side takes seconds."""


def text_probabilities(store: EmbeddingStore, head: Head, signature: EncoderSignature) -> NDArray[np.float16]:
    """(images of the store, outputs). Raises UserError, in one line, where nothing can be said from text."""
    if head.kind is HeadKind.SCORE:
        raise UserError(f"{head.name} is a score head, and has no labels whose text could be read", "score some images")
    words = _words_or_why_not(signature.encoder, signature.key, tuple(label.name for label in head.labels))
    if isinstance(words, UserError):
        raise UserError(words.problem, words.remedy)
    if words.labels.shape[1] != signature.dim:
        raise UserError(f"{signature.encoder} has words and pictures in different spaces", "answer some images")
    found = np.empty((len(store), head.outputs), np.float16)
    for start in range(0, len(store), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(store)))
        found[rows] = _judge(store.gather(rows), words, head)
    return found


def _judge(vectors: NDArray[np.float16], words: TextVectors, head: Head) -> NDArray[np.float16]:
    """(k, [tiles,] dim) -> (k, outputs)"""
    tiled = vectors if vectors.ndim == 3 else vectors[:, None]  # (k, tiles, dim)
    rows = torch.nan_to_num(torch.from_numpy(np.asarray(tiled, np.float32)), nan=0.0, posinf=0.0, neginf=0.0)
    unit = torch.nn.functional.normalize(rows, dim=2)
    said = unit @ torch.from_numpy(words.labels).T  # (k, tiles, outputs)
    if head.kind is HeadKind.CLASS:
        answers = torch.softmax(words.scale * said, dim=2)
    elif words.bias is not None:
        answers = torch.sigmoid(words.scale * said + words.bias)
    else:
        answers = torch.sigmoid(words.scale * (said - unit @ torch.from_numpy(words.plain)[:, None]))
    return np.asarray(combine_tiles(answers, head.combine).numpy(), np.float16)


def text_vector(text: str, signature: EncoderSignature) -> NDArray[np.float32]:
    """Words as a vector (dim,) of length 1 among those of the pictures. Raises UserError where they cannot be."""
    words = _words_or_why_not(signature.encoder, signature.key, (text,))
    remedy = "search by path, label or likeness"
    if isinstance(words, UserError):
        raise UserError(words.problem, f"{remedy}, or choose a whole CLIP or SigLIP model")
    if words.labels.shape[1] != signature.dim:
        raise UserError(f"{signature.encoder} has words and pictures in different spaces", remedy)
    return np.asarray(words.labels[0])


@lru_cache(maxsize=_KEPT)
def _words_or_why_not(encoder: str, key: str, labels: tuple[str, ...]) -> TextVectors | UserError:
    """Told once: to find out that there is no text side, the weights are read too."""
    try:
        return _words(encoder, key, labels)
    except UserError as problem:
        return problem.with_traceback(None)


def _words(encoder: str, key: str, labels: tuple[str, ...]) -> TextVectors:
    """Of the very weights that the pictures were embedded with, which `key` names."""
    from core.encoders.pretrained.text import describe_in_words
    from core.encoders.registry import model_at_hand

    source = model_at_hand(encoder)
    if source.key != key:
        raise UserError(f"{encoder} is not the model that the images were embedded with", "embed them anew")
    return describe_in_words(source, labels)
