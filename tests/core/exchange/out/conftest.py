"""Projects whose answers go out."""

from __future__ import annotations

import pytest

from core.project import Project
from core.values import ClassValue, Field, HeadKind, ImageId
from tests.core.exchange.out.datasets import IMAGES, new_head
from tests.core.exchange.places import embed
from tests.core.store.projects import picture, scan, scanned_project


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory):
    """A project of embedded pictures, two of which have the same name in two folders."""
    folder = tmp_path_factory.mktemp("source")
    for number in range(IMAGES):
        picture(folder / "photos" / ("a" if number % 2 else "b") / f"{number // 2}.png", number)
    with Project.create(folder / "project", [str(folder / "photos")]) as project:
        scan(project)
        embed(project)
        yield project


@pytest.fixture
def project(tmp_path):
    """Four pictures, a class head with an answer on three of them, one of those excluded."""
    with scanned_project(tmp_path) as made:
        embed(made)
        head = new_head(made, HeadKind.CLASS, "defects")
        ids = [label.label_id for label in head.labels]
        made.annotations.annotate(
            head.head_id,
            {ImageId(1): ClassValue(ids[0]), ImageId(2): ClassValue(ids[1]), ImageId(3): ClassValue(ids[0])},
        )
        made.annotations.mark(head.head_id, [ImageId(3)], Field.EXCLUDED, True)
        yield made
