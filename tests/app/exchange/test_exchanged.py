"""What is said of an import once it is done."""

from datetime import UTC, datetime

import pytest

from app.presenting.exchanged import report_of
from core.changes import Changes
from core.jobs.exchange import AnswersRead, HeadRead, HeadWritten
from core.project.incoming import NOT_MEASURED
from core.values import (
    ActId,
    AnnotationId,
    Combine,
    ContentHash,
    HeadId,
    HeadKind,
    ImageId,
    Metrics,
    ScoreValue,
    Tiles,
    VersionInfo,
)


@pytest.mark.parametrize(("by", "told"), [("audit", True), (NOT_MEASURED, False)])
def test_that_a_head_over_a_measured_one_says_what_was_in_force_and_how_to_go_back(by, told):
    before = VersionInfo(
        HeadId(1), 3, datetime.now(UTC), "v3", 40, AnnotationId(40), Metrics(40, by, accuracy=0.9), 1.0, "cpu", 0
    )
    read = HeadRead(
        "kind", HeadKind.CLASS, ("a", "b"), "signal", Tiles.NONE, Combine.MEAN, "folder", 4, 40,
        Metrics(0, NOT_MEASURED), 1.0, "cpu", "", judged=12, replaced=before,
    )  # fmt: skip
    report = report_of(read, Changes(), None, "Ctrl+Z")
    assert report.line.startswith("kind v4 is in force; 12 images judged")
    assert ("v3 (90 % right on 40" in report.line) is told
    assert ("choose v3 there, and U puts it in force" in report.text) is told


def test_that_an_import_says_how_many_files_were_evaluation_files():
    contents = [ContentHash(letter * 64) for letter in "abc"]
    read = AnswersRead(1, tuple((one, ScoreValue(3.0)) for one in contents), (), evaluation=(contents[2],))
    changes = Changes(act=ActId(1), annotated=frozenset(map(ImageId, (1, 2, 3))), head=HeadId(1))
    assert report_of(read, changes, None, "Ctrl+Z").line.endswith("1 from evaluation files")


@pytest.mark.parametrize("untold", [(), ("nice",)])
def test_that_an_export_names_the_tags_that_it_is_silent_of(untold):
    written = HeadWritten(("out/look-v1.safetensors", "out/look-v1.config.json"), HeadKind.TAGS, True, untold)
    text = report_of(written, Changes(), None, "Ctrl+Z").text
    assert ("Nothing is told of nice: no answer says no to it." in text) is bool(untold)
