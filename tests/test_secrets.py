"""Tokens and keys reach no log, at no level, on no way that fails: every library speaks as loudly as it can here."""

from __future__ import annotations

import asyncio
import io
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.client import RejoinderClient
from bot.secrecy import HIDDEN, Discreet, without_secrets
from bot.settings import Settings
from bot.terminal import app
from retrieval.chat.build import open_chat
from retrieval.chat.faults import Fault
from retrieval.chat.model import Rung
from retrieval.remote.server import open_server
from tests.bot.standin import Notebook, StandIn
from tests.bot.test_socket import server as discord_server
from tests.retrieval.chat.server import Play, fails, hangs, resets, sends, serving, truncates
from tests.retrieval.remote.server import embedding
from tests.terminal.conftest import Run
from tests.terminal.conftest import run as run_fixture

TOKEN, KEY, USER, PASSWORD = "canary-token-4f1d", "canary-key-77aa", "canaryuser", "canary%2Fpass-9e"
CANARIES = (TOKEN, KEY, PASSWORD, "canary/pass-9e")
LOUD = ("discord", "openai", "httpx", "httpcore", "langchain", "langchain_openai", "aiohttp", "sqlalchemy", "asyncio")
SPELLED = Settings(
    _env_file=None, discord_token=TOKEN, openai_key=KEY, openai_url=f"http://{USER}:{PASSWORD}@127.0.0.1:1/v1"
)

run, fake_discord = run_fixture, discord_server


class Log(io.StringIO):
    """What an operator would read; and, to show that it needed care, what it would say without."""

    def __init__(self) -> None:
        super().__init__()
        self.bare = io.StringIO()

    @property
    def leaks(self) -> list[str]:
        return [canary for canary in CANARIES if canary in self.getvalue()]


@pytest.fixture
def log() -> Iterator[Log]:
    """The log of `rejoinder` (its formatter, with these settings), at DEBUG for everybody."""
    told, root = Log(), logging.getLogger()
    handlers: list[logging.Handler] = [logging.StreamHandler(told), logging.StreamHandler(told.bare)]
    handlers[0].setFormatter(Discreet(app.LOG_FORMAT, SPELLED.secrets))
    loggers = [root, *map(logging.getLogger, LOUD)]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield told
    for handler in handlers:
        root.removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def _with_password(url: str) -> str:
    return url.replace("://", f"://{USER}:{PASSWORD}@")


def test_settings_show_no_secret_in_any_spelling() -> None:
    shown = f"{SPELLED!r} {SPELLED!s} {SPELLED.model_dump(exclude={'openai_url'})}"
    assert [canary for canary in CANARIES if canary in shown] == []
    assert {TOKEN, KEY, PASSWORD, "canary/pass-9e"} < set(SPELLED.secrets)


@pytest.mark.usefixtures("fake_discord")
async def test_a_login_that_discord_refuses_tells_no_token(log: Log) -> None:
    async with RejoinderClient(StandIn(), Notebook()) as client:
        with pytest.raises(discord.LoginFailure):
            await client.start(TOKEN)
    assert "discord" in log.getvalue()
    assert log.leaks == []


