"""`rejoinder seed`, what the library holds (`rejoinder source show` and `remove`), and the group `rejoinder source`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.composition import SEEDER, seed_documents
from bot.console import counted, plain, watching
from bot.contract import claim_object, source_object
from bot.terminal import curating, exchange, listing
from bot.terminal.adding import OPERATOR, add
from bot.terminal.asking_back import asked
from bot.terminal.balancing import balance
from bot.terminal.context import DEFAULT_SPACE, JsonOption, OwnSpaceOption, SpaceOption, print_json, terminal
from bot.terminal.record import render_record
from bot.terminal.ruling import rules
from retrieval.errors import Refused
from retrieval.library import Library
from retrieval.seeding import SEEDS
from retrieval.store.versions import ChangeKind

app = typer.Typer(no_args_is_help=True, help="The articles and references that answers draw on.")


def seed(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="Folder of Markdown files, one a source.", show_default="the starter sources")
    ] = SEEDS,
) -> None:
    """Load the starter sources; again and again does no harm, only edited files are read in anew.

    Examples:

      rejoinder seed

      rejoinder seed my-notes/
    """
    here = terminal(context)

    async def work(library: Library) -> None:
        documents = await seed_documents(library, folder)
        with watching(here.err) as watch:
            changes = await library.add(documents, actor=SEEDER, watch=watch)
        kinds = Counter(change.kind for change in changes)
        for change in changes:
            if change.kind is not ChangeKind.UNCHANGED and kinds[change.kind] <= len(changes) // 2:
                here.out.print(plain(f"{change.kind.value}: {change.source.id} {change.source.title}"), soft_wrap=True)
        here.out.print(", ".join(f"{kinds[kind]} {kind.value}" for kind in ChangeKind) + ".")

    here.with_library(work, seeded=False)


def show(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(help="Id of the source, such as R07.", metavar="ID")],
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
) -> None:
    """Show a source's record and its passages.

    Examples:

      rejoinder source show R07

      rejoinder source show A01 --json
    """
    here = terminal(context)
    details = here.with_library(lambda library: library.source(source_id, space))
    if as_json:
        passages = [
            {"id": p.id, "heading": p.heading, "paragraph": p.paragraph, "text": p.text} for p in details.passages
        ]
        stored = {"cited": details.cited, "claims": [claim_object(c) for c in details.claims], "passages": passages}
        print_json(source_object(details.source) | stored)
    else:
        here.out.print(render_record(details))


def remove(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(help="Id of the source, such as R07.", metavar="ID")],
    space: OwnSpaceOption = DEFAULT_SPACE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
) -> None:
    """Take a source out of every answer; for seven days it can be restored.

    Examples:

      rejoinder source remove R07

      rejoinder source remove S-0a1b2c3d4e5f --space 123456789012345678 --yes
    """
    here = terminal(context)

    async def work(library: Library) -> None:
        details = await library.source(source_id, space)
        source = details.source
        if source.space != space:
            raise Refused(f"{source.id} is shared with every server: leave out --space to take it from all of them.")
        cited = f", quoted in {counted(details.cited, 'kept answer')}" if details.cited else ""
        if yes or asked(plain(f"Remove {source.id} “{source.title}”{cited}?")):
            await library.remove(source_id, space, actor=OPERATOR)
            here.out.print(plain(f"removed: {source.id} {source.title}"), soft_wrap=True)

    here.with_library(work)


for name, command, short in (
    ("list", listing.list_sources, "List the sources."),
    ("show", show, "Show a source's record and its passages."),
    ("add", add, "Add sources."),
    ("remove", remove, "Take a source out of every answer."),
    ("removed", curating.removed, "List what can still be restored."),
    ("restore", curating.restore, "Bring back what was removed."),
    ("refresh", curating.refresh, "Fetch a source's page again."),
    ("export", exchange.export, "Write sources to a file, to share them."),
    ("import", exchange.import_, "Add the sources of such a file."),
    ("log", curating.log, "Show who changed what, and when."),
    ("balance", balance, "Show how the references cover an article."),
    ("rules", rules, "Show or set who may change a server's sources."),
):
    app.command(name, short_help=short)(command)
