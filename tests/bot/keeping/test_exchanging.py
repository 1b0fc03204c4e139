"""`/source export` and `/source import` over the real stores: what one server gives, another takes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import discord
import pytest

from bot.commands import exchanging
from retrieval.types import SHARED, Role
from tests.bot.keeping.refusals import refusal
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client
from tests.bot.town import Town, labels, read
from tests.retrieval.curate.shop import STORY


async def exported(town: Town, mod: Any, **wanted: str) -> tuple[str, bytes]:
    shown = (await mod.slash(town.channel, "source export", **wanted)).response
    assert shown.ephemeral
    [file] = shown.attachments
    return file.filename, await file.read()


async def titles(premises: Premises, space: str) -> list[str]:
    return sorted(source.title for source in await premises.open.library.sources(space))


async def test_all_of_a_servers_sources_are_exported_and_no_other(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await premises.open.add("A note.", here, title="A note")
    await premises.open.add("Another note.", SHARED, title="Shared")
    name, data = await exported(town, mod)
    assert name.endswith(".zip")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        texts = [archive.read(file).decode() for file in archive.namelist()]
    assert len(texts) == 2
    assert any("twelve lifeboats" in words for words in texts)
    assert not any("Shared" in words for words in texts)


async def test_one_source_is_a_markdown_file(town: Town, mod: Any, premises: Premises, here: str) -> None:
    source = await premises.open.add("A note.", here, title="A note")
    name, data = await exported(town, mod, source=source)
    assert name == f"{source}-a-note.md"
    assert b"A note." in data


async def test_there_is_a_sentence_when_there_is_nothing_or_too_much(
    town: Town, mod: Any, premises: Premises, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = refusal(town, await mod.slash(town.channel, "source export"))
    assert told.startswith("There is nothing to export: this server has added no sources yet.")
    await premises.open.add("A note.", here, title="A note")
    monkeypatch.setattr(discord.Interaction, "filesize_limit", property(lambda _: 10, lambda *_: None))
    told = refusal(town, await mod.slash(town.channel, "source export"))
    assert "please export sources one by one" in told


async def test_another_server_sees_what_comes_and_takes_it_after_a_restart(
    town: Town, mod: Any, premises: Premises, here: str, notebook: Notebook
) -> None:
    await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await premises.open.add("A note.", here, title="A note")
    file = await exported(town, mod)
    inland = Town(town.env, "Inland")
    other, there = inland.moderator(), str(inland.guild.id)
    shown = (await other.slash(inland.channel, "source import", file=file)).response
    assert shown.ephemeral
    assert "## Import 2 sources?" in read(shown)
    assert "**New** The ferry report\n-# article, 3 passages, 2 claims" in read(shown)
    assert await titles(premises, there) == []
    await town.env.restart_bot(client(await premises.reopen(), notebook))
    await other.click(shown, label="Import")
    assert "## Imported: 2 added" in read(shown)
    assert labels(shown) == []
    assert shown.attachments == []
    assert await titles(premises, there) == ["A note", "The ferry report"]
    ids = {source.id for source in await premises.open.library.sources(there)}
    assert not ids & {source.id for source in await premises.open.library.sources(here)}
    again = (await other.slash(inland.channel, "source import", file=file)).response
    assert "**A new version of what is here** The ferry report" in read(again)
    await other.click(again, label="Import")
    assert "2 there already, unchanged" in read(again)


async def test_an_import_that_is_cancelled_changes_nothing(town: Town, mod: Any, premises: Premises, here: str) -> None:
    source = await premises.open.add("A note.", here, title="A note")
    file = await exported(town, mod, source=source)
    shown = (await mod.slash(town.channel, "source import", file=file)).response
    await mod.click(shown, label="Cancel")
    assert read(shown) == "Cancelled: nothing was imported."
    assert shown.attachments == []


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("a.zip", b"PK\x03\x04 no archive", "That archive is damaged"),
        ("a.md", b"Just words.", "does not begin with"),
        ("../../etc/<@1>.md", b"\xff\xfe", "not text in UTF-8"),
    ],
)
async def test_what_is_no_export_costs_a_sentence(town: Town, mod: Any, name: str, data: bytes, part: str) -> None:
    told = refusal(town, await mod.slash(town.channel, "source import", file=(name, data)))
    assert part in told
    assert "on our side" not in told


async def test_a_file_that_is_too_large_is_not_even_fetched(
    town: Town, mod: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "LARGEST", 10)
    told = refusal(town, await mod.slash(town.channel, "source import", file=("a.md", b"x" * 11)))
    assert told.startswith("That file is larger than")
