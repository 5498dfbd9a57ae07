"""The table of all commands; nothing heavy is imported by it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated

import typer

from app.cli import (
    agreeing,
    annotating,
    counting,
    demo,
    estimating,
    exporting,
    finding,
    heads,
    history,
    importing,
    learning,
    outlook,
    pictures,
    routing,
    scanning,
    scoring,
    strategies,
    synthesizing,
    transferring,
    unifying,
    upkeep,
    versions,
    window,
)
from app.cli.plain_help import PlainCommand

_COMMANDS: dict[str, Callable[..., int]] = {
    "demo": demo.demo,
    "create": pictures.create,
    "scan": scanning.scan,
    "embed": pictures.embed,
    "encoders": pictures.encoders,
    "annotate": annotating.annotate,
    "undo": history.undo,
    "redo": history.redo,
    "history": history.history,
    "train": learning.train,
    "rank": learning.rank,
    "strategies": strategies.strategies,
    "find": finding.find,
    "versions": versions.versions,
    "use": versions.use,
    "compare": versions.compare,
    "estimate": estimating.estimate,
    "score": scoring.score,
    "putback": transferring.putback,
    "route": routing.route,
    "synth": synthesizing.synth,
    "stats": counting.stats,
    "check": upkeep.check,
    "bench": upkeep.bench,
    "screenshot": upkeep.screenshot,
}

_GROUPS: dict[str, tuple[str, dict[str, Callable[..., int]]]] = {
    "head": (
        "Add, list, unify, audit and follow heads: questions on images.",
        {
            "add": heads.add,
            "list": heads.show,
            "unify": unifying.unify,
            "audit": estimating.audit,
            "progress": outlook.progress,
            "agreement": agreeing.agreement,
        },
    ),
    "import": (
        "Take in heads, folders of images, embeddings.",
        {"head": importing.head, "folders": importing.folders, "npy": importing.npy},
    ),
    "export": (
        "Give out heads and annotations.",
        {"head": exporting.head, "dataset": exporting.dataset},
    ),
}


@functools.cache
def build() -> typer.Typer:
    """The command line as typer knows it."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Sort large image collections by taste, content or defects.\n\n"
        "`winnow [PROJECT or IMAGES]` opens the window on a project or on a folder of images.",
    )
    app.callback(invoke_without_command=True)(_top)
    for name, function in _COMMANDS.items():
        app.command(name, cls=PlainCommand)(function)
    for name, (text, functions) in _GROUPS.items():
        group = typer.Typer(rich_markup_mode=None, help=text)
        for word, function in functions.items():
            group.command(word, cls=PlainCommand)(function)
        app.add_typer(group, name=name)
    app.command("open", hidden=True)(window.open_window)
    return app


def _top(*, version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"winnow {installed('winnow')}")
        raise typer.Exit


def command_names() -> tuple[str, ...]:
    """Every first word that is a command."""
    return (*shown_names(), "open")


def shown_names() -> tuple[str, ...]:
    """Those that --help lists."""
    return (*_COMMANDS, *_GROUPS)
