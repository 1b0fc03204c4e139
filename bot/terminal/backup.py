"""`rejoinder backup` and `rejoinder restore`: the whole library as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.console import counted, plain
from bot.terminal.context import JsonOption, Terminal, print_json, terminal
from retrieval.store import backup as backups
from retrieval.store.backup import Held

MIB = 2**20


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to make; one that is there is not overwritten.")],
    as_json: JsonOption = False,
) -> None:
    """Copy the whole library, of all servers, into one file, and check the copy; the bot may go on running.

    Examples:

      rejoinder backup rejoinder-2026-11-22.backup

      rejoinder backup "/backups/rejoinder-$(date +%F).backup"
    """
    here = terminal(context)
    _tell(here, "backed up", backups.back_up(here.settings.data, file), f"to {file}", as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `rejoinder backup` made.")],
    as_json: JsonOption = False,
) -> None:
    """Make the library from a backup, in a data directory (REJOINDER_DATA) that holds none yet.

    Examples:

      rejoinder restore rejoinder-2026-11-22.backup

      REJOINDER_DATA=/srv/rejoinder rejoinder restore rejoinder-2026-11-22.backup
    """
    here = terminal(context)
    held = backups.restore(file, here.settings.data)
    _tell(here, "restored", held, f"in {here.settings.data}; its index is made at the next start", as_json=as_json)


def _tell(here: Terminal, done: str, held: Held, where: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"sources": held.sources, "passages": held.passages, "bytes": held.size})
        return
    what = f"{counted(held.sources, 'source')}, {counted(held.passages, 'passage')}, {held.size / MIB:.1f} MiB"
    here.out.print(plain(f"{done}: {what}, {where}"), soft_wrap=True)
