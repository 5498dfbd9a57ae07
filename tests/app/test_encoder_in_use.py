"""Which encoder a new head begins with."""

import numpy as np
import pytest

from app.__main__ import main
from app.encoder_in_use import encoder_in_use
from core.jobs.events import EmbedResult, JobFinished, ShardWritten
from core.values import EncoderSignature
from tests.core.store.projects import scanned_project

SIGNAL = EncoderSignature("signal", "signal", "1", "{}", 8)
CLIP = EncoderSignature("clip", "clip", "1", "{}", 8)


@pytest.fixture
def project(tmp_path):
    with scanned_project(tmp_path) as project:
        yield project


def embed(project, signature, images=None):
    """As a job does it; the window's, which keeps up what its heads need, and a person's alike."""
    hashes = project.images.all().hashes[:images]
    with project.embeddings(signature).writer(signature) as writer:
        writer.add(hashes, np.zeros((len(hashes), signature.dim), np.float16))
    project.adopt(ShardWritten("embed", signature, len(hashes)))
    project.adopt(JobFinished("embed", EmbedResult(signature, len(hashes), 0, 0, images_per_second=1.0, device="cpu")))


def test_that_the_last_one_chosen_is_taken(project):
    assert encoder_in_use(project) is None
    embed(project, SIGNAL)
    assert encoder_in_use(project) == "signal"
    embed(project, CLIP)
    assert encoder_in_use(project) == "clip"
    project.encoders.choose(SIGNAL)
    assert encoder_in_use(project) == "signal"


def test_that_vectors_kept_up_for_a_head_do_not_change_it(project):
    embed(project, SIGNAL)
    embed(project, CLIP)
    embed(project, SIGNAL)
    assert encoder_in_use(project) == "clip"


def test_that_an_embedding_that_was_only_begun_does_not_count(project):
    embed(project, SIGNAL)
    embed(project, CLIP, images=1)
    assert encoder_in_use(project) == "signal"


def test_that_a_question_of_content_passes_over_the_one_that_sees_none(project):
    embed(project, CLIP)
    embed(project, SIGNAL)
    assert (encoder_in_use(project), encoder_in_use(project, content=True)) == ("signal", "clip")


def test_that_other_weights_of_an_encoder_are_the_ones_in_use(project):
    newer = EncoderSignature("signal", "signal", "2", "{}", 8)
    for signature in (SIGNAL, newer, CLIP, SIGNAL):
        project.encoders.remember(signature)
    assert project.encoders.signature("signal", SIGNAL.tiles) == SIGNAL


@pytest.mark.parametrize(("preset", "encoder"), [("shot-type", "clip"), ("noise", "signal")])
def test_that_presets_take_the_encoder_that_sees_what_they_ask(project, preset, encoder):
    embed(project, CLIP)
    embed(project, SIGNAL)
    folder = project.folder
    project.close()
    assert main(["head", "add", str(folder), "asked", "--preset", preset, "--quiet"]) == 0
    with type(project).open(folder, read_only=True) as opened:
        assert opened.heads.get("asked").encoder == encoder
