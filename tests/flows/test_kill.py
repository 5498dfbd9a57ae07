"""Nothing acknowledged is lost, whatever is killed, whenever. WINNOW_KILLS=200 for the full count."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from core.project import Project
from core.values import HeadKind
from tests.core.exchange.trees import take_vectors, vector_files

MOMENTS = int(os.environ.get("WINNOW_KILLS", "16"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


@pytest.fixture
def project(tmp_path):
    """Sixty pictures, none embedded, and a head."""
    images = tmp_path / "images"
    images.mkdir()
    rng = np.random.default_rng(0)
    for number in range(60):
        pixels = rng.integers(0, 256, (96, 96, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(images / f"{number:02}.png")
    folder = tmp_path / "project"
    assert main(["create", str(folder), "--images", str(images), "--quiet"]) == 0
    words = ["--kind", "class", "--labels", "red,green,blue", "--encoder", "signal", "--quiet"]
    assert main(["head", "add", str(folder), "colour", *words]) == 0
    return folder


@pytest.mark.timeout(60 + 10 * MOMENTS)
def test_that_kills_lose_no_acknowledged_annotation_and_work_resumes(project):
    command = [sys.executable, "-m", "tests.flows.killing", str(project), str(MOMENTS), "7"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["lost"] == []
    assert report["acknowledged"] > 0
    assert main(["embed", str(project), "--encoder", "signal", "--quiet"]) == 0
    assert main(["check", str(project), "--repair", "--quiet"]) == 0
    with Project.open(project, read_only=True) as opened:
        [signature] = opened.encoders.all()
        assert (opened.embeddings(signature).positions(opened.images.all().hashes) >= 0).all()


def test_that_an_import_killed_in_the_middle_leaves_nothing_and_is_done_again(tmp_path):
    (tmp_path / "photos").mkdir()
    tree = vector_files(tmp_path / "CLIP", {"1": range(3), "5": range(3, 6)})
    with Project.create(tmp_path / "project", [str(tmp_path / "photos")]) as made:
        made.heads.add("taste", HeadKind.SCORE, (), "clip-vit-l14-336")
    command = [sys.executable, "-m", "tests.flows.cut_import", str(tmp_path / "project"), "taste", str(tree)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with Project.open(tmp_path / "project") as project:
        head = project.heads.get("taste")
        known = project.images.by_hash(project.embeddings(project.encoders.all()[0]).index().hashes)
        assert (len(known), known.max(), project.heads.scale(head.head_id)) == (6, -1, None)
        assert len(take_vectors(project, head, tree).changes.annotated) == 6
        project.annotations.undo()
        assert project.annotations.count(head.head_id) == 0
