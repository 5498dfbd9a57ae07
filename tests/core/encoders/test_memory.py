"""Batches that fit: what happens when memory runs out."""

import numpy as np
import pytest
import torch

from core.encoders.memory import FittingBatches, is_out_of_memory
from core.errors import EnvironmentProblem


class Hungry:
    """Holds `room` images at once on its device, and everything on the CPU if that is allowed."""

    def __init__(self, room: int, *, device: str = "cuda:0", room_on_cpu: int = 1000) -> None:
        self.device = device
        self.batch_size = 16
        self.room = {device: room, "cpu": room_on_cpu} if device != "cpu" else {"cpu": room}
        self.tried: list[tuple[str, int]] = []

    def encode(self, batch):
        self.tried.append((self.device, len(batch)))
        if len(batch) > self.room[self.device]:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return np.stack([np.full(3, part, np.float16) for part in batch])

    def to(self, device):
        self.device = device


def test_that_the_batch_is_halved_until_it_fits_and_stays_so():
    encoder, notices = Hungry(3), []
    batches = FittingBatches(encoder, 16, notices.append)
    first = batches.encode(list(range(16)))
    assert first[:, 0].tolist() == list(range(16))
    assert batches.size == 2
    assert notices == [f"memory ran out on cuda:0: batch halved to {size}" for size in (8, 4, 2)]
    batches.encode(list(range(16)))
    assert len(notices) == 3


def test_that_an_encoder_that_cannot_hold_one_image_goes_on_on_the_cpu():
    encoder, notices = Hungry(0), []
    vectors = FittingBatches(encoder, 4, notices.append).encode(list(range(6)))
    assert vectors[:, 0].tolist() == list(range(6))
    assert encoder.device == "cpu"
    assert "going on on the CPU" in notices[-1]


def test_that_a_cpu_without_memory_for_one_image_is_an_environment_problem():
    with pytest.raises(EnvironmentProblem, match="single image"):
        FittingBatches(Hungry(0, device="cpu"), 2, lambda text: None).encode([1, 2])


def test_that_any_other_fault_of_the_encoder_is_not_swallowed():
    class Broken(Hungry):
        def encode(self, batch):
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        FittingBatches(Broken(1), 2, lambda text: None).encode([1, 2])


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("x"),
        MemoryError(),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_that_every_way_of_running_out_of_memory_is_known(error):
    assert is_out_of_memory(error)
