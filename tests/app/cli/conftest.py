"""A project made once through the command line, and a runner for commands in this process."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main

COLOURS = {"red": (220, 40, 30), "green": (40, 200, 50), "blue": (30, 60, 210)}
PER_COLOUR = 8


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def winnow(capsys):
    """Runs one command line as the program does and returns its exit code and both streams."""

    def run(*words) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


def paint(folder: Path) -> dict[str, str]:
    """Small pictures of three colours; file name -> colour."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    colour_of: dict[str, str] = {}
    for number in range(PER_COLOUR * len(COLOURS)):
        colour = list(COLOURS)[number % len(COLOURS)]
        pixels = np.array(COLOURS[colour]) + rng.normal(0, 12, (72, 96, 3))
        name = f"{number:02} {colour}.png"
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(folder / name)
        colour_of[name] = colour
    return colour_of


def write_csv(path: Path, rows) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "value"))
        writer.writerows(rows)
    return path


@dataclass(frozen=True)
class World:
    """A project with its images; `half` answers half of them."""

    project: Path
    images: Path
    half: Path
    colour_of: dict[str, str]


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> World:
    """Scanned and embedded, with a class head that has no annotation. Copied, never changed."""
    folder = tmp_path_factory.mktemp("world")
    colour_of = paint(folder / "images")
    half = write_csv(folder / "half.csv", list(colour_of.items())[::2])
    project = folder / "project"
    commands = [
        ["create", project, "--images", folder / "images"],
        ["embed", project, "--encoder", "signal"],
        ["head", "add", project, "colour", "--kind", "class", "--labels", "red,green,blue", "--encoder", "signal"],
    ]
    for words in commands:
        assert main([*map(str, words), "--quiet"]) == 0
    return World(project, folder / "images", half, colour_of)


@pytest.fixture(scope="session")
def trained(made, tmp_path_factory) -> World:
    """The same after annotating half of the images and training. Read only; copied where a test writes."""
    project = tmp_path_factory.mktemp("trained") / "project"
    shutil.copytree(made.project, project)
    assert main(["annotate", str(project), "colour", "--from", str(made.half), "--quiet"]) == 0
    assert main(["train", str(project), "colour", "--quiet"]) == 0
    return World(project, made.images, made.half, made.colour_of)


@pytest.fixture
def world(made, tmp_path) -> World:
    """A copy to write in."""
    shutil.copytree(made.project, tmp_path / "project")
    return World(tmp_path / "project", made.images, made.half, made.colour_of)


@pytest.fixture
def after_training(trained, tmp_path) -> World:
    """A copy of the trained project to write in."""
    shutil.copytree(trained.project, tmp_path / "project")
    return World(tmp_path / "project", trained.images, trained.half, trained.colour_of)