async def test_a_discord_that_cannot_be_reached_is_told_no_token(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:1/api/v10")
    async with RejoinderClient(StandIn(), Notebook()) as client:
        with pytest.raises(aiohttp.ClientError):
            await client.start(TOKEN)
        logging.getLogger("bot").error("it failed, with %r of %r", client.http, client)
    assert log.leaks == []


PLAYS: dict[str, Play] = {
    "refused, and the key said back": fails(401, f"Incorrect API key provided: {KEY}. Authorization: Bearer {KEY}"),
    "broken": fails(500, f"crashed with {KEY}"),
    "unreadable": sends(f"<html>{KEY}</html>", "text/html"),
    "reset": resets,
    "cut": truncates,
    "silent": hangs,
}


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_a_chat_model_that_fails_tells_neither_key_nor_password(play: Play, log: Log) -> None:
    with serving(play) as server:
        chat = open_chat("openai:x", base_url=_with_password(server.url), api_key=KEY, seconds=30)
        try:
            chat.say((("human", "hi"),), Rung.PLAIN, {}, 0.5 if play is hangs else 30)
        except Fault as error:
            logging.getLogger("retrieval").info("no answer: %s", error, exc_info=error)
        chat.close()
    assert server.requests
    assert "httpcore" in log.getvalue()
    assert log.leaks == []


def test_the_libraries_would_have_told(log: Log) -> None:
    """Why the formatter is there: a library that stops telling makes this fail, and is no longer worth the care."""
    with serving(PLAYS["refused, and the key said back"]) as server:
        chat = open_chat("openai:x", base_url=_with_password(server.url), api_key=KEY, seconds=30)
        with pytest.raises(Fault) as refused:
            chat.say((("human", "hi"),), Rung.PLAIN, {}, 30)
        chat.close()
        logging.getLogger("retrieval").info("no answer: %s", refused.value)
    assert KEY in log.bare.getvalue()
    assert PASSWORD in log.bare.getvalue()
    assert log.leaks == []


@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
def test_an_embeddings_server_that_fails_tells_neither_key_nor_password(play: Play, log: Log) -> None:
    with embedding(play) as server:
        opened = open_server("openai:m", base_url=_with_password(server.url), api_key=KEY)
        try:
            opened.embed(["words"], 0.5 if play is hangs else 30)
        except Fault as error:
            logging.getLogger("retrieval").info("no vectors: %s", error, exc_info=error)
        opened.close()
    assert "httpcore" in log.getvalue()
    assert log.leaks == []


def test_a_crash_report_tells_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError(f"{TOKEN} {KEY} {PASSWORD}") from ValueError(f"Bearer {KEY}")

    monkeypatch.setattr(app, "app", broken)
    ran = run("claims")
    assert ran.status == 70
    assert "Traceback" in log.getvalue()
    assert HIDDEN in log.getvalue()
    assert log.leaks == []


def test_what_nobody_caught_in_a_task_or_a_thread_tells_nothing(log: Log) -> None:
    async def dies() -> None:
        raise RuntimeError(f"{TOKEN} {KEY}")

    async def forgotten() -> None:
        task = asyncio.ensure_future(dies())
        await asyncio.wait([task])
        asyncio.get_running_loop().call_exception_handler({"message": "never retrieved", "exception": task.exception()})

    thread = threading.Thread(target=asyncio.run, args=(forgotten(),))
    thread.start()
    thread.join()
    assert "never retrieved" in log.getvalue()
    assert log.leaks == []


@pytest.mark.slow
def test_no_command_prints_a_secret(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, log: Log) -> None:
    logging.getLogger("sqlalchemy").setLevel(logging.INFO)  # statements; at DEBUG it prints every row, for minutes
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\nREJOINDER_THREADS={TOKEN}\nREJOINDER_TOKEN={TOKEN}\n")
    with serving(fails(401, f"Incorrect API key provided: {KEY}")) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", _with_password(server.url))
        monkeypatch.setenv("REJOINDER_CHAT_MODEL", "openai:x")
        monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:1/api/v10")
        printed = {"misread": run("claims"), "doctor": run("doctor")}
        (tmp_path / ".env").write_text(f"DISCORD_TOKEN={TOKEN}\nREJOINDER_LOG_LEVEL=DEBUG\n")
        printed |= {"ask": run("ask", "Has ISIS captured a city in the Philippines?"), "run": run("run")}
    text = log.getvalue() + "".join(ran.out + ran.err for ran in printed.values())
    assert [canary for canary in CANARIES if canary in text] == []
    assert {name: ran.status for name, ran in printed.items()} == {"misread": 2, "doctor": 1, "ask": 0, "run": 4}
    assert server.requests, "the model was asked"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"logging in as {'MTE3NDk' * 3}.GxYzAb.{'k3y' * 10}", f"logging in as {HIDDEN}"),
        ("Incorrect API key provided: sk-proj-abcdefgh12345678.", f"Incorrect API key provided: {HIDDEN}."),
        ("{'Authorization': 'Bearer abcdef0123456789'}", f"{{'Authorization': 'Bearer {HIDDEN}'}}"),
        ("POST http://ann:pass@host/v1", f"POST http://{HIDDEN}@host/v1"),
        (
            "PATCH https://discord.com/api/v10/webhooks/1000/aW50ZXJhY3Rpb24tdG9rZW4/messages/@original",
            f"PATCH https://discord.com/api/v10/webhooks/1000/{HIDDEN}/messages/@original",
        ),
        ("{'op': 2, 'd': {'token': 'abc', 'intents': 1}}", f"{{'op': 2, 'd': {{'token': '{HIDDEN}', 'intents': 1}}}}"),
        (
            "The Bot page; basic settings; https://example.org/a@b",
            "The Bot page; basic settings; https://example.org/a@b",
        ),
    ],
)
def test_what_looks_like_a_secret_is_left_out_and_nothing_else(line: str, told: str) -> None:
    assert without_secrets(line) == told
