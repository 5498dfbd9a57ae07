"""Where words, or a picture that need not be in a project, lie among its vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError
from core.heads.text_start import text_vector
from core.jobs.spec import VectorSpec
from core.query.clustering import unit_rows
from core.scoring.answers import UnscoredFile
from core.scoring.eyes import Eyes
from core.scoring.looking import look_at_files
from core.scoring.shelf import Shelf, cache_folder
from core.values import EncoderSignature


def vector_of(spec: VectorSpec) -> NDArray[np.float32]:  # (dim,) of length 1
    """Raises UserError where the encoder has no words, or the file is no picture."""
    if spec.text is not None:
        return text_vector(spec.text, spec.signature)
    assert spec.file is not None
    return file_vector(spec.file, spec.signature, spec.device)


def file_vector(path: str, signature: EncoderSignature, device: str) -> NDArray[np.float32]:  # (dim,) of length 1
    """As the encoder of `signature` sees the picture at `path`; of tiles the mean."""
    eyes = Eyes(signature.encoder, signature.tiles, device, signature)
    with Shelf(signature, cache=cache_folder()) as shelf:
        for seen in look_at_files(eyes, shelf, [path], lambda event: None, bool):
            if isinstance(seen, UnscoredFile):
                raise UserError(f"{path} cannot be looked at: {seen.reason}", "choose another picture")
            vectors = np.asarray(seen.vectors, np.float32)
            whole = vectors if vectors.ndim == 2 else vectors.mean(axis=1)
            return np.asarray(unit_rows(whole)[0])
    raise UserError(f"{path} cannot be looked at", "choose another picture")
