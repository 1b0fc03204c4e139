"""`rejoinder source add`: links and files into the library."""

from __future__ import annotations

import re
import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot.composition import make_fetcher
from bot.console import counted, plain, watching
from bot.terminal.context import DEFAULT_SPACE, NewSpaceOption, Terminal, interruptible, terminal
from retrieval.curate.together import Added, Read, ReadAhead, add_together
from retrieval.errors import BadInput
from retrieval.ingest.article import bind
from retrieval.ingest.intake import Given, Intake, Taken, read_bytes
from retrieval.ingest.worker import Reader
from retrieval.library import Library
from retrieval.types import Document, Role

T = TypeVar("T")

OPERATOR = "operator"
"""Who the audit trail names for changes from the command line."""

RoleOption = Annotated[Role, typer.Option("--role", help="An article's claims are discussed; a reference is evidence.")]


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
    space: NewSpaceOption = DEFAULT_SPACE,
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

    # A text that is bound was checked against its digest, paragraph by paragraph: nothing to confirm.
    asking = not (yes or text_of)

    async def work(library: Library) -> int:
        done = refused = 0
        async with Reader() as reader:
            intake = Intake(make_fetcher(here.settings), reader)
            take = partial(_take, library, intake, given=given, text_of=text_of)
            # While a person is asked nothing else runs, so nothing may be on its way then.
            for together in ([place] for place in places) if asking else [places]:
                async with ReadAhead(together, take, None if asking else library.prepare) as ahead:
                    while read := await _counted(here, done, len(places), ahead.next()):
                        wanted = [one for one in map(partial(_looked_at, here), read) if one] if asking else read
                        added = await _counted(here, done, len(places), add_together(library, wanted, actor=OPERATOR))
                        refused += sum(not _told(here, one) for one in added)
                        done += len(read)
        return refused

    if here.with_library(work):
        raise typer.Exit(1)


async def _counted(here: Terminal, done: int, total: int, work: Awaitable[list[T]]) -> list[T]:
    with counting(here.err, done, total):
        return await work


@contextmanager
def counting(console: Console, done: int, total: int) -> Iterator[None]:
    """A bar of how many of several things are done, gone before a line about this one is printed; none for one."""
    with watching(console) as watch:
        if total > 1:
            watch("Adding sources", done, total)
        yield


async def _take(library: Library, intake: Intake, place: str, *, given: Given, text_of: str | None) -> Taken:
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


def change_line(kind: str, document: Document) -> str:
    """What was done with a document, on one line."""
    source, passages = document.source, len(document.passages)
    held = f"{counted(passages, 'passage')}, {counted(len(document.claims), 'claim')}"
    return plain(f"{kind}: {source.id} {source.title} ({held})")


def _told(here: Terminal, one: Added) -> bool:
    """Say what became of a source; whether it was added."""
    if one.change and one.read.taken:
        here.out.print(change_line(one.change.kind.value, one.read.taken.document), soft_wrap=True)
        return True
    sentence, place = str(one.error), one.read.place
    here.err.print(plain(sentence if place in sentence else f"{place}: {sentence}"), soft_wrap=True)
    return False


def _looked_at(here: Terminal, read: Read) -> Read | None:
    """The same when a person wants it; None when not; with the reason when there is nobody to ask."""
    try:
        return read if read.taken is None or _confirmed(here, read.taken) else None
    except BadInput as error:
        return Read(read.place, error=error)


def _confirmed(here: Terminal, taken: Taken) -> bool:
    first, last = taken.document.passages[0].text, taken.document.passages[-1].text
    begins, ends = plain(f"  begins: {first[:200]}"), plain(f"  ends:   {last[-200:]}")
    here.out.print(change_line("read", taken.document), begins, ends, sep="\n")
    for what in taken.left_out:
        here.out.print(plain(f"  left out: {what}"))
    return asked("Add it?")


def asked(question: str) -> bool:
    """Whether a person says yes.

    Raises:
        BadInput: there is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to confirm: add --yes.")
    with interruptible():
        return typer.confirm(question)
