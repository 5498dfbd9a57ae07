"""The entry of both faces: `winnow` and `python -m app`. Nothing heavy is imported before it is known what is asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Read by NumPy's and SciPy's linear algebra when it is loaded. Its threads spin at a barrier after every product:
beside other work that took twenty times the processor seconds of one thread. Long work has threads of our own."""

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")  # the worker inherits it
    try:
        from app.cli.entry import run
    except KeyboardInterrupt:  # what prints errors may be half imported
        sys.stderr.write("winnow: error: interrupted; nothing was begun, call again\n")
        return _INTERRUPTED
    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
