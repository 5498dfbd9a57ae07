"""The answers of a head as a data set, in whatever form it is wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from core.errors import UserError
from core.exchange.dataset import Emit, IsCancelled, annotated_rows, check_destination
from core.exchange.folders_out import export_folders
from core.exchange.forms import Exported
from core.exchange.pairs_csv import held_pairs, pairs_file, write_pairs
from core.exchange.tables_out import export_table
from core.jobs.exchange import ExportAnswersSpec
from core.project import Project


def export_answers(
    project: Project,
    spec: ExportAnswersSpec,
    emit: Emit,
    is_cancelled: IsCancelled,
    *,
    among: Collection[int] | None = None,
    dry_run: bool = False,
) -> Exported:
    """Whole or not at all, and never over anything. Pairs without answers go out alone.

    `among`: ids of the images that go out, of pairs those of which both do. Raises UserError, EnvironmentProblem,
    Cancelled.
    """
    rows, destination = annotated_rows(project, spec.head, among), Path(spec.destination)
    pairs = held_pairs(project, spec.head, among) if spec.form.is_table else []
    if among is not None and not rows.rows and not pairs:
        raise UserError(f"{spec.head.name} has no annotation among what the query finds", "loosen the query")
    if spec.form.is_table:
        beside = pairs_file(destination, spec.form)
        if pairs and beside.exists():
            raise UserError(f"{beside} is there already", "choose another name, or move it away")
        if pairs and not rows.rows:
            check_destination(beside, is_file=True)
            if not dry_run:
                write_pairs(pairs, beside)
            return Exported((beside.as_posix(),), 0)
        exported = export_table(rows, destination, spec.form, dry_run=dry_run)
        if not pairs:
            return exported
        if not dry_run:
            write_pairs(pairs, beside)
        return replace(exported, files=(*exported.files, beside.as_posix()))
    return export_folders(project, rows, destination, spec.form, emit, is_cancelled, job=spec.job, dry_run=dry_run)
