"""No picture is looked at twice: what is kept, and a call that was interrupted."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled
from core.scoring import looking
from tests.app.cli.scoring.folders import no_encoding


def test_that_a_second_call_looks_at_no_picture_again(winnow, two_heads, pictures, monkeypatch):
    call = ("score", f"{two_heads}:taste", pictures, "-r", "--json")
    first = winnow(*call).json
    monkeypatch.setattr("core.scoring.eyes.load_encoder", no_encoding)
    assert winnow(*call).json == first
    assert winnow("score", f"{two_heads}:colour", pictures, "-r", "--json").code == 0


def test_that_nothing_is_kept_where_that_is_not_wanted(winnow, two_heads, pictures, own_cache):
    assert winnow("score", f"{two_heads}:taste", pictures, "--no-cache").code == 0
    assert list(own_cache.iterdir()) == []


def test_that_files_of_a_project_take_its_vectors(winnow, two_heads, trained, monkeypatch):
    monkeypatch.setattr("core.scoring.eyes.load_encoder", no_encoding)
    monkeypatch.setattr(looking, "open_content", no_encoding)
    ran = winnow("score", f"{two_heads}:taste", trained.images, "--no-cache", "--json")
    assert (ran.code, len(ran.json["images"])) == (0, 24)


def test_that_a_file_changed_since_it_was_scanned_is_looked_at_anew(winnow, two_heads, trained):
    file = sorted(trained.images.iterdir())[0]
    data, status = file.read_bytes(), file.stat()
    model = f"{two_heads}:taste"
    before = winnow("score", model, file, "--json").json["images"][0]["score"]
    try:
        Image.new("RGB", (96, 72), "blue").save(file)
        assert winnow("score", model, file, "--json").json["images"][0]["score"] != before
    finally:
        file.write_bytes(data)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_that_an_interrupted_call_goes_on_where_it_was(winnow, two_heads, pictures, monkeypatch, own_cache):
    encoded = looking._Looking._encoded
    seen: list[str] = []

    def one_batch(self, batch):
        if seen:
            raise Cancelled
        done = encoded(self, batch[:4])
        seen.extend(done.paths)
        return done

    call = ("score", f"{two_heads}:taste", pictures, "-r", "--json")
    monkeypatch.setattr("core.encoders.signal.encoder.SignalEncoder.batch_size", 4)
    monkeypatch.setattr(looking._Looking, "_encoded", one_batch)
    assert winnow(*call).code == 130
    monkeypatch.setattr(looking._Looking, "_encoded", encoded)
    read: list[object] = []
    prepared = looking.prepared
    monkeypatch.setattr(looking, "prepared", lambda *given: read.append(given) or prepared(*given))
    assert len(winnow(*call).json["images"]) == 9
    assert (len(seen), len(read)) == (4, 5)


@pytest.mark.parametrize("shape", [(1, -1), (-1,)])
def test_that_vector_files_are_judged_as_their_pictures(winnow, two_heads, trained, tmp_path, shape):
    from core.project import Project

    with Project.open(two_heads, read_only=True) as project:
        store = project.embeddings(project.encoders.all()[0])
        [file] = project.images.get([project.images.all().ids[0]])
        where = store.positions(np.frombuffer(bytes.fromhex(file.content_hash), np.uint8)[None])
        np.save(tmp_path / "a.npy", store.gather(where).reshape(shape).astype(np.float32))
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY")
    np.save(tmp_path / "short.npy", np.ones((1, 7), np.float32))
    np.save(tmp_path / "object.npy", np.array([{}]), allow_pickle=True)
    ran = winnow("score", f"{two_heads}:taste", tmp_path, "--json")
    [image] = ran.json["images"]
    assert image["score"] == winnow("score", f"{two_heads}:taste", file.path, "--json").json["images"][0]["score"]
    assert {Path(one["path"]).name for one in ran.json["failed"]} == {"torn.npy", "short.npy", "object.npy"}
