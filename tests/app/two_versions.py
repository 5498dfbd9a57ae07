"""A head with two versions, open in the window."""

from __future__ import annotations

import pytest

from app.bootstrap import Shell
from core.values import ClassValue, ImageId
from tests.core.store.projects import embed_all, make_version


@pytest.fixture
def trained(class_shell: Shell) -> Shell:
    """Two versions of the head."""
    project, head = class_shell.workspace.opened()
    embed_all(project)
    values = {ImageId(one): ClassValue(head.labels[one % 2].label_id) for one in (1, 2, 3, 4)}
    class_shell.workspace.announce(project.annotations.annotate(head.head_id, values))
    for _ in range(2):
        make_version(project, head)
    class_shell.workspace.use_head(head.head_id)
    return class_shell
