"""The command line asks in the order of the window."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PIL import Image

from app.cli import ranking
from app.jobs.background import Background
from app.queue.ranking import Pool
from app.workspace import Workspace
from core.encoders.devices import device_name, resolve_device
from core.project import Project
from core.values import Field, HeadKind, ImageId, ScoreValue, Strategy
from tests.app.cli.refusals import assert_refused
from tests.core.store.projects import embed_all, scanned_project, version_saying


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


def test_that_images_to_be_asked_blind_stand_without_a_prediction_in_the_table(winnow, grown):
    folder, _ = grown
    winnow("head", "audit", folder, "colour", "--share", "0.5")
    listed = winnow("rank", folder, "colour", "--by", "margin", "--json").json["images"]
    with Project.open(folder) as project:
        head, table = project.heads.get("colour"), project.images.all()
        drawn = Pool(table.ids, table.hashes).drawn(project.audits.share(head.head_id))
        paths = {image.path for image in project.images.get([ImageId(int(one)) for one in np.flatnonzero(drawn)])}
    blind = {image["path"] for image in listed if image.get("blind")}
    assert blind == paths & {image["path"] for image in listed} != set()
    shown = winnow("rank", folder, "colour", "--by", "best", "--label", "red", "--limit", 50).out
    lines = {line.split("/")[-1].strip(): line for line in shown.splitlines() if ".png" in line}
    told = {name: "%" in line for name, line in lines.items()}
    assert {name for name, tells in told.items() if not tells} >= {path.split("/")[-1] for path in blind}
    assert any(told.values()) and shown.count("blind") == len(blind)


def test_that_without_a_version_disagreement_covers_the_pool_and_then_goes_by_the_answers(winnow, made, tmp_path):
    shutil.copytree(made.project, tmp_path / "project")
    first = winnow("rank", tmp_path / "project", "colour", "--json").json
    assert (first["source"], first["version"]) == ("embeddings", None)
    asked = [image["path"] for image in first["images"]]
    assert len(asked) == first["total"] > 3
    answers = "".join(f"{path},{path.split()[-1].removesuffix('.png')}\n" for path in asked[:3])
    (tmp_path / "three.csv").write_text(f"path,value\n{answers}")
    assert winnow("annotate", tmp_path / "project", "colour", "--from", tmp_path / "three.csv", "--quiet").code == 0
    then = winnow("rank", tmp_path / "project", "colour", "--json").json
    assert (then["source"], then["total"]) == ("live", len(asked) - 3)
    told = [image["prediction"] for image in then["images"] if "blind" not in image]
    assert all(sum(one["probabilities"].values()) == pytest.approx(1.0, abs=0.02) for one in told)
    assert then["device"] == resolve_device("auto")
    told = winnow("rank", tmp_path / "project", "colour").out
    assert f"by the answers so far, learned on {device_name(then['device'])}" in told
    assert winnow("rank", tmp_path / "project", "colour", "--device", "cpu", "--json").json == then
    assert_refused(winnow("rank", tmp_path / "project", "colour", "--device", "gpu"), says="gpu")


def test_that_a_ranking_by_the_answers_of_many_images_tells_how_far_it_is(winnow, made, tmp_path, monkeypatch):
    folder = tmp_path / "project"
    shutil.copytree(made.project, folder)
    with Project.open(folder) as project:
        red, green = project.images.get([ImageId(1), ImageId(2)])
        images = project.images.count()
    (tmp_path / "two.csv").write_text(f"path,value\n{red.path},red\n{green.path},green\n")
    assert winnow("annotate", folder, "colour", "--from", tmp_path / "two.csv").code == 0
    line = f"looking at what surrounds the images: {images}/{images}"
    assert line not in winnow("rank", folder, "colour").err
    monkeypatch.setattr(ranking, "_WORTH_TELLING", images)
    assert line in winnow("rank", folder, "colour").err
    assert winnow("rank", folder, "colour", "--quiet").err == ""


def test_that_nothing_to_list_is_told_with_its_reason(winnow, world, tmp_path):
    ran = winnow("rank", world.project, "colour", "--by", "random", "--where", "path:zzz")
    assert (ran.code, ran.out) == (0, "nothing that path:zzz finds is left to list\n")
    (tmp_path / "empty").mkdir()
    made = winnow("create", tmp_path / "q", "--images", tmp_path / "empty")
    assert (made.code, made.out) == (0, f"{tmp_path / 'q'}: 0 images\n") and "the project holds no image; " in made.err
    assert "the project holds no image; " in winnow("embed", tmp_path / "q", "--encoder", "signal").err
    winnow("head", "add", tmp_path / "q", "h", "--kind", "score", "--encoder", "signal")
    assert winnow("rank", tmp_path / "q", "h", "--by", "random").out.startswith("the project holds no image; ")


def test_that_an_order_by_the_committee_says_that_it_is_not_by_the_scores_beside_it(winnow, tmp_path):
    with scanned_project(tmp_path, 4) as project:
        head = project.heads.add("taste", HeadKind.SCORE, ())[0]
        embed_all(project)
        project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.0), ImageId(2): ScoreValue(3.0)})
        version_saying(project, head, [2.0, 4.0, 5.0, 6.0])
        folder = project.folder
    told = "scores by v1; the order is its committee's, whose members may all say otherwise"
    for order, tells in (("disagreement", True), ("margin", True), ("best", False), ("random", False)):
        ran = winnow("rank", folder, "taste", "--by", order)
        assert (ran.code, told in ran.out) == (0, tells), order
