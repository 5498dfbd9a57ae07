"""Linear algebra of one thread, in every process that the program starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROBE = """
import json, subprocess, sys
from app.__main__ import main
main(["--version"])
CHILD = '''
import json, numpy
from threadpoolctl import threadpool_info
print(json.dumps([library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]))
'''
exec(CHILD)
print(subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True).stdout)
"""


def _threads(set_by_the_user: dict[str, str]) -> list[list[int]]:
    """Of the linear algebra of a program and of a process that it starts."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", PROBE]
    done = subprocess.run(command, env=kept | set_by_the_user, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]


def test_that_linear_algebra_waits_for_no_threads_of_its_own_here_and_in_the_worker():
    own, childs = _threads({})
    assert own
    assert set(own) | set(childs) == {1}


def test_that_threads_which_the_user_asks_for_are_kept():
    own, childs = _threads({"OPENBLAS_NUM_THREADS": "2"})
    assert set(own) | set(childs) == {min(2, os.cpu_count() or 1)}
