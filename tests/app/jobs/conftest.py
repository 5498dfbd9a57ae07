"""A window whose scan is over, before and after the images are embedded."""

from __future__ import annotations

import pytest

from core.jobs.events import EmbedResult, JobFinished
from core.jobs.spec import EmbedSpec
from tests.app.jobs.reports import SIGNATURE, embed, finish_scan, running, settle, tell


@pytest.fixture
def embedding_shell(class_shell, qtbot):
    """The scan is over, embedding runs."""
    finish_scan(class_shell, qtbot)
    assert isinstance(running(class_shell), EmbedSpec)
    return class_shell


@pytest.fixture
def embedded_shell(embedding_shell, qtbot):
    embed(embedding_shell)
    result = EmbedResult(SIGNATURE, 12, 0, 0, 10.0, "cpu")
    tell(embedding_shell, JobFinished(running(embedding_shell).job, result), qtbot)
    settle(embedding_shell, qtbot)
    return embedding_shell
