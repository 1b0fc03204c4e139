"""One evening on a real socket: login, identify, an answer, a dropped connection, a resume, one more answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.client import RejoinderClient
from bot.errors import explain_login_failure
from tests.bot.fakediscord import APPLICATION, GUILD, TOKEN, FakeDiscord
from tests.bot.rules import Request, violations
from tests.bot.standin import Notebook, StandIn


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    # A simulated Discord that broke off in an earlier test leaves its own adapter behind, which knows no socket.
    async_context.set(AsyncWebhookAdapter())  # type: ignore[no-untyped-call]  # discord.py left it untyped
    async with FakeDiscord() as fake:
        monkeypatch.setattr(Route, "BASE", f"http://{fake.base}/api/v10")
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"ws://{fake.base}/gateway/"))
        yield fake
        # discord.py tells its listeners in tasks of their own, which may start more; all run before the loop closes.
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)


async def test_answers_over_a_socket_before_and_after_a_dropped_connection(server: FakeDiscord) -> None:
    library = StandIn()
    client = RejoinderClient(library, Notebook(), guild_ready_timeout=0.05)
    async with client:
        running = asyncio.create_task(client.start(TOKEN))
        await server.wait("identify")
        identify = server.received[0]["d"]
        assert identify["token"] == TOKEN
        assert identify["intents"] == 1
        await client.wait_until_ready()

        await server.ask("7001", "What did the bridge cost?")
        await server.wait(f"PATCH webhooks/{APPLICATION}/token-7001/messages/@original")

        await server.drop()
        await server.ask("7002", "Does the bridge sway?")
        await server.wait("resume")
        resume = next(message["d"] for message in server.received if message["op"] == 6)
        assert (resume["session_id"], resume["token"]) == ("session", TOKEN)
        await server.wait(f"PATCH webhooks/{APPLICATION}/token-7002/messages/@original")
        await client.close()
        await running

    assert [asked[:2] for asked in library.asked] == [
        ("What did the bridge cost?", GUILD),
        ("Does the bridge sway?", GUILD),
    ]
    assert [(method, path.split("?")[0]) for method, path, _ in server.calls] == [
        ("GET", "users/@me"),
        ("GET", "oauth2/applications/@me"),
        ("PUT", f"applications/{APPLICATION}/commands"),
        ("POST", "interactions/7001/token-7001/callback"),
        ("PATCH", f"webhooks/{APPLICATION}/token-7001/messages/@original"),
        ("POST", "interactions/7002/token-7002/callback"),
        ("PATCH", f"webhooks/{APPLICATION}/token-7002/messages/@original"),
    ]
    for method, path, body in server.calls:
        assert violations(Request(method, f"/{path}", body)) == []
    assert len([message for message in server.received if message["op"] == 2]) == 1, "resumed, not identified anew"


async def test_a_wrong_token_ends_in_a_sentence(server: FakeDiscord) -> None:
    async with RejoinderClient(StandIn(), Notebook()) as client:
        with pytest.raises(discord.LoginFailure) as refused:
            await client.start("wrong")
    assert "does not accept the bot token" in explain_login_failure(refused.value)
    assert [path for _, path, _ in server.calls] == ["users/@me"]


async def test_an_unreachable_discord_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:1/api/v10")
    async with RejoinderClient(StandIn(), Notebook()) as client:
        with pytest.raises(OSError, match="Cannot connect") as refused:
            await client.start(TOKEN)
    assert "network" in explain_login_failure(refused.value)
