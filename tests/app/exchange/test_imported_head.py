"""A head that came from a file, as the window shows it: what it says, and that nobody here measured it."""

from __future__ import annotations

import numpy as np
import pytest

from app.presenting.states import figure_text
from app.queue.opinion import Opinion
from app.queue.reasons import of_disagreement
from core.project.incoming import NOT_MEASURED
from core.values import Head, HeadId, HeadKind, Label, LabelId, Metrics

LABELS = (Label(LabelId(1), "Pass"), Label(LabelId(2), "JPEG"))


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_a_head_without_a_committee_says_so(kind: HeadKind) -> None:
    labels = () if kind is HeadKind.SCORE else LABELS
    said = [0.4, 0.6][: len(labels) or 1]
    opinion = Opinion(list(said), np.array([said], np.float32), 0.0)
    head = Head(HeadId(1), "imported", kind, labels, "signal")
    assert of_disagreement(head, opinion) == "imported without a committee; Retrain makes one"


def test_that_its_figure_is_none() -> None:
    assert figure_text(Metrics(0, NOT_MEASURED)) == "not measured"
