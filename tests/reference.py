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
from tests.bot.standin import Notebook, StandIn

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


def discord_table() -> str:
    """The Discord commands as a Markdown table."""
    rows = ["| in Discord | what it does |", "| --- | --- |"]
    for command in sorted(asyncio.run(_commands()), key=lambda command: command.qualified_name):
        if isinstance(command, app_commands.ContextMenu):
            rows.append(f"| message menu → *{command.name}* | {_MENUS[command.name]} |")
        else:
            options = " ".join(f"`{p.name}`" if p.required else f"[`{p.name}`]" for p in command.parameters)
            rows.append(f"| `/{command.qualified_name}` {options} | {command.description} |")
    return "\n".join(rows)


def terminal_table() -> str:
    """The terminal commands as a Markdown table."""
    rows = ["| in the terminal | what it does |", "| --- | --- |"]
    rows += [
        f"| `{name}` | {(command.help or '').strip().splitlines()[0]} |"
        for name, command in _leaves(get_command(app), "rejoinder")
    ]
    return "\n".join(rows)


def permissions_line() -> str:
    """The exact permissions of the invitation."""
    names = ", ".join(name.replace("_", " ").title() for name, on in PERMISSIONS if on)
    return f"{names} (`permissions={PERMISSIONS.value}`)"


PARTS = {
    "settings": settings_table,
    "discord": discord_table,
    "terminal": terminal_table,
    "permissions": permissions_line,
}
_MENUS = {"Check this claim": "Asks about the text of that message."}


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


async def _commands() -> list[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    client = RejoinderClient(StandIn(), Notebook())
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
    return "" if value in (None, ()) else str(value)


if __name__ == "__main__":
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write("README.md and .env.example are up to date.\n")
