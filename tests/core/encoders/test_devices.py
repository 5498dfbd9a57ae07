"""Devices: what a wish means on this machine."""

import pytest

from core.encoders.devices import device_name, resolve_device, working_dtype
from core.errors import EnvironmentProblem, UserError


def test_that_cpu_means_cpu():
    assert resolve_device("cpu") == "cpu"


def test_that_auto_finds_a_device_that_exists():
    assert resolve_device("auto").split(":")[0] in {"cpu", "cuda", "mps"}


@pytest.mark.parametrize("wanted", ["gpu", "cuda:", "cuda:x", "", "CPU", "cpu:1"])
def test_that_an_unknown_device_is_named_with_the_ones_there_are(wanted):
    with pytest.raises(UserError, match=r"choose auto, cpu, cuda"):
        resolve_device(wanted)


def test_that_a_gpu_that_is_not_there_is_an_environment_problem():
    with pytest.raises(EnvironmentProblem, match="choose the device auto or cpu"):
        resolve_device("cuda:99")


def test_that_the_cpu_works_in_float32_and_cuda_in_float16():
    import torch

    assert working_dtype("cpu") is torch.float32
    assert working_dtype("mps") is torch.float32
    assert working_dtype("cuda:0") is torch.float16


def test_that_a_device_without_a_name_of_its_own_keeps_its_id():
    assert device_name("cpu") == "cpu"
