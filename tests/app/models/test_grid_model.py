"""The grid's model keeps Qt's rules at any size."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.models.cards import Cell
from app.models.grid_model import CELL_ROLE, ID_ROLE, POSITION_ROLE, GridModel
from core.values import ImageId


def ids(count: int) -> np.ndarray:
    return np.arange(100, 100 + count, dtype=np.int64)


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_that_the_model_keeps_the_rules_of_qt(qtmodeltester, qapp, count: int) -> None:
    model = GridModel()
    model.set_columns(5)
    model.set_ids(ids(count))
    model.hold({ImageId(100): Cell("one.jpg")})
    qtmodeltester.check(model)


def test_that_the_rules_hold_while_queue_and_columns_change(qtmodeltester, qapp) -> None:
    model = GridModel()
    qtmodeltester.check(model)
    model.set_ids(ids(7))
    model.set_columns(3)
    model.set_ids(ids(7)[::-1])
    model.set_ids(ids(2))
    assert (model.rowCount(), model.columnCount()) == (1, 3)


def test_that_places_beyond_the_last_image_are_empty(qapp) -> None:
    model = GridModel()
    model.set_columns(4)
    model.set_ids(ids(5))
    beyond = model.index(1, 2)
    assert model.position_of(beyond) == -1
    assert model.data(beyond, ID_ROLE) is None
    assert model.flags(beyond) == Qt.ItemFlag.NoItemFlags


def test_that_a_cell_is_told_only_where_it_is_held(qapp) -> None:
    model = GridModel()
    model.set_ids(ids(3))
    model.hold({ImageId(101): Cell("two.jpg", "yes")})
    assert model.data(model.index_of(1)) == "two.jpg"
    assert model.data(model.index_of(1), CELL_ROLE).answer_text == "yes"
    assert model.data(model.index_of(0)) is None
    assert model.data(model.index_of(2), POSITION_ROLE) == 2


def test_that_another_order_of_as_many_images_is_no_reset(qtbot, qapp) -> None:
    model = GridModel()
    model.set_ids(ids(9))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_ids(ids(9)[::-1])


def test_that_a_million_images_have_their_last_place(qapp) -> None:
    model = GridModel()
    model.set_columns(7)
    model.set_ids(np.arange(1_000_000, dtype=np.int64))
    assert model.rowCount() == 142_858
    assert model.data(model.index_of(999_999), ID_ROLE) == 999_999
