"""Orders to judge, through a real worker process."""

from __future__ import annotations

import numpy as np
import pytest

from core.encoders.registry import load_encoder
from core.jobs.events import FilesJudged, JobFailed, JudgingDone, VectorFound
from core.jobs.spec import JudgeSpec, VectorSpec
from tests.core.scoring.head_files import draw, write_head


@pytest.fixture
def judged(tmp_path, monkeypatch, listener):
    """Asks a real worker; returns the answers, the failures, and why heads were refused."""
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))

    def ask(files, models, *, job="one", topic="try", **options):
        spec = JudgeSpec(job, topic, tuple(map(str, files)), tuple(map(str, models)), "cpu", **options)
        listener.worker.judge(spec)
        done = listener.wait_for(lambda event: isinstance(event, JudgingDone) and event.job == job)
        parts = [event for event in listener.seen if isinstance(event, FilesJudged) and event.job == job]
        answers = [answer for part in parts for answer in part.answers]
        return answers, dict(failed for part in parts for failed in part.failed), dict(done.refused)

    return ask


def test_that_every_head_answers_for_every_file_and_what_fails_has_its_reason(judged, tmp_path):
    good = draw(tmp_path / "a.png", (1000, 800))
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    heads = [write_head(tmp_path / name, name, seed=seed) for seed, name in enumerate(("one", "two"))]
    files, models = [good, tmp_path / "bad.jpg"], [*heads, tmp_path / "none.safetensors"]
    answers, failed, refused = judged(files, models)
    assert {(answer.path, answer.head.name) for answer in answers} == {(str(good), "one"), (str(good), "two")}
    assert all(len(answer.values) == 5 for answer in answers)
    assert failed.keys() == {str(tmp_path / "bad.jpg")}
    assert refused.keys() == {str(tmp_path / "none.safetensors")}
    again, _, _ = judged(files, models, job="two")
    assert again == answers, "what is kept answers alike"


def test_that_a_head_written_anew_is_read_anew(judged, tmp_path):
    picture = draw(tmp_path / "a.png", (300, 200))
    head = write_head(tmp_path, "one", seed=0)
    before, _, _ = judged([picture], [head])
    write_head(tmp_path, "one", seed=1)
    after, _, _ = judged([picture], [head], job="two")
    assert before[0].values != after[0].values


def test_that_judging_leaves_a_project_as_it_was(judged, project, tmp_path):
    head = write_head(tmp_path, "one")
    folder = project.folder
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "logs" not in path.parts}
    answers, _, _ = judged([tmp_path / "images" / "0000.png"], [head], project=str(folder))
    assert len(answers) == 1
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "logs" not in path.parts} == before


def test_that_a_picture_is_placed_among_the_vectors_of_a_project(listener, tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    picture = draw(tmp_path / "a.png", (300, 200))
    signature = load_encoder("signal", device="cpu").signature
    listener.worker.judge(VectorSpec("file", "find", signature, "cpu", file=str(picture)))
    found = listener.wait_for(lambda event: isinstance(event, VectorFound))
    assert len(found.vector) == signature.dim
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=1e-3)
    listener.worker.judge(VectorSpec("words", "find", signature, "cpu", text="red car"))
    failed = listener.wait_for(lambda event: isinstance(event, JobFailed) and event.job == "words")
    assert (failed.owner, "no text side" in failed.text) == ("user", True)
