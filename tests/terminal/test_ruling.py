"""`rejoinder source rules`: what a server decided, set by an operator, as Discord's own commands set it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.composition import open_house
from bot.settings import Settings
from tests.terminal.conftest import Run

VELM, ROLE, CHANNEL = "123456789012345678", "234567890123456789", "345678901234567890"
AT_VELM = ("source", "rules", "--space", VELM)


def test_rules_are_shown_set_cleared_and_noted_in_the_server_s_log(run: Run) -> None:
    assert (
        run(*AT_VELM).out == "May change sources: people with Manage Server.\nChanges are not posted to any channel.\n"
    )
    assert run(*AT_VELM, "--curators", ROLE, "--channel", CHANNEL).out == (
        f"May change sources: people with Manage Server, and the role {ROLE}.\n"
        f"Changes are posted to the channel {CHANNEL}.\n"
    )
    cleared = run(*AT_VELM, "--curators", "none", "--json").objects
    assert cleared == [{"space": VELM, "curators": None, "channel": CHANNEL}]
    run(*AT_VELM, "--channel", CHANNEL)
    entries = run("source", "log", "--space", VELM, "--json").objects[0]
    assert [(entry["who"], entry["what"]) for entry in reversed(entries)] == [
        ("operator", "set the curators' role"),
        ("operator", "set the log channel"),
        ("operator", "cleared the curators' role"),
    ]


def test_what_was_before_a_channel_was_named_is_not_posted_to_it(data: Path, run: Run) -> None:
    run(*AT_VELM, "--curators", ROLE)
    run(*AT_VELM, "--channel", CHANNEL)

    async def not_posted_yet() -> list[str]:
        async with open_house(Settings(REJOINDER_DATA=data)) as house:
            told = int(house.library.memory.get(f"discord.log.told.{VELM}") or 0)
            return [entry.what for entry in await house.desk.curator.log(VELM) if entry.key > told]

    assert asyncio.run(not_posted_yet()) == ["set the log channel"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing option '--space'"),
        (("--space", "shared"), "name a server with --space"),
        (("--space", "Velm"), "Velm is no server's id"),
        (("--space", VELM, "--curators", VELM), "Everybody has that role"),
        (("--space", VELM, "--curators", "mods"), "mods is no role's id"),
        (("--space", VELM, "--channel", "#changes"), "#changes is no channel's id"),
        (("--space", VELM, "--channel", ""), "An empty value is no channel's id"),
        (("--space", VELM, "--channel", "٤٧١١"), "is no channel's id"),
        (("--space", VELM, "--channel", str(2**64)), "is no channel's id"),
        (("--space", VELM, "--channel", "9" * 5_000), "is no channel's id"),
        (("--space", VELM, "--channel", f"0{CHANNEL}"), "is no channel's id"),
    ],
)
def test_what_is_no_id_is_refused_in_one_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run("source", "rules", *arguments)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert words in ran.err
