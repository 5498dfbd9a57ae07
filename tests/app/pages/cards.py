"""What a head says of the images, and what the pages show and take."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from app.acts import View
from app.bootstrap import Shell
from app.models.pages import PageState
from app.views.page_grid import PageGrid
from core.changes import Changes
from core.values import ClassValue
from tests.core.unified import judge_pool

PER_PAGE = 3


def say(shell: Shell, probabilities: np.ndarray, *, audit_share: float = 0.0) -> None:
    """A version that says this of each image."""
    project, head = shell.workspace.opened()
    project.audits.set_share(head.head_id, audit_share)
    shell.workspace.use_head(head.head_id)
    judge_pool(project, head, probabilities.tolist())
    shell.workspace.announce(Changes(versions=True))


def state(shell: Shell) -> PageState:
    return shell.window.page_view.state


def shown(shell: Shell) -> list[int]:
    return [card.image_id for card in state(shell).cards]


def marked(shell: Shell) -> list[int]:
    return [card.image_id for card in state(shell).cards if card.marked]


def answers(shell: Shell) -> dict[int, str]:
    head = shell.workspace.head
    assert head is not None
    names = {label.label_id: label.name for label in head.labels}
    return {
        image: names[value.label]
        for image, value in shell.workspace.board.answers.items()
        if isinstance(value, ClassValue)
    }


def click(qtbot, grid: PageGrid, place: int) -> None:
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid._area(place).center().toPoint())


def open_pages(qtbot, shell: Shell) -> None:
    """Of the first label, three cards on a page."""
    shell.presenter.choose(View.PAGES)
    shell.window.page_view.bar.output_chosen.emit(0)
    qtbot.waitUntil(lambda: state(shell).message is not None or bool(state(shell).cards))
    grid = shell.window.page_view.grid
    grid.resize(PER_PAGE * 240, 240)
    grid.resize_cards(3)
