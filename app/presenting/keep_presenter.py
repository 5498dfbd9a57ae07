"""Keeps the screen of limits showing what they keep and how good that is, and knows which image is to be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot

from app.actions import Bindings
from app.acts import View
from app.jobs.background import Background
from app.loading.image_files import Locate
from app.models.keeping import KeepMessage, KeepState, Passing
from app.operations.keeping import command_line
from app.presenting.border_strip import BorderStrip
from app.presenting.keep_files import KeepFiles
from app.presenting.keep_states import (
    Told,
    best_text,
    found_text,
    keep_state,
    no_head,
    pending,
    unread_state,
)
from app.presenting.keep_work import Column, Evidence, Find, Judged, Limited, read_evidence
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from core.changes import Changes
from core.errors import UserError
from core.project.turns import Turns
from core.review.choosing import Found, least_wrong, most_found
from core.review.limits import count_within
from core.values import HeadId, HeadKind, ImageId

if TYPE_CHECKING:
    from app.views.keep_view import KeepView

READ, SORT, JUDGE, FIND = "read for limits", "sort for limits", "judge limits", "find a limit"
"""Work beside the window's thread."""
REST_MS = 200
"""A limit that rests so long is meant: the images near it are asked."""
STRIP = 12
"""Images that are asked ahead."""
_MANY = 2_000


