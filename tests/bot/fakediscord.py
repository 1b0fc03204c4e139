"""Discord on a real socket: its REST routes that a starting bot and one answer need, and its gateway.

Written after ``platform/discord.md`` section 7. JSON replies say exactly ``application/json``: with a charset,
discord.py takes the body for text.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any, Self

from aiohttp import WSMsgType, web

TOKEN = "not-a-real-token"
APPLICATION, GUILD, CHANNEL, PERSON = "1000", "2000", "3000", "4000"
_USER = {
    "id": APPLICATION,
    "username": "rejoinder",
    "discriminator": "0",
    "avatar": None,
    "global_name": None,
    "bot": True,
}
_PERSON = {"id": PERSON, "username": "ada", "discriminator": "0", "avatar": None, "global_name": None}

_APP = {"id": APPLICATION, "name": "Rejoinder", "icon": None, "description": "", "owner": _USER, "team": None}
_ABOUT: dict[str, Any] = {
    "users/@me": _USER,
    "oauth2/applications/@me": {
        **_APP,
        "verify_key": "k",
        "bot_public": True,
        "bot_require_code_grant": False,
        "flags": 0,
    },
}


class FakeDiscord:
    """One guild, one channel; remembers what it was asked and can drop its gateway connection."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.arrived: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.base = ""
        self._missed: list[dict[str, Any]] = []
        self._socket: web.WebSocketResponse | None = None
        self._sequence = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def wait(self, what: str) -> None:
        """Wait until a request or gateway message of this name has come; at most two minutes, for a busy machine."""
        await asyncio.wait_for(self.arrived[what].wait(), 120)

    async def drop(self) -> None:
        """Close the gateway connection as Discord does when it wants the bot to resume."""
        assert self._socket is not None
        await self._socket.close(code=4000)

    async def send(self, event: str, data: Any) -> None:
        """Dispatch an event, or keep it for the resume while nobody is connected."""
        self._sequence += 1
        payload = {"op": 0, "t": event, "s": self._sequence, "d": data}
        if self._socket is None or self._socket.closed:
            self._missed.append(payload)
        else:
            await self._socket.send_str(json.dumps(payload))

    async def ask(self, interaction: str, question: str) -> None:
        """A person types ``/claim ask``."""
        option = {"name": "question", "type": 3, "value": question}
        member = {"user": _PERSON, "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "permissions": "2048"}
        await self.send(
            "INTERACTION_CREATE",
            {
                "id": interaction,
                "application_id": APPLICATION,
                "type": 2,
                "token": f"token-{interaction}",
                "version": 1,
                "guild_id": GUILD,
                "guild": {"id": GUILD, "locale": "en-US", "features": []},
                "channel": {"id": CHANNEL, "type": 0},
                "channel_id": CHANNEL,
                "member": {**member, "deaf": False, "mute": False, "flags": 0},
                "app_permissions": "2048",
                "locale": "en-US",
                "guild_locale": "en-US",
                "entitlements": [],
                "authorizing_integration_owners": {"0": GUILD},
                "context": 0,
                "attachment_size_limit": 10_485_760,
                "data": {
                    "id": "5000",
                    "name": "claim",
                    "type": 1,
                    "options": [{"name": "ask", "type": 1, "options": [option]}],
                },
            },
        )

    async def _rest(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body = json.loads(await request.text() or "null")
        self.calls.append((request.method, path, body))
        reply, status = self._reply(request, path, body)
        self.arrived[f"{request.method} {path}"].set()
        text = json.dumps(reply).encode()
        return web.Response(body=text, status=status, headers={"Content-Type": "application/json"})

    def _reply(self, request: web.Request, path: str, body: Any) -> tuple[Any, int]:
        if path.startswith(("users", "oauth2", "applications")) and request.headers["Authorization"] != f"Bot {TOKEN}":
            return {"code": 0, "message": "401: Unauthorized"}, 401
        if path in _ABOUT:
            return _ABOUT[path], 200
        if path.endswith("/commands"):
            rest = {"application_id": APPLICATION, "version": "1", "default_member_permissions": None}
            return [{"description": "", **command, **rest, "id": str(5000 + n)} for n, command in enumerate(body)], 200
        if path.endswith("/callback"):
            kind = {
                "id": path.split("/")[1],
                "type": 2,
                "response_message_id": "6000",
                "response_message_loading": True,
            }
            return {"interaction": {**kind, "response_message_ephemeral": False}}, 200
        if path.endswith("/messages/@original"):
            return _message(body), 200
        return {"code": 0, "message": "404: Not Found"}, 404

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 41_250}}))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._hear(socket, json.loads(frame.data))
        return socket

    async def _hear(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        if message["op"] == 1:
            await socket.send_str('{"op": 11, "d": null}')
            return
        self.received.append(message)
        if message["op"] == 2:
            self._socket = socket
            await self.send("READY", self._ready())
            await self.send("GUILD_CREATE", _guild())
            self.arrived["identify"].set()
        elif message["op"] == 6:
            self._socket = socket
            for payload in self._missed:
                await socket.send_str(json.dumps(payload))
            self._missed.clear()
            await self.send("RESUMED", {})
            self.arrived["resume"].set()

    def _ready(self) -> dict[str, Any]:
        return {
            "v": 10,
            "user": _USER,
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": "session",
            "resume_gateway_url": f"ws://{self.base}/gateway/",
            "application": {"id": APPLICATION, "flags": 0},
        }


def _guild() -> dict[str, Any]:
    everyone = {"id": GUILD, "name": "@everyone", "color": 0, "colors": {"primary_color": 0}, "hoist": False}
    everyone |= {"position": 0, "permissions": "2048", "managed": False, "mentionable": False, "flags": 0}
    channel = {"id": CHANNEL, "type": 0, "name": "talk", "position": 0, "permission_overwrites": [], "nsfw": False}
    lists = ("members", "threads", "presences", "voice_states", "stage_instances", "guild_scheduled_events")
    more = ("soundboard_sounds", "emojis", "stickers", "features")
    return {
        "id": GUILD,
        "name": "Harbour",
        "owner_id": PERSON,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "afk_timeout": 60,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "nsfw_level": 0,
        "preferred_locale": "en-US",
        "roles": [everyone],
        "channels": [channel],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": 2,
        **{name: [] for name in (*lists, *more)},
    }


def _message(body: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("embeds", "attachments", "mentions", "mention_roles")}
    fixed = {"id": "6000", "channel_id": CHANNEL, "author": _USER, "timestamp": "2026-01-01T00:00:00+00:00"}
    rest = {"edited_timestamp": None, "tts": False, "mention_everyone": False, "pinned": False, "type": 0}
    return {**empty, **fixed, **rest, "content": "", "flags": body.get("flags", 0), "components": body["components"]}
