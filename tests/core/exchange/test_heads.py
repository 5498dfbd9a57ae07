"""Heads that come in and go out: equal answers in the seed's own network, both ways, for three kinds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserError
from core.exchange.heads_in import Wish, import_head
from core.exchange.heads_out import at_seed_width, export_head, runs_in_the_seed
from core.heads.checkpoint import load_head, save_head
from core.heads.head_config import HeadConfig, Normalisation
from core.heads.network import SeedNetwork
from core.project import Project
from core.project.reviewing import find_evidence, gather
from core.values import (
    ClassValue,
    EncoderSignature,
    Head,
    HeadKind,
    ImageId,
    ScoreValue,
    TagsValue,
    Tiles,
)
from tests.core.exchange.places import CLIP, embed, embedded_project, train
from tests.core.heads.seed_network import release, seed_answers
from tests.core.store.projects import scanned_project

ROWS = np.random.default_rng(1).normal(0, 1, (50, 768)).astype(np.float32)
LABELS = ("Pass", "JPEG", "WEBP")
CLOSE = 1e-5


def take_in(project: Project, file: Path, wish: Wish | None = None):
    head, _ = import_head(project, load_head(file), wish or Wish(), "job", lambda event: None, lambda: False)
    return head, project.versions.in_force(head.head_id)


@pytest.mark.parametrize("labels", [None, LABELS[:2], LABELS], ids=["score", "two", "three"])
@pytest.mark.parametrize("steps", [0, 40], ids=["random", "trained"])
def test_that_a_released_head_answers_as_the_seeds_own_code(tmp_path, labels, steps):
    file = release(tmp_path, "CCAnime-Compression-v1.5", labels, steps=steps)
    rows = 0.5 * ROWS + np.linspace(-0.5, 1.5, len(ROWS), dtype=np.float32)[:, None]
    wanted = seed_answers(file, rows)
    assert wanted.std() > 0.01
    assert np.abs(load_head(file).predict(rows) - wanted).max() < CLOSE


def answered(project: Project, kind: HeadKind) -> Head:
    """A head with answers on every image: even ones differ from odd ones."""
    labels = () if kind is HeadKind.SCORE else ("plain", "odd one")
    head, _ = project.heads.add("My taste", kind, labels, CLIP.encoder)
    ids = [ImageId(int(one)) for one in project.images.all().ids]
    first, second = (label.label_id for label in head.labels) if labels else (None, None)
    values = {
        HeadKind.CLASS: lambda i: ClassValue(first if i % 2 else second),
        HeadKind.SCORE: lambda i: ScoreValue(2.5 if i % 2 else 8),
        HeadKind.TAGS: lambda i: TagsValue(
            frozenset({first if i % 2 else second}), frozenset({second if i % 2 else first})
        ),
    }[kind]
    project.annotations.annotate(head.head_id, {image: values(i) for i, image in enumerate(ids)})
    return train(project, head)


@pytest.mark.parametrize("kind", list(HeadKind))
def test_that_a_trained_head_runs_in_the_seeds_code_with_equal_answers(tmp_path, kind):
    with embedded_project(tmp_path) as project:
        head = answered(project, kind)
        files = export_head(project, head, None, tmp_path / "out", each_tag=kind is HeadKind.TAGS)
        own = load_head(project.folder / project.versions.get(head.head_id, 1).folder).predict(ROWS)
        assert own.std() > 0.001
        assert runs_in_the_seed(files)
        if kind is HeadKind.TAGS:
            parts = [file for file in files[2:] if file.suffix == ".safetensors"]
            said = np.concatenate([seed_answers(part, ROWS) for part in parts], axis=1)
            assert [part.name for part in parts] == ["My taste-plain-v1.safetensors", "My taste-odd one-v1.safetensors"]
        else:
            said = seed_answers(files[0], ROWS)
        assert np.abs(said - own).max() < CLOSE
        assert [file.name for file in files[:2]] == ["My taste-v1.safetensors", "My taste-v1.config.json"]


def test_that_the_config_says_on_what_the_head_stands(tmp_path):
    with embedded_project(tmp_path) as project:
        _, config = export_head(project, answered(project, HeadKind.SCORE), 1, tmp_path / "out")
    fields = json.loads(config.read_text())
    assert fields["model_params"] == {"features": 768, "hidden": 1024, "outputs": 1}
    assert (fields["encoder"], fields["revision"], fields["preprocessing"]) == (
        "clip-vit-l14-336",
        "abc",
        '{"size": 336}',
    )
    assert (fields["normalisation"], fields["tiles"], fields["scale"]) == ("none", "none", {"low": 0, "high": 10})
    assert (fields["version"], fields["annotations"], len(fields["data"])) == (1, 12, 64)
    assert fields["calibration"]["folded"] is True


def test_that_an_export_bears_the_names_of_today(tmp_path):
    with embedded_project(tmp_path) as project:
        head = answered(project, HeadKind.CLASS)
        labels = [head.labels[1], type(head.labels[0])(head.labels[0].label_id, "clean")]
        head, _ = project.heads.edit(head.head_id, name="Renamed", labels=labels)
        file, _ = export_head(project, head, 1, tmp_path / "out")
    assert file.name == "Renamed-v1.safetensors"
    assert load_head(file).labels == ("clean", "odd one")


def test_that_a_narrower_head_on_the_seeds_encoder_is_filled_up_to_its_width(tmp_path):
    with embedded_project(tmp_path) as project:
        torch.manual_seed(0)
        narrow = SeedNetwork(features=768, hidden=96, outputs=1).eval()
        file, _ = save_head(tmp_path, "Narrow", narrow, HeadConfig("Narrow", "", HeadKind.SCORE, (), 768, 96))
        head, _ = take_in(project, file)
        files = export_head(project, head, None, tmp_path / "out")
        assert np.abs(seed_answers(files[0], ROWS) - load_head(file).predict(ROWS)).max() < CLOSE


@settings(max_examples=10)
@given(hidden=st.integers(8, 200), outputs=st.integers(1, 6), seed=st.integers(0, 99))
def test_that_units_that_say_nothing_change_no_answer(hidden, outputs, seed):
    torch.manual_seed(seed)
    narrow = SeedNetwork(features=768, hidden=hidden, outputs=outputs).eval()
    wide = at_seed_width(narrow)
    rows = torch.from_numpy(ROWS)
    assert wide.hidden == 1024
    with torch.inference_mode():
        assert float((wide(rows) - narrow(rows)).abs().max()) < CLOSE


def test_that_a_tags_head_goes_out_as_two_files_and_others_have_no_tags(tmp_path):
    with embedded_project(tmp_path) as project:
        tags = answered(project, HeadKind.TAGS)
        assert len(export_head(project, tags, None, tmp_path / "out")) == 2
        taste, _ = take_in(project, release(tmp_path, "Taste", None))
        with pytest.raises(UserError, match="is a score head and has no tags"):
            export_head(project, taste, None, tmp_path / "out", each_tag=True)


def test_that_an_export_overwrites_nothing(tmp_path):
    with embedded_project(tmp_path) as project:
        head, _ = take_in(project, release(tmp_path, "Taste", None))
        first, _ = export_head(project, head, None, tmp_path / "out")
        before = first.read_bytes()
        with pytest.raises(UserError, match="is there already"):
            export_head(project, head, None, tmp_path / "out")
        assert first.read_bytes() == before


def test_that_an_imported_head_is_in_force_and_has_judged_the_pool(tmp_path):
    with embedded_project(tmp_path) as project:
        file = release(tmp_path, "CCAnime-Compression-v1.5", LABELS)
        head, version = take_in(project, file)
        assert (head.name, head.kind, head.version) == ("CCAnime-Compression-v1.5", HeadKind.CLASS, 1)
        assert tuple(label.name for label in head.labels) == LABELS
        assert (head.encoder, head.tiles) == ("clip-vit-l14-336", Tiles.NONE)
        assert version.remarks == "imported: CCAnime-Compression-v1.5 v1.5"
        assert (version.metrics.n, version.metrics.by) == (0, "not measured")
        predictions = project.predictions(head)
        assert predictions.members.shape == (12, 1, 3)
        rows = project.embeddings(CLIP).load().astype(np.float32)
        assert np.abs(predictions.probabilities - seed_answers(file, rows)).max() < 2e-3
        assert project.check() == []


def test_that_what_was_imported_goes_out_as_it_came(tmp_path):
    with embedded_project(tmp_path) as project:
        file = release(tmp_path, "Compression", LABELS)
        head, _ = take_in(project, file)
        out, _ = export_head(project, head, None, tmp_path / "out")
    np.testing.assert_array_equal(seed_answers(out, ROWS), seed_answers(file, ROWS))


def test_that_a_class_head_takes_five_crops_where_there_are_any(tmp_path):
    with embedded_project(tmp_path) as project:
        embed(project, EncoderSignature(**{**_fields(CLIP), "tiles": Tiles.FIVE_CROP}))
        head, _ = take_in(project, release(tmp_path, "Compression", LABELS))
        taste, _ = take_in(project, release(tmp_path, "Taste", None))
        assert (head.tiles, taste.tiles) == (Tiles.FIVE_CROP, Tiles.NONE)


def _fields(signature: EncoderSignature) -> dict[str, object]:
    return {name: getattr(signature, name) for name in EncoderSignature.__slots__}


def test_that_the_next_release_is_the_next_version(tmp_path):
    with embedded_project(tmp_path) as project:
        take_in(project, release(tmp_path / "a", "Compression", LABELS, seed=1))
        head, version = take_in(project, release(tmp_path / "b", "Compression", LABELS, seed=2))
        assert (version.number, head.version, len(project.heads.all())) == (2, 2, 1)
        with pytest.raises(UserError, match="asks something else"):
            take_in(project, release(tmp_path / "c", "Compression", LABELS[:2]))


def test_that_a_head_comes_in_before_anything_is_embedded(tmp_path):
    with scanned_project(tmp_path) as project:
        head, _ = take_in(project, release(tmp_path, "Taste", None))
        assert (head.encoder, len(project.predictions(head))) == ("clip-vit-l14-336", 0)
        assert project.check() == []


def test_that_a_head_of_another_size_is_refused_with_what_it_needs(tmp_path):
    signal = EncoderSignature("signal", "signal", "1", "{}", 312)
    with embedded_project(tmp_path, signature=signal) as project:
        with pytest.raises(UserError, match=r"signal gives 312; name the encoder .* which is clip-vit-l14-336$"):
            take_in(project, release(tmp_path, "Taste", None), Wish(encoder="signal"))
        assert project.heads.all() == []


def test_that_the_size_of_an_encoder_at_hand_is_asked_before_anything_is_embedded(tmp_path, shared):
    folder = str(shared / "encoder" / "mobilenet_v2")
    with scanned_project(tmp_path) as project, pytest.raises(UserError, match=r"reads 768 values and .* gives 1280"):
        take_in(project, release(tmp_path, "Taste", None), Wish(encoder=folder))


def test_that_a_head_of_an_unknown_encoder_is_refused(tmp_path):
    torch.manual_seed(0)
    network = SeedNetwork(features=100, hidden=64, outputs=1)
    file, _ = save_head(tmp_path, "Odd", network, HeadConfig("Odd", "", HeadKind.SCORE, (), 100, 64))
    with embedded_project(tmp_path) as project, pytest.raises(UserError, match="does not say which encoder its 100"):
        take_in(project, file)


def test_that_a_head_trained_on_other_weights_is_refused(tmp_path):
    network = SeedNetwork(features=768, hidden=64, outputs=1)
    other = EncoderSignature(**{**_fields(CLIP), "revision": "another"})
    file, _ = save_head(tmp_path, "Other", network, HeadConfig("Other", "", HeadKind.SCORE, (), 768, 64, other))
    with embedded_project(tmp_path) as project:
        with pytest.raises(UserError, match="was trained on clip-vit-l14-336 at another, and this project is"):
            take_in(project, file)
        assert take_in(project, file, Wish(encoder="clip-vit-l14-336"))[0].version == 1


def test_that_an_aesthetic_head_comes_in_with_embeddings_of_length_1(tmp_path, shared):
    encoder = EncoderSignature("openai/clip-vit-large-patch14", "l14", "abc", "{}", 768)
    file = shared / "heads" / "laion_v1" / "sa_0_4_vit_l_14_linear.pth"
    with embedded_project(tmp_path, signature=encoder) as project:
        head, version = take_in(project, file)
        kept = load_head(project.folder / version.folder)
        assert (head.kind, head.encoder, kept.config.normalisation) == (
            HeadKind.SCORE,
            encoder.encoder,
            Normalisation.UNIT_LENGTH,
        )
        np.testing.assert_allclose(kept.predict(ROWS), load_head(file).predict(ROWS))
        np.testing.assert_allclose(kept.predict(9 * ROWS), kept.predict(ROWS), atol=1e-6)
        assert project.check() == []
        with pytest.raises(UserError, match="length 1, which CityClassifiers cannot"):
            export_head(project, head, None, tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_that_a_head_that_comes_home_is_not_taken_for_one_that_saw_nothing(tmp_path):
    with embedded_project(tmp_path) as project:
        head = answered(project, HeadKind.CLASS)
        every = [int(one) for one in project.images.all().ids]
        project.annotations.annotate(head.head_id, {ImageId(every[-1]): None})
        (file, _) = export_head(project, train(project, head), None, tmp_path / "out")
        again, _ = take_in(project, file, Wish(name="Home"))
        value = ClassValue(again.labels[0].label_id)
        project.annotations.annotate(again.head_id, {ImageId(one): value for one in every})
        evidence = find_evidence(gather(project, again))
        assert evidence.judged().tolist() == [False] * (len(every) - 1) + [True]


def test_that_a_head_of_ours_that_does_not_say_what_it_learned_judges_nothing(tmp_path):
    with embedded_project(tmp_path) as project:
        head = answered(project, HeadKind.CLASS)
        (file, config) = export_head(project, head, None, tmp_path / "out")
        config.write_text(json.dumps(json.loads(config.read_text()) | {"learned": None}))
        again, _ = take_in(project, file, Wish(name="Home"))
        value = ClassValue(again.labels[0].label_id)
        project.annotations.annotate(again.head_id, {ImageId(1): value})
        assert not find_evidence(gather(project, again)).judged().any()
