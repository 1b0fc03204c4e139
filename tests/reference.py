"""The parts of the README and of ``.env.example`` that are made from the code: ``make docs`` writes them anew.

The tests compare them, so the documents cannot fall behind.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from typer.main import get_command

from bot.client import PERMISSIONS, RejoinderClient
from bot.settings import Settings
from bot.terminal.app import app
from tests.bot.desk import DeskStandIn
from tests.bot.standin import Notebook, StandIn
from tests.bot.table import rows

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ENV_EXAMPLE = ROOT / ".env.example"


def env_example() -> str:
    """``.env.example``: every setting, described, at its default, commented out."""
    lines = ["# Copy this file to .env and set what you need; every setting has a default."]
    for field in Settings.model_fields.values():
        value = "" if field.is_required() or field.default_factory else _plain(field.default)
        lines += ["", f"# {field.description}", f"#{field.alias}={value}"]
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """The settings as a Markdown table."""
    rows = ["| setting | what it does | default |", "| --- | --- | --- |"]
    for field in Settings.model_fields.values():
        default = "" if field.default_factory else _plain(field.default)
        rows.append(f"| `{field.alias}` | {field.description} | {f'`{default}`' if default else ''} |")
    return "\n".join(rows)


def members_table() -> str:
    """The Discord commands that everybody has, as a Markdown table."""
    head = ["| in Discord | what it does |", "| --- | --- |"]
    return "\n".join(head + [f"| {shown} | {does} |" for row, shown, does in _ways() if row["member"] == "yes"])


def moderators_table() -> str:
    """Those that not everybody has, with who has them, as a Markdown table."""
    head = ["| in Discord | what it does | who |", "| --- | --- | --- |"]
    return "\n".join(
        head
        + [f"| {shown} | {does} | {_WHO[row['member']]} |" for row, shown, does in _ways() if row["member"] in _WHO]
    )


def terminal_table() -> str:
    """The terminal commands as a Markdown table."""
    rows = ["| in the terminal | what it does |", "| --- | --- |"]
    rows += [f"| `{name}` | {(command.help or '').strip().splitlines()[0]} |" for name, command in terminal_commands()]
    return "\n".join(rows)


def terminal_commands() -> Iterator[tuple[str, Any]]:
    """The terminal commands by how they are called: "rejoinder source add"."""
    return _leaves(get_command(app), "rejoinder")


def permissions_line() -> str:
    """The exact permissions of the invitation."""
    names = ", ".join(name.replace("_", " ").title() for name, on in PERMISSIONS if on)
    return f"{names} (`permissions={PERMISSIONS.value}`)"


PARTS = {
    "settings": settings_table,
    "members": members_table,
    "moderators": moderators_table,
    "terminal": terminal_table,
    "permissions": permissions_line,
}
_MENUS = {
    "Check this claim": "Asks about the text of that message",
    "Add as source": "Takes links and files of that message, or its own words, as sources; you see a preview first",
}
_WHO = {"moderators": "moderators", "managers": "Manage Server"}
"""Who has a command that the table of tests (tests/bot/table.py) refuses to members, by what they are told there."""


def written(text: str) -> str:
    """A document with every generated part made anew."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        head, _, rest = text.partition(begin)
        _, found, tail = rest.partition(end)
        if not found:
            raise ValueError(f"the document has no part {name}")
        text = f"{head}{begin}\n{part()}\n{end}{tail}"
    return text


def _ways() -> Iterator[tuple[dict[str, str], str, str]]:
    """Each Discord command: its row in the decision table that the tests try, how it is called, what it does."""
    decided = rows()
    for command in sorted(asyncio.run(_commands()), key=lambda command: command.qualified_name):
        name = command.qualified_name
        if isinstance(command, app_commands.ContextMenu):
            yield decided[f"menu {name}"], f"message menu → *{name}*", _MENUS[name]
        else:
            options = " ".join(f"`{p.name}`" if p.required else f"[`{p.name}`]" for p in command.parameters)
            yield decided[f"command {name}"], f"`/{name}` {options}".rstrip(), command.description


async def _commands() -> list[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    client = RejoinderClient(StandIn(), Notebook(), DeskStandIn())
    chat = [c for c in client.tree.walk_commands() if isinstance(c, app_commands.Command)]
    return [*chat, *client.tree.get_commands(type=discord.AppCommandType.message)]


def _leaves(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands at the ends of the tree; Typer carries its own copy of Click's types."""
    if hasattr(command, "commands"):
        for child, inner in command.commands.items():
            yield from _leaves(inner, f"{name} {child}")
    else:
        yield name, command


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


if __name__ == "__main__":
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write("README.md and .env.example are up to date.\n")
