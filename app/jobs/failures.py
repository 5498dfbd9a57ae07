"""Faults of the window's end of a job, said as the worker says its own."""

from __future__ import annotations

from core.errors import EnvironmentProblem, UserError, WinnowError
from core.jobs.events import JobFailed


def failure_of(job: str, error: WinnowError) -> JobFailed:
    match error:
        case UserError():
            return JobFailed(job, "user", str(error))
        case EnvironmentProblem():
            return JobFailed(job, "environment", str(error))
        case _:
            return JobFailed(job, "bug", str(error), repr(error))
