"""`rejoinder doctor`: checks what the bot stands on and says what to do where it does not hold."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import typer
from rich.table import Table
from rich.text import Text

from bot.settings import Settings
from bot.terminal.context import Terminal, terminal
from retrieval.errors import Busy, RejoinderError
from retrieval.library import Library
from retrieval.rank.judge import LexicalJudge
from retrieval.rank.models import open_models
from retrieval.types import Role

ENOUGH_DISK = 500 * 2**20
"""Bytes; the seeds' library takes about 20 MiB."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked. ``ok`` is None where nothing is wrong but something is worth knowing."""

    what: str
    ok: bool | None
    says: str


def doctor(context: typer.Context) -> None:
    """Check data directory, stores, models, settings, token and disk; exit status 1 if something is wrong."""
    here = terminal(context)
    findings = examine(here)
    table = Table.grid(padding=(0, 2))
    marks = {True: Text("ok", style="green"), None: Text("note", style="yellow"), False: Text("wrong", style="red")}
    for finding in findings:
        table.add_row(marks[finding.ok], Text(finding.what, style="bold"), Text(finding.says, overflow="fold"))
    here.out.print(table)
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(1)


def examine(here: Terminal) -> list[Finding]:
    """All findings, in the order in which things depend on each other."""
    settings = here.settings
    checks: list[Callable[[], Finding]] = [
        python,
        lambda: disk(settings),
        lambda: models(settings, "embedder"),
        lambda: models(settings, "judge"),
        lambda: stores(here),
        lambda: token(settings),
    ]
    return [check() for check in checks]


def python() -> Finding:
    """Versions that matter in a bug report."""
    names = ("rejoinder", "discord.py", "chromadb", "onnxruntime")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return Finding("versions", ok=True, says=f"Python {sys.version.split()[0]}, {versions}")


def disk(settings: Settings) -> Finding:
    """Room beside the data directory."""
    place = next((folder for folder in (settings.data, *settings.data.parents) if folder.exists()), settings.data)
    free = shutil.disk_usage(place).free
    says = f"{settings.data}, {free // 2**20:,} MiB free"
    if free < ENOUGH_DISK:
        return Finding("disk", ok=False, says=f"{says}; make room, or set REJOINDER_DATA to another folder.")
    return Finding("disk", ok=True, says=says)


def models(settings: Settings, part: str) -> Finding:
    """Which model serves, loaded for real so that a damaged file shows."""
    try:
        opened = open_models(settings.models, settings.threads)
        model = opened.embedder if part == "embedder" else opened.judge
        if isinstance(model, LexicalJudge):
            return Finding(part, ok=None, says=f"{model.id}: no judge model installed, so no passage is put on a side.")
        model.warm()
    except RejoinderError as error:
        return Finding(part, ok=False, says=str(error))
    return Finding(part, ok=True, says=f"{model.id}, embedded")


def stores(here: Terminal) -> Finding:
    """Records and index, opened and compared."""

    async def work(library: Library) -> Finding:
        await library.reconcile()
        articles, references = await library.articles(), await library.sources(role=Role.REFERENCE)
        claims = await library.claims()
        says = (
            f"{len(articles)} articles with {len(claims)} claims, {len(references)} references; {library.condition}; "
            f"answers: {library.writing}"
        )
        return Finding("stores", ok=True, says=says)

    try:
        return here.with_library(work)
    except Busy as error:
        return Finding("stores", ok=None, says=f"{error} (Fine while the bot runs.)")
    except RejoinderError as error:
        return Finding("stores", ok=False, says=str(error))


def token(settings: Settings) -> Finding:
    """Whether a token is set; only Discord can say whether it is right."""
    if settings.discord_token is None:
        says = "not set; `rejoinder run` needs DISCORD_TOKEN, everything else works without it."
        return Finding("Discord token", ok=None, says=says)
    return Finding("Discord token", ok=True, says="set")