class KeepPresenter(QObject):
    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        window: MainWindow,
        bindings: Bindings,
        locate: Locate,
        files: KeepFiles,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._background = background
        self._window = window
        self._files = files
        self._keeping = files.keeping
        self._strip = BorderStrip(workspace, bindings, locate)
        self._evidence: Evidence | None = None
        self._columns: dict[int, Column] = {}
        self._turned_to = 0
        """The output that was asked for last: sorting what is said of it may take a moment."""
        self._message: KeepMessage | None = None
        self._judged: Judged | None = None
        self._found = ""
        self._shown_of: tuple[Path, HeadId] | None = None
        self._outdated = True
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_anew)
        files.changed.connect(self._show)
        workspace.changed.connect(self._follow)
        window.view_shown.connect(self._on_view)
        window.keep_view_made.connect(self._connect)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "limit_down": partial(self.step, -1),
            "limit_up": partial(self.step, 1),
            "limit_down_one": partial(self.step_one, -1),
            "limit_up_one": partial(self.step_one, 1),
            "next_passing": self.next_passing,
            "other_limit": self.other_limit,
            "next_kept_label": self.next_label,
            "keep_wanted": self.pass_wanted,
            "keep_target": self._files.ask_target,
            "keep_preview": partial(self._put, dry_run=True),
            "keep_put": partial(self._put, dry_run=False),
            "keep_undo": self._files.put_back,
            "keep_table": lambda: self._files.save_table(*self._kept_images()),
            "keep_command": self._copy_command,
        }

    def current(self) -> ImageId | None:
        """The image to be judged."""
        return self._strip.current() if self._evidence is not None else None

    def step(self, by: int) -> None:
        """The limit that the arrows move, a hundredth up or down."""
        self._keeping.step(by)
        self._after_move()

    def step_one(self, by: int) -> None:
        """To the next value that is said of an image: one more is kept, or one less."""
        self._keeping.step_one(self._rising(), by)
        self._after_move()

    def next_passing(self) -> None:
        ways = list(Passing)
        self._pass_by(ways[(ways.index(self._keeping.passing) + 1) % len(ways)])

    def pass_wanted(self) -> None:
        if self._evidence is not None and self._evidence.turns.head.kind is HeadKind.SCORE:
            self._keeping.pass_wanted()
            self._after_move()

    def other_limit(self) -> None:
        if self._keeping.passing is Passing.BETWEEN:
            self._keeping.moves_high = not self._keeping.moves_high
            self._show()

    def next_label(self) -> None:
        if self._evidence is not None and (labels := self._evidence.turns.head.labels):
            self._choose((self._turned_to + 1) % len(labels))

    @Slot(float, bool)
    def _move(self, value: float, upper: bool) -> None:  # noqa: FBT001 - the signal's argument
        self._keeping.move(value, upper=upper)
        self._after_move()

    def _after_move(self) -> None:
        self._forget_search()
        if self._strip.current() is None:
            self._rest.stop()
            self._ask_anew()
        else:
            self._judge(ask=False)
            self._rest.start()
        self._show()

    def _forget_search(self) -> None:
        self._background.forget(FIND)  # what is looked for is another limit's
        self._found = ""

    @Slot(object)
    def _pass_by(self, passing: Passing) -> None:
        self._keeping.pass_by(passing)
        self._after_move()

    @Slot(object)
    def _choose(self, output: int) -> None:
        """The limits go to another label, as soon as what is said of it is sorted."""
        evidence = self._evidence
        if evidence is None:
            return
        self._forget_search()
        self._turned_to = output
        if output in self._columns:
            self._background.forget(SORT)
            self._turn_to(output)
        else:
            work = partial(evidence.column, output)
            self._background.run(SORT, work, partial(self._take_column, evidence, output))

    def _take_column(self, evidence: Evidence, output: int, column: Column) -> None:
        if evidence is self._evidence:
            self._columns[output] = column
            self._turn_to(output)

    def _turn_to(self, output: int) -> None:
        if output != self._keeping.output:
            self._keeping.output = output
            for image_id in self._strip.judged():  # a tag that is answered says nothing of another
                self._follow_image(image_id)
            self._strip.leave()
        self._after_move()

    @Slot(float, float)
    def _want(self, low: float, high: float) -> None:
        self._keeping.want(low, high)
        self._after_move()

    @Slot(int)
    def _keep_best(self, number: int) -> None:
        self._keeping.keep_best(self._rising(), number)
        self._after_move()
        self._found = best_text(number, self._count())
        self._show()

    @Slot(float)
    def _find_wrong(self, share: float) -> None:
        self._find("wrong", least_wrong, share)

    @Slot(float)
    def _find_share(self, share: float) -> None:
        self._find("found", most_found, share)

    def _find(self, asked: str, how: Find, share: float) -> None:
        if self._evidence is None:
            return
        self._found = "Looking for it…"
        work = partial(self._evidence.find, how, self._limited(), share)
        self._background.run(FIND, work, partial(self._take_found, asked, share), failed=self._give_up_search)
        self._show()

    def _give_up_search(self, _error: BaseException) -> None:
        self._found = ""
        self._show()

    def _take_found(self, asked: str, share: float, found: Found | None) -> None:
        if found is not None:
            self._keeping.take(found.limits)
        self._after_move()
        self._found = found_text(asked, found, share)
        self._show()

    def _limited(self) -> Limited:
        return Limited(self._keeping.output, self._keeping.limits, self._keeping.wanted)

    def _rising(self) -> NDArray[np.float32]:
        """What the version says of every image."""
        column = self._columns.get(self._keeping.output)
        return column.rising if column is not None else np.zeros(0, np.float32)

    def _count(self) -> int:
        return count_within(self._rising(), self._keeping.limits)

    def _kept_images(self) -> tuple[Turns, NDArray[np.int64]]:
        if self._evidence is None:
            raise UserError("there are no limits yet", "train the head first (Ctrl+R)")
        turns = self._evidence.turns
        return turns, turns.kept(self._keeping.output, self._keeping.limits)

    def _put(self, *, dry_run: bool) -> None:
        self._files.put(self._kept_images()[1], dry_run=dry_run)

    def _copy_command(self) -> None:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication.clipboard().setText(self._command())

    def _command(self) -> str:
        project, evidence = self._workspace.project, self._evidence
        if project is None or evidence is None:
            return ""
        return command_line(project, evidence.turns.head, self._keeping, self._rising())

    def _judge(self, *, ask: bool) -> None:
        """The figures anew, and where `ask` is on the images to ask next."""
        evidence = self._evidence
        if evidence is None:
            return
        waiting = self._strip.waiting()
        lacking = max(0, STRIP - len(waiting)) if ask else 0
        work = partial(evidence.judge, self._limited(), waiting, lacking)
        self._background.run(JUDGE, work, partial(self._take_judged, evidence))

    def _take_judged(self, evidence: Evidence, judged: Judged) -> None:
        if evidence is not self._evidence:
            return
        self._judged = judged
        self._strip.add(judged.asked)
        self._show()

    @Slot()
    def _ask_anew(self) -> None:
        """The limits rest, or nothing is in sight: the images near them, beginning with the one in sight."""
        self._strip.clear_waiting()
        self._judge(ask=True)

    def reload(self) -> None:
        project, head = self._workspace.project, self._workspace.head
        self._background.forget(READ, SORT, JUDGE, FIND)
        self._outdated, self._evidence, self._judged, self._message, self._found = False, None, None, None, ""
        self._columns.clear()
        if head is None or project is None:
            self._message = no_head()
            self._show()
            return
        if (project.folder, head.head_id) != self._shown_of:
            self._shown_of = (project.folder, head.head_id)
            self._keeping.begin(head.kind)
            self._strip.clear()
        output = self._keeping.output = self._turned_to = min(self._keeping.output, max(0, len(head.labels) - 1))
        work = partial(read_evidence, project.folder, head.head_id, self._workspace.pool, output)
        self._background.run(READ, work, partial(self._take_evidence, output))
        self._show()

    def _take_evidence(self, output: int, found: tuple[Evidence, Column] | str) -> None:
        if isinstance(found, str):
            self._message = pending(found, answered=bool(self._workspace.board.count_answered()))
            self._show()
            return
        self._evidence, self._columns[output] = found
        for image_id in self._strip.waiting():  # answered while the project was read
            self._follow_image(image_id)
        self._strip.clear_waiting()
        self._judge(ask=True)
        self._show()

    def _show(self) -> None:
        if self._window.view is not View.APPLY:
            return
        view = self._window.keep_view
        if self._message is not None:
            view.show_message(self._message)
            return
        view.show_state(self._state())
        view.show_strip(self._strip.state(read=self._evidence is not None))

    def _state(self) -> KeepState:
        evidence, keeping, files = self._evidence, self._keeping, self._files
        if evidence is None:
            head, told = self._workspace.head, Told(busy=files.busy, files=files.told)
            return unread_state(head, keeping, told) if head is not None else KeepState()
        told = Told(self._found, self._command(), files.busy, files.told, self._beyond(evidence.turns))
        return keep_state(evidence.turns, keeping, self._columns[keeping.output], self._judged, told)

    def _beyond(self, turns: Turns) -> int:
        board = self._workspace.board
        return max(0, int(np.count_nonzero(board.present & ~board.excluded)) - len(turns.kept_ids))

    @Slot(object)
    def _connect(self, view: KeepView) -> None:
        view.histogram.limit_moved.connect(self._move)
        panel = view.panel
        panel.label.chosen.connect(self._choose)
        panel.passing.chosen.connect(self._pass_by)
        panel.limit_typed.connect(self._move)
        panel.wanted_changed.connect(self._want)
        panel.best_asked.connect(self._keep_best)
        panel.wrong_asked.connect(self._find_wrong)
        panel.found_asked.connect(self._find_share)
        panel.footer.plan_changed.connect(self._files.change_plan)
        view.cards.film_activated.connect(self._go_to)

    @Slot(int)
    def _go_to(self, position: int) -> None:
        self._strip.go_to(position)
        self._show()

    @Slot(str)
    def _on_view(self, view: str) -> None:
        if view == View.APPLY:
            if self._outdated or self._message is not None:
                self.reload()
            else:
                self._show()

    @Slot(object, object)
    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.heads or changes.versions or changes.images:
            self._outdated = True
        if self._window.view is not View.APPLY:
            self._outdated |= bool(changes.annotated)
            return
        missed = self._evidence is None and bool(changes.annotated)  # it is being read, perhaps from before
        if self._outdated or missed or len(changes.annotated) > _MANY:
            self.reload()
        elif changes.annotated:
            gone = [image_id for image_id in changes.annotated if not self._follow_image(image_id)]
            self._window.keep_view.refresh(changes.annotated)
            self._strip.follow(changes.annotated)
            self._judge(ask=True)
            self._show()
            if gone:
                self.reload()

    def _follow_image(self, image_id: ImageId) -> bool:
        """False of one that leaves the pool or comes back to it, which changes every figure."""
        evidence, standing = self._evidence, self._workspace.board.standing(image_id)
        assert evidence is not None
        held, output = evidence.turns.holds(image_id), self._keeping.output
        known = held and evidence.note(image_id, output, standing.answer, skipped=standing.skipped)
        if evidence.turns.row(image_id) is None:  # it can judge nothing
            self._strip.mark(image_id, done=standing.excluded)
            return not self._strip.has(image_id) and held != standing.excluded
        self._strip.mark(image_id, done=known or standing.skipped or standing.excluded)
        return not standing.excluded
