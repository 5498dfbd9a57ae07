"""Which images of a real project a query finds: by path, answer, prediction, marks, version, date and likeness."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from core.errors import UserError
from core.find.keys import Key
from core.find.parsing import parse
from core.project import Project
from core.project.finding import find_images, first_versions
from core.project.listing import Listing
from core.values import AnnotationId, ClassValue, Field, HeadKind, ImageId, ScoreValue, Source, TagsValue
from tests.core.store.projects import (
    class_head,
    embed_all,
    invented_project,
    make_version,
    picture,
    scan,
    version_saying,
)

TODAY = date.today()


@pytest.fixture
def project(tmp_path):
    with invented_project(tmp_path, 8) as made:
        embed_all(made)
        yield made


def no_text(head, key, text):
    raise UserError("no text side")


def found(project: Project, query: str, head=None, read_text=no_text) -> list[int]:
    head = project.heads.by_id(head.head_id) if head is not None else None
    said = project.predictions(head) if head is not None else None
    listing = Listing(project.images.all())
    return [int(one) for one in find_images(project, listing, head, said, parse(query, TODAY), read_text).ids]


def answer(project, head, given, source=Source.HUMAN):
    ids = {label.name: label.label_id for label in head.labels}
    values = {ImageId(image): ClassValue(ids[name]) for image, name in given.items()}
    project.annotations.annotate(head.head_id, values, source)


def test_that_words_are_parts_of_the_path_whatever_their_case(project):
    assert found(project, "PHOTOS/3") == [4]
    assert found(project, "path:photos/*.png -path:?.png") == []
    assert found(project, "3.png OR 5.png") == [4, 6]
    assert found(project, "path:3.*") == [4]
    assert len(found(project, "")) == 8
    assert found(project, "nowhere") == []


def test_that_answers_are_found_by_label_by_none_and_by_any(project):
    head = class_head(project)
    answer(project, head, {1: "cat", 2: "dog", 3: "cat"})
    assert found(project, "label:CAT", head) == [1, 3]
    assert found(project, "annotation:?og", head) == [2]
    assert found(project, "label:any -label:cat", head) == [2]
    assert found(project, "label:none", head) == [4, 5, 6, 7, 8]
    assert found(project, "is:answered", head) == [1, 2, 3]


def test_that_a_label_that_is_not_there_is_told_with_its_neighbour(project):
    head = class_head(project)
    with pytest.raises(UserError, match="did you mean 'bird'"):
        found(project, "label:brd", head)
    with pytest.raises(UserError, match="use confidence: or prediction:"):
        found(project, "score:>7", head)
    with pytest.raises(UserError, match="add a head"):
        found(project, "is:flagged")


def test_that_marks_are_found_and_left_out_by_a_minus(project):
    head = class_head(project)
    for field, image in ((Field.FLAGGED, 1), (Field.EXCLUDED, 2), (Field.SKIPPED, 3), (Field.PINNED, 4)):
        project.annotations.mark(head.head_id, [ImageId(image)], field, on=True)
    assert [found(project, f"is:{name}", head) for name in ("flagged", "excluded", "skipped", "pinned")] == [
        [1],
        [2],
        [3],
        [4],
    ]
    assert found(project, "-is:flagged -is:excluded", head) == [3, 4, 5, 6, 7, 8]
    project.annotations.mark(head.head_id, [ImageId(1)], Field.FLAGGED, on=False)
    assert found(project, "is:flagged", head) == []


def test_that_predictions_are_found_by_label_and_confidence_the_surest_first(project):
    head = class_head(project)
    answer(project, head, {1: "cat", 2: "dog"})
    project.audits.set_share(head.head_id, 0)
    version_saying(project, head, ["cat", "cat", "dog", "bird", "dog", "dog", "cat", "bird"])
    assert found(project, "prediction:dog", head) == [3, 5, 6]
    assert found(project, "prediction:bird confidence:>=95%", head) == [4, 8]
    assert found(project, "prediction:none", head) == []


def test_that_nothing_is_told_of_open_images_that_are_asked_blind(project):
    head = class_head(project)
    answer(project, head, {1: "cat", 2: "dog"})
    project.audits.set_share(head.head_id, 1)
    version_saying(project, head, ["cat"] * 8)
    assert found(project, "prediction:cat", head) == [1, 2]


def test_that_scores_are_found_by_span_given_or_predicted(project):
    head, _ = project.heads.add("taste", HeadKind.SCORE)
    project.audits.set_share(head.head_id, 0)
    project.annotations.annotate(head.head_id, {ImageId(1): ScoreValue(7.5), ImageId(2): ScoreValue(3)})
    version_saying(project, head, [7.5, 3, 9, 6.9, 0, 1, 2, 4])
    assert found(project, "answer:>=7", head) == [1]
    assert found(project, "score:>6.8", head) == [3, 1, 4]
    assert found(project, "score:<2", head) == [5, 6]
    assert found(project, "score:7", head) == [1, 4]
    assert found(project, "annotation:3", head) == [2]
    assert found(project, "annotation:none score:5..8", head) == [4]


def test_that_a_refused_tag_is_told_from_an_open_one(project):
    head, _ = project.heads.add("what", HeadKind.TAGS, ["sky", "sea"])
    sky, sea = (label.label_id for label in head.labels)
    project.annotations.annotate(
        head.head_id,
        {ImageId(1): TagsValue(frozenset({sky})), ImageId(2): TagsValue(frozenset({sea}), frozenset({sky}))},
    )
    assert found(project, "tag:sky", head) == [1]
    assert found(project, "tag:-sky", head) == [2]
    assert found(project, "-tag:sky is:answered", head) == [2]


def test_that_a_version_finds_the_answers_that_it_learned_first(project):
    head = class_head(project)
    answer(project, head, {1: "cat", 2: "dog"})
    make_version(project, head)
    answer(project, head, {3: "bird"})
    make_version(project, project.heads.by_id(head.head_id))
    answer(project, head, {4: "cat"})
    assert found(project, "version:1", head) == [1, 2]
    assert found(project, "version:2", head) == [3]
    assert found(project, "version:>2", head) == [4]
    assert found(project, "version:<=2", head) == [1, 2, 3]


def test_that_answers_are_counted_to_the_first_version_after_them():
    trained = {1: AnnotationId(10), 2: AnnotationId(10), 4: AnnotationId(20)}
    assert first_versions(np.array([1, 10, 11, 20, 21]), trained).tolist() == [1, 1, 4, 4, 5]
    assert first_versions(np.array([1]), {}).tolist() == [1]


def test_that_answers_are_found_by_the_day_they_were_given(project):
    head = class_head(project)
    answer(project, head, {2: "cat"})
    assert found(project, "date:today", head) == [2]
    assert found(project, f"date:>{TODAY.isoformat()}", head) == []
    assert found(project, f"date:..{TODAY - timedelta(1)}", head) == []
    assert found(project, "file-date:1970", head) == list(range(1, 9))


def test_that_synthetic_answers_and_twins_are_found(project):
    head = class_head(project)
    answer(project, head, {1: "cat"}, Source.SYNTHETIC)
    answer(project, head, {2: "cat"})
    assert found(project, "is:synthetic", head) == [1]
    names = [bytes(row).hex() for row in project.images.all().hashes[[4, 6]]]
    project.groups.join([(names[0], names[1])])
    assert found(project, "is:duplicate", head) == [5, 7]


def test_that_similar_images_come_by_likeness_among_those_the_rest_finds(project):
    head = class_head(project)
    nearest = found(project, "similar:2.png", head)
    assert nearest[0] == 3
    assert sorted(nearest) == list(range(1, 9))
    answer(project, head, {3: "cat", 5: "cat"})
    assert found(project, "similar:2.png label:cat", head) == [3, 5]
    with pytest.raises(UserError, match="no image of this project ends in nowhere"):
        found(project, "similar:nowhere.png", head)


def test_that_a_path_of_images_in_two_folders_is_refused_with_both(tmp_path):
    for number, name in enumerate(("photos", "more")):
        picture(tmp_path / name / "0.png", number)
    folders = [str(tmp_path / name) for name in ("photos", "more")]
    with Project.create(tmp_path / "project", folders) as project:
        scan(project)
        head = class_head(project)
        both = f"^0.png is in several image folders: {folders[0]}/0.png and {folders[1]}/0.png; write the folder before"
        for look in (lambda: project.images.by_path("0.png"), lambda: found(project, "similar:0.png", head)):
            with pytest.raises(UserError, match=both):
                look()
        places = [f"{folder}/0.png" for folder in folders]
        assert [project.images.by_path(place) for place in places] == project.images.by_paths(places)


def test_that_words_find_by_their_vector_and_say_so_where_there_is_none(project):
    head = class_head(project)
    signature = project.encoders.signature(head.encoder, head.tiles)
    store = project.embeddings(signature)
    vector = store.gather(np.array([5]))[0].astype(np.float32)
    assert found(project, 'text:"red car"', head, lambda asked, key, text: vector)[0] == 6
    with pytest.raises(UserError, match="no text side"):
        found(project, "text:car", head)


def test_that_nothing_found_is_told_condition_by_condition(project):
    head = class_head(project)
    answer(project, head, {1: "cat"})
    query = parse("label:cat 3.png", TODAY)
    nothing = find_images(project, Listing(project.images.all()), head, None, query, no_text)
    assert not len(nothing.ids)
    assert nothing.parts == (("annotation:cat", 1), ("3.png", 1))


def test_that_what_a_query_goes_by_comes_with_it(project):
    head = class_head(project)
    answer(project, head, {1: "cat"})
    result = find_images(project, Listing(project.images.all()), head, None, parse("date:today", TODAY), no_text)
    assert result.by is Key.DATE
    assert result.strength is not None and result.strength[0] > 1e9
