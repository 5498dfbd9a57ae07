"""The encoder behind one or several heads: what its vectors are is known at once, and it is loaded to look."""

from __future__ import annotations

import threading
from dataclasses import replace

from core.encoders.base import Encoder
from core.encoders.devices import resolve_device
from core.encoders.registry import load_encoder
from core.errors import UserError, Way
from core.values import EncoderSignature, Tiles


class Eyes:
    """Any thread may ask; heads that were trained on the same vectors share one."""

    def __init__(
        self,
        encoder_id: str,
        tiles: Tiles,
        device: str,
        trained: EncoderSignature | None = None,
        *,
        unknown: UserError | None = None,
    ) -> None:
        """`trained` is what the heads were trained on, where that has to be kept to.

        `unknown`: why no encoder can be told, where only vectors can be judged.
        """
        self._unknown = unknown
        self._encoder_id = encoder_id
        self.tiles = tiles
        self._wanted = device
        self._trained = replace(trained, tiles=tiles) if trained is not None else None
        self._loading = threading.Lock()
        self._encoder: Encoder | None = None

    @property
    def is_open(self) -> bool:
        """Whether the encoder is loaded."""
        return self._encoder is not None

    @property
    def device(self) -> str:
        return self._encoder.device if self._encoder is not None else resolve_device(self._wanted)

    @property
    def trained(self) -> EncoderSignature | None:
        """What is to be kept to, where anything is."""
        return self._trained

    @property
    def signature(self) -> EncoderSignature:
        return self._trained or self.encoder.signature

    @property
    def encoder(self) -> Encoder:
        """Raises UserError or EnvironmentProblem where it cannot be had, or is not what the heads were trained on."""
        if self._unknown is not None:
            raise self._unknown
        with self._loading:
            if self._encoder is None:
                loaded = load_encoder(self._encoder_id, tiles=self.tiles, device=self._wanted)
                if self._trained is not None and _differs(self._trained, loaded.signature):
                    raise UserError(
                        f"the head was trained on other weights of {self._encoder_id}",
                        "train it again",
                        Way.INSIST,
                    )
                self._encoder = loaded
            return self._encoder


def _differs(trained: EncoderSignature, loaded: EncoderSignature) -> bool:
    return (trained.revision, trained.preprocessing) != (loaded.revision, loaded.preprocessing)
