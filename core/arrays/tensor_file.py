"""One safetensors file: written whole or not at all, read as memory-mapped views after its header was checked.

The header is parsed here and not by the safetensors package because its NumPy reader copies every tensor, and because
opening predictions of a million images must cost nothing.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from core.arrays.text_file import make_inside, replaced
from core.damaged import json_problem
from core.errors import READABLE, REMADE, EnvironmentProblem, Unreadable

HEADER_LIMIT = 1 << 20
"""Bytes. A header of ours has about 1,000; the format would allow 100 million."""
_OF_THE_SYSTEM = re.compile(r"([^:]+) \(os error (\d+)\)")
_DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U8": "|u1", "BOOL": "|b1"}


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lies in its file."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int
    """Bytes from the start of the file."""

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def rows(self, first: int, count: int) -> TensorPlace:
        """A part along the first dimension."""
        row_bytes = math.prod(self.shape[1:]) * self.dtype.itemsize
        return TensorPlace(self.dtype, (count, *self.shape[1:]), self.offset + first * row_bytes)


@dataclass(frozen=True, slots=True)
class TensorHeader:
    tensors: Mapping[str, TensorPlace]
    metadata: Mapping[str, str]


def write_tensors(
    path: Path,
    tensors: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, str],
    *,
    lasting: bool = True,
    levels: int = 1,
) -> None:
    """Replaces `path` in one step, and only once every byte is on the disk, unless it is not to be `lasting`.

    At most `levels` folders are made for it.
    """
    make_inside(path.parent, levels)
    with replaced(path, lasting=lasting) as temporary:
        whole = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
        try:
            save_file(whole, temporary, dict(metadata))
        except SafetensorError as error:  # it tells of a full disk in words alone
            if told := _OF_THE_SYSTEM.search(str(error)):
                raise OSError(int(told[2]), told[1].strip()) from error
            raise


def read_header(path: Path) -> TensorHeader:
    """Raises EnvironmentProblem for a file that is torn, is no safetensors file, or claims what it does not hold.

    Unreadable where its content could not be looked at.
    """
    try:
        with path.open("rb") as file:
            return _parse_header(file, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}", READABLE) from error
    except (ValueError, RecursionError) as error:
        raise EnvironmentProblem(f"{path.name} is broken: {json_problem(error)}", REMADE) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise EnvironmentProblem(f"{path.name} is broken: its header does not tell of tensors", REMADE) from error


def map_tensors(path: Path, places: Mapping[str, TensorPlace]) -> dict[str, NDArray[Any]]:
    """Read-only views, paid for as pages are touched. Together they hold one file handle for as long as they live."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {name: _view(mapped, place) for name, place in places.items()}
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}", READABLE) from error
    except ValueError as error:
        raise EnvironmentProblem(f"{path.name} is broken: {error}", REMADE) from error


def map_known(path: Path, dtypes: Mapping[str, type]) -> tuple[dict[str, NDArray[Any]], Mapping[str, str]]:
    """Views of the tensors named in `dtypes`, and the metadata. Raises EnvironmentProblem where one is amiss."""
    header = read_header(path)
    missing = sorted(dtypes.keys() - header.tensors.keys())
    if missing:
        raise EnvironmentProblem(f"{path.name} is broken: it lacks {', '.join(missing)}", REMADE)
    wrong = [name for name, dtype in dtypes.items() if header.tensors[name].dtype != dtype]
    if wrong:
        raise EnvironmentProblem(f"{path.name} is broken: wrong number type in {', '.join(wrong)}", REMADE)
    return map_tensors(path, {name: header.tensors[name] for name in dtypes}), header.metadata


def read_tensor_into(path: Path, place: TensorPlace, out: NDArray[Any]) -> None:
    """Fills `out`, which is contiguous and of the tensor's shape and type: the fast way for a tensor wanted whole."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(place.offset)
            _fill(file, out.reshape(-1).view(np.uint8).data)
    except OSError as error:
        raise Unreadable(f"cannot read {path}: {error.strerror or error}", READABLE) from error
    except EOFError as error:
        raise EnvironmentProblem(f"{path.name} is broken: {error}", REMADE) from error


def _view(mapped: mmap.mmap, place: TensorPlace) -> NDArray[Any]:
    if place.size_bytes == 0:
        return np.empty(place.shape, place.dtype)
    return np.frombuffer(mapped, place.dtype, math.prod(place.shape), place.offset).reshape(place.shape)


def _fill(file: Any, target: memoryview) -> None:
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])
        if not count:
            raise EOFError("the file ends early")
        done += count


def _parse_header(file: BinaryIO, file_bytes: int) -> TensorHeader:
    start = file.read(8)
    if len(start) < 8:
        raise ValueError("the file is too short")
    (header_bytes,) = struct.unpack("<Q", start)
    if header_bytes > HEADER_LIMIT or header_bytes > file_bytes - 8:
        raise ValueError(f"a header of {header_bytes:,} bytes")
    fields = json.loads(file.read(header_bytes))
    metadata = fields.pop("__metadata__", {})
    if not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("metadata that is not text")
    places = {name: _place(field, 8 + header_bytes, file_bytes) for name, field in fields.items()}
    return TensorHeader(places, metadata)


def _place(field: Mapping[str, Any], data_start: int, file_bytes: int) -> TensorPlace:
    offsets, shape = tuple(field["data_offsets"]), tuple(field["shape"])
    if len(offsets) != 2 or not all(isinstance(number, int) and number >= 0 for number in (*offsets, *shape)):
        raise ValueError("sizes that are no whole numbers")
    begin, end = offsets
    place = TensorPlace(np.dtype(_DTYPES[field["dtype"]]), shape, data_start + begin)
    if end - begin != place.size_bytes or data_start + end > file_bytes:
        raise ValueError("a tensor reaches beyond the end of the file")
    return place
