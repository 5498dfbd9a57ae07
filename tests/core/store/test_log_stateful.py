"""Whatever is annotated, marked, undone, redone and reopened in whatever order: the store agrees with plain dicts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.project import Project
from core.store.integrity import Integrity
from core.values import OF_THE_IMAGE, ClassValue, Field, HeadKind, ScoreValue, Standing
from tests.core.store.projects import class_head, invented_project

IMAGES = st.integers(1, 4)
MARKS = st.sampled_from([Field.EXCLUDED, Field.FLAGGED, Field.SKIPPED, Field.PINNED])
State = dict[tuple[str, Field, int], object]


class Annotating(RuleBasedStateMachine):
    """The model: what holds is a dict; undo and redo are two lists of dicts, as in any editor."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.project = invented_project(self.folder)
        self.heads = {
            "content": class_head(self.project),
            "taste": self.project.heads.add("taste", HeadKind.SCORE)[0],
        }
        self.now: State = {}
        self.before: list[State] = []
        self.after: list[State] = []

    @rule(image=IMAGES, choice=st.sampled_from([None, 0, 1, 2]))
    def classify(self, image, choice):
        head = self.heads["content"]
        value = None if choice is None else ClassValue(head.labels[choice].label_id)
        self._expect({("content", Field.ANSWER, image): value})
        self.project.annotations.annotate(head.head_id, {image: value})

    @rule(scores=st.dictionaries(IMAGES, st.sampled_from([None, 0.0, 3.5, 10.0]), min_size=1))
    def score_in_bulk(self, scores):
        values = {image: None if score is None else ScoreValue(score) for image, score in scores.items()}
        self._expect({("taste", Field.ANSWER, image): value for image, value in values.items()})
        self.project.annotations.annotate(self.heads["taste"].head_id, values)

    @rule(name=st.sampled_from(["content", "taste"]), images=st.sets(IMAGES, min_size=1), field=MARKS, on=st.booleans())
    def mark(self, name, images, field, on):
        level = "" if field in OF_THE_IMAGE else name
        self._expect({(level, field, image): on or None for image in images})
        self.project.annotations.mark(self.heads[name].head_id, images, field, on)

    @rule(steps=st.integers(1, 3))
    def undo(self, steps):
        for _ in range(min(steps, len(self.before))):
            self.after.append(self.now)
            self.now = self.before.pop()
            self.project.annotations.undo()

    @rule(steps=st.integers(1, 3))
    def redo(self, steps):
        for _ in range(min(steps, len(self.after))):
            self.before.append(self.now)
            self.now = self.after.pop()
        self.project.annotations.redo(steps)

    @rule()
    def reopen(self):
        self.project.close()
        self.project = Project.open(self.folder / "project")

    @invariant()
    def what_holds_is_what_the_model_says(self):
        for name, head in self.heads.items():
            found = self.project.annotations.standing_of(head.head_id, range(1, 5))
            assert found == [self._standing(name, image) for image in range(1, 5)]

    def teardown(self):
        assert Integrity(self.project._database).check(repair=False) == []
        self.project.close()
        shutil.rmtree(self.folder)

    def _expect(self, news: State) -> None:
        after = {key: value for key, value in (self.now | news).items() if value is not None}
        if after != self.now:
            self.before.append(self.now)
            self.after.clear()
            self.now = after

    def _standing(self, name: str, image: int) -> Standing:
        return Standing(
            image,
            answer=self.now.get((name, Field.ANSWER, image)),
            excluded=(name, Field.EXCLUDED, image) in self.now,
            flagged=("", Field.FLAGGED, image) in self.now,
            skipped=(name, Field.SKIPPED, image) in self.now,
            pinned=("", Field.PINNED, image) in self.now,
        )


TestAnnotating = Annotating.TestCase
TestAnnotating.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
