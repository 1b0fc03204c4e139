"""`rejoinder seed` and `rejoinder source …`: what the library holds."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.composition import SEEDER, seed_documents
from bot.console import counted, plain, render_sources, watching
from bot.contract import claim_object, source_object
from bot.terminal.context import (
    DEFAULT_SPACE,
    JsonOption,
    SpaceOption,
    Terminal,
    interruptible,
    print_json,
    terminal,
)
from bot.terminal.record import natural, render_record
from retrieval.errors import BadInput, RejoinderError
from retrieval.ingest.article import bind
from retrieval.ingest.fetch import Fetcher
from retrieval.ingest.intake import Given, Intake, Taken, read_bytes
from retrieval.ingest.worker import Reader
from retrieval.library import Library
from retrieval.seeding import SEEDS
from retrieval.store.versions import ChangeKind
from retrieval.types import Document, Role

OPERATOR = "operator"
"""Who the audit trail names for changes from the command line."""

app = typer.Typer(no_args_is_help=True, help="The articles and references that answers draw on.")

RoleOption = Annotated[Role, typer.Option("--role", help="An article's claims are discussed; a reference is evidence.")]


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


@app.command("add")
def add(
    context: typer.Context,
    places: Annotated[
        list[str], typer.Argument(help="Links or files: web page, PDF, Word, Markdown, text.", metavar="URL|PATH...")
    ],
    role: RoleOption = Role.REFERENCE,
    text_of: Annotated[
        str | None,
        typer.Option("--text-of", help="Id of the digest whose article this is the full text of, such as A01."),
    ] = None,
    space: SpaceOption = DEFAULT_SPACE,
    title: Annotated[str | None, typer.Option("--title", help="Title, when the source does not tell.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Who wrote it.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Who published it.")] = None,
    date: Annotated[str | None, typer.Option("--date", help="When: 2017-08-11, 2017-08 or 2017.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where a file can be read on the web.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add without asking.")] = False,
) -> None:
    """Add sources, or bind an article's full text to its digest.

    Examples:

      rejoinder source add report.pdf https://example.org/page --yes

      rejoinder source add article.txt --role article --text-of A01
    """
    here = terminal(context)
    given = Given(role, space, OPERATOR, title, author, publisher, checked_date(date), url)

    async def work(library: Library) -> int:
        refused = 0
        async with Reader() as reader:
            intake = Intake(Fetcher(), reader)
            for place in places:
                try:
                    taken = await _take(library, intake, place, given, text_of)
                    # A text that is bound was checked against its digest, paragraph by paragraph: nothing to confirm.
                    if yes or text_of or _confirmed(here, taken):
                        change = (await library.add([taken.document], actor=OPERATOR))[0]
                        here.out.print(_line(change.kind.value, taken.document), soft_wrap=True)
                except RejoinderError as error:
                    refused += 1
                    sentence = str(error)
                    told = sentence if place in sentence else f"{place}: {sentence}"
                    here.err.print(plain(told), soft_wrap=True)
        return refused

    if here.with_library(work):
        raise typer.Exit(1)


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


@app.command("remove")
def remove(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(help="Id of the source, such as R07.")],
    space: SpaceOption = DEFAULT_SPACE,
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
        if yes or _asked(f"Remove {source.id} “{source.title}”?"):
            await library.remove(source_id, space, actor=OPERATOR)
            here.out.print(plain(f"removed: {source.id} {source.title}"), soft_wrap=True)

    here.with_library(work)


async def _take(library: Library, intake: Intake, place: str, given: Given, text_of: str | None) -> Taken:
    if text_of is None:
        return await intake.take(place, given)
    if given.role is not Role.ARTICLE:
        raise BadInput("--text-of binds an article's text to its digest: add --role article.")
    try:
        text = read_bytes(Path(place)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("the text of an article must be UTF-8.") from None
    return Taken(bind(text, await library.document(text_of, given.space)), ())


def checked_date(date: str | None) -> str | None:
    """A date as it was given.

    Raises:
        BadInput: it is not a date, or not written as one.
    """
    if date is not None and not re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", date):
        raise BadInput(f"{date} is not a date that can be used: write 2017-08-11, 2017-08 or 2017.")
    return date


def _line(kind: str, document: Document) -> str:
    source, passages = document.source, len(document.passages)
    held = f"{counted(passages, 'passage')}, {counted(len(document.claims), 'claim')}"
    return plain(f"{kind}: {source.id} {source.title} ({held})")


def _confirmed(here: Terminal, taken: Taken) -> bool:
    first, last = taken.document.passages[0].text, taken.document.passages[-1].text
    here.out.print(
        _line("read", taken.document), plain(f"  begins: {first[:200]}"), plain(f"  ends:   {last[-200:]}"), sep="\n"
    )
    for what in taken.left_out:
        here.out.print(plain(f"  left out: {what}"))
    return _asked("Add it?")


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to confirm: add --yes.")
    with interruptible():
        return typer.confirm(question)
