"""`rejoinder source removed`, `restore`, `refresh` and `log`: looking after what the library holds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.composition import House
from bot.console import counted, plain, watching
from bot.contract import source_object
from bot.terminal.adding import OPERATOR
from bot.terminal.asking_back import asked
from bot.terminal.context import DEFAULT_SPACE, JsonOption, OwnSpaceOption, Terminal, print_json, terminal
from bot.terminal.preview import remarks
from retrieval.curate.types import Difference, Entry, Refreshed, Removed

SHOWN = 10
"""Changed paragraphs that are shown before "and more"."""
LONGEST = 300
"""Characters of a changed paragraph that are shown."""
MINUTE = len("2026-11-22T20:11")

IdArgument = Annotated[str, typer.Argument(help="Id of the source, such as R07.", metavar="ID")]


def removed(context: typer.Context, space: OwnSpaceOption = DEFAULT_SPACE, as_json: JsonOption = False) -> None:
    """List the sources that were removed and can still be restored.

    Examples:

      rejoinder source removed

      rejoinder source removed --json
    """
    here = terminal(context)
    found = here.with_house(lambda house: house.desk.curator.removed(space), embed=False)
    if as_json:
        print_json([source_object(one.source) | {"removed_at": one.at, "until": one.until} for one in found])
    else:
        here.out.print(_removed(found) if found else "Nothing was removed in the last seven days.")


def restore(context: typer.Context, source_id: IdArgument, space: OwnSpaceOption = DEFAULT_SPACE) -> None:
    """Bring back a source that was removed at most seven days ago.

    Examples:

      rejoinder source restore R07

      rejoinder source restore R07 --space 4711
    """
    here = terminal(context)
    source = here.with_house(lambda house: house.desk.curator.restore(source_id, space, actor=OPERATOR))
    here.out.print(plain(f"restored: {source.id} {source.title}"), soft_wrap=True)


def refresh(
    context: typer.Context,
    source_id: IdArgument,
    space: OwnSpaceOption = DEFAULT_SPACE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take the new version without asking.")] = False,
) -> None:
    """Fetch a source's page again and show what changed; the earlier text stays for the answers that quote it.

    Examples:

      rejoinder source refresh S-0a1b2c3d4e5f

      rejoinder source refresh S-0a1b2c3d4e5f --yes
    """
    here = terminal(context)

    async def work(house: House) -> None:
        with watching(here.err) as watch:
            found = await house.desk.curator.refresh(source_id, space, who=OPERATOR, watch=watch)
        line = f"{found.source.id} {found.source.title}"
        if found.draft is None:
            here.out.print(plain(f"unchanged: {line}"), soft_wrap=True)
            return
        _show_changes(here, found)
        for remark in remarks(found.draft):
            here.out.print(plain(remark), soft_wrap=True)
        if not await _taken(house, found.draft.id, space, yes=yes):
            return
        here.out.print(plain(f"changed: {line}"), soft_wrap=True)

    here.with_house(work)


def log(
    context: typer.Context,
    space: OwnSpaceOption = DEFAULT_SPACE,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many entries, the newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Show who changed which source, when and how.

    Examples:

      rejoinder source log

      rejoinder source log --space 4711 --limit 100
    """
    here = terminal(context)
    entries = here.with_house(lambda house: house.desk.curator.log(space, limit=limit), embed=False)
    if as_json:
        print_json([asdict(entry) for entry in entries])
    else:
        here.out.print(_log(entries) if entries else "No source was changed here yet.")


async def _taken(house: House, draft: str, space: str, *, yes: bool) -> bool:
    """Take the new version if a person (or ``--yes``) says so; what is not taken is forgotten."""
    agreed = False
    try:
        agreed = yes or asked("Take the new version?")
    finally:
        if not agreed:
            await house.desk.drafts.discard(draft, space)
    if agreed:
        await house.desk.drafts.confirm(draft, space, actor=OPERATOR)
    return agreed


def _show_changes(here: Terminal, found: Refreshed) -> None:
    here.out.print(f"{counted(len(found.changes), 'paragraph')} changed:")
    for change in found.changes[:SHOWN]:
        for sign, text in _signed(change):
            here.out.print(plain(f"  {sign} {text[:LONGEST]}{'…' if len(text) > LONGEST else ''}"), soft_wrap=True)
    if len(found.changes) > SHOWN:
        here.out.print(f"  and {len(found.changes) - SHOWN} more")


def _signed(change: Difference) -> list[tuple[str, str]]:
    return [(sign, text) for sign, text in (("-", change.before), ("+", change.after)) if text is not None]


def _removed(found: list[Removed]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for one in found:
        table.add_row(
            Text(one.source.id, style="bold"), Text(f"until {one.until[:MINUTE]} UTC"), Text(plain(one.source.title))
        )
    return table


def _log(entries: list[Entry]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for entry in entries:
        about = " ".join(part for part in (entry.source, entry.title) if part)
        table.add_row(Text(entry.at[:MINUTE]), Text(plain(entry.who)), Text(entry.what), Text(plain(about)))
    return table
