"""What a version was trained on is kept with it, and what changed since is told as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import EnvironmentProblem
from core.jobs.events import Event, FilesGone, FilesScanned, JobFinished, KinFound, ScannedFile, ShardWritten
from core.jobs.run import report_job, run_job
from core.pairs import Comparison, Outcome
from core.project import Project, inputs
from core.project.folder import inputs_file
from core.project.incoming import NOT_MEASURED
from core.project.untaught import count_untaught, nothing_new
from core.values import ClassValue, ContentHash, Field, HeadKind, ImageId, Label, Metrics, ScoreValue
from tests.core.store.projects import SIGNAL, class_head, embed_all, invented_project, make_version, trained

NOTHING = "nothing changed since v1: a retrain on cpu says the same again"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Six embedded images, three of them answered under the head `content`, which has learned of these."""
    with invented_project(tmp_path, 6) as made:
        head = class_head(made)
        embed_all(made)
        made.annotations.annotate(
            head.head_id, {ImageId(n + 1): ClassValue(label.label_id) for n, label in enumerate(head.labels)}
        )
        make_version(made, head)
        yield made


def said(project: Project, name: str = "content") -> str:
    head = project.heads.get(name)
    return nothing_new(project, head, count_untaught(project, head))


def content(project: Project, image: int) -> ContentHash:
    return project.images.get([ImageId(image)])[0].content_hash


def more_images(project: Project) -> None:
    root = project.roots[0]
    found = tuple(ScannedFile(root, f"more-{n}.png", f"{n:064x}", 6, 4, "PNG", 80, 1) for n in range(2))
    project.adopt(FilesScanned("scan", found))
    hashes = project.images.all().hashes[-2:]
    with project.embeddings(SIGNAL).writer(SIGNAL) as writer:
        writer.add(hashes, np.ones((2, SIGNAL.dim), np.float16))
    project.adopt(ShardWritten("embed", SIGNAL, 2))


def mark(field: Field) -> Callable[[Project], object]:
    return lambda project: project.annotations.mark(project.heads.get("content").head_id, [ImageId(5)], field, on=True)


def group(first: int, second: int) -> Callable[[Project], object]:
    return lambda project: project.adopt(KinFound("scan", ((content(project, first), content(project, second)),)))


def edit(**what: object) -> Callable[[Project], object]:
    return lambda project: project.heads.edit(project.heads.get("content").head_id, **what)


def rename_label(project: Project) -> None:
    head = project.heads.get("content")
    project.heads.edit(head.head_id, labels=[Label(head.labels[0].label_id, "lynx"), *head.labels[1:]])


CHANGES = {
    "images: 2 more": more_images,
    "images without a picture: 1 more": lambda project: project.adopt(FilesGone("scan", project.roots[0], ("5.png",))),
    "exclusions: 1 more": mark(Field.EXCLUDED),
    "skips: 1 more": mark(Field.SKIPPED),
    "evaluation files: 1 more": mark(Field.EVALUATION),
    "answered images in groups: 1 more": group(1, 2),
    "labels: changed": rename_label,
    "recipe: epochs 30, was 15": edit(recipe={"epochs": 30}),
    "recipe: label weights {'cat': 2.0}, was none": edit(recipe={"label_weights": {"cat": 2}}),
    "audit share: 0.5, was 0.07": lambda project: project.audits.set_share(project.heads.get("content").head_id, 0.5),
}


def test_that_nothing_is_said_to_have_changed_where_nothing_did(project):
    assert said(project) == NOTHING
    edit(recipe={"name": "other words for the same"})(project)
    group(5, 6)(project)  # nobody answered these
    project.annotations.mark(project.heads.get("content").head_id, [ImageId(5)], Field.FLAGGED, on=True)
    assert said(project) == NOTHING


@pytest.mark.parametrize("change", CHANGES)
def test_that_what_changed_is_told_and_nothing_else(project, change):
    CHANGES[change](project)
    assert said(project) == f"no answer is new since v1; {change}; otherwise nothing changed"


def test_that_several_changes_are_told_together_and_what_was_taken_back_is_not(project):
    mark(Field.EXCLUDED)(project)
    more_images(project)
    assert "exclusions: 1 more; images: 2 more; otherwise nothing changed" in said(project)
    project.annotations.undo()
    assert said(project) == "no answer is new since v1; images: 2 more; otherwise nothing changed"


