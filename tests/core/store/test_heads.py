"""Heads and labels come and go; what was said under them stays."""

from __future__ import annotations

import pytest

from core.encoders.registry import HUB_IDS
from core.encoders.signal import encoder as signal
from core.errors import UserError
from core.store.encoders import encoder_name
from core.store.heads import check_labels
from core.values import ClassValue, Combine, HeadKind, ImageId, Label, TagsValue, Tiles
from tests.core.store.projects import class_head

ONE, TWO = ImageId(1), ImageId(2)


def names(head) -> list[str]:
    return [label.name for label in head.labels]


def test_that_a_head_is_found_by_name_as_it_was_made(project):
    made, changes = project.heads.add(
        "taste", HeadKind.SCORE, (), "clip-vit-l14-336", Tiles.FIVE_CROP, Combine.MIN, {"epochs": 3}
    )
    assert changes.heads and changes.head == made.head_id
    assert project.heads.get("taste") == made
    assert (made.encoder, made.tiles, made.combine, made.version) == (
        "clip-vit-l14-336",
        Tiles.FIVE_CROP,
        Combine.MIN,
        None,
    )
    assert project.heads.recipe(made.head_id) == {"epochs": 3}


def test_that_an_unknown_head_is_an_error_that_names_the_known_ones(project):
    class_head(project, "content")
    with pytest.raises(UserError, match=r"'contents'.*it has: content"):
        project.heads.get("contents")


def test_that_an_error_about_heads_helps_where_there_are_none(project):
    with pytest.raises(UserError, match="winnow head add"):
        project.heads.get("content")


@pytest.mark.parametrize("name", ["", "  ", "a@b", "a:b", "a/b", "a\\b", "a\nb", "x" * 101])
def test_that_names_the_command_line_could_not_address_are_refused(project, name):
    with pytest.raises(UserError, match="cannot name a head"):
        class_head(project, name)
    assert project.heads.all() == []


def test_that_two_heads_cannot_have_one_name_in_any_case(project):
    class_head(project, "Content")
    with pytest.raises(UserError, match="already"):
        class_head(project, "content")


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (HeadKind.CLASS, []),
        (HeadKind.CLASS, ["only"]),
        (HeadKind.CLASS, ["a", "A"]),
        (HeadKind.CLASS, ["a", ""]),
        (HeadKind.TAGS, []),
        (HeadKind.TAGS, ["-no"]),
        (HeadKind.TAGS, ["a;b"]),
        (HeadKind.TAGS, ["*", "a"]),
        (HeadKind.SCORE, ["good", "bad"]),
    ],
)
def test_that_labels_which_make_no_sense_are_refused(project, kind, labels):
    with pytest.raises(UserError):
        project.heads.add("asked", kind, labels)
    assert project.heads.all() == []


def test_that_a_renamed_label_keeps_its_id_and_its_annotations(project):
    head = class_head(project)
    cat, dog, bird = head.labels
    project.annotations.annotate(head.head_id, {ONE: ClassValue(cat.label_id)})
    edited, changes = project.heads.edit(head.head_id, labels=[Label(cat.label_id, "kitten"), dog, bird])
    assert changes.heads
    assert edited.labels[0] == Label(cat.label_id, "kitten")
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer == ClassValue(cat.label_id)


def test_that_labels_can_be_put_in_another_order(project):
    head = class_head(project)
    edited, _ = project.heads.edit(head.head_id, labels=tuple(reversed(head.labels)))
    assert names(edited) == ["bird", "dog", "cat"]
    assert {label.label_id for label in edited.labels} == {label.label_id for label in head.labels}


def test_that_labels_can_swap_names(project):
    head = class_head(project, labels=["a", "b"])
    one, two = head.labels
    edited, _ = project.heads.edit(head.head_id, labels=[Label(one.label_id, "b"), Label(two.label_id, "a")])
    assert [(label.label_id, label.name) for label in edited.labels] == [(one.label_id, "b"), (two.label_id, "a")]


def test_that_the_answers_of_a_removed_label_count_no_more_and_stay_in_the_log(project):
    head = class_head(project)
    cat, dog, bird = head.labels
    project.annotations.annotate(head.head_id, {ONE: ClassValue(cat.label_id), TWO: ClassValue(dog.label_id)})
    edited, _ = project.heads.edit(head.head_id, labels=[dog, bird])
    assert project.annotations.count(head.head_id) == 1
    assert project.annotations.standing(head.head_id).values == (None, ClassValue(dog.label_id))
    assert len(project.annotations.annotated_set(edited)) == 1
    assert len(project.annotations.history(head.head_id)) == 2
    assert project.heads.label_names(head.head_id)[cat.label_id] == "cat"


