"""The client: what it publishes and when, what it may do, and what an operator is told."""

from __future__ import annotations

from unittest import mock

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.client import PERMISSIONS, RejoinderClient, invite_url
from bot.errors import explain, explain_login_failure
from bot.terminal.run import connected
from retrieval.errors import Misconfigured, RejoinderError, Unavailable
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town
from tests.bot.wire import Wire


async def test_no_privileged_intent_is_asked_for(simcord_bot: RejoinderClient) -> None:
    assert simcord_bot.intents == discord.Intents(guilds=True)
    privileged = simcord_bot.intents & discord.Intents(members=True, presences=True, message_content=True)
    assert privileged.value == 0


async def test_nobody_is_mentioned_by_default(simcord_bot: RejoinderClient) -> None:
    mentions = simcord_bot.allowed_mentions
    assert mentions is not None
    assert [mentions.everyone, mentions.users, mentions.roles, mentions.replied_user] == [False] * 4


def test_the_invitation_asks_for_three_permissions() -> None:
    assert PERMISSIONS.value == (1 << 10) | (1 << 11) | (1 << 38) == 274877910016
    url = invite_url(42)
    assert "client_id=42" in url
    assert "permissions=274877910016" in url
    assert "scope=bot+applications.commands" in url


async def test_the_commands_a_person_finds(town: Town) -> None:
    found = set(town.ada.available_commands(town.channel))
    assert {"claim ask", "claim list", "claim show", "privacy show"} <= found


async def test_commands_are_published_once_and_again_when_they_change(
    town: Town, shelf: StandIn, notebook: Notebook, wire: Wire
) -> None:
    await town.env.restart_bot(RejoinderClient(shelf, notebook))
    assert len(wire.sent("PUT", "/commands")) == 1
    changed = RejoinderClient(shelf, notebook)

    @changed.tree.command(name="extra", description="One more")
    async def extra(interaction: discord.Interaction) -> None:
        """Never called."""

    await town.env.restart_bot(changed)
    assert len(wire.sent("PUT", "/commands")) == 2


async def test_a_fingerprint_does_not_depend_on_the_order_of_commands(shelf: StandIn, notebook: Notebook) -> None:
    one, other = RejoinderClient(shelf, notebook), RejoinderClient(shelf, notebook)
    group = other.tree.remove_command("claim")
    assert group is not None
    assert one.tree.fingerprint() != other.tree.fingerprint()
    other.tree.add_command(group)
    assert one.tree.fingerprint() == other.tree.fingerprint()


async def test_a_failed_publication_is_tried_again(town: Town, shelf: StandIn, notebook: Notebook, wire: Wire) -> None:
    notebook.kept.clear()
    town.env.inject_error("PUT", "/applications/*/commands", status=400, code=50_035)
    with pytest.raises(discord.HTTPException):
        await town.env.restart_bot(RejoinderClient(shelf, notebook))
    assert notebook.kept == {}
    assert len(wire.sent("PUT", "/commands")) == 2


async def test_test_servers_get_the_commands_of_their_own(
    town: Town, shelf: StandIn, notebook: Notebook, wire: Wire
) -> None:
    await town.env.restart_bot(RejoinderClient(shelf, notebook, test_guilds=(town.guild.id,)))
    assert len(wire.sent("PUT", f"/guilds/{town.guild.id}/commands")) == 1


async def test_a_test_server_that_the_bot_is_not_in_yet_does_not_keep_it_from_starting(
    town: Town, shelf: StandIn, notebook: Notebook, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = mock.AsyncMock(side_effect=_refusal(discord.Forbidden, 403, 50001))
    monkeypatch.setattr(discord.http.HTTPClient, "bulk_upsert_guild_commands", refused)
    await town.env.restart_bot(RejoinderClient(shelf, notebook, test_guilds=(4711,)))
    assert "not in test server 4711 yet" in caplog.text


async def test_commands_are_for_servers_and_direct_messages_of_installed_servers(wire: Wire, town: Town) -> None:
    [published] = wire.sent("PUT", "/commands")
    assert [command["name"] for command in published.body] == ["claim", "privacy", "Check this claim"]
    assert all(command["contexts"] == [0, 1] for command in published.body)
    assert all(command["integration_types"] == [0] for command in published.body)
    assert town.ada.available_commands(town.channel)


class _Reply:
    """Just what discord.py's exceptions read of an HTTP reply."""

    def __init__(self, status: int) -> None:
        self.status, self.reason = status, "reason"


class _Socket:
    """Just what discord.py's ``ConnectionClosed`` reads of a socket."""

    close_code = 4004


def _refusal(kind: type[discord.HTTPException], status: int, code: int = 0) -> discord.HTTPException:
    return kind(_Reply(status), {"code": code, "message": "m"})  # type: ignore[arg-type]  # as above


_CLOSED = discord.ConnectionClosed(_Socket(), shard_id=None)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (discord.LoginFailure("Improper token"), Misconfigured),
        (_CLOSED, Misconfigured),
        (OSError("no route"), Unavailable),
        (aiohttp.ServerDisconnectedError(), Unavailable),
        (_refusal(discord.DiscordServerError, 503), Unavailable),
    ],
)
async def test_a_service_manager_can_tell_a_wrong_setting_from_a_discord_that_is_away(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[RejoinderError]
) -> None:
    async with RejoinderClient(StandIn(), Notebook()) as client:
        monkeypatch.setattr(client, "login", mock.AsyncMock(side_effect=error))
        with pytest.raises(kind):
            await connected(client, "token")


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (Misconfigured("The setting X is missing."), "The setting X is missing."),
        (discord.LoginFailure("Improper token"), "copy it again"),
        (discord.PrivilegedIntentsRequired(None), "intents"),
        (_refusal(discord.HTTPException, 503), "(503)"),
        (_refusal(discord.Forbidden, 403), "(403)"),
        (aiohttp.ClientConnectionError(), "cannot be reached"),
        (OSError("no route"), "cannot be reached"),
        (_CLOSED, "(code 4004)"),
        (ValueError("odd"), "ValueError: odd"),
    ],
)
def test_an_operator_is_told_what_to_do(error: Exception, part: str) -> None:
    told = explain_login_failure(error)
    assert part in told
    assert told.endswith(".")


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (app_commands.MissingPermissions(["manage_guild"]), "You need the permission Manage Guild"),
        (app_commands.BotMissingPermissions(["send_messages"]), "I need the permission Send Messages"),
        (app_commands.CheckFailure(), "You may not do this here."),
        (app_commands.CommandNotFound("old", []), "restart Discord"),
        (_refusal(discord.Forbidden, 403, 50_001), "View Channel"),
        (_refusal(discord.Forbidden, 403, 50_013), "Send Messages"),
        (_refusal(discord.HTTPException, 400, 50_035), "did not accept"),
        (aiohttp.ClientConnectionError(), "connection to Discord broke"),
        (TimeoutError(), "too long"),
        (KeyError("x"), "on our side"),
    ],
)
def test_every_kind_of_error_has_its_sentence(error: Exception, part: str) -> None:
    assert part in explain(error).sentence
