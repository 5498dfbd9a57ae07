"""The answers of a head as a data set, in whatever form it is wanted."""

from __future__ import annotations

from pathlib import Path

from core.exchange.dataset import Emit, IsCancelled, annotated_rows
from core.exchange.folders_out import export_folders
from core.exchange.forms import Exported
from core.exchange.tables_out import export_table
from core.jobs.exchange import ExportAnswersSpec
from core.project import Project


def export_answers(
    project: Project, spec: ExportAnswersSpec, emit: Emit, is_cancelled: IsCancelled, *, dry_run: bool = False
) -> Exported:
    """Whole or not at all, and never over anything. Raises UserError, EnvironmentProblem, Cancelled."""
    rows, destination = annotated_rows(project, spec.head), Path(spec.destination)
    if spec.form.is_table:
        return export_table(rows, destination, spec.form, dry_run=dry_run)
    return export_folders(project, rows, destination, spec.form, emit, is_cancelled, job=spec.job, dry_run=dry_run)
