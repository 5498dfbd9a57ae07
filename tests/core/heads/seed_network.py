"""The seed's network and loader in torch as SEED.md describes them, written without the code under test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import nn


class _Block(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.long = nn.Sequential(
            nn.Linear(size, size), nn.LeakyReLU(0.1), nn.Linear(size, size), nn.LeakyReLU(0.1), nn.Linear(size, size)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.relu(self.long(x) + x)


class PredictorModel(nn.Module):
    def __init__(self, features: int = 768, outputs: int = 1, hidden: int = 1024) -> None:
        super().__init__()
        self.outputs = outputs
        self.up = nn.Sequential(nn.Linear(features, hidden), _Block(hidden))
        self.down = nn.Sequential(
            nn.Linear(hidden, 128),
            nn.Linear(128, 64),
            nn.Dropout(0.1),
            nn.LeakyReLU(),
            nn.Linear(64, 32),
            nn.Linear(32, outputs),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = self.down(self.up(x))
        return nn.functional.softmax(z, dim=1) if self.outputs > 1 else (torch.tanh(z) + 1.0) / 2.0


def seed_answers(file: Path, rows: NDArray[np.floating]) -> NDArray[np.float32]:
    """What the seed's scripts answer (n, outputs) for embeddings (n, 768), its checks included."""
    tensors = load_file(file)
    assert tuple(tensors["up.0.weight"].shape) == (1024, 768)
    config = file.with_name(f"{file.stem}.config.json")
    params = json.loads(config.read_text())["model_params"] if config.is_file() else None
    model = PredictorModel(**(params or {"outputs": int(tensors["down.5.bias"].shape[0])}))
    model.eval()
    model.load_state_dict(tensors)
    with torch.no_grad():
        return model(torch.from_numpy(rows.astype(np.float32))).numpy()


def release(
    folder: Path, name: str, labels: tuple[str, ...] | None, *, seed: int = 0, scale: float = 3.0, steps: int = 0
) -> Path:
    """A head as the seed releases it, with weights large enough that its answers differ; scores have no config.

    `steps` of training on two heaps of vectors, of which one is the last label or a high score.
    """
    torch.manual_seed(seed)
    model = PredictorModel(outputs=len(labels or ("",)))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(scale if parameter.ndim == 2 else 1.0)
        model.down[5].weight.mul_(0.05)
    _train(model, steps)
    folder.mkdir(parents=True, exist_ok=True)

    save_file(model.state_dict(), folder / f"{name}.safetensors")
    if labels:
        fields = {
            "name": name,
            "rev": "v1.5",
            "arch": "class",
            "labels": {str(place): label for place, label in enumerate(labels)},
            "model_params": {"features": 768, "hidden": 1024, "outputs": len(labels)},
        }
        (folder / f"{name}.config.json").write_text(json.dumps(fields))
    return folder / f"{name}.safetensors"


def _train(model: PredictorModel, steps: int) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
    for _ in range(steps):
        high = torch.randint(0, 2, (32,))
        rows = torch.randn(32, 768) * 0.5 + high[:, None]
        said = model(rows)[:, -1]
        loss = nn.functional.l1_loss(said, high.float())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
