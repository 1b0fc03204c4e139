"""`rejoinder source add`: links and files into the library."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot.composition import House, make_fetcher
from bot.console import counted, plain, watching
from bot.terminal.asking_back import check_somebody, decided
from bot.terminal.context import DEFAULT_SPACE, NewSpaceOption, Terminal, terminal
from bot.terminal.preview import remarks
from retrieval.curate.preview import Understood
from retrieval.curate.together import Added, ReadAhead, Take, add_together
from retrieval.errors import BadInput
from retrieval.ingest.article import bind
from retrieval.ingest.intake import Given, Intake, read_bytes
from retrieval.ingest.seed import is_web_address, known_date
from retrieval.ingest.worker import Reader
from retrieval.library import Library
from retrieval.store.versions import ChangeKind
from retrieval.types import Document, Role

T = TypeVar("T")

OPERATOR = "operator"
"""Who the audit trail names for changes from the command line."""

RoleOption = Annotated[Role, typer.Option("--role", help="An article's claims are discussed; a reference is evidence.")]


def add(
    context: typer.Context,
    places: Annotated[
        list[str], typer.Argument(help="Links or files: web page, PDF, Word, Markdown, text.", metavar="URL|PATH")
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
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Add without showing a preview and asking.")] = False,
) -> None:
    """Add sources after a preview of each, or bind an article's full text to its digest.

    Examples:

      rejoinder source add report.pdf https://example.org/page

      rejoinder source add reports/*.pdf --yes --space 123456789012345678

      rejoinder source add article.txt --role article --text-of A01
    """
    here = terminal(context)
    given = Given(role, space, OPERATOR, title, author, publisher, checked_date(date), checked_url(url))
    check_alone(places, {"--title": title, "--url": url, "--text-of": text_of})

    # A text that is bound was checked against its digest, paragraph by paragraph: nothing to confirm.
    asking = not (yes or text_of)
    if asking:
        check_somebody()

    async def work(house: House) -> int:
        async with Reader() as reader:
            intake = Intake(make_fetcher(here.settings), reader)
            take = partial(_take, house, intake, given=given, text_of=text_of)
            return await _add_all(here, house.library, places, take, asking=asking)

    if here.with_house(work):
        raise typer.Exit(1)


async def _add_all(here: Terminal, library: Library, places: Sequence[str], take: Take, *, asking: bool) -> int:
    """Read and add sources in their order, each after a preview if ``asking``; returns how many could not be added."""
    done = refused = 0
    # While a person is asked nothing else runs, so nothing may be on its way then.
    for together in ([place] for place in places) if asking else [places]:
        async with ReadAhead(together, take, None if asking else library.prepare) as ahead:
            while read := await _counted(here, done, len(places), ahead.next()):
                place = f"{done + 1} of {len(places)}" if len(places) > 1 else ""
                wanted = [one for each in read if (one := decided(here, place, each))] if asking else read
                added = await _counted(here, done, len(places), add_together(library, wanted, actor=OPERATOR))
                refused += sum(not _told(here, one, brief=not asking) for one in added)
                done += len(read)
    return refused


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


async def _take(house: House, intake: Intake, place: str, *, given: Given, text_of: str | None) -> Understood:
    if text_of is not None:
        return Understood(await _bound(house.library, place, given, text_of), ())
    return await house.understanding.of(await intake.take(place, given), given)


async def _bound(library: Library, place: str, given: Given, text_of: str) -> Document:
    if given.role is not Role.ARTICLE:
        raise BadInput("--text-of binds an article's text to its digest: add --role article.")
    try:
        text = read_bytes(Path(place)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("the text of an article must be UTF-8.") from None
    return bind(text, await library.document(text_of, given.space))


def checked_date(date: str | None) -> str | None:
    """A date as it was given.

    Raises:
        BadInput: it is not a date, or not written as one.
    """
    if date is not None and known_date(date) != date:
        raise BadInput(f"{date} is not a date that can be used: write 2017-08-11, 2017-08 or 2017.")
    return date


def checked_url(url: str | None) -> str | None:
    """A web address as it was given; BadInput when it is none that a reader could open."""
    if url is not None and not is_web_address(url):
        raise BadInput(f"{url[:80]} is not a whole web address, such as https://example.org/page.")
    return url


def check_alone(places: Sequence[str], single: dict[str, str | None]) -> None:
    """Refuse several sources (BadInput) with an option that can be true of one only."""
    if len(places) > 1 and (named := [option for option, value in single.items() if value is not None]):
        raise BadInput(f"{named[0]} is about one source: add these {len(places)} one by one.")


def change_line(kind: str, document: Document) -> str:
    """What was done with a document, on one line."""
    source, passages = document.source, len(document.passages)
    held = f"{counted(passages, 'passage')}, {counted(len(document.claims), 'claim')}"
    return plain(f"{kind}: {source.id} {source.title} ({held})")


def _told(here: Terminal, one: Added, *, brief: bool) -> bool:
    """Say what became of a source, ``brief`` to somebody who saw no preview; whether it was added."""
    taken = one.read.taken
    if one.change and taken:
        line = change_line(one.change.kind.value, taken.document)
        if brief and isinstance(taken, Understood) and one.change.kind is not ChangeKind.UNCHANGED:
            said = " ".join(remarks(taken))
            line = f"{line}. {plain(said)}" if said else line
        here.out.print(line, soft_wrap=True)
        return True
    sentence, place = str(one.error), one.read.place
    here.err.print(plain(sentence if place in sentence else f"{place}: {sentence}"), soft_wrap=True)
    return False
