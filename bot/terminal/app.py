"""The `rejoinder` command, put together."""

from __future__ import annotations

import io
import logging
import secrets
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from typer.main import get_command

from bot.console import make_console, plain
from bot.secrecy import Discreet, without_secrets
from bot.terminal import backup as backups
from bot.terminal import privacy, sources
from bot.terminal.ask import ask, chat, claims, demo
from bot.terminal.budget import budget
from bot.terminal.context import Terminal
from bot.terminal.doctor import doctor
from bot.terminal.embed import embed
from bot.terminal.run import run
from retrieval.errors import BadInput, RejoinderError
from retrieval.evaluate.command import app as evaluate

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
INTERRUPTED = 130
OURS = 70
"""Exit status of a fault of ours: EX_SOFTWARE of sysexits.h."""
USAGE = typer.BadParameter.__mro__[2]
"""What all complaints about arguments are: click's ClickException, or that of the click inside newer Typers."""

log = logging.getLogger(__name__)

# Plain help: it reads the same in a terminal, in a pipe and in a file.
app = typer.Typer(
    name="rejoinder",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
    help="Talk about what a source claims: its words, quoted and located, with the evidence against and for.",
    epilog="Settings come from the environment or .env; `rejoinder doctor` checks them.",
)


def help_alone(context: typer.Context) -> None:
    """Show the help of a group that is called without a command."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for command, short in (
    (demo, "See three answers."),
    (ask, "Ask about a claim."),
    (chat, "Ask one question after another."),
    (claims, "List the numbered claims of the articles."),
    (sources.seed, "Load the starter sources."),
    (budget, "Show what the chat model used today."),
    (run, "Start the bot on Discord."),
    (embed, "Make the index of another embedder."),
    (backups.backup, "Copy the library into one file."),
    (backups.restore, "Make the library from a backup."),
    (doctor, "Check what the bot stands on."),
):
    app.command(short_help=short)(command)
for name, group in (("source", sources.app), ("privacy", privacy.app), ("eval", evaluate)):
    app.add_typer(
        group,
        name=name,
        callback=help_alone,
        invoke_without_command=True,
        no_args_is_help=False,
        help=group.info.help,
        epilog=group.info.epilog,
    )


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
    """Make ready what every command uses."""
    del show_version  # Its callback has printed it and stopped.
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(LOG_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    context.obj = Terminal()
    help_alone(context)


def main() -> int:
    """Run the command line; whatever goes wrong is one sentence on standard error, and the exit status."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A byte or a letter that the encoding does not have must not cost the whole answer.
            stream.reconfigure(errors="replace")
    try:
        status = app(prog_name="rejoinder", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except RejoinderError as error:
        return _told(str(error), error.status)
    except Exception as error:
        if isinstance(error, USAGE):
            return _told(usage_sentence(error), BadInput.status)
        error_id = secrets.token_hex(4)
        log.exception("the command failed (id %s)", error_id)
        return _told(f"Something went wrong on our side; please report it with the log above and id {error_id}.", OURS)
    return status if isinstance(status, int) else 0


def usage_sentence(error: Exception) -> str:
    """One line for a complaint about arguments: what is wrong, and which help says how it is done."""
    told = getattr(error, "format_message", error.__str__)()
    context = getattr(error, "ctx", None)
    command = context.command_path if context else called()
    wrong = " ".join(told.split()).replace("Value error, ", "").replace(". Did you mean", ", did you mean").rstrip(".")
    return f"{wrong}{' See' if wrong.endswith('?') else '; see'} `{command} --help`."


def called() -> str:
    """The command that was called, by the words with which the call begins; options may follow."""
    command, name = get_command(app), "rejoinder"
    for word in sys.argv[1:]:
        inner = getattr(command, "commands", {}).get(word)
        if inner is None:
            break
        command, name = inner, f"{name} {word}"
    return name


def _told(sentence: str, status: int) -> int:
    make_console(stderr=True).print(plain(without_secrets(sentence)), soft_wrap=True)
    return status
