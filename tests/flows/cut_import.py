"""Takes in embeddings and is killed in the middle of writing them: `python -m tests.flows.cut_import PROJECT HEAD DIR`.

By then the images are made and the scale is noted; only the answers are missing.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from core.exchange.numbered import Scale
from core.project import Project
from core.store.log import Annotations
from tests.core.exchange.trees import take_vectors


def die(*said: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path, head: str, tree: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, Project.open(folder) as project:
        patch.setattr(Annotations, "annotate", die)
        take_vectors(project, project.heads.get(head), tree, Scale(1, 5))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
