"""`rejoinder doctor`: checks what the bot stands on and says what to do where it does not hold."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from bot.composition import open_chat_model
from bot.console import counted, plain
from bot.settings import Settings
from bot.terminal.context import Terminal, terminal
from bot.terminal.finding import Finding
from bot.terminal.surroundings import data_directory, setting_findings
from retrieval.errors import Busy, Misconfigured, RejoinderError
from retrieval.library import Library
from retrieval.rank.judge import LexicalJudge
from retrieval.rank.models import open_models
from retrieval.types import Role


def doctor(context: typer.Context) -> None:
    """Check data directory, stores, models, settings, token and disk; exit status 1 if something is wrong.

    Examples:

      rejoinder doctor

      rejoinder doctor || echo "not ready"
    """
    here = terminal(context)
    table = Table.grid(padding=(0, 2))
    marks = {True: Text("ok", style="green"), None: Text("note", style="yellow"), False: Text("wrong", style="red")}
    findings = examine(here)
    for finding in findings:
        table.add_row(marks[finding.ok], Text(finding.what, style="bold"), Text(plain(finding.says), overflow="fold"))
    here.out.print(table)
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(1)


def examine(here: Terminal) -> list[Finding]:
    """All findings, in the order in which things depend on each other.

    Where a setting cannot be used, the rest is looked at with its default.
    """
    found = [python()]
    try:
        settings, faults = Settings.survey()
    except Misconfigured as error:
        settings, others = Settings.survey(None)
        faults = (str(error), *others)
    found += setting_findings(Path(".env"), os.environ, faults)
    checks: list[Callable[[], Finding]] = [
        lambda: data_directory(settings.data),
        lambda: models(settings, "embedder"),
        lambda: models(settings, "judge"),
        lambda: chat_model(settings),
        lambda: stores(here, settings),
        lambda: token(settings),
    ]
    return found + [check() for check in checks]


def python() -> Finding:
    """Versions that matter in a bug report."""
    names = ("rejoinder", "discord.py", "chromadb", "onnxruntime")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return Finding("versions", ok=True, says=f"Python {sys.version.split()[0]}, {versions}")


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


def chat_model(settings: Settings) -> Finding:
    """Whether the chat model of the settings can be made; it is not asked anything, which might cost money."""
    try:
        chat = open_chat_model(settings)
    except RejoinderError as error:
        return Finding("chat model", ok=False, says=str(error))
    if chat is None:
        return Finding("chat model", ok=None, says="not set; answers are put together here, without one.")
    chat.close()
    return Finding("chat model", ok=True, says=f"{chat.name}, not asked anything now")


def stores(here: Terminal, settings: Settings) -> Finding:
    """Records and index, opened and compared; a chat model plays no part in it."""

    async def work(library: Library) -> Finding:
        await library.reconcile()
        articles, references = await library.articles(), await library.sources(role=Role.REFERENCE)
        held = f"{counted(len(articles), 'article')} with {counted(len(await library.claims()), 'claim')}"
        says = f"{held}, {counted(len(references), 'reference')}; {library.condition}"
        return Finding("stores", ok=True, says=says)

    try:
        return here.with_library(work, settings=settings.model_copy(update={"chat_model": ""}))
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
