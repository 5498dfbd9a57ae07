"""Options that several commands share, and choices parsed with one wording."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from core.errors import UserError

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no hints on stderr.")]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="auto|cpu|cuda[:N]|mps", help="auto takes the GPU when there is one.")
]
ProjectArgument = Annotated[Path, typer.Argument(metavar="PROJECT", help="A project folder.", show_default=False)]
HeadArgument = Annotated[str, typer.Argument(metavar="HEAD", help="The name of a head.", show_default=False)]
EncoderOption = Annotated[
    str | None,
    typer.Option("--encoder", metavar="ID", help="An ID of `winnow encoders`, a hub id, or a local model folder."),
]
TilesOption = Annotated[
    str | None, typer.Option("--tiles", metavar="none|five-crop", help="The whole image, or five crops of it.")
]
CombineOption = Annotated[
    str | None,
    typer.Option("--combine", metavar="mean|median|max|min", help="How the answers for the crops become one."),
]
RecipeOption = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        metavar="FILE|NAME",
        help="How to train: a YAML file of settings (ours, or a config of CityClassifiers), or default, "
        "seed-faithful, seed-aesthetics-v1.8, seed-chromatic-aberration-v1.16, seed-compression-v1.5.",
        show_default=False,
    ),
]
LimitOption = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="At most N.", show_default=False)]

_NEAR = 0.75
"""Share of letters in common, above which a word is taken for a slip of another one."""

Choice = TypeVar("Choice", bound=StrEnum)


def choose(choices: type[Choice], text: str, option: str) -> Choice:
    """The member of `choices` that `text` names. Raises UserError that lists them."""
    try:
        return choices(text)
    except ValueError:
        raise UserError(f"{option} cannot be {text!r}", f"choose one of {', '.join(choices)}") from None


def plain_digits(text: str) -> str:
    """`text`, unless it is a number to Python alone, as 1_0 is. Raises ValueError."""
    if not text.isascii() or "_" in text:
        raise ValueError(f"{text!r} is no number")
    return text


def check_crops(tiles: str | None, combine: str | None) -> None:
    """Raises UserError for a rule for crops where none are wished. As they were typed."""
    if tiles == "none" and combine is not None:
        raise UserError("--combine means nothing for --tiles none", "leave it out, or choose --tiles five-crop")


def known_device(text: str) -> str:
    """`text`, if it names a device of this machine. Raises UserError or EnvironmentProblem; auto is settled later."""
    if text != "auto":
        from core.encoders.devices import resolve_device

        resolve_device(text)
    return text


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """ "did you mean ...?" where a known word is a slip or two away, else `otherwise`."""
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=_NEAR)
    return f"did you mean {near[0]!r}?" if near else otherwise
