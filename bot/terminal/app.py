"""The `rejoinder` command, put together."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.console import make_console, plain
from bot.settings import Settings
from bot.terminal import sources
from bot.terminal.ask import ask, chat, claims, demo
from bot.terminal.context import Terminal
from bot.terminal.doctor import doctor
from bot.terminal.run import run
from retrieval.errors import RejoinderError
from retrieval.evaluate.command import app as evaluate

INTERRUPTED = 130

app = typer.Typer(
    name="rejoinder",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Talk about what a source claims: its words, quoted and located, with the evidence against and for.",
    epilog="Settings come from the environment or .env; `rejoinder doctor` checks them.",
)
for command in (demo, ask, chat, claims, sources.seed, run, doctor):
    app.command()(command)
app.add_typer(sources.app, name="source")
app.add_typer(evaluate, name="eval")


def print_version(wanted: bool) -> None:
    """Print the version and stop, if that is wanted."""
    if wanted:
        sys.stdout.write(f"rejoinder {version('rejoinder')}\n")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=print_version)
    ] = False,
) -> None:
    """Read the settings once."""
    del show_version  # Its callback has printed it and stopped.
    settings = Settings.load()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    context.obj = Terminal(settings)


def main() -> int:
    """Run the command line; an error that people may see is one sentence on standard error."""
    try:
        app(prog_name="rejoinder")
    except RejoinderError as error:
        make_console(stderr=True).print(plain(str(error)), soft_wrap=True)
        return error.status
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
