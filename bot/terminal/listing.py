"""`rejoinder source list`: what the library holds, by role and words, all at once or by the page."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.choices import source_has
from bot.console import plain, render_sources
from bot.contract import source_object
from bot.terminal.context import DEFAULT_SPACE, JsonOption, SpaceOption, Terminal, print_json, terminal
from bot.terminal.record import natural
from retrieval.errors import BadInput
from retrieval.types import Role, Source

PER_PAGE = 50
"""Sources of a page, where no number is given."""
_EMPTY = "There are no sources yet: `rejoinder source add` adds some."


def list_sources(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="Only sources with all these words in id, title, author or publisher.",
            metavar="WORD",
            show_default="all",
        ),
    ] = None,
    role: Annotated[Role | None, typer.Option("--role", help="Only articles, or only references.")] = None,
    space: SpaceOption = DEFAULT_SPACE,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="So many a page.", show_default=f"all; {PER_PAGE} with --page")
    ] = None,
    page: Annotated[int | None, typer.Option("--page", min=1, help="Which page.", show_default="the first")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the sources, all or those with some words.

    Examples:

      rejoinder source list

      rejoinder source list defense intelligence --role reference

      rejoinder source list --limit 20 --page 2

      rejoinder source list --role article --json
    """
    if as_json and (limit or page):
        raise BadInput("--json prints all that fit the words: leave out --limit and --page.")
    here = terminal(context)
    sources = sorted(here.with_library(lambda library: library.sources(space, role=role)), key=natural)
    found = [source for source in sources if source_has(source, " ".join(words or ()))]
    if as_json:
        print_json([source_object(source) for source in found])
    elif not found:
        here.out.print("No source fits that; `rejoinder source list` shows them all." if sources or role else _EMPTY)
    elif limit or page:
        _show_page(here, found, limit or PER_PAGE, page or 1)
    else:
        here.out.print(render_sources(found))


def _show_page(here: Terminal, found: list[Source], limit: int, page: int) -> None:
    pages = -(-len(found) // limit)
    if page > pages:
        raise BadInput(f"There is no page {page:,}: {len(found):,} sources fill {pages:,}.")
    first = (page - 1) * limit
    shown = found[first : first + limit]
    here.out.print(render_sources(shown))
    more = f"; --page {page + 1} shows the next" if page < pages else ""
    here.out.print(plain(f"\n{first + 1:,} to {first + len(shown):,} of {len(found):,} sources{more}."), soft_wrap=True)
