"""The embedding job, with real files and a real store."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.arrays.embeddings import EmbeddingStore
from core.arrays.hashes import hash_bytes
from core.encoders import pipeline
from core.encoders.awaiting import seen_whole
from core.encoders.pipeline import EncoderCache, run_embed
from core.errors import Cancelled, UserError
from core.jobs.events import ImagesFailed, JobNotice, JobProgress, JobStarted, ShardWritten
from core.jobs.spec import EmbedSpec
from core.values import Tiles
from tests.core.encoders.means import Means, Ready
from tests.core.encoders.pictures import drawn, folder_of, listed


class Run:
    """One project folder, run as often as a test likes."""

    def __init__(self, place, encoder=None):
        self.spec = EmbedSpec("job", str(place), "means", Tiles.NONE, "cpu")
        self.encoder = encoder or Means()
        self.events = []

    def __call__(self, images, *, is_cancelled=lambda: False, **changes):
        spec = replace(self.spec, tiles=self.encoder.signature.tiles, **changes)
        self.events = []
        return run_embed(spec, images, self.events.append, is_cancelled, cache=Ready(self.encoder))

    def store(self):
        folder = f"{self.spec.project}/embeddings/{self.encoder.signature.folder}"
        from pathlib import Path

        return EmbeddingStore(Path(folder))

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(autouse=True)
def project_folder(tmp_path):
    (tmp_path / "project").mkdir()


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path / "project")


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    return folder_of(folder, 11)


def test_that_every_image_gets_the_vector_of_its_own_pixels(run, images):
    from PIL import Image

    result = run(images)
    assert (result.embedded, result.cached, result.failed) == (11, 0, 0)
    store = run.store()
    found = store.gather(store.positions(hash_bytes([image.content_hash for image in images])))
    means = [np.asarray(Image.open(image.path)).mean(axis=(0, 1)) for image in images]
    assert np.allclose(found, means, rtol=1e-3)


def test_that_images_are_encoded_in_batches_and_decoded_in_threads(run, images):
    run(images)
    assert run.encoder.batches == [4, 4, 3]
    assert all(name.startswith("decode") for name in run.encoder.threads)


def test_that_cut_images_are_encoded_so_few_at_once_that_a_run_can_be_stopped_between(tmp_path, images):
    run = Run(tmp_path / "project", Means(Tiles.FIVE_CROP))
    with pytest.raises(Cancelled):
        run(images, is_cancelled=lambda: bool(run.encoder.batches))
    assert sum(run.encoder.batches) <= 5


def test_that_the_run_is_told_from_its_start_to_its_last_shard(run, images):
    run(images)
    assert isinstance(run.events[0], JobStarted)
    assert sum(event.images for event in run.of(ShardWritten)) == 11
    last = run.of(JobProgress)[-1]
    assert (last.done, last.total) == (11, 11)
    assert last.rate > 0
    assert last.remaining_s == 0


def test_that_a_second_run_embeds_only_what_is_new(run, images):
    run(images[:6])
    result = run(images)
    assert (result.embedded, result.cached) == (5, 6)
    assert sum(run.encoder.batches) == 11


def test_that_files_of_equal_content_are_embedded_once(run, images, tmp_path):
    result = run([*images, replace(images[0], path=images[0].path)])
    assert (result.embedded, len(run.store())) == (11, 11)


def test_that_an_encoder_that_has_seen_every_image_is_known_to_have(tmp_path, images):
    spec = EmbedSpec("job", str(tmp_path / "project"), "signal", Tiles.NONE, "cpu")
    signature = run_embed(spec, images, lambda event: None, lambda: False).signature
    gone = replace(images[0], content_hash="ab" * 32, missing=True)
    assert seen_whole(spec, [gone, *images], [signature]) == signature


def test_that_vectors_of_other_weights_do_not_count(tmp_path, images):
    spec = EmbedSpec("job", str(tmp_path / "project"), "signal", Tiles.NONE, "cpu")
    first = run_embed(spec, images, lambda event: None, lambda: False)
    older = replace(first.signature, key="signal-1")
    (tmp_path / "project" / "embeddings" / first.signature.folder).rename(
        tmp_path / "project" / "embeddings" / older.folder
    )
    assert seen_whole(spec, images, [older]) is None
    again = run_embed(spec, images, lambda event: None, lambda: False)
    assert (again.signature, again.embedded) == (first.signature, 11)


def test_that_missing_images_are_left_alone(run, images):
    result = run([replace(images[0], missing=True), *images[1:]])
    assert (result.embedded, result.failed) == (10, 0)


def test_that_images_on_screen_come_first(run, images):
    wanted = [images[9], images[4]]
    run(images, first=hash_bytes([image.content_hash for image in wanted]), batch_size=1)
    stored = run.store().index().hashes
    assert np.array_equal(stored[:2], hash_bytes([image.content_hash for image in wanted]))


def test_that_broken_images_are_reported_and_do_not_end_the_run(run, images, tmp_path):
    torn = tmp_path / "images" / "torn.png"
    drawn(1, (64, 48)).save(torn)
    whole = listed(torn)
    torn.write_bytes(torn.read_bytes()[: whole.size_bytes // 2])
    bad = replace(whole, content_hash=listed_hash(torn), size_bytes=torn.stat().st_size)
    result = run([bad, *images])
    assert (result.embedded, result.failed) == (11, 1)
    [(content, reason)] = [pair for event in run.of(ImagesFailed) for pair in event.failed]
    assert content == bad.content_hash
    assert reason
    assert not run.of(ImagesFailed)[0].unread


def listed_hash(path):
    from core.arrays.hashes import content_hash

    return content_hash(path)


def test_that_a_file_that_changed_since_the_scan_gets_no_vector(run, images):
    from pathlib import Path

    path = Path(images[3].path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    result = run(images)
    assert (result.embedded, result.failed) == (10, 1)
    [event] = run.of(ImagesFailed)
    assert event.failed == ((images[3].content_hash, "changed since it was scanned: scan again"),)


def test_that_a_pipe_in_the_place_of_a_picture_is_never_waited_for(run, images):
    import os
    from pathlib import Path

    Path(images[3].path).unlink()
    os.mkfifo(images[3].path)
    result = run(images)
    assert (result.embedded, result.failed) == (10, 1)
    [event] = run.of(ImagesFailed)
    assert event.failed == ((images[3].content_hash, "a pipe, not a file"),)


def test_that_a_file_that_went_away_is_reported(run, images):
    from pathlib import Path

    Path(images[0].path).unlink()
    run(images)
    assert "missing" in run.of(ImagesFailed)[0].failed[0][1]
    assert run.of(ImagesFailed)[0].unread == {images[0].content_hash}


def test_that_a_cancelled_run_keeps_what_was_encoded_and_goes_on_from_there(run, images):
    def is_cancelled():
        return len(run.encoder.batches) >= 2

    with pytest.raises(Cancelled):
        run(images, is_cancelled=is_cancelled)
    kept = len(run.store())
    assert kept == 8
    assert sum(event.images for event in run.of(ShardWritten)) == 8
    run.encoder.batches.clear()
    assert run(images).cached == kept


def test_that_an_encoder_that_fails_leaves_what_came_before_it(run, images):
    encode = run.encoder.encode

    def fail_on_the_third(batch):
        if len(run.encoder.batches) == 2:
            raise ValueError("broken network")
        return encode(batch)

    run.encoder.encode = fail_on_the_third
    with pytest.raises(ValueError, match="broken network"):
        run(images)
    assert len(run.store()) == 8


def test_that_memory_that_runs_out_is_told_and_survived(run, images):
    encode = run.encoder.encode

    def no_room_for_two(batch):
        if len(batch) > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encode(batch)

    run.encoder.encode = no_room_for_two
    assert run(images).embedded == 11
    assert [event.text for event in run.of(JobNotice)] == [
        "memory ran out on cpu: batch halved to 2",
        "memory ran out on cpu: batch halved to 1",
    ]


def test_that_five_crops_are_five_vectors_and_a_small_image_stands_five_times(tmp_path):
    run = Run(tmp_path / "project", Means(Tiles.FIVE_CROP))
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    drawn(1, (96, 64)).save(large)
    drawn(2, (16, 12)).save(small)
    run([listed(large), listed(small)])
    store = run.store()
    big, little = store.gather(store.positions(hash_bytes([listed(large).content_hash, listed(small).content_hash])))
    assert big.shape == (5, 3)
    assert len(np.unique(big, axis=0)) == 5
    assert len(np.unique(little, axis=0)) == 1


def test_that_a_picture_that_memory_cannot_hold_is_a_failed_one(run, images, monkeypatch):
    def prepare(image):
        raise MemoryError

    monkeypatch.setattr(run.encoder, "prepare", prepare)
    assert run(images).failed == len(images)


def test_that_nothing_to_do_is_done_at_once(run):
    result = run([])
    assert (result.embedded, result.images_per_second) == (0, 0)


def test_that_a_warm_encoder_is_kept_until_another_is_asked_for():
    cache = EncoderCache()
    first = cache.get("signal", Tiles.NONE, "cpu")
    assert cache.get("signal", Tiles.NONE, "cpu") is first
    assert cache.get("signal", Tiles.FIVE_CROP, "cpu") is not first


def test_that_the_next_job_tries_the_device_again_that_memory_ran_out_on(monkeypatch):
    encoder = Means()
    encoder.device = "cuda:0"
    monkeypatch.setattr(pipeline, "load_encoder", lambda *_, **__: encoder)
    cache = EncoderCache()
    cache.get("means", Tiles.NONE, "auto").to("cpu")
    assert cache.get("means", Tiles.NONE, "auto").device == "cuda:0"


def test_that_a_device_that_is_still_full_leaves_the_encoder_on_the_cpu(monkeypatch):
    class Crowded(Means):
        def to(self, device):
            self.device = device
            if device != "cpu":
                raise torch.OutOfMemoryError("CUDA out of memory")

    encoder = Crowded()
    encoder.device = "cuda:0"
    monkeypatch.setattr(pipeline, "load_encoder", lambda *_, **__: encoder)
    cache = EncoderCache()
    cache.get("means", Tiles.NONE, "auto").to("cpu")
    assert cache.get("means", Tiles.NONE, "auto").device == "cpu"


def test_that_an_encoder_that_does_not_fit_on_the_gpu_embeds_on_the_cpu_and_says_so(monkeypatch, tmp_path):
    class Gpu:
        full = True

    def load(encoder_id, *, tiles, device):
        if device != "cpu" and Gpu.full:
            raise torch.OutOfMemoryError("CUDA out of memory")
        encoder = Means()
        encoder.device = "cpu" if device == "cpu" else "cuda:0"
        return encoder

    monkeypatch.setattr(pipeline, "load_encoder", load)
    monkeypatch.setattr(pipeline, "resolve_device", lambda wanted: "cuda:0")
    cache, events = EncoderCache(), []
    path = tmp_path / "scene.png"
    drawn(3).save(path)
    spec = EmbedSpec("job", str(tmp_path / "project"), "means", Tiles.NONE, "auto")
    result = run_embed(spec, [listed(path)], events.append, lambda: False, cache=cache)
    assert (result.embedded, result.device) == (1, "cpu")
    assert [event.text for event in events if isinstance(event, JobNotice)] == [
        "the memory of the GPU has no room for the encoder: embedding on the CPU, slower"
    ]
    Gpu.full = False
    assert cache.get("means", Tiles.NONE, "auto").device == "cuda:0"
    assert not cache.is_crowded_out


def test_that_an_encoder_that_cannot_be_had_ends_the_job_before_it_starts(tmp_path):
    events = []
    spec = EmbedSpec("job", str(tmp_path), str(tmp_path), Tiles.NONE, "cpu")
    with pytest.raises(UserError, match="no model folder"):
        run_embed(spec, [], events.append, lambda: False)
    assert events == []


def test_that_the_built_in_encoder_runs_through_the_whole_job(tmp_path):
    path = tmp_path / "scene.png"
    drawn(3).save(path)
    spec = EmbedSpec("job", str(tmp_path / "project"), "signal", Tiles.NONE, "auto")
    result = run_embed(spec, [listed(path)], lambda event: None, lambda: False)
    assert (result.embedded, result.device) == (1, "cpu")
