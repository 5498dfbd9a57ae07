"""How much each label counts, as the head's recipe says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.project.facade import Project
from core.values import Head, HeadKind


def label_weights(project: Project, head: Head) -> NDArray[np.float32] | None:
    """(outputs,), 1 for labels that are not named; None for other heads than class heads, and where all count alike."""
    named = project.heads.recipe(head.head_id).get("label_weights")
    if head.kind is not HeadKind.CLASS or not named:
        return None
    return np.array([float(named.get(label.name, 1.0)) for label in head.labels], np.float32)
