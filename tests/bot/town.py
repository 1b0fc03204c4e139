"""A server as a person meets it, and how a person reads a message: helpers over SimCord."""

from __future__ import annotations

from typing import Any

import discord

from bot.client import PERMISSIONS
from tests.bot.rules import walk

READING = discord.Permissions(view_channel=True, use_application_commands=True, read_message_history=True)
WRITING = READING | PERMISSIONS


class Town:
    """A server with one channel and two members, Ada and Ben; the bot has what its invitation asks for."""

    def __init__(self, env: Any, name: str = "Harbour") -> None:
        self.env = env
        self.guild = env.create_guild(name)
        self.channel = self.guild.create_text_channel("talk")
        self._members = self.guild.create_role("members")
        self.ada = self.join(f"ada-{name.lower()}")
        self.ben = self.join(f"ben-{name.lower()}")
        self.permit(bot=PERMISSIONS, members=WRITING)

    def join(self, name: str) -> Any:
        """One more member."""
        return self.guild.add_member(self.env.create_user(name), roles=[self._members])

    def moderator(self, permissions: discord.Permissions | None = None) -> Any:
        """One more member, who manages the server (or has what is given instead)."""
        manages = permissions or discord.Permissions(manage_guild=True)
        role = self.guild.create_role(f"role {manages.value}", permissions=manages)
        return self.guild.add_member(self.env.create_user(f"mod-{manages.value}"), roles=[self._members, role])

    def permit(self, *, bot: discord.Permissions, members: discord.Permissions) -> None:
        """Give the bot and the members exactly these permissions (SimCord's bot would have nearly all)."""
        everyone = discord.Permissions.none()
        rights = {self.env.backend.bot_user.name: bot, "members": members, "@everyone": everyone}
        for role in self.env.backend.guilds[self.guild.id].roles.values():
            if role.name in rights:
                role.permissions = rights[role.name].value


def read(message: Any) -> str:
    """All text of a message, top to bottom."""
    components = [part if isinstance(part, dict) else part.to_dict() for part in message.components]
    texts = [component["content"] for component in walk(components) if component["type"] == 10]
    return "\n".join([message.content, *texts]).strip()


def blocks(message: Any) -> list[str]:
    """The text of each container."""
    return [
        "\n".join(part["content"] for part in walk(component["components"]) if part["type"] == 10)
        for component in message.components
        if component["type"] == 17
    ]


def labels(message: Any) -> list[str]:
    """The labels of all buttons, in order."""
    return [component["label"] for component in walk(message.components) if component["type"] == 2]


def options(message: Any) -> list[str]:
    """The values of all menus' options, in order."""
    menus = [component for component in walk(message.components) if component["type"] == 3]
    return [option["value"] for menu in menus for option in menu["options"]]


def menu_id(message: Any) -> str:
    """The custom_id of the first menu."""
    return str(next(component["custom_id"] for component in walk(message.components) if component["type"] == 3))
