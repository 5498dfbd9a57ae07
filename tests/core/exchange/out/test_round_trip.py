"""Annotations that go out come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.exchange.annotations_csv import parse_value, read_annotations
from core.exchange.answer_text import answer_text
from core.exchange.forms import Form
from core.project import Project
from core.values import Head, HeadId, HeadKind, ImageId, Label, LabelId
from tests.core.exchange.out.datasets import FORMS, IMAGES, NAMES, new_head, out, value_for, value_strategy, without_ids
from tests.core.exchange.trees import answers, pictures, take_folders, take_vectors
from tests.core.store.projects import scan, scanned_project


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", list(HeadKind))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_what_goes_out_as_folders_comes_back_whole(source, tmp_path_factory, form, kind, data):
    drawn = data.draw(st.dictionaries(st.integers(1, IMAGES), value_strategy(kind), min_size=1))
    head = new_head(source, kind)
    source.annotations.annotate(head.head_id, {ImageId(one): value_for(head, value) for one, value in drawn.items()})
    folder = tmp_path_factory.mktemp("target")
    exported = out(source, head, folder / "out", form)
    assert (exported.failed, exported.images) == ((), len(drawn))
    (folder / "photos").mkdir()
    with Project.create(folder / "project", [str(folder / "photos")]) as target:
        other = new_head(target, kind)
        if form is Form.FOLDERS:
            imported = take_folders(target, other, folder / "out")
        else:
            imported = take_vectors(target, other, folder / "out")
        assert imported.read.failed == ()
        assert without_ids(other, answers(target, other)) == without_ids(head, answers(source, head))
        if form is Form.FOLDERS:
            assert scan(target).failed == ()
    source.heads.remove(head.head_id)


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_a_csv_comes_back_whole(tmp_path, kind):
    with scanned_project(tmp_path) as project:
        head, again = new_head(project, kind, "one"), new_head(project, kind, "two")
        drawn = {HeadKind.CLASS: [0, 1, 2, 3], HeadKind.SCORE: [0, 2.5, 7, 10]}.get(kind)
        drawn = drawn or [((0, True),), ((0, True), (1, False)), ((2, False),), ((3, True), (2, True))]
        values = {ImageId(i + 1): value_for(head, value) for i, value in enumerate(drawn)}
        project.annotations.annotate(head.head_id, values)
        out(project, head, tmp_path / "out.csv", Form.CSV)
        read, failed = read_annotations(tmp_path / "out.csv", project, again)
        names = {label.label_id: label.name for each in (head, again) for label in each.labels}
        assert failed == []
        assert {one: answer_text(value, names) for one, value in read.items()} == {
            one: answer_text(value, names) for one, value in values.items()
        }


LABELS = tuple(Label(LabelId(place), name) for place, name in enumerate(NAMES))


@given(kind=st.sampled_from(HeadKind), data=st.data())
def test_that_an_answer_as_text_is_read_as_it_was(kind, data):
    head = Head(HeadId(1), "h", kind, () if kind is HeadKind.SCORE else LABELS, "signal")
    value = value_for(head, data.draw(value_strategy(kind)))
    assert parse_value(answer_text(value, {label.label_id: label.name for label in LABELS}), head) == value


def test_that_a_picture_found_later_belongs_to_its_vector(project, tmp_path):
    out(project, project.heads.get("defects"), tmp_path / "out", Form.NPY)
    (tmp_path / "later").mkdir()
    with Project.create(tmp_path / "second", [str(tmp_path / "later")]) as second:
        head = new_head(second, HeadKind.CLASS, "defects")
        assert take_vectors(second, head, tmp_path / "out").read.without_picture == 2
        pictures(tmp_path / "later", {"any": range(1)})
        scan(second)
        [image] = second.images.get([ImageId(int(one)) for one in second.images.all().ids])
        assert (image.width, image.height, image.format) == (6, 4, "PNG")
        assert image.content_hash in answers(second, head)
