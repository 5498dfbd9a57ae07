"""Nothing acknowledged is lost, whatever is killed, whenever. WINNOW_KILLS=200 for the full count."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from core.project import Project

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
