"""`rejoinder source export` and `import`: collections of sources as files, to share them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.composition import House
from bot.console import counted, plain, watching
from bot.terminal.adding import OPERATOR
from bot.terminal.context import DEFAULT_SPACE, NewSpaceOption, OwnSpaceOption, terminal
from retrieval.curate.types import Export
from retrieval.errors import BadInput
from retrieval.ingest.intake import read_bytes
from retrieval.store.versions import Change


def export(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of the sources.", metavar="[ID]...", show_default="all")
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
    made = here.with_house(lambda house: house.desk.curator.export(space, ids or None, actor=OPERATOR), embed=False)
    path = _write(made, out)
    here.out.print(plain(f"{counted(made.sources, 'source')} written to {path}"), soft_wrap=True)


def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A file that `rejoinder source export` or /source export made.")],
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


def _write(made: Export, out: Path | None) -> Path:
    path = out or Path(made.name)
    try:
        with path.open("xb") as file:
            file.write(made.data)
    except FileExistsError:
        raise BadInput(f"{path} is there already: name another file with --out.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
    return path
