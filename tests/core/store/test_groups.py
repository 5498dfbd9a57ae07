"""Images that show nearly the same share a group, and with it a fold."""

from __future__ import annotations

from functools import partial
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import Engine, event

from core.errors import Cancelled
from core.heads.folds import assign_folds
from core.jobs.events import KinFound
from core.media.degrade import EFFECTS
from core.media.degrade.copies import CopyPlan, degrade_folder
from core.media.draw import draw_scene
from core.media.kin import find_kin
from core.media.scan import run_scan
from core.project import Project
from core.values import ClassValue, HeadKind, ImageId
from tests.core.store.projects import class_head, invented_project, scan


def names(project: Project) -> list[str]:
    return [file.content_hash for file in project.images.get(project.images.all().ids)]


def groups(project: Project) -> list[int]:
    return list(project.groups.of(project.images.all().ids).values())


def test_that_an_image_is_a_group_of_its_own(tmp_path):
    with invented_project(tmp_path) as project:
        assert len(set(groups(project))) == 4


def test_that_the_order_in_which_pairs_come_in_makes_no_difference(tmp_path):
    found = set()
    for number, order in enumerate(permutations([(1, 2), (4, 5), (2, 5), (3, 3)])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with invented_project(folder, 6) as project:
            known = names(project)
            for first, second in order:
                project.adopt(KinFound("scan", ((known[first], known[second]),)))
            found.add(tuple(groups(project)))
    assert found == {(1, 2, 2, 4, 2, 2)}


def test_that_whole_groups_are_joined_and_joining_again_changes_nothing(tmp_path):
    with invented_project(tmp_path, 5) as project:
        known = names(project)
        project.groups.join([(known[0], known[1]), (known[2], known[3])])
        assert groups(project) == [1, 1, 3, 3, 5]
        for _ in range(2):
            project.groups.join([(known[3], known[1])])
            assert groups(project) == [1, 1, 1, 1, 5]


def test_that_groups_of_before_go_along_after_the_project_was_opened_again(tmp_path):
    with invented_project(tmp_path, 5) as project:
        known = names(project)
        project.groups.join([(known[2], known[3])])
        project.groups.join([(known[3], known[4])])
        folder = project.folder
    with Project.open(folder) as project:
        project.groups.join([(known[0], known[2])])
        assert groups(project) == [1, 2, 1, 1, 1]
        project.groups.join([(known[1], known[0])])
        assert groups(project) == [1, 1, 1, 1, 1]


def test_that_images_of_no_group_are_joined_without_going_through_all(tmp_path):
    """Of a million images that took longer than all else, for every thousand pairs that a scan finds."""
    with invented_project(tmp_path, 5) as project:
        known, asked = names(project), []
        project.groups.join([(known[0], known[1])])

        def listen(*what: object) -> None:
            asked.append(str(what[2]))

        event.listen(Engine, "before_cursor_execute", listen)
        project.groups.join([(known[2], known[3])])
        event.remove(Engine, "before_cursor_execute", listen)
        assert any("UPDATE images" in one for one in asked)
        assert not any("group_id IS NOT NULL" in one for one in asked)


def test_that_answered_images_that_join_a_group_are_named_and_nothing_is_written_of_them(tmp_path):
    with invented_project(tmp_path, 5) as project:
        known, head = names(project), class_head(project)
        cat = ClassValue(head.labels[0].label_id)
        project.annotations.annotate(head.head_id, dict.fromkeys([ImageId(1), ImageId(3), ImageId(4)], cat))
        project.annotations.annotate(head.head_id, {ImageId(4): None})
        before = project.annotations.history(head.head_id, 100)
        pairs = [(known[0], known[2]), (known[3], known[4]), (known[0], known[1])]
        changes = project.adopt(KinFound("scan", tuple(pairs)))
        assert (changes.annotated, changes.act) == ({ImageId(3)}, None)
        assert not project.adopt(KinFound("scan", tuple(pairs)))
        assert project.annotations.history(head.head_id, 100) == before


def test_that_pairs_with_an_image_nobody_has_seen_say_nothing(tmp_path):
    with invented_project(tmp_path) as project:
        project.groups.join([(names(project)[0], "ab" * 32), ("cd" * 32, "ef" * 32)])
        assert len(set(groups(project))) == 4


def scenes(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        draw_scene(np.random.default_rng(number), 160, 120).save(folder / f"{number}.png")
    return folder


def synthetic(source: Path, target: Path, name: str, **settings: int) -> Path:
    effect = EFFECTS[name]
    degrade_folder(
        CopyPlan(str(source), target, effect, effect.strength, effect.kinds, **settings),
        lambda event: None,
        lambda: False,
    )
    return target


def test_that_a_synthetic_image_and_its_source_always_share_a_fold(tmp_path):
    clean = scenes(tmp_path / "clean", 20)
    copies = synthetic(clean, tmp_path / "copies", "noise", per_image=2)
    with Project.create(tmp_path / "project", [str(clean), str(copies)]) as project:
        scan(project)
        head = class_head(project)
        good, bad = (label.label_id for label in head.labels[:2])
        files = project.images.get(project.images.all().ids)
        answers = {file.image_id: ClassValue(good if "/clean/" in file.path else bad) for file in files}
        project.annotations.annotate(head.head_id, answers)
        annotated = project.annotations.annotated_set(head)
        group_of = project.groups.of([file.image_id for file in files])
        stem = {group_of[file.image_id]: Path(file.path).name.split(".")[0] for file in files}
        assert len(stem) == 20
        assert all(stem[group_of[file.image_id]] == Path(file.path).name.split(".")[0] for file in files)
        for seed in range(5):
            fold = assign_folds(annotated.targets, annotated.groups, HeadKind.CLASS, folds=5, seed=seed)
            spread = {group: len(set(fold[annotated.groups == group])) for group in np.unique(annotated.groups)}
            assert set(spread.values()) == {1} and set(fold) == set(range(5))


def test_that_copies_share_a_group_before_and_after_their_source_is_scanned(tmp_path):
    clean = scenes(tmp_path / "clean", 3)
    copies = synthetic(clean, tmp_path / "copies", "resize", per_image=3)
    with Project.create(tmp_path / "project", [str(copies)]) as project:
        scan(project)
        assert sorted(np.unique(groups(project), return_counts=True)[1]) == [3, 3, 3]
        assert project.images.failed() == []
        project.add_roots([str(clean)])
        scan(project, "again")
        assert sorted(np.unique(groups(project), return_counts=True)[1]) == [4, 4, 4]


def test_that_what_a_stopped_scan_compared_is_joined_by_the_next(tmp_path):
    photos = scenes(tmp_path / "photos", 2)
    Image.open(photos / "1.png").convert("RGB").save(photos / "again.jpg", quality=80)
    with Project.create(tmp_path / "project", [str(photos)]) as project:

        def adopt(event):
            if not isinstance(event, KinFound):
                project.adopt(event)
            else:
                raise Cancelled

        spec = project.scan_spec("scan")
        with pytest.raises(Cancelled):
            run_scan(spec, {}, adopt, lambda: False)
        assert len(set(groups(project))) == 3
        scan(project, "again")
        assert sorted(np.unique(groups(project), return_counts=True)[1]) == [1, 2]


def test_that_shots_of_a_burst_are_joined_as_they_come_in(tmp_path):
    photos = scenes(tmp_path / "photos", 3)
    with Project.create(tmp_path / "project", [str(photos)]) as project:
        scan(project)
        assert len(set(groups(project))) == 3
        Image.open(photos / "1.png").convert("RGB").save(photos / "again.jpg", quality=80)
        scan(project, "again")
        assert sorted(np.unique(groups(project), return_counts=True)[1]) == [1, 1, 2]


def test_that_pairs_are_told_once_and_again_to_a_project_of_an_older_day(tmp_path):
    photos = scenes(tmp_path / "photos", 2)
    Image.open(photos / "1.png").convert("RGB").save(photos / "again.jpg", quality=80)
    with Project.create(tmp_path / "project", [str(photos)]) as project:
        scan(project)
        thumbnails, known, told = project.thumbnails, names(project), []
        kin = partial(find_kin, "scan", thumbnails)
        kin(set(), (), told.append, bool)
        draw_scene(np.random.default_rng(7), 160, 120).save(photos / "new.png")
        scan(project, "again")
        kin(set(), (), told.append, bool)
        assert told == []
        kin(set(known), (), told.append, bool)
        assert [len(event.pairs) for event in told] == [1]
