"""A head file opened together with the encoder that it was trained on, ready to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.encoders.devices import resolve_device
from core.encoders.registry import list_encoders
from core.errors import UserError, Way, WinnowError
from core.heads.checkpoint import LoadedHead, load_head, usual_tiles
from core.scoring.eyes import Eyes
from core.scoring.judging import Judge
from core.scoring.looking import is_vector_file
from core.scoring.telling import as_told
from core.store.encoders import encoder_name
from core.values import Combine, EncoderSignature, Tiles

EyesKey = tuple[str, Tiles, EncoderSignature | None]


@dataclass(frozen=True, slots=True)
class Seeing:
    """What the person insists on; None is as each head was trained."""

    encoder: str | None = None
    tiles: Tiles | None = None
    combine: Combine | None = None
    device: str = "auto"
    looks: bool = True
    """False: no picture is among the files, so that an encoder need not be at hand."""
    vectors: bool = False
    """Vectors are among the files: they are judged also where no encoder can be had."""


def open_judge(model: str, file: Path, seeing: Seeing, known: dict[EyesKey, Eyes]) -> Judge:
    """The head in `file`, which the person calls `model`; heads of one encoder share the eyes in `known`.

    Raises UserError where there is no head, or it does not fit the encoder.
    """
    head = as_told(load_head(file, device=resolve_device(seeing.device)), file)
    trained = head.signature if seeing.encoder is None else None
    blind = not seeing.looks and seeing.encoder is None
    tiles, combine = seeing.tiles or usual_tiles(head), seeing.combine or head.combine
    encoder = "" if blind else seeing.encoder or head.config.encoder(head.features)
    if encoder is None:
        if not seeing.vectors:
            raise _untold(head)
        return Judge(model, head, Eyes("", tiles, seeing.device, trained, unknown=_untold(head)), combine)
    key = (encoder, tiles, trained)
    if key not in known:
        known[key] = Eyes(*key[:2], seeing.device, trained)
    signature = None if blind else _signature(known[key], seeing)
    if signature is not None and signature.dim != head.features:
        raise _misfit(head, signature, seeing.encoder)
    return Judge(model, head, known[key], combine)


def for_files(seeing: Seeing, paths: Sequence[str]) -> Seeing:
    """What these files need."""
    vectors = [is_vector_file(path) for path in paths]
    return replace(seeing, looks=not all(vectors), vectors=any(vectors))


def _signature(eyes: Eyes, seeing: Seeing) -> EncoderSignature | None:
    """None where the encoder cannot be had, which is told of each picture that needs it."""
    try:
        return eyes.signature
    except WinnowError:
        if not seeing.vectors:
            raise
        return None


def _misfit(head: LoadedHead, signature: EncoderSignature, insisted: str | None) -> UserError:
    """Says what fits to a person who has named an encoder already."""
    problem = f"the head reads {head.features} values and {signature.encoder} gives {signature.dim}"
    if insisted is None:
        return UserError(problem, "import it into a project, which asks for its encoder", Way.INSIST)
    own = head.config.encoder(head.features)
    if own is not None and encoder_name(own) not in (encoder_name(insisted), encoder_name(signature.encoder)):
        return UserError(problem, f"{own} fits, and is taken where none is named")
    known = ", ".join(one.id for one in list_encoders() if one.dim == head.features)
    return UserError(problem, f"name one that gives {head.features}{f', such as {known}' if known else ''}")


def _untold(head: LoadedHead) -> UserError:
    return UserError(
        f"the head does not say which encoder its {head.features} values come from",
        "import it into a project, which asks for its encoder",
        Way.INSIST,
    )
