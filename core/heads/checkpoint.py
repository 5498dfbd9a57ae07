"""A head on disk: `NAME-vN.safetensors` with the seed's tensors, `NAME-vN.config.json` with its keys and ours, which in
a version's folder is `config.json`.

A plain file of the seed loads too: labels come from its config, widths are read off the tensors. A file with nothing
but the last layer is a linear score head, as the aesthetic heads of LAION are (core.heads.aesthetic, which reads their
`.pth`). Whatever does not fit is refused in one line.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from core.arrays.tensor_file import write_tensors
from core.damaged import tensors_problem
from core.errors import UserError
from core.heads.aesthetic import SUFFIX, LinearScore, read_aesthetic
from core.heads.head_config import HeadConfig, Normalisation, read_config, write_config
from core.heads.network import FIRST_WIDTH, LAST_WIDTH, SECOND_WIDTH, SeedNetwork, squash
from core.names import head_config
from core.values import Combine, EncoderSignature, HeadKind, Tiles
from core.wording import counted

HEADER_LIMIT = 1 << 20
"""Bytes. The header of a head has about 1,500; the format would allow 100 million."""
FILE_LIMIT = 1 << 30
_BLOCK = 8192
_NAMED = 6
"""So many files of a folder are named in an error."""
_NOT_HEADS = tuple(f"{name}.safetensors" for name in ("committee", "judged", "learned", "out_of_fold", "predictions"))
"""What lies beside a head in the folder of a version; older ones have their committee there."""
_LAST = ("down.5.weight", "down.5.bias")


@dataclass(frozen=True, slots=True, eq=False)
class LoadedHead:
    """A head ready to answer on `device`; `predict` takes embeddings as its encoder made them."""

    config: HeadConfig
    network: SeedNetwork | LinearScore
    device: str = "cpu"

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def kind(self) -> HeadKind:
        return self.config.kind

    @property
    def labels(self) -> tuple[str, ...]:
        return self.config.labels

    @property
    def features(self) -> int:
        return self.network.features

    @property
    def combine(self) -> Combine:
        return self.config.combine

    @property
    def signature(self) -> EncoderSignature | None:
        """The encoder whose embeddings it needs; None where the file does not say."""
        return self.config.signature

    def without(self, outputs: Collection[int]) -> LoadedHead:
        """The same head, which says nothing of these labels."""
        silent = [name for place, name in enumerate(self.labels) if place in outputs]
        unlearned = tuple(dict.fromkeys((*self.config.unlearned, *silent)))
        return replace(self, config=replace(self.config, unlearned=unlearned))

    def predict(self, embeddings: NDArray[np.floating], *, combine: Combine | None = None) -> NDArray[np.float32]:
        """Answers (n, outputs) for embeddings (n, features) or (n, tiles, features), tiles combined label by label.

        NaN of tags that nothing can be told of.
        """
        if embeddings.ndim not in (2, 3) or embeddings.shape[-1] != self.features:
            raise UserError(
                f"{self.name} needs embeddings of {self.features} values, these have {embeddings.shape[-1]}",
                "embed with the encoder it was trained on",
            )
        combine = combine or self.combine
        unit_length = self.config.normalisation is Normalisation.UNIT_LENGTH
        said = predict(
            self.network, self.kind, embeddings, combine=combine, device=self.device, unit_length=unit_length
        )
        said[:, [label in self.config.unlearned for label in self.labels]] = np.nan
        return said


def usual_tiles(head: LoadedHead) -> Tiles:
    """As it was trained; where the file does not say, as the seed does: five crops for a class, else all of it."""
    if head.signature is not None:
        return head.signature.tiles
    return Tiles.FIVE_CROP if head.kind is HeadKind.CLASS else Tiles.NONE


def predict(
    network: SeedNetwork | LinearScore,
    kind: HeadKind,
    embeddings: NDArray[np.floating],
    *,
    combine: Combine = Combine.MEAN,
    device: str = "cpu",
    unit_length: bool = False,
) -> NDArray[np.float32]:
    """Answers (n, outputs) of a network on `device`, in blocks, without dropout; what is not finite counts as 0."""
    answer = _answerer(network, kind)
    tiles = 1 if embeddings.ndim == 2 else embeddings.shape[1]
    found = np.empty((len(embeddings), network.outputs), dtype=np.float32)
    network.eval()
    step = max(1, _BLOCK // tiles)
    with torch.inference_mode():
        for start in range(0, len(embeddings), step):
            block = torch.from_numpy(np.ascontiguousarray(embeddings[start : start + step])).to(device).float()
            rows = torch.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0).flatten(0, -2)  # (images * tiles, features)
            rows = torch.nn.functional.normalize(rows, dim=1) if unit_length else rows
            said = answer(rows).reshape(-1, tiles, network.outputs)  # (images, tiles, outputs)
            found[start : start + step] = combine_tiles(said, combine).cpu().numpy()
    return found


def _answerer(network: SeedNetwork | LinearScore, kind: HeadKind) -> Callable[[Tensor], Tensor]:
    """(k, features) -> (k, outputs)"""
    if isinstance(network, LinearScore):
        return network
    forward = network.shallow if network.is_shallow() else network
    return lambda rows: squash(forward(rows), kind)


def combine_tiles(said: Tensor, combine: Combine) -> Tensor:  # (images, tiles, outputs) -> (images, outputs)
    """Each label's answers over the tiles by one rule; the median of an even number is the mean of the middle two."""
    match combine:
        case Combine.MEAN:
            return said.mean(dim=1)
        case Combine.MEDIAN:
            return said.quantile(0.5, dim=1)
        case Combine.MAX:
            return said.amax(dim=1)
        case Combine.MIN:
            return said.amin(dim=1)


