"""Embedding photographs with ViT-L/14-336, from files to vectors, against what its network alone can do on the device.

The weights are drawn: what they are makes no difference to time. On a GPU 4,096 photographs of 0.8 megapixels are read;
on a processor, where that network takes seconds for each, a few.

Letters: n = images of a batch, side = 336.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from core.arrays.hashes import content_hash
from core.benchmarks import BenchOptions, BenchRow, median_seconds
from core.encoders.devices import CPU, device_name, resolve_device, working_dtype
from core.encoders.pipeline import EncoderCache, run_embed
from core.encoders.pretrained.network import load_network, loading_quietly, vectors
from core.encoders.pretrained.source import open_source
from core.encoders.reading import Read, read_all, threads
from core.jobs.spec import EmbedSpec
from core.media.decode import decode_rgb
from core.media.draw import draw_scene
from core.values import ImageFile, ImageId, Tiles

WIDTH, HEIGHT = 1024, 768
_CLIP_MEAN, _CLIP_DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_LIMIT_BATCHES = (32, 64, 128, 256)
"""The network's own limit is that of the batch that suits it best."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of the vision network."""

    side: int = 336
    hidden: int = 1024
    layers: int = 24
    heads: int = 16


_QUICK = _Shape(side=56, hidden=64, layers=2, heads=2)


def run(options: BenchOptions) -> list[BenchRow]:
    device = resolve_device(options.device)
    shape = _QUICK if options.quick else _Shape()
    count = 8 if options.quick or device == CPU else 4096
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _draw_encoder(folder / "encoder", shape, options.seed)
        images = tuple(_photographs(folder / "photographs", count, options))
        limit = _own_limit(folder / "encoder", shape, device, count)
        cache = EncoderCache()
        encoder = cache.get(str(folder / "encoder"), Tiles.NONE, device)
        spec = EmbedSpec("bench", str(folder), str(folder / "encoder"), Tiles.NONE, device)
        result = run_embed(spec, images, lambda event: None, lambda: False, cache=cache)
        start = time.perf_counter()
        read = sum(isinstance(one, Read) for one in read_all(images, encoder, lambda: False, ahead=2 * threads()))
        reading = read / (time.perf_counter() - start)
    assert result.embedded == read == count
    name = "ViT-L/14-336" if not options.quick else "a small ViT"
    kind = "photographs" if options.data is not None else "drawn pictures"
    note = f"{count:,} {kind} of {WIDTH} x {HEIGHT}, {device_name(device)}, {threads()} decoding threads"
    own = "baseline: its network alone, pixels already on the device, best batch"
    return [
        _row(f"embed files with {name}", result.images_per_second, limit, f"{note}; {own}"),
        _row(f"make files ready for {name}", reading, limit, f"{note}; {own}"),
    ]


def _row(name: str, value: float, baseline: float, note: str) -> BenchRow:
    return BenchRow(name, value, "images/s", baseline, value / baseline, note)


def _draw_encoder(folder: Path, shape: _Shape, seed: int) -> None:
    """CLIP's vision network by the library's own classes, saved as a folder that Winnow loads like any other."""
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(seed)
    config = CLIPVisionConfig(
        image_size=shape.side,
        patch_size=14,
        hidden_size=shape.hidden,
        intermediate_size=4 * shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        projection_dim=768,
    )
    with loading_quietly():
        CLIPVisionModelWithProjection(config).half().save_pretrained(folder)
    processor = {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": shape.side},
        "do_center_crop": True,
        "crop_size": {"height": shape.side, "width": shape.side},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": _CLIP_MEAN,
        "image_std": _CLIP_DEVIATION,
        "resample": int(Image.Resampling.BICUBIC),
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")


def _photographs(folder: Path, count: int, options: BenchOptions) -> Iterator[ImageFile]:
    """JPEG files cut from the shared photographs, or drawn ones; each another cut."""
    folder.mkdir()
    sources = sorted((options.data / "hires").glob("*.jpg"))[:8] if options.data is not None else []
    large = [decode_rgb(source) for source in sources]
    large = large or [draw_scene(np.random.default_rng(options.seed + i), 1600, 1200) for i in range(4)]

    def make(number: int) -> ImageFile:
        rng = np.random.default_rng(options.seed * 1_000_003 + number)
        picture = large[number % len(large)]
        left = int(rng.integers(0, max(1, picture.width - WIDTH)))
        top = int(rng.integers(0, max(1, picture.height - HEIGHT)))
        path = folder / f"{number:05d}.jpg"
        picture.crop((left, top, left + WIDTH, top + HEIGHT)).save(path, quality=90)
        size = path.stat().st_size
        return ImageFile(ImageId(number), content_hash(path), str(path), WIDTH, HEIGHT, "JPEG", size)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(make, range(count))


def _own_limit(folder: Path, shape: _Shape, device: str, count: int) -> float:
    """Images a second of the network on pixels (n, 3, side, side) that lie on the device."""
    network = load_network(open_source("limit", folder)).to(device, working_dtype(device))
    best = 0.0
    for n in _LIMIT_BATCHES if device != CPU else (min(4, count),):
        pixels = torch.randn(n, 3, shape.side, shape.side, device=device, dtype=working_dtype(device))

        def look(pixels: torch.Tensor = pixels) -> None:
            with torch.inference_mode():
                vectors(network, pixels).float().cpu()  # reading the answer waits for the device

        look()
        best = max(best, n / median_seconds(look, repeats=5 if device != CPU else 2))
    return best
