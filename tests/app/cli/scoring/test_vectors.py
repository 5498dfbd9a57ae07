"""Vector files: judged as they are, with no encoder at hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core.errors import EnvironmentProblem
from core.heads.network import SeedNetwork
from tests.app.cli.refusals import assert_refused
from tests.core.heads.seed_forward import run_seed
from tests.core.store.projects import picture

FEATURES = 768
"""As the encoder of CityClassifiers gives them, whose weights are not on every machine."""


@pytest.fixture
def seed_head(tmp_path):
    """A head file of CityClassifiers, by its tensors."""
    torch.manual_seed(3)
    network = SeedNetwork(features=FEATURES, hidden=32, outputs=2)
    save_file(network.state_dict(), tmp_path / "CA-v1.safetensors")
    config = {"name": "CA", "rev": "v1", "arch": "class", "labels": {"0": "Pass", "1": "CA"}}
    (tmp_path / "CA-v1.config.json").write_text(json.dumps(config))
    return tmp_path / "CA-v1.safetensors"


@pytest.fixture
def no_encoder(monkeypatch):
    def load(*args, **kwargs):
        raise AssertionError("an encoder was loaded")

    monkeypatch.setattr("core.scoring.eyes.load_encoder", load)


def test_that_vectors_are_judged_where_the_encoder_cannot_be_had(winnow, seed_head, no_encoder, tmp_path):
    vector = np.random.default_rng(0).normal(size=FEATURES).astype(np.float32)
    (tmp_path / "vectors").mkdir()
    np.save(tmp_path / "vectors" / "a.npy", vector)
    ran = winnow("score", seed_head, tmp_path / "vectors", "--json", "--quiet")
    assert (ran.code, ran.json["failed"]) == (0, []), ran
    said = list(ran.json["images"][0]["probabilities"].values())
    assert said == pytest.approx(run_seed(seed_head, vector[None])[0].tolist(), abs=1e-4)


@pytest.mark.parametrize("pictures", [1, 3])
def test_that_vectors_among_pictures_are_judged_where_the_encoder_cannot_be_had(
    winnow, seed_head, monkeypatch, tmp_path, pictures
):
    def load(*args: Any, **named: Any) -> None:
        raise EnvironmentProblem("no weights of it are here", "name a folder that holds them")

    monkeypatch.setattr("core.scoring.eyes.load_encoder", load)
    np.save(tmp_path / "a.npy", np.ones(FEATURES, np.float32))
    for number in range(pictures):
        picture(tmp_path / f"{number}.png", number)
    given = [tmp_path / "a.npy", *(tmp_path / f"{number}.png" for number in range(pictures))]
    ran = winnow("score", seed_head, *given, "--json", "--quiet")
    assert (ran.code, [one["path"] for one in ran.json["images"]]) == (1, [str(tmp_path / "a.npy")]), ran
    reasons = [(Path(one["path"]).name, one["reason"]) for one in ran.json["failed"]]
    reason = "no weights of it are here; name a folder that holds them"
    assert reasons == [(f"{number}.png", reason) for number in range(pictures)]
    assert_refused(winnow("score", seed_head, *given[1:]), says="no weights of it are here")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_that_a_vector_without_finite_numbers_is_listed(winnow, seed_head, no_encoder, tmp_path, value):
    np.save(tmp_path / "bad.npy", np.full(FEATURES, value))
    ran = winnow("score", seed_head, tmp_path / "bad.npy", "--json", "--quiet")
    bad = {"path": str(tmp_path / "bad.npy"), "reason": "no vector: it holds values that are not finite numbers"}
    assert (ran.code, ran.json["images"], ran.json["failed"]) == (1, [], [bad])


def test_that_vectors_among_pictures_are_judged_where_no_head_says_its_encoder(winnow, seed_head, tmp_path):
    odd = tmp_path / "odd.safetensors"
    save_file(SeedNetwork(features=40, hidden=16, outputs=2).state_dict(), odd)
    np.save(tmp_path / "a.npy", np.ones(40, np.float32))
    np.save(tmp_path / "b.npy", np.ones(FEATURES, np.float32))
    picture(tmp_path / "0.png", 0)
    given = [tmp_path / name for name in ("0.png", "a.npy", "b.npy")]
    ran = winnow("score", odd, *given, "--json", "--quiet")
    assert (ran.code, [one["path"] for one in ran.json["images"]]) == (1, [str(tmp_path / "a.npy")]), ran
    reasons = {Path(one["path"]).name: one["reason"] for one in ran.json["failed"]}
    assert set(reasons) == {"0.png", "b.npy"}
    assert "does not say which encoder its 40 values come from" in reasons["0.png"]
    assert_refused(winnow("score", odd, tmp_path / "0.png"), says="does not say which encoder")


def test_that_a_head_file_of_a_few_bytes_is_called_too_short(winnow, tmp_path):
    picture(tmp_path / "0.png", 0)
    for size, told in ((0, "is empty"), (1, "is no head file: 1 byte")):
        (tmp_path / "head.safetensors").write_bytes(b"x" * size)
        assert_refused(winnow("score", tmp_path / "head.safetensors", tmp_path / "0.png"), says=told)
