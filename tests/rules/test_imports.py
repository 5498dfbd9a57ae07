"""Who may import whom, read from the import contracts in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_that_every_import_contract_is_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def loaded_after(statement: str) -> set[str]:
    """Names of the modules that a fresh interpreter holds after `statement`."""
    script = f"{statement}\nimport sys; sys.stdout.write('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_that_the_command_line_starts_without_heavy_packages():
    heavy = {"torch", "PySide6", "sqlalchemy", "transformers", "scipy", "alembic"}
    assert not heavy & loaded_after("import app.__main__")


def test_that_the_window_loads_no_torch():
    heavy = {"torch", "torchvision", "transformers", "core.heads", "core.encoders"}
    assert not heavy & loaded_after("import app.bootstrap, app.windows.main_window")
