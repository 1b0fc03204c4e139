"""What every subcommand shares: settings, consoles, and a way to run a coroutine with an open library."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from bot.composition import open_library
from bot.console import make_console, watching
from bot.settings import Settings
from retrieval.library import Library
from retrieval.types import SHARED

T = TypeVar("T")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of text for people.")]
SpaceOption = Annotated[
    str, typer.Option("--space", help="A server's id; its sources are searched beside the shared ones.")
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
        logging.getLogger().setLevel(settings.log_level)
        return settings

    def with_library(
        self, work: Callable[[Library], Awaitable[T]], *, seeded: bool = True, settings: Settings | None = None
    ) -> T:
        """Open the library (with the starter sources when it is new), run ``work`` on it, close it."""
        chosen = settings or self.settings

        async def run() -> T:
            with watching(self.err) as watch:
                opened = open_library(chosen, watch, seeded=seeded)
                library = await opened.__aenter__()
            try:
                return await work(library)
            finally:
                await opened.__aexit__(None, None, None)

        return asyncio.run(run())


def terminal(context: typer.Context) -> Terminal:
    """The terminal of this run."""
    return context.find_object(Terminal) or Terminal()


@contextmanager
def interruptible() -> Iterator[None]:
    """While a person is asked something, Ctrl-C counts at once: asyncio would only note it until the line is there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def print_json(value: object) -> None:
    """One JSON value on a line, flushed at once, so that a script can talk with a running `ask -`."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
