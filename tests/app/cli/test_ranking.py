"""The command line asks in the order of the window."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image

from app.jobs.background import Background
from app.workspace import Workspace
from core.project import Project
from core.values import Field, ImageId, Strategy


def raised(error: BaseException) -> None:
    raise error


@pytest.fixture
def grown(winnow, trained, tmp_path):
    """The trained project with three images that nothing is predicted of and two that were skipped."""
    images = tmp_path / "images"
    shutil.copytree(trained.images, images)
    shutil.copytree(trained.project, tmp_path / "project")
    for grey in (60, 120, 180):
        Image.new("RGB", (96, 72), (grey, grey, grey)).save(images / f"grey {grey}.png")
    winnow("scan", tmp_path / "project", "--relocate", trained.images, images, "--quiet")
    with Project.open(tmp_path / "project") as project:
        head = project.heads.get("colour")
        ids = project.images.all().ids
        open_ids = ids[~np.isin(ids, project.annotations.standing(head.head_id).ids)]
        skipped = [ImageId(int(one)) for one in open_ids[[0, -1]]]
        project.annotations.mark(head.head_id, skipped, Field.SKIPPED, on=True)
    return tmp_path / "project", set(skipped)


@pytest.mark.parametrize("by", ["disagreement", "margin", "entropy", "random", "best", "worst"])
def test_that_the_command_line_and_the_window_show_the_same_queue(winnow, grown, qtbot, by):
    folder, skipped = grown
    listed = [image["path"] for image in winnow("rank", folder, "colour", "--by", by, "--json").json["images"]]
    background = Background(raised)
    workspace = Workspace(background)
    workspace.open(Project.open(folder, read_only=True), writable=False)
    try:
        if Strategy(by) is not workspace.strategy:
            with qtbot.waitSignal(workspace.moved):
                workspace.use_strategy(Strategy(by))
        shown = [ImageId(int(one)) for one in workspace.queue.ids[workspace.queue.position :]]
        assert listed == [image.path for image in workspace.project.images.get(shown)]
        assert (len(shown), set(shown[-2:])) == (15, skipped)
    finally:
        workspace.close()
        background.close()
