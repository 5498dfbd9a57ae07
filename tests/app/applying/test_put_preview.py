"""What would be copied, linked or moved is shown with its pictures before it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QAbstractItemModelTester

from app.acts import View
from app.models.planned import PlannedFile, PlannedModel
from app.theme import DARK, LIGHT
from app.windows.put_preview_dialog import PutPreviewDialog
from core.jobs.file_results import TransferResult
from core.jobs.file_specs import NamedFiles, TransferSpec
from core.scoring.transfers import Act
from core.values import ImageId
from tests.app.applying.files import passing, work


def test_that_a_preview_shows_the_pictures_with_their_names_there(scored, folder, target, qtbot):
    target.mkdir()
    (target / "1.png").write_bytes(b"another file")
    scored.commands.perform("score_target")
    scored.commands.perform("score_preview")
    work(scored, qtbot)
    dialog = scored.window.findChild(PutPreviewDialog)
    model = dialog.table.model()
    rows = [(model.index(row, 0).data(), Path(model.index(row, 1).data())) for row in range(model.rowCount())]
    assert [source.relative_to(folder).as_posix() for _, source in rows] == passing(scored)
    assert {name for name, source in rows if name != source.name} == {"1-2.png"}
    qtbot.waitUntil(dialog.is_settled)
    assert all(dialog._thumbnails.pixmap(ImageId(place)) is not None for place in range(len(rows)))
    assert not dialog.rest.isVisible()
    dialog.reject()


def test_that_a_preview_of_many_files_says_how_many_more_there_are(scored, target):
    first = tuple((f"/from/{number}.png", str(target / f"{number}.png")) for number in range(2))
    spec = TransferSpec("job", Act.COPY, str(target), NamedFiles(""), dry_run=True)
    scored.commands._looks.applying._preview.show(spec, TransferResult(5, first, 0, None, ()))
    dialog = scored.window.findChild(PutPreviewDialog)
    assert dialog.rest.text() == "and 3 more files"
    dialog.reject()


def test_that_an_open_preview_follows_the_theme(scored, target, qtbot):
    scored.commands.perform("score_target")
    scored.commands.perform("score_preview")
    work(scored, qtbot)
    dialog = scored.window.findChild(PutPreviewDialog)
    for name, theme in (("light", LIGHT), ("dark", DARK)):
        scored.commands.perform(f"theme_{name}")
        shown = dialog.table.grab().toImage()
        grounds = {shown.pixelColor(4, shown.height() - 4).name()}
        assert grounds == {theme.surface.name()}
        texts = [shown.pixelColor(x, y).name() for x in range(60, 200) for y in range(30, 90)]
        assert theme.text.name() in texts
    dialog.reject()


def test_that_who_looks_at_something_else_is_shown_no_preview(scored, target, qtbot):
    scored.commands.perform("score_target")
    scored.commands.perform("score_preview")
    scored.presenter.choose(View.LABEL)
    work(scored, qtbot)
    assert scored.window.findChild(PutPreviewDialog) is None


def test_that_the_files_of_a_preview_are_a_model_that_keeps_qts_rules(qtmodeltester, qapp):
    model = PlannedModel([PlannedFile("a.png", "/from/a.png")])
    qtmodeltester.check(model)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
