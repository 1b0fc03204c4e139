"""`rejoinder source export` and `import`: collections of sources as files, to share them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.composition import House
from bot.console import counted, plain, watching
from bot.terminal.adding import OPERATOR
from bot.terminal.context import DEFAULT_SPACE, NewSpaceOption, OwnSpaceOption, terminal
from bot.terminal.files import check_new, write_new
from retrieval.ingest.intake import read_bytes
from retrieval.store.versions import Change

_INSTEAD = "name another file with --out"


def export(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of the sources.", metavar="ID", show_default="all")
    ] = None,
    space: OwnSpaceOption = DEFAULT_SPACE,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write.", show_default="a name in this folder")
    ] = None,
) -> None:
    """Write sources with their texts to a file: Markdown for one, a zip of Markdown files for several.

    Examples:

      rejoinder source export --space 4711 --out ours.zip

      rejoinder source export R07
    """
    here = terminal(context)
    if out:
        check_new(out, instead=_INSTEAD)
    made = here.with_house(lambda house: house.desk.curator.export(space, ids or None, actor=OPERATOR), embed=False)
    path = out or Path(made.name)
    write_new(path, made.data, instead=_INSTEAD)
    here.out.print(plain(f"{counted(made.sources, 'source')} written to {path}"), soft_wrap=True)


def import_(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="A file that `rejoinder source export` or /source export made.", metavar="FILE")
    ],
    space: NewSpaceOption = DEFAULT_SPACE,
) -> None:
    """Add the sources of a file that was exported; none of them when one cannot be read.

    Examples:

      rejoinder source import ours.zip --space 4711

      rejoinder source import R07-a-report.md
    """
    here = terminal(context)

    async def work(house: House) -> list[Change]:
        with watching(here.err) as watch:
            return await house.desk.curator.import_(space, path.name, read_bytes(path), actor=OPERATOR, watch=watch)

    for change in here.with_house(work):
        here.out.print(plain(f"{change.kind.value}: {change.source.id} {change.source.title}"), soft_wrap=True)
