"""The parts of the README that are made, not written: the key list and the figures.

`python -m tests.rules.documents` writes them anew, from the table of acts and from docs/figures.json, which is what
`winnow bench --json` printed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.actions import Bindings
from app.cli.benching import figure

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FIGURES = ROOT / "docs" / "figures.json"


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


def _amount(value: float | None, unit: str) -> str:
    return f"{figure(value)} {unit}".strip() if value is not None else ""


def part(text: str, name: str) -> str:
    """What stands between the two marks of `name`."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    assert found, f"the README has no part {name}"
    return found.group(1)


def write() -> None:
    """Put the made parts into the README."""
    text = README.read_text(encoding="utf-8")
    for name, made in (("keys", key_list()), ("figures", figures())):
        text = re.sub(
            rf"<!-- {name} -->.*<!-- /{name} -->",
            lambda _, made=made, name=name: f"<!-- {name} -->\n{made}\n<!-- /{name} -->",
            text,
            flags=re.DOTALL,
        )
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