def save_head(
    folder: Path, stem: str, network: SeedNetwork | LinearScore, config: HeadConfig, *, config_name: str | None = None
) -> tuple[Path, Path]:
    """Writes `stem.safetensors` and its config, `stem.config.json` unless it is called otherwise.

    The tensors are float32, so that the seed's scripts run them unchanged.
    """
    named = network.state_dict()
    if isinstance(network, LinearScore):
        named = dict(zip(_LAST, (network.last.weight, network.last.bias), strict=True))
    tensors = {name: value.detach().cpu().float().numpy() for name, value in named.items()}
    path = folder / f"{stem}.safetensors"
    write_tensors(path, tensors, {"format": "pt"})
    return path, write_config(folder / (config_name or f"{stem}.config.json"), config)


def load_head(folder_or_file: Path, *, device: str = "cpu") -> LoadedHead:
    """A version's folder, a .safetensors file (with its .config.json beside it where there is one), or LAION's .pth."""
    path = _find_file(Path(folder_or_file))
    if path.suffix == SUFFIX:
        config, aesthetic = read_aesthetic(path)
        return LoadedHead(config, aesthetic.to(device), device)
    tensors = _read_tensors(path)
    network = _network(path.name, tensors)
    widths = {"features": network.features}
    if isinstance(network, SeedNetwork):
        widths["hidden"] = network.hidden
    config = read_config(head_config(path), name=path.stem, outputs=network.outputs, widths=widths)
    return LoadedHead(config, network.eval().to(device), device)


def head_files(folder: Path) -> list[Path]:
    """The heads that lie in `folder` itself: .safetensors files, or LAION's .pth files where there are none."""
    ours = sorted(file for file in folder.glob("*.safetensors") if file.name not in _NOT_HEADS)
    return ours or sorted(folder.glob(f"*{SUFFIX}"))


def _find_file(path: Path) -> Path:
    if path.is_dir():
        heads = head_files(path)
        if not heads:
            raise UserError(f"{path} holds no head file", f"name a .safetensors file or a {SUFFIX} file of weights")
        if len(heads) > 1:
            raise UserError(f"{path} holds {len(heads)} head files", f"name one: {_named(heads)}")
        return heads[0]
    if not path.is_file():
        raise UserError(f"there is no head file {path}", "name a .safetensors file or a version's folder")
    if path.suffix not in (".safetensors", SUFFIX):
        kinds = f"a head is a .safetensors file, or a {SUFFIX} file that holds weights alone"
        raise UserError(f"{path.name} is no head", f"{kinds}; other formats can run code and are not opened")
    return path


