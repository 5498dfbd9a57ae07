"""Two heads, pictures outside any project, and no vectors of other tests."""

import csv
import shutil
from pathlib import Path

import pytest
from PIL import Image

from app.__main__ import main


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch) -> Path:
    """Vectors of other tests are not at hand."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("WINNOW_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def two_heads(trained, tmp_path_factory) -> Path:
    """The trained project with a score head beside the class head."""
    project = tmp_path_factory.mktemp("two") / "project"
    shutil.copytree(trained.project, project)
    answers = project.parent / "taste.csv"
    with answers.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "value"))
        writer.writerows(
            (name, {"red": 9, "green": 5, "blue": 1}[colour]) for name, colour in trained.colour_of.items()
        )
    for words in (
        ["head", "add", project, "taste", "--kind", "score", "--encoder", "signal"],
        ["annotate", project, "taste", "--from", answers],
        ["train", project, "taste"],
    ):
        assert main([*map(str, words), "--quiet"]) == 0
    return project


@pytest.fixture
def pictures(trained, tmp_path) -> Path:
    """Three levels of folders outside any project."""
    folder = tmp_path / "pictures"
    for number, path in enumerate(sorted(trained.images.iterdir())[:9]):
        below = folder / "/".join(["a", "b"][: number % 3])
        below.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            image.rotate(180).save(below / path.name)
    return folder
