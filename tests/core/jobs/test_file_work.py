"""Work on files outside any project, as the worker does it."""

from __future__ import annotations

import pickle
import pickletools
from pathlib import Path

import pytest

from core.errors import Cancelled, UserError
from core.jobs.channel import encode
from core.jobs.events import JobProgress
from core.jobs.file_specs import (
    EffectWish,
    KeptFiles,
    KeptTableSpec,
    NamedFiles,
    PutBackSpec,
    ScoreSpec,
    SynthSpec,
    TransferSpec,
)
from core.jobs.run import run_job
from core.scoring.transfers import Act
from core.values import HeadKind, Tiles
from tests.core.scoring.head_files import draw, write_head
from tests.core.store.projects import class_head, scanned_project


def run(spec, emit=lambda event: None, is_cancelled=lambda: False):
    return run_job(spec, emit, is_cancelled)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Four pictures on two levels and one that is none."""
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path / "cache"))
    for number in range(4):
        draw(tmp_path / "any" / ("deep" if number % 2 else "") / f"{number}.png", (96, 80), seed=number)
    (tmp_path / "any" / "bad.png").write_bytes(b"no picture")
    return tmp_path / "any"


def two_heads(folder: Path) -> tuple[str, ...]:
    defects = write_head(folder.parent / "heads", "defects", tiles=Tiles.NONE)
    taste = write_head(folder.parent / "heads", "taste", kind=HeadKind.SCORE, labels=(), tiles=Tiles.NONE, seed=1)
    return str(defects), str(taste)


def test_that_a_folder_is_scored_by_several_heads_and_a_bad_file_is_listed(folder):
    spec = ScoreSpec("score-1", (str(folder),), recursive=True, models=two_heads(folder), device="cpu")
    events = []
    result = run(spec, events.append)
    assert sorted(result.names) == ["0.png", "2.png", "deep/1.png", "deep/3.png"]
    assert [values.shape for values in result.values] == [(4, 3), (4, 1)]
    assert [head.name for head in result.heads] == ["defects", "taste"]
    assert [Path(one.path).name for one in result.failed] == ["bad.png"]
    assert {event.job for event in events} == {"score-1"}
    assert any(isinstance(event, JobProgress) and event.done == 5 for event in events)


def test_that_scoring_can_be_stopped_and_looks_at_nothing_twice(folder, monkeypatch):
    spec = ScoreSpec("score-1", (str(folder),), recursive=True, models=two_heads(folder)[:1], device="cpu")
    with pytest.raises(Cancelled):
        run(spec, is_cancelled=lambda: True)
    first = run(spec)
    monkeypatch.setattr("core.scoring.looking.prepared", None)  # nothing is to be looked at again
    again = run(spec)
    assert again.paths == first.paths and (again.values[0] == first.values[0]).all()


def test_that_a_folder_without_pictures_and_a_head_that_is_none_are_said(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    models = two_heads(folder)
    with pytest.raises(UserError, match="nothing to score"):
        run(ScoreSpec("s", (str(tmp_path / "empty"),), recursive=False, models=models, device="cpu"))
    with pytest.raises(UserError):
        run(ScoreSpec("s", (str(folder),), recursive=False, models=(str(folder / "0.png"),), device="cpu"))


def test_that_files_are_put_there_after_a_dry_run_and_put_back(folder, tmp_path):
    files = NamedFiles.of([(folder / name).as_posix() for name in ("0.png", "deep/1.png")], ["0.png", "deep/1.png"])
    target = tmp_path / "target"
    told = run(TransferSpec("t", Act.MOVE, str(target), files, dry_run=True))
    assert not target.exists() and told.manifest is None
    moved = run(TransferSpec("t", Act.MOVE, str(target), files))
    assert moved.done == told.done == 2 and moved.first == told.first
    assert (target / "deep" / "1.png").is_file() and not (folder / "0.png").exists()
    back = run(PutBackSpec("p", moved.manifest))
    assert back.undone == 2 and (folder / "0.png").is_file()


def test_that_files_cross_the_border_as_two_texts_and_are_named_by_their_last_part():
    some = NamedFiles.of(["a/0.png", "b/c/\udcff 1.png"])
    assert pickle.loads(encode(TransferSpec("t", Act.COPY, "to", some))).files.pairs() == [
        ("a/0.png", "0.png"),
        ("b/c/\udcff 1.png", "\udcff 1.png"),
    ]
    assert NamedFiles.of(["a/0.png"], ["a/0.png"]).pairs() == [("a/0.png", "a/0.png")]
    steps = [
        [code.name for code, _, _ in pickletools.genops(encode(TransferSpec("t", Act.COPY, "to", files)))]
        for files in (some, NamedFiles.of(f"{number}.png" for number in range(1000)))
    ]
    assert len(steps[0]) == len(steps[1]), "no object for each file"


def kept_of(project) -> KeptFiles:
    return KeptFiles(str(project.folder), project.images.all().ids[1:], keep_structure=True)


def test_that_files_of_a_projects_images_are_listed_while_they_are_put_somewhere(project, tmp_path):
    stages = []
    spec = TransferSpec("t", Act.COPY, str(tmp_path / "to"), kept_of(project))
    found = run(spec, lambda event: stages.append(event.stage) if isinstance(event, JobProgress) else None)
    kept = len(project.images.all()) - 1
    assert found.done == kept and len(list((tmp_path / "to").glob("*.png"))) == kept
    assert stages[0] == "listing the files" and {"planning", "copying"} <= set(stages)


def test_that_planning_can_be_stopped(project, tmp_path):
    with pytest.raises(Cancelled):
        run(TransferSpec("t", Act.COPY, str(tmp_path / "to"), kept_of(project)), is_cancelled=lambda: True)
    assert not (tmp_path / "to").exists()


def test_that_a_table_of_a_version_that_is_gone_says_so(project, tmp_path):
    head = class_head(project)
    with pytest.raises(UserError, match="no version 3"):
        run(KeptTableSpec("t", kept_of(project), head.head_id, 3, str(tmp_path / "kept.csv")))
    assert not (tmp_path / "kept.csv").exists()


def test_that_defects_are_made_by_several_effects(folder, tmp_path):
    spec = SynthSpec(
        "synth-1",
        str(folder),
        str(tmp_path / "out"),
        (EffectWish("jpeg", (60.0, 70.0), ("4:4:4",)), EffectWish("noise")),
        per_image=2,
        seed=3,
    )
    made = run(spec)
    assert (made.folders, made.written, made.kept) == (("1_jpeg", "2_noise"), 16, 0)
    assert [Path(path).name for path, _ in made.failed] == ["bad.png"]
    again = run(spec)
    assert (again.written, again.kept) == (0, 16)


def test_that_copies_are_not_made_inside_their_source(folder):
    with pytest.raises(UserError, match="lies in"):
        run(SynthSpec("s", str(folder), str(folder / "out"), (EffectWish("jpeg"),), per_image=1, seed=0))


@pytest.mark.parametrize("dry_run", [False, True])
def test_that_files_of_a_lost_image_folder_are_one_line(tmp_path, dry_run):
    with scanned_project(tmp_path) as project:
        kept = kept_of(project)
    (tmp_path / "photos").rename(tmp_path / "moved")
    found = run(TransferSpec("t", Act.COPY, str(tmp_path / "to"), kept, dry_run=dry_run))
    ((path, reason),) = found.failed
    assert (found.done, path) == (0, str(tmp_path / "photos"))
    assert "3 files" in reason
