"""`rejoinder doctor`: checks what the bot stands on and says what to do where it does not hold."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.composition import House, open_chat_model
from bot.console import counted, plain
from bot.embeddings import EMBEDDED, open_embeddings
from bot.secrecy import hide
from bot.settings import Settings
from bot.terminal.context import Terminal, terminal
from bot.terminal.finding import Finding
from bot.terminal.surroundings import data_directory, setting_findings
from retrieval.chat.check import check
from retrieval.errors import Busy, Misconfigured, RejoinderError
from retrieval.rank.judge import LexicalJudge
from retrieval.rank.models import open_models
from retrieval.store.switch import Switch
from retrieval.types import Role


def doctor(
    context: typer.Context,
    ask: Annotated[
        bool, typer.Option("--ask-model/--no-ask-model", help="Ask the chat model and the embeddings server once.")
    ] = True,
) -> None:
    """Check data directory, stores, models, settings, token and disk; exit status 1 if something is wrong.

    A chat model and an embeddings server that are set are asked one short question each (some thirty tokens).

    Examples:

      rejoinder doctor

      rejoinder doctor --no-ask-model

      rejoinder doctor || echo "not ready"
    """
    here = terminal(context)
    table = Table.grid(padding=(0, 2))
    marks = {True: Text("ok", style="green"), None: Text("note", style="yellow"), False: Text("wrong", style="red")}
    findings = examine(here, ask=ask)
    for finding in findings:
        table.add_row(marks[finding.ok], Text(finding.what, style="bold"), Text(plain(finding.says), overflow="fold"))
    here.out.print(table)
    if any(finding.ok is False for finding in findings):
        raise typer.Exit(1)


def examine(here: Terminal, *, ask: bool = True) -> list[Finding]:
    """All findings, in the order in which things depend on each other.

    Where a setting cannot be used, the rest is looked at with its default.
    """
    found = [python()]
    try:
        settings, faults = Settings.survey()
    except Misconfigured as error:
        settings, others = Settings.survey(None)
        faults = (str(error), *others)
    hide(settings.secrets)
    found += setting_findings(Path(".env"), os.environ, faults)
    checks: list[Callable[[], Finding]] = [
        lambda: data_directory(settings.data),
        lambda: models(settings, "embedder"),
        lambda: models(settings, "judge"),
        lambda: chat_model(settings, ask=ask),
    ]
    found += [one() for one in checks]
    return [*found, *stores(here, settings, ask=ask), token(settings)]


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


def chat_model(settings: Settings, *, ask: bool) -> Finding:
    """Whether the chat model of the settings can be made and, with ``ask``, whether it answers."""
    try:
        chat = open_chat_model(settings)
    except RejoinderError as error:
        return Finding("chat model", ok=False, says=str(error))
    if chat is None:
        return Finding("chat model", ok=None, says="not set; answers are put together here, without one.")
    try:
        if not ask:
            return Finding("chat model", ok=True, says=f"{chat.name}, not asked anything now")
        checked = check(chat)
        return Finding("chat model", ok=checked.ok, says=checked.says)
    finally:
        chat.close()


def stores(here: Terminal, settings: Settings, *, ask: bool) -> list[Finding]:
    """Records and index, opened and compared, and the embedder that is set; a chat model plays no part in it."""

    async def work(house: House) -> list[Finding]:
        library = house.library
        await library.reconcile()
        articles, references = await library.articles(), await library.sources(role=Role.REFERENCE)
        held = f"{counted(len(articles), 'article')} with {counted(len(await library.claims()), 'claim')}"
        says = f"{held}, {counted(len(references), 'reference')}; {library.condition}"
        found = [Finding("stores", ok=True, says=says)]
        return [*found, await asyncio.to_thread(embeddings, house.switch, ask=ask)] if house.switch else found

    without, faulty = {"chat_model": ""}, list[Finding]()
    try:
        if server := open_embeddings(settings):
            server.close()
    except Misconfigured as error:
        without["embeddings"] = EMBEDDED
        faulty.append(Finding("embeddings", ok=False, says=str(error)))
    try:
        return here.with_house(work, settings=settings.model_copy(update=without), embed=False) + faulty
    except Busy as error:
        return [Finding("stores", ok=None, says=f"{error} (Fine while the bot runs.)")]
    except RejoinderError as error:
        return [Finding("stores", ok=False, says=str(error)), *faulty]


def embeddings(switch: Switch, *, ask: bool) -> Finding:
    """Who serves search by meaning, what is left to embed and what that costs and, with ``ask``, whether it answers."""
    standing = switch.standing()
    if ask:
        try:
            switch.prove()
        except RejoinderError as error:
            return Finding("embeddings", ok=False, says=f"{error} {standing}.")
    how = "" if standing.settled else ". `rejoinder embed` does it now, `rejoinder run` while it serves."
    return Finding("embeddings", ok=True if standing.settled else None, says=f"{standing}{how}")


def token(settings: Settings) -> Finding:
    """Whether a token is set; only Discord can say whether it is right."""
    if settings.discord_token is None:
        says = "not set; `rejoinder run` needs DISCORD_TOKEN, everything else works without it."
        return Finding("Discord token", ok=None, says=says)
    return Finding("Discord token", ok=True, says="set")
