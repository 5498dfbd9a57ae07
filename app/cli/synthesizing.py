"""synth: degraded copies of clean pictures, as training data for heads that tell defects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import JsonFlag, QuietFlag, suggestion
from app.cli.session import watched
from app.cli.terminal import Answer, Failure, Terminal, as_json
from core.errors import UserError

SourceArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Clean pictures, to full depth.", show_default=False)
]
TargetArgument = Annotated[
    Path, typer.Argument(metavar="OUT", help="Where N_effect/ and the table go.", show_default=False)
]
EffectOption = Annotated[str, typer.Option("--effect", metavar="NAME", help="One of the effects above.")]
PerImageOption = Annotated[int, typer.Option("--per-image", metavar="N", min=1, max=1000, help="Copies of each.")]
StrengthOption = Annotated[
    tuple[float, float] | None,
    typer.Option("--strength", metavar="LOW HIGH", help="Draw from this range instead.", show_default=False),
]
KindsOption = Annotated[str | None, typer.Option("--kind", metavar="A,B", help="Only these kinds.", show_default="all")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed gives the same bytes.")]


def synth(
    source: SourceArgument,
    target: TargetArgument,
    *,
    effect: EffectOption,
    per_image: PerImageOption = 1,
    strength: StrengthOption = None,
    kinds: KindsOption = None,
    seed: SeedOption = 0,
    json: JsonFlag = False,
    quiet: QuietFlag = False,
) -> int:
    """Write degraded copies, and a table of what was done to each.

    Strengths are drawn evenly from these ranges, kinds by equal chance:

    \b
    chromatic-aberration  1 to 3 px; whole, radial, background
    jpeg                  quality 50 to 95; 4:2:0, 4:2:2, 4:4:4
    webp                  quality 50 to 95; lossy
    noise                 sigma 2 to 10; rgb, luma, chroma, hsv
    blur                  0.8 to 3 px; gaussian, box
    resize                1.5 to 4 times; bicubic, bilinear, lanczos, nearest

    Copies go to OUT/N_effect without further loss, their strength, source and seed to OUT/synthetic.csv. A project that
    scans OUT keeps each copy and its source in one fold. Nothing is written over; call again to go on.
    """
    from core.media.degrade.copies import degrade_folder
    from core.media.degrade.plans import plan_copies

    terminal = Terminal(json=json, quiet=quiet)
    wanted = None if kinds is None else [kind.strip() for kind in kinds.split(",")]
    named = _known(effect)
    plan = plan_copies(source, target, named, per_image=per_image, seed=seed, strength=strength, kinds=wanted)
    copied = watched(lambda show, is_cancelled: degrade_folder(plan, show, is_cancelled), terminal, last=True)
    failed = tuple(Failure(path, reason) for path, reason in copied.failed)
    folder = (target / copied.folder).as_posix()
    document = {"written": copied.written, "kept": copied.kept, "folder": folder, "failed": as_json(failed)}
    line = f"{copied.written:,} written, {copied.kept:,} there already in {folder}"
    if not copied.written and not copied.kept:
        line = f"nothing written: no picture in {source} could be copied"
    return terminal.answer(Answer(document, (line,), failed))


def _known(effect: str) -> str:
    from core.media.degrade import EFFECTS

    if effect not in EFFECTS:
        listed = f"choose one of {', '.join(EFFECTS)}"
        raise UserError(f"there is no effect {effect!r}", suggestion(effect, EFFECTS, listed))
    return effect
