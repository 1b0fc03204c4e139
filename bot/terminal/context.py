"""What every subcommand shares: settings, consoles, and a way to run a coroutine with an open library."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
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
    """Settings and the two streams. Answers go to ``out``; progress and errors to ``err``."""

    settings: Settings
    out: Console = field(default_factory=make_console)
    err: Console = field(default_factory=lambda: make_console(stderr=True))

    def with_library(self, work: Callable[[Library], Awaitable[T]], *, seeded: bool = True) -> T:
        """Open the library (with the starter sources when it is new), run ``work`` on it, close it."""

        async def run() -> T:
            with watching(self.err) as watch:
                opened = open_library(self.settings, watch, seeded=seeded)
                library = await opened.__aenter__()
            try:
                return await work(library)
            finally:
                await opened.__aexit__(None, None, None)

        return asyncio.run(run())


def terminal(context: typer.Context) -> Terminal:
    """The terminal of this run."""
    return context.find_object(Terminal) or Terminal(Settings.load())


def read_lines(path: str) -> list[str]:
    """Non-empty lines of a file, or of standard input for "-"."""
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]
