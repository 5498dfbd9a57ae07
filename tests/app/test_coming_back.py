"""A project is opened where it was left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.acts import View
from app.queue.picked import Picked
from app.settings import SettingsFile
from core.jobs.events import JobCancelled, JobFinished
from core.jobs.exchange import AnswersRead
from core.values import ClassValue, ImageId, Source
from tests.app.jobs.conftest import embedded_shell, embedding_shell
from tests.app.jobs.reports import begin_import, tell, training

__all__ = ["embedded_shell", "embedding_shell"]
Key = Qt.Key


def reopened(shell, open_shell):
    folder = shell.workspace.project.folder
    shell.close()
    return open_shell(folder)


def test_that_the_image_that_was_left_is_shown_first_and_none_before_it_is_lost(class_shell, open_shell):
    for _ in range(3):
        QTest.keyClick(class_shell.window, Key.Key_Right)
    coming, left = class_shell.workspace.queue.ids.tolist(), class_shell.workspace.queue.current
    again = reopened(class_shell, open_shell)
    assert again.workspace.queue.current == left
    assert sorted(again.workspace.queue.ids.tolist()) == sorted(coming)
    assert again.workspace.queue.position == 0


def test_that_an_image_that_was_answered_is_not_come_back_to(class_shell, open_shell):
    class_shell.presenter.change(auto_advance=False)
    left = class_shell.workspace.queue.current
    QTest.keyClick(class_shell.window, Key.Key_1)
    assert class_shell.workspace.queue.current == left
    again = reopened(class_shell, open_shell)
    assert again.workspace.queue.current != left
    assert ImageId(int(again.workspace.queue.ids[again.workspace.queue.position - 1])) == left


def test_that_an_open_image_among_what_was_found_is_come_back_to(class_shell, open_shell):
    workspace = class_shell.workspace
    found = workspace.queue.ids[[7, 5]]
    workspace.pick(Picked(found, "found by all", origin=View.LABEL))
    again = reopened(class_shell, open_shell)
    assert (again.workspace.picked, again.workspace.queue.current) == (None, found[0])


def test_that_the_queue_goes_on_where_it_waited_when_what_was_found_has_its_answer(class_shell, open_shell):
    workspace = class_shell.workspace
    answered = workspace.queue.current
    QTest.keyClick(class_shell.window, Key.Key_1)
    for _ in range(3):
        QTest.keyClick(class_shell.window, Key.Key_Right)
    waits = workspace.queue.current
    workspace.pick(Picked(np.array([answered]), "what was answered"))
    assert workspace.queue.current == answered
    again = reopened(class_shell, open_shell)
    assert again.workspace.queue.current == waits


def test_that_the_queue_goes_on_where_it_waited_at_the_end_of_what_was_found(class_shell, open_shell):
    workspace = class_shell.workspace
    waits, other = workspace.queue.current, workspace.queue.ids[3]
    workspace.pick(Picked(np.array([other]), "found by one", origin=View.LABEL))
    QTest.keyClick(class_shell.window, Key.Key_2)
    assert workspace.queue.current is None
    again = reopened(class_shell, open_shell)
    assert again.workspace.queue.current == waits


def test_that_a_retrain_that_ended_with_the_window_is_told_once(embedded_shell, open_shell):
    for key in (Key.Key_1, Key.Key_2):
        QTest.keyClick(embedded_shell.window, key)
    embedded_shell.jobs.train()
    again = reopened(embedded_shell, open_shell)
    assert (
        again.window.job_bar._notice.text
        == "The retrain of question was cut off with the window; Ctrl+R starts it again"
    )
    third = reopened(again, open_shell)
    assert not third.window.job_bar._notice.text


def test_that_a_training_is_written_down_while_it_goes_on_for_a_window_that_is_killed(embedded_shell, settings, qtbot):
    for key in (Key.Key_1, Key.Key_2):
        QTest.keyClick(embedded_shell.window, key)
    embedded_shell.jobs.train()
    job = training(embedded_shell, qtbot).job
    kept = SettingsFile(settings._path).value.cut_off
    project, head = embedded_shell.workspace.opened()
    assert kept == {str(project.folder): head.head_id}
    embedded_shell.jobs.cancel()
    tell(embedded_shell, JobCancelled(job), qtbot)
    assert SettingsFile(settings._path).value.cut_off == {}


def test_that_a_version_that_was_made_is_not_told_as_cut_off(embedded_shell, settings, qtbot):
    project, head = embedded_shell.workspace.opened()
    settings.note_under_way(project.folder, training=head.head_id, exchange="")
    embedded_shell.jobs.scan()
    assert SettingsFile(settings._path).value.cut_off == {}


def test_that_an_import_that_ended_with_the_window_is_told(embedded_shell, open_shell, settings):
    begin_import(embedded_shell)
    folder = str(embedded_shell.workspace.project.folder)
    assert SettingsFile(settings._path).value.exchanges == {folder: "Importing a.csv"}, "also where it is killed"
    again = reopened(embedded_shell, open_shell)
    told = "Importing a.csv was cut off with the window, and nothing of it was taken in: do it again"
    assert again.window.job_bar._notice.text == told
    third = reopened(again, open_shell)
    assert not third.window.job_bar._notice.text


def test_that_an_import_is_told_though_one_of_the_same_name_before_it_was_taken_in(
    embedded_shell, open_shell, settings, qtbot
):
    job = begin_import(embedded_shell)
    project, head = embedded_shell.workspace.opened()
    exchanges = embedded_shell.jobs.exchanges
    exchanges.add(replace(exchanges.first))
    project.annotations.annotate(head.head_id, {ImageId(1): ClassValue(head.labels[0].label_id)}, Source.IMPORT)
    tell(embedded_shell, JobFinished(job, AnswersRead(head.head_id, (), ())), qtbot)
    under_way = settings.value
    folder = project.folder
    embedded_shell.close()
    settings.change(exchanges=under_way.exchanges, acts_before=under_way.acts_before)  # as a kill leaves them
    assert "Importing a.csv was cut off" in open_shell(folder).window.job_bar._notice.text


def test_that_an_import_whose_answers_are_there_is_not_told_as_cut_off(embedded_shell, open_shell, settings):
    begin_import(embedded_shell)
    project, head = embedded_shell.workspace.opened()
    under_way = settings.value
    value = ClassValue(head.labels[0].label_id)
    project.annotations.annotate(head.head_id, {ImageId(1): value}, Source.IMPORT)
    folder = project.folder
    embedded_shell.close()
    settings.change(exchanges=under_way.exchanges, acts_before=under_way.acts_before)  # as a kill leaves them
    again = open_shell(folder)
    assert not again.window.job_bar._notice.text
