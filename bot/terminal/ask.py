"""`rejoinder ask`, `chat`, `claims` and `demo`: questions and answers in the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from bot.console import plain, render_answer, render_claims
from bot.contract import answer_object, claim_object
from bot.terminal.context import (
    DEFAULT_SPACE,
    JsonOption,
    SpaceOption,
    Terminal,
    interruptible,
    print_json,
    terminal,
)
from bot.terminal.explain import render_trail
from bot.trail import trail_object
from retrieval.answer.trails import Trails
from retrieval.conversation import Conversations
from retrieval.errors import BadInput, RejoinderError
from retrieval.library import Library
from retrieval.types import Answer

ArticleOption = Annotated[str | None, typer.Option("--article", help="Id of the article meant, such as A01.")]
AllOption = Annotated[bool, typer.Option("--all", help="Show every citation instead of the best three a side.")]

_log = logging.getLogger(__name__)

STDIN = "-"
"""Stands for standard input."""
_HERE = "terminal"
"""Place and person of the one conversation that a terminal holds."""
DEMO = (
    (
        "Did rebel groups in Syria get hundreds of billions of dollars from the US and its allies?",
        "a disputed figure",
    ),
    (
        "Does the article's account of what the 2012 DIA report says about a Salafist principality hold up?",
        "what the article says that a report says",
    ),
    ("What will the weather be in Manila tomorrow?", "a question that the sources cannot answer"),
)
"""Three questions and what each shows."""


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help='The question, in quotes; "-" reads one a line from standard input.')],
    article: ArticleOption = None,
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
    everything: AllOption = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the whole trail: what was found, judged, asked of a model, dropped.")
    ] = False,
) -> None:
    """Ask about a claim: what the article says, the evidence against it and for it.

    Examples:

      rejoinder ask "Did the US create Al Qaeda?"

      rejoinder ask --json "claim 21" | jq .opposing

      rejoinder ask --json - < questions.txt

      rejoinder ask --explain "Did the US create Al Qaeda?"
    """
    here = terminal(context)
    trails = Trails() if explain else None

    async def work(library: Library) -> int:
        refused = 0
        for asked in _questions(question):
            try:
                answer = await library.ask(asked, space, article=article)
            except RejoinderError as error:
                if question != STDIN:
                    raise
                # One line that cannot be asked must not cost the lines after it.
                here.err.print(plain(str(error)), soft_wrap=True)
                refused += 1
            else:
                show(answer)
        return refused

    def show(answer: Answer) -> None:
        trail = trails.take(answer.id) if trails else None
        if as_json:
            print_json(answer_object(answer) | ({"trail": trail_object(answer, trail)} if trail else {}))
            return
        here.out.print(render_answer(answer, everything=everything))
        if trail:
            here.out.print(render_trail(answer, trail))

    if here.with_house(lambda house: work(house.library), trails=trails):
        raise typer.Exit(1)


def claims(
    context: typer.Context,
    article: ArticleOption = None,
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
) -> None:
    """List the numbered claims of the articles.

    Examples:

      rejoinder claims

      rejoinder claims --article A01 --json
    """
    here = terminal(context)
    found = here.with_library(lambda library: library.claims(space, article=article))
    if as_json:
        print_json([claim_object(claim) for claim in found])
    else:
        here.out.print(render_claims(found))


def chat(context: typer.Context, space: SpaceOption = DEFAULT_SPACE) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends.

    Examples:

      rejoinder chat

      rejoinder chat --space 123456789012345678
    """
    here = terminal(context)
    here.with_library(lambda library: converse(here, library, space))


def demo(context: typer.Context) -> None:
    """Three questions about the first article, then the console when a person is there.

    Example:

      rejoinder demo
    """
    here = terminal(context)

    async def work(library: Library) -> None:
        for number, (question, shows) in enumerate(DEMO, start=1):
            here.out.rule(Text(f"{number} of {len(DEMO)}: {shows}", style="dim"), align="left", characters="─")
            here.out.print(Text.assemble(("> ", "dim"), (question, "bold")), "")
            here.out.print(render_answer(await library.ask(question)), "")
        if sys.stdin.isatty() and here.out.is_terminal:
            here.out.rule(characters="─")
            here.out.print("Your turn. Ask about the article, or type “claims” for the list.")
            await converse(here, library, DEFAULT_SPACE)

    here.with_library(work)


async def converse(here: Terminal, library: Library, space: str) -> None:
    """Read questions and print answers until an empty line, end of input or Ctrl-C."""
    interactive = sys.stdin.isatty()
    conversations = Conversations()
    async with _checking(library):
        for line in _lines("> " if interactive else ""):
            try:
                if line.casefold() in {"claims", "list"}:
                    here.out.print(render_claims(await library.claims(space)))
                else:
                    answer = await library.follow_up(line, space, turns=conversations.turns(_HERE, _HERE))
                    conversations.heard(_HERE, _HERE, answer)
                    here.out.print(Padding(render_answer(answer), (1, 0)))
            except RejoinderError as error:
                here.err.print(plain(str(error)), soft_wrap=True)


@contextlib.asynccontextmanager
async def _checking(library: Library) -> AsyncIterator[None]:
    """Check the index while questions are asked: who stays long gains by it; trouble with it is only a log's matter."""
    check = asyncio.create_task(library.reconcile())
    await asyncio.sleep(0)  # Lets the check begin, on a thread of its own: waiting for a line holds this one.
    try:
        yield
    finally:
        check.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            try:
                await check
            except RejoinderError as error:
                _log.warning("the index could not be checked: %s", error)


def _lines(prompt: str) -> Iterator[str]:
    while True:
        try:
            with interruptible():
                line = input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if not line:
            return
        yield _writable(line)


def _questions(question: str) -> Iterator[str]:
    if question != STDIN:
        if not question.strip():
            raise BadInput("The question is empty; put it in quotes after `rejoinder ask`.")
        yield _writable(question)
        return
    while line := _next_line():
        if line.strip():
            yield _writable(line.strip())


def _next_line() -> str:
    with interruptible():
        return sys.stdin.readline()


def _writable(text: str) -> str:
    """Text with "?" for what bad bytes become in arguments and lines: half characters that nothing can store."""
    return text.encode("utf-8", "replace").decode("utf-8")