def test_that_a_label_that_comes_back_brings_its_answers(project):
    head = class_head(project)
    cat, dog, bird = head.labels
    project.annotations.annotate(head.head_id, {ONE: ClassValue(cat.label_id)})
    project.heads.edit(head.head_id, labels=[dog, bird])
    edited, _ = project.heads.edit(head.head_id, labels=[dog, bird, "cat"])
    assert edited.labels[2] == cat
    assert project.annotations.count(head.head_id) == 1


def test_that_label_ids_are_never_used_again(project):
    head = class_head(project)
    highest = max(label.label_id for label in head.labels)
    edited, _ = project.heads.edit(head.head_id, labels=[*head.labels[:2], "fish"])
    assert edited.labels[2].label_id > highest


def test_that_a_tag_answer_loses_only_the_removed_tag(project):
    head, _ = project.heads.add("themes", HeadKind.TAGS, ["sky", "sea"])
    sky, sea = head.labels
    value = TagsValue(frozenset({sky.label_id}), frozenset({sea.label_id}))
    project.annotations.annotate(head.head_id, {ONE: value})
    project.heads.edit(head.head_id, labels=[sky])
    assert project.annotations.standing_of(head.head_id, [ONE])[0].answer == TagsValue(frozenset({sky.label_id}))


def test_that_a_label_of_another_head_is_refused_and_nothing_changes(project):
    head, other = class_head(project), class_head(project, "other")
    with pytest.raises(UserError, match="another head"):
        project.heads.edit(head.head_id, labels=[*head.labels[:1], other.labels[1]])
    assert project.heads.by_id(head.head_id) == head


def test_that_an_edit_that_changes_nothing_says_so(project):
    head = class_head(project)
    after, changes = project.heads.edit(head.head_id, name="content", labels=head.labels)
    assert after == head and not changes


def test_that_a_renamed_head_keeps_its_folder(project):
    head = class_head(project, "content")
    project.heads.edit(head.head_id, name="things")
    assert project.heads.get("things").head_id == head.head_id
    assert project.heads.folder(head.head_id) == "content"


def test_that_a_removed_head_leaves_the_lists_and_frees_its_name_but_not_its_folder(project):
    head = class_head(project, "content")
    project.annotations.annotate(head.head_id, {ONE: ClassValue(head.labels[0].label_id)})
    assert project.heads.remove(head.head_id).heads
    assert project.heads.all() == []
    assert len(project.annotations.history()) == 1
    assert project.heads.name_of(head.head_id) == "content"
    again = class_head(project, "content")
    assert project.heads.folder(again.head_id) == "content-2"


def test_that_any_name_gets_a_folder_that_every_file_system_takes(project):
    folders = [project.heads.folder(class_head(project, name).head_id) for name in ("é à?", "***", "..", "x" * 99)]
    assert folders == ["é_à", "head", "head-2", "x" * 60]


def test_that_a_label_taken_out_and_typed_again_in_one_edit_keeps_its_answers(project):
    head, _ = project.heads.add("animal", HeadKind.CLASS, ["cat", "dog", "bird"])
    cat, dog, bird = head.labels
    edited, _ = project.heads.edit(head.head_id, labels=[bird, "dog", Label(cat.label_id, "kitten")])
    assert [label.label_id for label in edited.labels] == [bird.label_id, dog.label_id, cat.label_id]


def test_that_the_old_name_of_a_label_that_stays_names_a_new_one(project):
    head, _ = project.heads.add("animal", HeadKind.CLASS, ["cat", "dog"])
    cat, dog = head.labels
    edited, _ = project.heads.edit(head.head_id, labels=[Label(cat.label_id, "kitten"), dog, "cat"])
    assert edited.labels[2].label_id not in {cat.label_id, dog.label_id}


@pytest.mark.parametrize("typed", ["./models/m", "models/m/", "models/m"])
def test_that_a_folder_of_weights_is_one_encoder_from_wherever_it_was_typed(project, tmp_path, monkeypatch, typed):
    (tmp_path / "models" / "m").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    absolute = (tmp_path / "models" / "m").as_posix()
    head, _ = project.heads.add("animal", HeadKind.CLASS, ["cat", "dog"], encoder=typed)
    assert head.encoder == absolute
    assert project.embed_spec("embed", typed, Tiles.NONE, "cpu").encoder == absolute
    monkeypatch.chdir(tmp_path / "models" / "m")
    assert project.embed_spec("embed", head.encoder, Tiles.NONE, "cpu").encoder == absolute


def test_that_a_folder_named_like_a_known_encoder_does_not_take_its_place(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in {signal.ID, *HUB_IDS}:
        (tmp_path / name).mkdir()
        assert encoder_name(name) == name


@pytest.mark.parametrize(("kind", "fewest"), [(HeadKind.TAGS, "1 label,"), (HeadKind.CLASS, "2 labels,")])
def test_that_a_head_without_labels_is_told_how_many_it_needs(kind, fewest):
    with pytest.raises(UserError, match=f"needs at least {fewest} not 0; name them"):
        check_labels(kind, [])
