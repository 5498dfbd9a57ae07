"""What a training goes by, as a small record that is kept with each version, so that it can be said what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from core.arrays.text_file import write_text
from core.pairs import PairSet
from core.project.folder import inputs_file
from core.recipes.recipe import parse_recipe, to_settings
from core.values import EncoderSignature, Head

if TYPE_CHECKING:
    from core.project.facade import Project

_COUNT, _MARK = "count", "mark"
TEACHES: Final = (
    *("arrays/**/*.py", "heads/**/*.py", "query/**/*.py", "recipes/**/*.py", "pairs.py", "values.py"),
    *("encoders/crops.py", "encoders/further.py", "project/auditing.py", "project/specs.py"),
    *(f"review/{name}.py" for name in ("audit", "average_precision", "chance", "evidence", "intervals", "telling")),
)
"""The files of the engine that make a version, or the figures that are told of it."""


def training_inputs(
    project: Project,
    head: Head,
    signature: EncoderSignature,
    hidden: NDArray[np.uint8],
    pairs: PairSet,
    seed: int,
    recipe: Mapping[str, Any],
) -> dict[str, Any]:
    """JSON, alike where a training would be; of what is many, how many there are and a mark of them all.

    `hidden` (images, 32) have no picture. No vector is read: a stored one never changes.
    """
    index = project.embeddings(signature).index()
    marks = {name: (mark.count, mark.digest) for name, mark in project.marks.of(head.head_id).items()}
    marks["images"] = len(index), _digest(index.keys)
    marks["images without a picture"] = len(hidden), _digest(hidden)
    marks["pairs"] = len(pairs), _digest(pairs.left, pairs.right, pairs.share, pairs.left_groups, pairs.right_groups)
    settings = {key: value for key, value in to_settings(parse_recipe(recipe)).items() if key != "name"}
    return {
        **{name: {_COUNT: count, _MARK: mark} for name, (count, mark) in marks.items()},
        "labels": [[label.label_id, label.name] for label in head.labels],
        "crops": head.combine.value,
        "encoder": [signature.folder, signature.revision, signature.preprocessing, signature.dim],
        "audit share": project.audits.share(head.head_id),
        "recipe": settings,
        "seed": seed,
        "Winnow": _program(),
    }


def write_inputs(version: Path, inputs: Mapping[str, Any]) -> None:
    """Into the folder of a version, where its order said any."""
    if inputs:
        write_text(inputs_file(version), json.dumps(inputs, indent=2, ensure_ascii=False) + "\n")


def read_inputs(version: Path) -> dict[str, Any] | None:
    """None where nobody kept them."""
    try:
        found = json.loads(inputs_file(version).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def changed_inputs(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str] | None:
    """ "images: 120 more", "recipe: epochs 30, was 15"; None where `then` does not tell all that `now` does."""
    if then.keys() != now.keys():
        return None
    then = json.loads(json.dumps(then))
    now = json.loads(json.dumps(now))
    return [f"{name}: {_change(then[name], now[name])}" for name in now if then[name] != now[name]]


def _change(then: object, now: object) -> str:
    match then, now:
        case {"count": int(before), "mark": str()}, {"count": int(after), "mark": str()}:
            return _count(before, after)
        case dict(), dict():
            return ", ".join(_settings(then, now))
        case int() | float(), int() | float():
            return f"{now}, was {then}"
        case _:
            return "changed"


def _count(before: int, after: int) -> str:
    if before == after:
        return "other ones"
    return f"{after - before:,} more" if after > before else f"{before - after:,} fewer"


def _settings(then: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *then)):
        before, after = then.get(name), now.get(name)
        if before != after:
            yield f"{name.replace('_', ' ')} {_shown(after)}, was {_shown(before)}"


def _shown(value: object) -> str:
    return "none" if value in (None, {}) else str(value)


def _digest(*columns: NDArray[Any]) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for column in columns:
        whole.update(np.ascontiguousarray(column).tobytes())
    return whole.hexdigest()


@cache
def _program() -> str:
    """What the same order is carried out by: another state of the code may make another version of it."""
    whole = hashlib.blake2b(f"torch {installed('torch')}, numpy {installed('numpy')}".encode(), digest_size=16)
    engine = Path(__file__).parent.parent
    for file in sorted(file for part in TEACHES for file in engine.glob(part)):
        whole.update(file.read_bytes())
    return whole.hexdigest()
