"""Finds the command that is meant, runs it, and turns every error into one line and an exit code."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli import terminal
from app.cli.interrupts import undisturbed
from app.cli.logs import ensure_log, silence_libraries
from app.cli.typed import as_typed
from app.cli.ways import in_words
from core.damaged import name_problem
from core.errors import Cancelled, EnvironmentProblem, UserError

log = logging.getLogger(__name__)

_QUOTED = re.compile(r"'([^']*)'")
_MAY_BE_EMPTY = ("--note", "--where")
"""Before words of the person's own; so are those of `find`."""


def run(argv: Sequence[str]) -> int:
    """The whole program but the interpreter: arguments in, exit code out, nothing raised."""
    _prepare_streams()
    silence_libraries()
    try:
        with undisturbed():
            return _invoke(list(argv))
    except (KeyboardInterrupt, Cancelled) as stopped:
        terminal.error(f"interrupted; {str(stopped) or 'what was finished is kept, call again'}")
        return terminal.INTERRUPTED
    except UserError as error:
        terminal.error(as_typed(in_words(error, next(iter(argv), "")), argv))
    except EnvironmentProblem as error:
        terminal.error(as_typed(str(error), argv))
    except Exception as error:
        text = _usage_text(error) or name_problem(error)
        if text is None:
            text = _unexpected_text(error, ensure_log())
            log.exception("unexpected error")
        terminal.error(text)
    return terminal.WRONG


def _invoke(argv: list[str]) -> int:
    _require_filled(argv)
    if not argv or _is_path(argv):
        return _open(argv)
    from app.cli.commands import build, command_names

    if argv[0] not in command_names() and not argv[0].startswith("-"):
        _require_folder(argv[0])
        if len(argv) == 1:
            return _open(argv)
        argv = ["open", *argv]
    from typer.main import get_command

    code = get_command(build()).main(args=repeat_images(argv), prog_name="winnow", standalone_mode=False)
    if code == terminal.INTERRUPTED:  # typer takes a Ctrl-C that no work waited for, and says nothing
        raise KeyboardInterrupt
    return code if isinstance(code, int) else terminal.DONE


def _is_path(argv: list[str]) -> bool:
    """No command has a separator in its name: these need not even be imported."""
    return len(argv) == 1 and not argv[0].startswith("-") and Path(argv[0]).name != argv[0]


def _open(argv: list[str]) -> int:
    """The window at once: the parser alone takes a tenth of a second."""
    from app.opening import show

    if not argv:
        return show(None)
    _require_folder(argv[0])
    return show(Path(argv[0]))


def repeat_images(argv: Sequence[str]) -> list[str]:
    """`--images A B` as `--images A --images B`, which is how the parser takes several folders.

    Where the project was not named first, the last of several folders is it: `create --images A B PROJECT`.
    """
    if argv[0] not in ("create", "scan") or "--images" not in argv:
        return list(argv)
    spread: list[str] = []
    taking = False
    for word in argv:
        is_option = word.startswith("-")
        if taking and not is_option and spread[-1] != "--images":
            spread.append("--images")
        spread.append(word)
        taking = word == "--images" if is_option else taking
    last = max(place for place, word in enumerate(spread) if word == "--images")
    if argv[1].startswith("-") and spread[last - 2] == "--images":
        del spread[last]
    return spread


def _require_filled(argv: Sequence[str]) -> None:
    """An empty path would be the folder that the terminal is in: `--move-to "$PLACE"` would fill that."""
    for before, word in zip(("", *argv), argv, strict=False):
        option = word[:-1] if word.startswith("--") and word.endswith("=") else before
        if (not word or option != before) and not {option, before} & {*_MAY_BE_EMPTY} and argv[0] != "find":
            where = f" after {option}" if option else ""
            raise UserError(f"there is an empty word{where}", "fill it in or leave it out")


def _require_folder(word: str) -> None:
    """A first word that is no command must be a folder to open."""
    path = Path(word)
    if path.is_dir():
        return
    if path.exists():
        raise UserError(f"{word} is a file", "give a project or a folder of images to open")
    if path.is_symlink():
        from core.arrays.text_file import check_links

        check_links(path)
    from app.cli.commands import shown_names
    from app.cli.options import suggestion

    help_with = suggestion(word, shown_names(), "`winnow --help` lists the commands")
    raise UserError(f"no such folder or command: {word}", help_with)


def _usage_text(error: Exception) -> str | None:
    """The line for a usage error of the command line itself; None for any other error."""
    import typer

    from app.cli.options import suggestion
    from app.cli.plain_help import plain_complaint

    # typer brings its own click since 0.2x and used the real one before; both are reached through its public error.
    usage_error = typer.BadParameter.__bases__[0]
    if not isinstance(error, usage_error):
        return None
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "winnow"
    problem, wrong, known = _problem(error, context)
    problem = plain_complaint(problem)
    remedy = _other_place(problem, wrong, context) or suggestion(wrong, known, f"see `{path} --help`")
    return f"{problem[:1].lower()}{problem[1:]}; {remedy}"


def _other_place(problem: str, option: str, context: Any) -> str:
    """Of find, whose head is an option and no argument as it is of rank, train and estimate; "" of others."""
    if context is None or context.command.name != "find":
        return ""
    if option.startswith("-") and not option.startswith("--"):
        return "a query that begins with a minus stands behind --, as in `winnow find PROJECT -- -is:open`"
    if "extra argument" not in problem:
        return ""
    first = context.params.get("query") or ""
    head = "" if not first or set(first) & set(':" ') else f"find takes its head as --head {first}, "
    return f"{head}{'and ' if head else ''}a query of several words stands in quotes"


def _problem(error: Any, context: Any) -> tuple[str, str, list[str]]:
    """What is wrong, without the parser's own guesses; then the word that it does not know, and those it would."""
    text = str(error.format_message()).strip().rstrip(".")
    if wrong := getattr(error, "option_name", ""):
        known = [name for parameter in context.command.params for name in parameter.opts] if context else []
        return text.partition(" (Possible options")[0].rstrip("."), wrong, known
    text, _, guess = text.partition(". Did you mean ")
    if not guess:
        return text, "", []
    return text, _QUOTED.findall(text)[-1], list(context.command.commands)


def _unexpected_text(error: Exception, place: Path | None) -> str:
    detail = " ".join(str(error).split())[:160]
    where = f"please report it with the log {place}" if place else "please report it"
    return f"something went wrong inside winnow ({type(error).__name__}: {detail}); {where}"


def _prepare_streams() -> None:
    """File names may hold bytes that are no text; they are printed escaped, never with a crash."""
    import io

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
