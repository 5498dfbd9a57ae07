"""Who shares an answer on a page: near-duplicates do, a degraded copy and its source do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.jobs.run import run_job
from core.media.degrade import EFFECTS
from core.media.degrade.copies import CopyPlan, degrade_folder
from core.project import Project
from core.project.paging import sharing_groups
from core.values import ImageId
from tests.core.media.pictures import gradient


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two clean ones and a JPEG copy of each."""
    folder = tmp_path / "pictures"
    (folder / "clean").mkdir(parents=True)
    for number in range(2):
        gradient(60 + 40 * number, 40).save(folder / "clean" / f"{number}.png")
    jpeg = EFFECTS["jpeg"]
    plan = CopyPlan(str(folder / "clean"), folder / "copies", jpeg, jpeg.strength, jpeg.kinds)
    degrade_folder(plan, lambda event: None, lambda: False)
    return folder


def test_that_a_degraded_copy_does_not_share_the_answer_of_its_source(tmp_path, pictures):
    with Project.create(tmp_path / "project", [str(pictures)]) as project:
        run_job(project.scan_spec("scan"), project.adopt, lambda: False)
        ids = project.images.all().ids
        names = [image.path for image in project.images.get([ImageId(one) for one in ids.tolist()])]
        hashes = [image.content_hash for image in project.images.get([ImageId(one) for one in ids.tolist()])]
        clean = [place for place, name in enumerate(names) if "/clean/" in name]
        project.groups.join([(hashes[clean[0]], hashes[clean[1]])])
        groups = sharing_groups(project, ids)
    assert len(ids) == 4
    assert groups[clean[0]] == groups[clean[1]]
    assert len(np.unique(groups)) == 3
