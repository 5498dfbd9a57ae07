"""The one place where device and number format are decided."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.errors import EnvironmentProblem, UserError

if TYPE_CHECKING:
    import torch

CPU = "cpu"
_WANTED = re.compile(r"auto|cpu|mps|cuda(:\d+)?", re.ASCII)


def resolve_device(wanted: str) -> str:
    """The device that `wanted` (auto, cpu, cuda, cuda:N, mps) means on this machine: "cpu", "cuda:N" or "mps"."""
    if not _WANTED.fullmatch(wanted):
        raise UserError(f"there is no device '{wanted}'", "choose auto, cpu, cuda, cuda:N or mps")
    if wanted == CPU:
        return CPU
    if wanted == "auto":
        return _best_device()
    return _mps() if wanted == "mps" else _cuda(int(wanted.partition(":")[2] or 0))


def device_name(device: str) -> str:
    """What a person calls it, for example "cuda:0 (NVIDIA H200)"."""
    if not device.startswith("cuda"):
        return device
    import torch

    return f"{device} ({torch.cuda.get_device_name(device)})"


def working_dtype(device: str) -> torch.dtype:
    """float16 on CUDA, float32 elsewhere; the vectors of bfloat16 differ too much to be mixed with those."""
    import torch

    return torch.float16 if device.startswith("cuda") else torch.float32


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else CPU


def _cuda(index: int) -> str:
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if index >= count:
        has = "no CUDA GPU" if count == 0 else f"only {count} CUDA GPU{'s' if count > 1 else ''}"
        raise EnvironmentProblem(f"this machine has {has}; choose the device auto or cpu")
    return f"cuda:{index}"


def _mps() -> str:
    import torch

    if not torch.backends.mps.is_available():
        raise EnvironmentProblem("this machine has no MPS GPU; choose the device auto or cpu")
    return "mps"
