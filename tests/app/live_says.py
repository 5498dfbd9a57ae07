"""What the live head says of every image, and one that is asked blind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.presenting.cards import build_card
from app.queue.ranking import match
from app.workspace import Workspace
from core.arrays.predictions import Predictions
from core.values import MEMBERS, ImageId


def say_live(workspace: Workspace, said: Sequence[float]) -> None:
    """The live head says this of every image."""
    values = np.tile(np.array(said, np.float16), (len(workspace.pool), 1))
    predictions = Predictions(
        hashes=workspace.pool.hashes,
        probabilities=values,
        members=np.repeat(values[:, None], MEMBERS, axis=1),
        utility=np.zeros(len(values), np.float32),
        order=np.arange(len(values)),
    )
    workspace.ranking = match(workspace.pool, predictions, "live")


def rank(shell, said: list[float]) -> ImageId:
    """Predictions for every image, one of which is asked blind and on screen."""
    workspace = shell.workspace
    say_live(workspace, said)
    blind = ImageId(int(workspace.pool.ids[3]))
    workspace.board.audit[:] = False
    workspace.board.audit[blind] = True
    workspace.show(blind)
    return blind


def card_of(shell):
    return build_card(shell.workspace, ("1", "2", "3"), shell.workspace.project.images.get)
