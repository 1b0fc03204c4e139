"""`rejoinder seed`, and what the library holds: `rejoinder source list`, `show` and `remove`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.composition import SEEDER, seed_documents
from bot.console import plain, render_sources, watching
from bot.contract import claim_object, source_object
from bot.terminal import curating, exchange
from bot.terminal.adding import OPERATOR, add, asked
from bot.terminal.context import DEFAULT_SPACE, JsonOption, OwnSpaceOption, SpaceOption, print_json, terminal
from bot.terminal.record import natural, render_record
from retrieval.library import Library
from retrieval.seeding import SEEDS
from retrieval.store.versions import ChangeKind
from retrieval.types import Role

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


@app.command("list")
def list_sources(
    context: typer.Context,
    role: Annotated[Role | None, typer.Option("--role", help="Only articles, or only references.")] = None,
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
) -> None:
    """List the sources.

    Examples:

      rejoinder source list

      rejoinder source list --role article --json
    """
    here = terminal(context)
    sources = sorted(here.with_library(lambda library: library.sources(space, role=role)), key=natural)
    if as_json:
        print_json([source_object(source) for source in sources])
    else:
        here.out.print(render_sources(sources))


@app.command("show")
def show(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(help="Id of the source, such as R07.")],
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
    source_id: Annotated[str, typer.Argument(help="Id of the source, such as R07.")],
    space: OwnSpaceOption = DEFAULT_SPACE,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
) -> None:
    """Take a source out of every answer.

    Examples:

      rejoinder source remove R07

      rejoinder source remove R07 --yes
    """
    here = terminal(context)

    async def work(library: Library) -> None:
        source = (await library.source(source_id, space)).source
        if yes or asked(f"Remove {source.id} “{source.title}”?"):
            await library.remove(source_id, space, actor=OPERATOR)
            here.out.print(plain(f"removed: {source.id} {source.title}"), soft_wrap=True)

    here.with_library(work)


app.command("add")(add)
for name, command in (
    ("remove", remove),
    ("removed", curating.removed),
    ("restore", curating.restore),
    ("refresh", curating.refresh),
    ("export", exchange.export),
    ("import", exchange.import_),
    ("log", curating.log),
    ("balance", curating.balance),
):
    app.command(name)(command)
