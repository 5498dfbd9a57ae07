"""A job in this process, from its spec to its result."""

import subprocess
import sys
from dataclasses import replace

import pytest

from core.errors import Cancelled
from core.jobs.events import JobFinished, JobProgress
from core.jobs.run import run_job
from core.values import Tiles

SECOND = """
import sys
from core.jobs.run import run_job
from core.project import Project
from core.values import Tiles
with Project.open(sys.argv[1]) as project:
    spec = project.embed_spec("second", "signal", Tiles.NONE, "cpu")
events = []
assert run_job(spec, events.append, lambda: False).embedded == 0
print(len(events), "torch" in sys.modules)
"""


def test_that_embedding_with_nothing_new_says_nothing_and_loads_nothing(project):
    result = run_job(project.embed_spec("first", "signal", Tiles.NONE, "cpu"), project.adopt, lambda: False)
    project.adopt(JobFinished("first", result))
    folder = str(project.folder)
    project.close()
    done = subprocess.run([sys.executable, "-c", SECOND, folder], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False"]


def test_that_an_encoder_in_a_folder_is_told_by_its_own_name(project, monkeypatch):
    def stop(*_args, **_kept):
        raise Cancelled

    monkeypatch.setattr("core.encoders.registry.describe", lambda encoder: None)
    monkeypatch.setattr("core.encoders.pipeline.run_embed", stop)
    spec = replace(project.embed_spec("first", "signal", Tiles.NONE, "cpu"), encoder="/a/long/way/to/mobilenet_v2")
    told = []
    with pytest.raises(Cancelled):
        run_job(spec, told.append, lambda: False)
    assert [event.stage for event in told if isinstance(event, JobProgress)] == ["loading mobilenet_v2"]
