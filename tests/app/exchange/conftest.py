"""A window whose imports and exports are really done, beside it."""

from __future__ import annotations

import threading
from functools import cached_property

import pytest
from PySide6.QtCore import QEvent

from app.bootstrap import build
from app.operations import projects
from core.jobs.events import JobCancelled
from core.jobs.run import report_job
from core.jobs.spec import EmbedSpec
from core.values import HeadKind, ScoreValue
from tests.app.conftest import RecordingWorker, add_head
from tests.app.exchange.dialogs import embedded
from tests.core.exchange.places import train


class DoingWorker(RecordingWorker):
    """Does the work in a thread of this process; embedding is put off."""

    def submit(self, spec) -> None:
        super().submit(spec)
        if isinstance(spec, EmbedSpec):
            thread = threading.Thread(target=self.on_event, args=(JobCancelled(spec.job),))
        else:
            thread = threading.Thread(target=report_job, args=(spec, self.on_event, lambda: self._stops(spec.job)))
        self.threads.append(thread)
        thread.start()

    def close(self) -> None:
        super().close()
        for thread in self.threads:
            thread.join()

    def _stops(self, job: str) -> bool:
        return self.closed or job in self.cancelled

    @cached_property
    def threads(self) -> list[threading.Thread]:
        return []


@pytest.fixture
def working(qapp, settings, project_folder):
    """A window on the scanned project whose jobs are done."""
    settings.change(auto_retrain=False)
    shell = build(settings, start_worker=DoingWorker)
    shell.window.show()
    projects.open_any(shell.workspace, shell.jobs, shell.settings, project_folder)
    yield shell
    shell.close()
    assert not shell.desk.bugs
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def answered(working):
    """Scores on every image, and a version."""
    add_head(working, HeadKind.SCORE, (), "taste")
    workspace = working.workspace
    head = workspace.head
    embedded(working)
    workspace.project.heads.edit(head.head_id, encoder="clip-vit-l14-336")
    head = workspace.project.heads.by_id(head.head_id)
    ids = [int(one) for one in workspace.pool.ids]
    values = {one: ScoreValue(2 if place % 2 else 8) for place, one in enumerate(ids)}
    workspace.announce(workspace.project.annotations.annotate(head.head_id, values))
    train(workspace.project, head)
    workspace._reload_heads(workspace.project)
    return working
