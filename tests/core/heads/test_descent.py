"""The steps of AdamW."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from core.heads.descent import Descent


def test_that_steps_are_adamws():
    start = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = start.clone().requires_grad_(), start.clone().requires_grad_()
    descent = Descent([ours], weight_decay=0.1, betas=(0.9, 0.99))
    optimiser = torch.optim.AdamW([theirs], lr=0.01, weight_decay=0.1, betas=(0.9, 0.99))
    for _ in range(5):
        descent.step((ours**3).mean(dim=1), 0.01)
        optimiser.zero_grad()
        (theirs**3).mean(dim=1).sum().backward()
        optimiser.step()
    torch.testing.assert_close(ours, theirs)


def test_that_it_finds_a_minimum():
    place = torch.tensor([4.0], requires_grad=True)
    descent = Descent([place], weight_decay=0.0, betas=(0.9, 0.99))
    for step in range(300):
        descent.step((place - 1.0) ** 2, 0.1 * (1 - step / 300))
    assert place.item() == pytest.approx(1.0, abs=0.05)


def test_that_stepping_does_not_load_torchs_compiler():
    program = (
        "import sys, torch; from core.heads.descent import Descent; p = torch.ones(2, requires_grad=True);"
        "Descent([p], weight_decay=0.1, betas=(0.9, 0.99)).step(p.sum(), 0.1); print('torch._dynamo' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
