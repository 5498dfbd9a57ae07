"""The parts of the documents that are made, not written: the key list, the figures and the settings of a recipe.

`python -m tests.rules.documents` writes them anew, from the table of acts, from docs/figures.json, which is what
`winnow bench --json` printed, and from the recipe itself.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TypeGuard

from app.actions import Bindings
from app.cli.benching import figure
from core.query.family import FAMILY
from core.recipes import recipe as module_of_recipe
from core.recipes.recipe import Recipe

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FIGURES = ROOT / "docs" / "figures.json"
RECIPES = ROOT / "docs" / "recipes.md"


def key_list() -> str:
    """The table of keys as the overlay shows them."""
    lines = ["| keys | act | |", "|---|---|---|"]
    for line in Bindings().lines():
        lines.append(f"| {' | '.join(part.replace('|', chr(92) + '|') for part in (line.keys, line.text, line.tip))} |")
    return "\n".join(lines)


def figures() -> str:
    """The table of figures as measured by the last whole bench run that was kept."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))
    lines = [f"Measured by `winnow bench` on {kept['machine']}. {kept['remark']}".strip(), ""]
    lines += ["| benchmark | value | baseline | ratio |", "|---|---|---|---|"]
    for row in kept["rows"]:
        value, baseline = (_amount(row[key], row["unit"]) for key in ("value", "baseline"))
        lines.append(f"| {row['name']} | {value} | {baseline} | {_amount(row['ratio'], '')} |")
    return "\n".join(lines)


def settings() -> str:
    """The table of what a recipe says: each field with its default and what stands below it in the source."""
    recipe = next(node for node in ast.parse(inspect.getsource(module_of_recipe)).body if _is_recipe(node))
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for field, below in pairwise(recipe.body):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
            name = ast.unparse(field.target)
            lines.append(f"| `{name}` | {_default(name)} | {' '.join(ast.literal_eval(below.value).split())} |")
    return "\n".join(lines)


def orders() -> str:
    """The table of query strategies, from their registry."""
    lines = ["| `--by` | asks for | |", "|---|---|---|"]
    lines += [f"| `{each.name.value}` | {each.line} | {each.standing.value} |" for each in FAMILY.values()]
    return "\n".join(lines)


def _is_recipe(node: ast.stmt) -> TypeGuard[ast.ClassDef]:
    return isinstance(node, ast.ClassDef) and node.name == Recipe.__name__


def _default(name: str) -> str:
    value = getattr(Recipe(), name)
    if isinstance(value, StrEnum):
        return " or ".join(f"**{each}**" if each is value else each for each in type(value))
    return "none" if value in (None, {}) else str(value)


def _amount(value: float | None, unit: str) -> str:
    return f"{figure(value)} {unit}".strip() if value is not None else ""


def part(text: str, name: str) -> str:
    """What stands between the two marks of `name`."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"the README has no part {name}"
    return found.group(1)


def write() -> None:
    """Put the made parts where they belong."""
    _put(README, ("keys", key_list()), ("figures", figures()), ("orders", orders()))
    _put(RECIPES, ("settings", settings()))


def _put(document: Path, *parts: tuple[str, str]) -> None:
    text = document.read_text(encoding="utf-8")
    for name, made in parts:
        text = re.sub(
            rf"<!-- {name} -->.*<!-- /{name} -->",
            lambda _, made=made, name=name: f"<!-- {name} -->\n{made}\n<!-- /{name} -->",
            text,
            flags=re.DOTALL,
        )
    document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
