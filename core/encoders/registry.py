"""Encoder ids: which there are, whether their weights are at hand, and loading them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from core.encoders.base import Encoder, EncoderInfo
from core.encoders.signal import encoder as signal
from core.errors import UserError
from core.values import Tiles

if TYPE_CHECKING:
    from core.encoders.pretrained.source import ModelSource

HUB_IDS = {
    "clip-vit-l14-336": "openai/clip-vit-large-patch14-336",
    "metaclip-h14": "facebook/metaclip-h14-fullcc2.5b",
}
"""Names of our own for models on the hub."""
PREFERRED = "clip-vit-l14-336"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def list_encoders() -> list[EncoderInfo]:
    """The encoders known by name, the built-in one first."""
    return [signal.info(), *(describe(name) for name in HUB_IDS)]


def default_encoder() -> str:
    """The preferred encoder where its weights are on this machine, else the built-in one."""
    return PREFERRED if describe(PREFERRED).available else signal.ID


def describe(encoder_id: str) -> EncoderInfo:
    """What is known of an encoder without loading it; raises UserError where the id means nothing."""
    if encoder_id == signal.ID:
        return signal.info()
    from core.encoders.pretrained import source

    return source.describe(encoder_id, _source_of(encoder_id))


def key_at_hand(encoder_id: str) -> str | None:
    """The key of the encoder's vectors, without loading it; None where its weights are not on this machine."""
    if encoder_id == signal.ID:
        return signal.signature(Tiles.NONE).key
    from core.encoders.pretrained import source

    return source.key_at_hand(encoder_id, _source_of(encoder_id))


def model_at_hand(encoder_id: str) -> ModelSource:
    """Where the model of an encoder lies that may have a text side. Raises UserError where there is none here."""
    if encoder_id == signal.ID:
        raise UserError(f"{signal.ID} has no text side", "answer some images")
    from core.encoders.pretrained import source

    found = source.source_at_hand(encoder_id, _source_of(encoder_id))
    if found is None:
        raise UserError(f"the weights of {encoder_id} are not on this machine", "answer some images")
    return found


def load_encoder(encoder_id: str, *, tiles: Tiles = Tiles.NONE, device: str = "auto") -> Encoder:
    """The encoder on its device. Raises UserError or EnvironmentProblem, in one line, where it cannot be had."""
    if encoder_id == signal.ID:
        return signal.SignalEncoder(tiles)
    found = _source_of(encoder_id)
    from core.encoders.pretrained.encoder import PretrainedEncoder

    return PretrainedEncoder.load(encoder_id, found, tiles=tiles, device=device)


def _source_of(encoder_id: str) -> Path | str:
    """A local folder, or the id of a repository on the hub."""
    if encoder_id in HUB_IDS:
        return HUB_IDS[encoder_id]
    folder = Path(encoder_id).expanduser()
    if encoder_id and folder.is_dir():
        return folder
    if _HUB_ID.fullmatch(encoder_id) and not encoder_id.startswith("."):
        return encoder_id
    names = ", ".join([signal.ID, *HUB_IDS])
    raise UserError(
        f"there is no encoder '{encoder_id}'", f"choose {names}, a hub id (owner/name) or an existing folder"
    )