def test_that_as_many_others_are_told_as_others(project):
    mark(Field.EXCLUDED)(project)
    make_version(project, project.heads.get("content"))
    head = project.heads.get("content").head_id
    project.annotations.mark(head, [ImageId(5)], Field.EXCLUDED, on=False)
    project.annotations.mark(head, [ImageId(6)], Field.EXCLUDED, on=True)
    assert said(project) == "no answer is new since v2; exclusions: other ones; otherwise nothing changed"


def test_that_where_answers_are_new_or_another_version_is_in_force_nothing_is_told(project):
    head = project.heads.get("content")
    project.annotations.annotate(head.head_id, {ImageId(4): ClassValue(head.labels[0].label_id)})
    assert said(project) == ""
    make_version(project, head)
    project.versions.use(head.head_id, 1)
    assert said(project) == ""


def test_that_pairs_that_were_taken_back_are_told(tmp_path):
    with invented_project(tmp_path) as project:
        taste = project.heads.add("taste", HeadKind.SCORE, ())[0]
        embed_all(project)
        project.annotations.annotate(taste.head_id, {ImageId(1): ScoreValue(2.0), ImageId(2): ScoreValue(7.0)})
        project.pairs.judge(taste.head_id, [Comparison(ImageId(3), ImageId(4), Outcome.LEFT)])
        make_version(project, taste)
        assert said(project, "taste") == NOTHING
        project.annotations.undo()
        assert said(project, "taste") == "no answer is new since v1; pairs: 1 fewer; otherwise nothing changed"


@pytest.mark.parametrize("kept", [None, "", "[]", "{", '{"images": {"count": 6, "mark": ""}}'])
def test_that_of_a_version_that_did_not_keep_it_no_more_is_claimed_than_is_known(project, kept):
    head = project.heads.get("content")
    file = inputs_file(project.folder / project.versions.in_force(head.head_id).folder)
    file.unlink()
    if kept is not None:
        file.write_text(kept)
    unless = "images, groups, exclusions, recipe, seed or device changed"
    assert said(project) == f"no answer is new since v1: a retrain says the same again unless {unless}"


def test_that_a_version_from_elsewhere_is_not_said_to_know_the_answers(project):
    result = trained(replace(project.training_spec("train", project.heads.get("content"), "cpu"), inputs={}))
    project.adopt(JobFinished("train", replace(result, metrics=Metrics(0, NOT_MEASURED))))
    assert said(project) == ""


def test_that_a_real_training_keeps_them(project):
    spec = project.training_spec("train", project.heads.get("content"), "cpu", recipe={"epochs": 2})
    project.adopt(JobFinished("train", run_job(spec, lambda event: None, lambda: False)))
    assert said(project) == "no answer is new since v2; recipe: epochs 15, was 2; otherwise nothing changed"


def test_that_a_version_is_kept_where_the_disk_does_not_take_what_it_was_trained_on(project, monkeypatch):
    def full(path: Path, text: str) -> None:
        raise EnvironmentProblem(f"cannot write {path}: no space left", "make room")

    monkeypatch.setattr(inputs, "write_text", full)
    spec = project.training_spec("train", project.heads.get("content"), "cpu", recipe={"epochs": 2})
    events: list[Event] = []
    report_job(spec, events.append, lambda: False)
    assert isinstance(events[-1], JobFinished)
    project.adopt(events[-1])
    assert project.heads.get("content").version == 2
    assert said(project).startswith("no answer is new since v2: a retrain says the same again unless images, groups")


SHAPE_NO_VERSION = re.compile(
    r"core\.(changes|damaged|errors|names|wording|workers|jobs\..+|store\..+|encoders\.(base|devices|pipeline|registry)"
    r"|encoders\.pretrained\..+|media\.tiles|project\.(facade|folder|inputs|outputs|taught|telling)|encoders\.(memory|reading))"
)
"""Words, places and carriers, and what reads answers and vectors, which are told of themselves."""


def test_that_whatever_makes_a_version_is_marked_with_it():
    engine = Path(inputs.__file__).parent.parent
    files = {file for part in inputs.TEACHES for file in engine.glob(part)}
    marked = {".".join(("core", *file.relative_to(engine).with_suffix("").parts)) for file in files}
    used = {name for file in files for name in re.findall(r"^ *from (core\.[\w.]+) import", file.read_text(), re.M)}
    packages = {name for name in used if (engine.parent / name.replace(".", "/")).is_dir()}
    assert {"core.pairs", "core.values", "core.review.telling", "core.project.auditing"} <= marked
    assert {name for name in used - marked - packages if not SHAPE_NO_VERSION.fullmatch(name)} == set()
