"""What every subcommand shares: settings, consoles, and a way to run a coroutine with an open library."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot.composition import House, open_house
from bot.console import make_console, watching
from bot.secrecy import hide
from bot.settings import Settings
from retrieval.answer.trails import Trails
from retrieval.errors import BadInput
from retrieval.library import Library
from retrieval.types import SHARED

T = TypeVar("T")

_ID = re.compile("[1-9][0-9]{0,19}")


def checked_space(space: str) -> str:
    """A space as it was named; whatever is added to one that no server has, no server would see.

    Raises:
        BadInput: it is neither a server's id nor the shared space.
    """
    if space != SHARED and not is_id(space):
        raise no_id(space, "server")
    return space


def no_id(given: str, what: str, *, menu: str = "", also: str = "") -> BadInput:
    """The error for what is no id of Discord's.

    Args:
        given: what it was.
        what: whose id was wanted, in one word.
        menu: what Discord's menu calls that.
        also: what else can be given, such as ', or "none"'.
    """
    copied = f"Copy {(menu or what).title()} ID, in developer mode"
    return BadInput(
        f"{given[:40] or 'An empty value'} is no {what}'s id: write the number that Discord copies ({copied}){also}."
    )


def is_id(value: str) -> bool:
    """Whether a value can be one of Discord's ids: a whole number of 64 bits, written as Discord writes it."""
    return _ID.fullmatch(value) is not None and int(value) < 2**64


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of text for people.")]
SpaceOption = Annotated[
    str,
    typer.Option(
        "--space", metavar="ID", callback=checked_space, help="A server's id; its sources count beside the shared."
    ),
]
OwnSpaceOption = Annotated[
    str,
    typer.Option(
        "--space", metavar="ID", callback=checked_space, help="A server's id: its own only, not the shared ones."
    ),
]
NewSpaceOption = Annotated[
    str,
    typer.Option("--space", metavar="ID", callback=checked_space, help="A server's id: no other sees what is added."),
]
DEFAULT_SPACE = SHARED


@dataclass(frozen=True)
class Terminal:
    """The two streams, and settings. Answers go to ``out``; progress and errors to ``err``."""

    out: Console = field(default_factory=make_console)
    err: Console = field(default_factory=lambda: make_console(stderr=True))

    @cached_property
    def settings(self) -> Settings:
        """Read when they are first needed: help, and a doctor who finds them wrong, do without."""
        settings = Settings.load()
        hide(settings.secrets)
        logging.getLogger().setLevel(settings.log_level)
        return settings

    def with_library(
        self, work: Callable[[Library], Awaitable[T]], *, seeded: bool = True, settings: Settings | None = None
    ) -> T:
        """Open the library (with the starter sources when it is new), run ``work`` on it, close it."""
        return self.with_house(lambda house: work(house.library), seeded=seeded, settings=settings)

    def with_house(
        self,
        work: Callable[[House], Awaitable[T]],
        *,
        seeded: bool = True,
        settings: Settings | None = None,
        embed: bool = True,
        trails: Trails | None = None,
    ) -> T:
        """The same with all that is open beside the library; see ``open_house``."""
        chosen = settings or self.settings

        async def run() -> T:
            with watching(self.err) as watch:
                opened = open_house(chosen, watch, seeded=seeded, embed=embed, trails=trails)
                house = await opened.__aenter__()
            try:
                return await work(house)
            finally:
                await opened.__aexit__(None, None, None)

        return asyncio.run(run())

    def with_model(
        self,
        model: str,
        work: Callable[[Library], Awaitable[T]],
        *,
        address: str | None = None,
        trails: Trails | None = None,
    ) -> T:
        """The library with a chat model instead of the one that is set, for measuring; empty means none.

        Args:
            model: as in REJOINDER_CHAT_MODEL.
            work: run on the library.
            address: of a server of ours that speaks as that model; no key is sent there, and no budget holds.
            trails: told how each answer comes about.
        """
        ours: dict[str, object] = {"openai_url": address, "openai_key": None, "chat_tokens": 0, "chat_money": None}
        settings = self.settings.model_copy(update={"chat_model": model, **(ours if address else {})})
        return self.with_house(lambda house: work(house.library), settings=settings, trails=trails)


def terminal(context: typer.Context) -> Terminal:
    """The terminal of this run."""
    return context.find_object(Terminal) or Terminal()


def interruptible() -> AbstractContextManager[None]:
    """While a person is asked something, Ctrl-C counts at once: asyncio would only note it until the line is there."""
    return _on_interrupt(signal.default_int_handler)


def uninterrupted() -> AbstractContextManager[None]:
    """While another program has the terminal, Ctrl-C is for that program alone: an editor has a use for it."""
    return _on_interrupt(lambda *_: None)


@contextmanager
def _on_interrupt(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def print_json(value: object) -> None:
    """One JSON value on a line, flushed at once, so that a script can talk with a running `ask -`."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
