"""Keeps the view of pages showing images that one answer holds for, laid out beside the window's thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from app.acts import View
from app.jobs.background import Background
from app.models.pages import PageBarState, PageCard, PageState
from app.models.reviewed import ReviewMessage
from app.operations.paging import answer_page, check_page, of_page
from app.presenting.page_states import (
    USUAL,
    all_seen,
    laying_out,
    no_head,
    not_predicted,
    nothing_found,
    page_line,
    thresholds,
)
from app.presenting.proposals import told_tags
from app.presenting.review_states import not_read
from app.queue.page_turner import PageTurner
from app.queue.pages import PageCards, PageQuestion, count_sure, lay_out, outputs_of
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.values import AnswerValue, Head, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.page_view import PageView

TOPIC = "pages"
"""Of the work beside the window's thread."""
SLOW_MS = 400


class PagePresenter(QObject):
    """The cards are a snapshot: what is done to them is followed, and none moves under the person's eyes."""

    def __init__(self, workspace: Workspace, background: Background, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._head: Head | None = None
        self._output: int | None = None
        """None: whatever has the most images."""
        self._threshold = USUAL
        self._checks = False
        self._cards: PageCards | None = None
        self._asked: PageQuestion | None = None
        """What the cards are laid out of."""
        self._counts: tuple[int, ...] = ()
        """Images left for each label, tag or bracket."""
        self._waits = False
        """Cards are being laid out."""
        self._problem: ReviewMessage | None = None
        """Why they could not be."""
        self._outdated = False
        """Laid out anew when the pages are opened again."""
        self._turner = PageTurner()
        self._stood: dict[ImageId, AnswerValue | None] = {}
        """Of answers that are checked: how they were when the cards were laid out."""
        self._marked: set[ImageId] = set()
        self._settled: set[ImageId] = set()
        """Images of the cards that are answered, confirmed or gone since."""
        self._unseen: set[ImageId] = set()
        """Cards that were passed, as their pictures cannot be read."""
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        """What takes longer is told of."""
        self._slow.timeout.connect(self._show)
        workspace.changed.connect(self._follow)
        workspace.moved.connect(self._on_moved)
        window.view_shown.connect(self._on_view)
        window.page_view_made.connect(self._connect)

    def current(self) -> ImageId | None:
        return self._turner.current

    def in_sight(self) -> list[ImageId]:
        """All that stand behind the cards of this page."""
        return [image for card in self._turner.on_page() for image in self._turner.images_of(card)]

    def targets(self) -> list[ImageId]:
        """What a digit answers: the marked cards of the page, or the current one, with all that stand behind them."""
        cards = self._open(marked=True) or [one for one in (self.current(),) if one is not None]
        if not cards:
            raise UserError("no image is shown", "press PageUp to go back")
        return self._images(cards)

    def confirm(self) -> Changes | None:
        """The page's answer for every card that is seen and not marked, as one act; then the next page.

        Raises UserError while pictures are still to come.
        """
        self._unseen |= set(self._open(marked=False)) - set(self._right())
        right, wrong = self._images(self._right()), self._images(self._open(marked=True))
        if right and not self._window.page_view.grid.is_settled():
            raise UserError("pictures of this page are still to come, so it was not confirmed", "press Enter then")
        changes = None
        if self._checks and self._cards is not None and (right or wrong):
            changes = check_page(self._workspace, self._output or 0, right, wrong, self._cards.against)
        elif right or wrong:
            changes = answer_page(self._workspace, self._output or 0, right, wrong)
        self._turner.next_open(self._settled | self._marked | self._unseen)
        self._show()
        return changes

    def toggle_mark(self) -> None:
        current = self.current()
        if current is not None:
            self._mark(self._turner.cursor - self._turner.start, current not in self._marked)

    def next_output(self) -> None:
        """Of those that have images, where there are any."""
        if self._head is None:
            return
        outputs, counts = range(len(outputs_of(self._head))), self._counts
        after = [((self._output or 0) + step) % len(outputs) for step in outputs[1:]]
        if after:
            self._choose(output=next((one for one in after if one < len(counts) and counts[one]), after[0]))

    def toggle_checks(self) -> None:
        self._choose(checks=not self._checks)

    def spread(self) -> None:
        if not self._turner.toggle_spread():
            raise UserError("this card stands for one image alone", "a number on a card says how many it stands for")
        self._show()

    def resize_cards(self, steps: int) -> None:
        self._window.page_view.grid.resize_cards(steps)

    def _choose(self, *, output: int | None = None, threshold: float | None = None, checks: bool | None = None) -> None:
        """What was not named stays."""
        self._output = self._output if output is None else output
        self._threshold = self._threshold if threshold is None else threshold
        self._checks = self._checks if checks is None else checks
        self._reload()

    def _reload(self) -> None:
        """The cards as they are now, from the first page on."""
        project, head = self._workspace.project, self._workspace.head
        if head is None or self._head is None or head.head_id != self._head.head_id:
            self._output = None
        self._head, self._cards, self._counts, self._outdated = head, None, (), False
        self._problem = None
        self._turner, self._marked, self._settled = PageTurner(size=self._turner_size()), set(), set()
        self._unseen = set()
        self._background.forget(TOPIC)
        self._waits = head is not None and (self._checks or self._workspace.ranking is not None)
        if project is not None and head is not None and self._waits:
            if self._output is not None:
                self._output = min(self._output, len(outputs_of(head)) - 1)
            self._asked = self._question(head)
            self._slow.start()
            self._background.run(TOPIC, partial(lay_out, self._asked), self._take, failed=self._give_up)
        self._show()

    def _question(self, head: Head) -> PageQuestion:
        workspace, board = self._workspace, self._workspace.board
        assert workspace.project is not None
        known = board.known if head.kind is HeadKind.TAGS else board.answered[:, None]
        if not self._checks and (told := told_tags(workspace)) is not None:
            known = known | ~told
        return PageQuestion(
            folder=workspace.project.folder,
            head=head,
            pool=workspace.pool,
            ranking=workspace.ranking,
            output=self._output,
            threshold=self._threshold if thresholds(head.kind) else 0.0,
            waiting=(board.present & ~board.excluded & ~board.audit)[:, None] & ~known,  # audit answers are blind ones
            checks=self._checks,
        )

    def _take(self, cards: PageCards) -> None:
        self._cards, self._output, self._waits = cards, cards.output, False
        self._counts = cards.counts
        self._turner = PageTurner(cards, self._turner_size())
        answers = self._workspace.board.answers
        self._stood = {image: answers.get(image) for image in cards.against}
        self._show()

    def _give_up(self, error: BaseException) -> None:
        self._waits, self._problem = False, not_read(error)
        self._show()

    def _turner_size(self) -> int:
        return self._window.page_view.grid.capacity

    def _images(self, cards: Iterable[ImageId]) -> list[ImageId]:
        """All that stand behind these cards, without those that are settled."""
        behind = [image for card in cards for image in self._turner.images_of(card)]
        return [image for image in behind if image not in self._settled] or behind

    def _open(self, *, marked: bool) -> list[ImageId]:
        """Cards of this page that are not settled."""
        cards = [card for card in self._turner.on_page() if card not in self._settled]
        return [card for card in cards if (card in self._marked) == marked]

    def _right(self) -> list[ImageId]:
        """Cards that Enter confirms: what cannot be seen is not among them."""
        grid = self._window.page_view.grid
        return [card for card in self._open(marked=False) if not grid.is_unreadable(card)]

    @Slot(int, bool)
    def _mark(self, place: int, on: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._turner.go_to(self._turner.start + place)
        card = self.current()
        if card is not None:
            (self._marked.add if on else self._marked.discard)(card)
        self._show()

    @Slot(int)
    def _move(self, place: int) -> None:
        self._turner.go_to(self._turner.start + place)
        self._show()

    @Slot(int)
    def _turn(self, by: int) -> None:
        self._turner.turn(self._turner.page + by)
        self._show()

    @Slot(int)
    def _resize(self, capacity: int) -> None:
        self._turner.resize(capacity)
        self._show()

    def _show(self) -> None:
        if self._window.view is not View.PAGES:
            return
        turner, message = self._turner, self._message()
        ahead = tuple(turner.on_page(turner.page + 1)) if message is None else ()
        self._window.page_view.show_state(
            PageState(self._bar(message), self._page_cards(), turner.cursor - turner.start, ahead, message, self._waits)
        )

    def _page_cards(self) -> tuple[PageCard, ...]:
        turner = self._turner
        wrong = self._marked - self._settled
        return tuple(PageCard(card, len(turner.images_of(card)), card in wrong) for card in turner.on_page())

    def _message(self) -> ReviewMessage | None:
        """None while there are cards, and at first while they are laid out."""
        head, cards = self._head, self._cards
        if head is None:
            return no_head()
        if cards is None:
            if self._waits:
                return None if self._slow.isActive() else laying_out()
            return self._problem or not_predicted(answered=bool(self._workspace.board.count_answered()))
        if not len(self._turner):
            threshold = self._threshold if thresholds(head.kind) else 0.0
            return nothing_found(self._answer(head), checks=self._checks, threshold=threshold)
        if self.current() is None:
            return all_seen(self._answer(head), marked=self._waiting(head), unlisted=cards.unlisted)
        return None

    def _answer(self, head: Head) -> str:
        outputs, output = outputs_of(head), self._output or 0
        return outputs[output] if output < len(outputs) else ""

    def _bar(self, message: ReviewMessage | None) -> PageBarState:
        head = self._head
        if head is None:
            return PageBarState()
        shows = message is None and self._cards is not None
        return PageBarState(
            line=self._line(head) if shows else "",
            outputs=outputs_of(head),
            counts=self._counts,
            output=self._output or 0,
            thresholds=() if self._checks else thresholds(head.kind),
            threshold=self._threshold,
            checks=self._checks,
        )

    def _line(self, head: Head) -> str:
        turner = self._turner
        return page_line(
            page=turner.page + 1,
            pages=turner.pages,
            answer=self._answer(head),
            images=sum(len(turner.images_of(card)) for card in turner.on_page()),
            marked=len(self._images(self._open(marked=True))),
            right=len(self._images(self._right())),
            waiting=self._waiting(head),
        )

    def _waiting(self, head: Head) -> int:
        """Marked, on whatever page and in whatever sitting, and without another answer since."""
        project = self._workspace.project
        return len(project.annotations.marked_wrong(head.head_id)) if project is not None else 0

    @Slot(object)
    def _connect(self, view: PageView) -> None:
        view.bar.output_chosen.connect(lambda output: self._choose(output=output))
        view.bar.threshold_chosen.connect(lambda threshold: self._choose(threshold=threshold))
        view.bar.checks_chosen.connect(lambda checks: self._choose(checks=checks))
        view.grid.mark_asked.connect(self._mark)
        view.grid.cursor_moved.connect(self._move)
        view.grid.turned.connect(self._turn)
        view.grid.capacity_changed.connect(self._resize)

    @Slot(str)
    def _on_view(self, view: str) -> None:
        """Who comes back from a look at one image finds page and marks as they were."""
        if view == View.PAGES and (self._is_another_head() or self._outdated or self.current() is None):
            self._reload()
        elif view == View.PAGES:
            self._show()

    @Slot()
    def _on_moved(self) -> None:
        """The first predictions have come."""
        if self._window.view is View.PAGES and self._cards is None and not self._waits and self._problem is None:
            self._reload()

    def _is_another_head(self) -> bool:
        head, held = self._workspace.head, self._head
        return head is None or held is None or (head.head_id, head.labels) != (held.head_id, held.labels)

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        unseen = self._window.view is not View.PAGES
        self._outdated |= changes.versions or changes.images or (unseen and self._checks)
        if unseen and (self._is_another_head() or not len(self._turner)):
            self._outdated = True
        elif self._is_another_head() or not len(self._turner):
            self._reload()
        elif changes.annotated and not (unseen and self._outdated):
            self._follow_acts(changes)

    def _follow_acts(self, changes: Changes) -> None:
        """What was just taken back is shown."""
        settled = self._now_settled(changes.annotated)
        back = (changes.annotated & self._settled) - settled
        self._settled = (self._settled - changes.annotated) | settled
        self._counts = self._count_left()
        if back:
            self._turner.show(back)
        if self._window.view is View.PAGES:
            self._window.page_view.refresh(changes.annotated)
            self._show()

    def _count_left(self) -> tuple[int, ...]:
        cards, head = self._cards, self._head
        if cards is None or self._asked is None or head is None:
            return ()
        if not self._checks:
            return count_sure(replace(self._asked, waiting=self._question(head).waiting))
        done = len(self._settled & self._stood.keys())
        return tuple(number - done * (row == cards.output) for row, number in enumerate(cards.counts))

    def _now_settled(self, images: Iterable[ImageId]) -> set[ImageId]:
        board = self._workspace.board
        images = [one for one in images if one < len(board.present)]  # others have no picture
        if not self._checks:
            column = self._output or 0 if self._head is not None and self._head.kind is HeadKind.TAGS else None
            known = board.answered if column is None else board.known[:, column]
            return {one for one in images if known[one] or board.excluded[one] or not board.present[one]}
        project, head = self._workspace.opened_for_reading()
        confirmed = project.annotations.confirmations(head.head_id, images)
        about = partial(of_page, head, self._output or 0)
        answers = {one: about(board.answers.get(one)) for one in images}
        return {
            one
            for one in images
            if board.excluded[one]
            or (one in self._stood and answers[one] != about(self._stood[one]))
            or (one in confirmed and about(confirmed[one].stands) == answers[one])
        }
