"""`rejoinder embed`: the vectors of the embedder that is set, made now."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.composition import House
from bot.console import plain, watching
from bot.terminal.context import JsonOption, Terminal, interruptible, print_json, terminal
from retrieval.errors import BadInput
from retrieval.store.switch import Standing, Switch


def embed(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Embed without asking.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make the index of the embedder in REJOINDER_EMBEDDINGS, after showing what that costs; the old one serves on.

    Examples:

      rejoinder embed

      rejoinder embed --yes
    """
    here = terminal(context)

    async def work(house: House) -> None:
        switch = house.switch
        if switch is None:
            _tell(here, None, as_json=as_json)
            return
        standing = await asyncio.to_thread(switch.standing)
        if not standing.settled:
            here.err.print(plain(f"{standing}."), soft_wrap=True)
            if not (yes or _agreed()):
                return
        with watching(here.err) as watch:
            await asyncio.to_thread(switch.run, watch)
        await asyncio.to_thread(_tell_all, here, switch, as_json=as_json)

    here.with_house(work, embed=False)


def _tell_all(here: Terminal, switch: Switch, *, as_json: bool) -> None:
    _tell(here, switch.standing(), as_json=as_json)


def _tell(here: Terminal, standing: Standing | None, *, as_json: bool) -> None:
    if as_json:
        shown = {"wanted": "embedded", "serving": "embedded", "passages_left": 0, "tokens_left": 0}
        if standing:
            left = standing.left
            shown = {"wanted": standing.wanted, "serving": standing.serving}
            shown |= {"passages_left": left.passages, "tokens_left": left.tokens}
        print_json(shown)
        return
    says = f"{standing}." if standing else "The embedded model serves; set REJOINDER_EMBEDDINGS for another."
    here.out.print(plain(says), soft_wrap=True)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to agree to that: add --yes.")
    with interruptible():
        return typer.confirm("Embed now?")
