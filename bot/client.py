"""The Discord client: its commands, its buttons that outlive it, and the permissions that it needs.

No privileged intents: commands, message menus, buttons and forms reach the bot without any.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from bot.commands.asking import Asking
from bot.commands.budget import add_budget
from bot.commands.claim import ClaimCommands, check_menu
from bot.commands.following import Following
from bot.commands.keeping import Keeping
from bot.commands.moderation import Moderation
from bot.commands.presses import Answering, StoredPresses
from bot.commands.privacy import PrivacyCommands
from bot.commands.turnstile import Turnstile
from bot.errors import answer_error
from bot.verbs import Desk, Memory, Verbs
from bot.views.buttons import ITEMS, form_action
from retrieval.conversation import Conversations

_log = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(view_channel=True, send_messages=True, send_messages_in_threads=True)
"""All that the bot needs: to post a shared answer. Replies to commands and presses need none."""


def invite_url(client_id: int) -> str:
    """The address that adds the bot to a server with exactly ``PERMISSIONS``."""
    return discord.utils.oauth_url(client_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


class RejoinderTree(app_commands.CommandTree["RejoinderClient"]):
    """The published commands; whatever one raises goes through the one door."""

    async def on_error(
        self, interaction: discord.Interaction[RejoinderClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer the person and log."""
        name = interaction.command.qualified_name if interaction.command else "unknown"
        await answer_error(interaction, error, f"command {name}")

    def fingerprint(self, guild: discord.abc.Snowflake | None = None) -> str:
        """SHA-256 of what would be published, the same as long as the commands are."""
        payload = [command.to_dict(self) for command in self.get_commands(guild=guild)]
        ordered = json.dumps(sorted(payload, key=lambda c: (c["type"], c["name"])), sort_keys=True, default=str)
        return hashlib.sha256(ordered.encode()).hexdigest()


class RejoinderClient(discord.Client):
    """The bot on Discord.

    Args:
        library: The verbs. Whoever opened the library closes it, after the client.
        memory: Keeps the fingerprint of what was published.
        desk: What moderators work with; without one there are no commands that change sources.
        asks_per_minute: Questions that one person may ask in a minute.
        patience: Seconds after which an answer is given up.
        pace: Seconds between two words on how far long work is; Discord takes a change of a message every second.
        keep_days: Days that answers are kept, for ``/privacy show``; whoever opened the library deletes them then.
        test_guilds: Servers that get new commands at once while developing.
        options: For discord.py's client.
    """

    def __init__(
        self,
        library: Verbs,
        memory: Memory,
        desk: Desk | None = None,
        *,
        asks_per_minute: int = 6,
        patience: float = 120.0,
        pace: float = 2.0,
        keep_days: int = 90,
        test_guilds: tuple[int, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none(), **options
        )
        self._memory, self._desk = memory, desk
        self._test_guilds = tuple(discord.Object(guild) for guild in test_guilds)
        conversations = Conversations()
        asking = Asking(library, Turnstile(asks_per_minute, 60.0), patience, conversations)
        privacy = PrivacyCommands(keep_days, library, desk.drafts if desk else None, conversations)
        self._moderation = Moderation(desk, pace) if desk else None
        self._keeping: Keeping | None = None
        more: list[Answering] = [Following(asking), privacy]
        if desk and self._moderation:
            self._keeping = Keeping(library, memory, desk, self._moderation, pace)
            self._keeping.add_to(self._moderation.group)
            more.append(self._keeping)
        self.presses = StoredPresses(library, asking, *more)
        self.tree = RejoinderTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        claims = ClaimCommands(library, asking)
        add_budget(claims, library, self._moderation.permit if self._moderation else None)
        self.tree.add_command(claims)
        self.tree.add_command(privacy)
        self.tree.add_command(check_menu(asking))
        if self._moderation:
            self._moderation.add_to(self.tree)

    async def setup_hook(self) -> None:
        """Register the buttons of all messages ever sent, and publish the commands if they changed."""
        self.add_dynamic_items(*ITEMS)
        await self._publish(None)
        for guild in self._test_guilds:
            self.tree.copy_global_to(guild=guild)
            try:
                await self._publish(guild)
            except discord.Forbidden:  # the invitation is not printed yet, so nobody can have followed it
                _log.warning("not in test server %s yet: invite the bot there, and start it again", guild.id)

    async def on_ready(self) -> None:
        """Say so in the log, and finish what a stop interrupted."""
        _log.info("ready as %s in %d servers", self.user, len(self.guilds))
        if self._moderation:
            await self._moderation.resume(self)
        if self._keeping:
            await self._keeping.catch_up(self)

    async def close(self) -> None:
        """Leave Discord; work that this breaks off goes on after the next start."""
        if self._desk:
            self._desk.drafts.stop()
        await super().close()

    async def tell_changes(self) -> None:
        """Post what changed without anybody's command, as when removed sources are erased or previews expire."""
        if self._moderation:
            await self._moderation.tell(self)
        if self._keeping:
            await self._keeping.tell(self)

    async def on_interaction(self, interaction: discord.Interaction[RejoinderClient]) -> None:
        """Answer submitted forms by their ``custom_id``: discord.py itself knows only those opened since its start."""
        if interaction.type is discord.InteractionType.modal_submit:
            action = form_action(interaction.custom_id or "")
            if action:
                await self.presses.submit(interaction, action)

    async def _publish(self, guild: discord.Object | None) -> None:
        """Publish the commands unless Discord has these very ones (it allows 200 changes a day for each server)."""
        key = f"discord.commands.{self.application_id}.{guild.id if guild else 'global'}"
        fingerprint = self.tree.fingerprint(guild)
        if await asyncio.to_thread(self._memory.get, key) == fingerprint:
            _log.info("commands unchanged (%s)", key)
            return
        await self.tree.sync(guild=guild)
        await asyncio.to_thread(self._memory.set, key, fingerprint)
        _log.info("commands published (%s)", key)
