"""`rejoinder ask`, `chat`, `claims` and `demo`: questions and answers in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from bot.console import plain, render_answer, render_claims
from bot.contract import answer_object, claim_object
from bot.terminal.context import DEFAULT_SPACE, JsonOption, SpaceOption, Terminal, terminal
from retrieval.errors import BadInput, RejoinderError
from retrieval.library import Library

ArticleOption = Annotated[str | None, typer.Option("--article", help="Id of the article meant, such as A01.")]
AllOption = Annotated[bool, typer.Option("--all", help="Show every citation instead of the best three a side.")]

DEMO = (
    (
        "Did rebel groups in Syria get hundreds of billions of dollars from the US and its allies?",
        "evidence stands against it",
    ),
    (
        "Does the article's account of what the 2012 DIA report says about a Salafist principality hold up?",
        "it is borne out",
    ),
    ("What will the weather be in Manila tomorrow?", "no source speaks of it, so no answer is made up"),
)
"""Three questions and what each shows."""


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help='The question, in quotes; "-" reads one a line from standard input.')],
    article: ArticleOption = None,
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
    everything: AllOption = False,
) -> None:
    """Ask about a claim: what the article says, the evidence against it and for it.

    Examples:

      rejoinder ask "Did the US create Al Qaeda?"

      rejoinder ask --json "claim 21" | jq .opposing

      rejoinder ask --json - < questions.txt
    """
    here = terminal(context)

    async def work(library: Library) -> None:
        for asked in _questions(question):
            answer = await library.ask(asked, space, article=article)
            if as_json:
                _print_json(answer_object(answer))
            else:
                here.out.print(render_answer(answer, everything=everything))

    here.with_library(work)


def claims(
    context: typer.Context,
    article: ArticleOption = None,
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
) -> None:
    """List the numbered claims of the articles."""
    here = terminal(context)
    found = here.with_library(lambda library: library.claims(space, article=article))
    if as_json:
        _print_json([claim_object(claim) for claim in found])
    else:
        here.out.print(render_claims(found))


def chat(context: typer.Context, space: SpaceOption = DEFAULT_SPACE) -> None:
    """Ask one question after another; an empty line or Ctrl-D ends."""
    here = terminal(context)
    here.with_library(lambda library: converse(here, library, space))


def demo(context: typer.Context) -> None:
    """Three questions about the first article, then the console when a person is there."""
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
    for line in _lines("> " if interactive else ""):
        try:
            if line.casefold() in {"claims", "list"}:
                here.out.print(render_claims(await library.claims(space)))
            else:
                here.out.print(Padding(render_answer(await library.ask(line, space)), (1, 0)))
        except RejoinderError as error:
            here.err.print(plain(str(error)), soft_wrap=True)


def _lines(prompt: str) -> Iterator[str]:
    while True:
        try:
            line = input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if not line:
            return
        yield line


def _questions(question: str) -> Iterator[str]:
    if question != "-":
        if not question.strip():
            raise BadInput("The question is empty; put it in quotes after `rejoinder ask`.")
        yield question
        return
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _print_json(value: object) -> None:
    # One object a line, flushed at once, so that a script can talk with a running `ask -`.
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