def _named(files: Sequence[Path]) -> str:
    shown = ", ".join(file.name for file in files[:_NAMED])
    return f"{shown} or {len(files) - _NAMED} more" if len(files) > _NAMED else shown


def _read_tensors(path: Path) -> dict[str, Tensor]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
        if len(start) < 8:
            held = f"is no head file: {counted(size, 'byte')}" if size else "is empty"
            raise UserError(f"{path.name} {held}", "copy it again")
        header = struct.unpack("<Q", start)[0]
        if header > HEADER_LIMIT or header + 8 > size or size > FILE_LIMIT:
            raise UserError(
                f"{path.name} is broken or no head: a header of {header:,} bytes in {size:,}", "copy it again"
            )
        tensors = load_file(path)
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}", "copy it again") from error
    except SafetensorError as error:
        raise UserError(f"{path.name} cannot be read: {tensors_problem(error)}", "copy it again") from error
    for name, value in tensors.items():
        if not value.is_floating_point():
            raise UserError(f"{path.name}: {name} holds no floating-point numbers", "export the head again")
        if not bool(torch.isfinite(value.float()).all()):
            raise UserError(f"{path.name}: {name} holds values that are not finite numbers", "export the head again")
    return {name: value.float() for name, value in tensors.items()}


def _network(name: str, tensors: Mapping[str, Tensor]) -> SeedNetwork | LinearScore:
    """A network of the widths that `up.0.weight` and `down.5.bias` have, once every shape agrees with them."""
    if tensors.keys() == set(_LAST):
        return _linear_score(name, *(tensors[each] for each in _LAST))
    first, last = tensors.get("up.0.weight"), tensors.get("down.5.bias")
    if first is None or first.ndim != 2 or last is None or last.ndim != 1 or len(last) == 0:
        raise UserError(f"{name} is no head of this kind", "it needs the tensors up.0.weight and down.5.bias")
    (hidden, features), outputs = first.shape, len(last)
    wanted = _shapes(features=features, hidden=hidden, outputs=outputs)
    for missing in wanted.keys() - tensors.keys():
        raise UserError(f"{name} lacks the tensor {missing}", f"it needs {len(wanted)} tensors, up.0 to down.5")
    for tensor, value in tensors.items():
        if tensor not in wanted:
            raise UserError(f"{name} has a tensor {tensor} that such a head has not", "it is another network")
        if tuple(value.shape) != wanted[tensor]:
            raise UserError(f"{name}: {tensor} is {tuple(value.shape)}", f"it needs {wanted[tensor]}")
    network = SeedNetwork(features=features, hidden=hidden, outputs=outputs)
    network.load_state_dict(tensors)
    return network


def _linear_score(name: str, weight: Tensor, bias: Tensor) -> LinearScore:
    if weight.ndim != 2 or len(weight) != 1 or tuple(bias.shape) != (1,):
        raise UserError(f"{name}: {_LAST[0]} is {tuple(weight.shape)}", "a linear score head needs (1, values)")
    return LinearScore(weight, bias)


def _shapes(*, features: int, hidden: int, outputs: int) -> dict[str, tuple[int, ...]]:
    layers = {
        "up.0": (hidden, features),
        **{f"up.1.long.{place}": (hidden, hidden) for place in (0, 2, 4)},
        "down.0": (FIRST_WIDTH, hidden),
        "down.1": (SECOND_WIDTH, FIRST_WIDTH),
        "down.4": (LAST_WIDTH, SECOND_WIDTH),
        "down.5": (outputs, LAST_WIDTH),
    }
    weights: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in layers.items()}
    return weights | {f"{name}.bias": shape[:1] for name, shape in layers.items()}
