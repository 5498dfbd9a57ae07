"""Near duplicates share a card, and its answer where the head tells them not apart."""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.project import Project
from core.store.groups import Groups
from core.values import ImageId
from tests.app.pages.cards import answers, open_pages, say, shown, state
from tests.app.reviews import CAT, DOG, likely


def together(project: Project, *images: int) -> None:
    table = project.images.get([ImageId(image) for image in images])
    names = [image.content_hash for image in table]
    assert isinstance(project.groups, Groups)
    project.groups.join([(names[0], other) for other in names[1:]])


def test_that_near_duplicates_share_a_card_and_its_answer(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2, 3)
    say(class_shell, likely(*[CAT] * 4, *[DOG] * 8))
    open_pages(qtbot, class_shell)
    assert {card.image_id: card.count for card in state(class_shell).cards} == {1: 3, 4: 1}
    assert state(class_shell).bar.line == "Page 1 of 1: cat, 4 images — Enter confirms 4"
    press(Qt.Key.Key_Return)
    assert answers(class_shell) == dict.fromkeys((1, 2, 3, 4), "cat")
    press(Qt.Key.Key_Backspace)
    assert answers(class_shell) == {}


def test_that_a_group_is_spread_by_a_key_and_put_together_by_it(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2, 3)
    say(class_shell, likely(*[CAT] * 3, *[DOG] * 9))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_D)
    assert shown(class_shell) == [1, 2, 3]
    press(Qt.Key.Key_D)
    assert [(card.image_id, card.count) for card in state(class_shell).cards] == [(1, 3)]


def test_that_what_the_head_tells_apart_shares_no_answer(qtbot, class_shell, press):
    project, _ = class_shell.workspace.opened()
    together(project, 1, 2)
    say(class_shell, likely(CAT, *[DOG] * 11))
    open_pages(qtbot, class_shell)
    press(Qt.Key.Key_Return)
    assert answers(class_shell) == {1: "cat"}
