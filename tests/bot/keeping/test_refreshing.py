"""`/source refresh` over the real stores and a site on this machine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, check_that_two_wait, client, hand_in
from tests.bot.town import Town, labels, read
from tests.loopback import Site

BEFORE = "The register of the port.\n\nIt shows twelve lifeboats.\n\nThe end of it."
AFTER = "The register of the port.\n\nIt shows eleven lifeboats.\n\nThe end of it.\n\nA word more."


@pytest.fixture
async def added(town: Town, mod: Any, site: Site, premises: Premises) -> str:
    """The id of a source that was fetched from the site."""
    link = site.page("/register.txt", BEFORE.encode(), Content_Type="text/plain")
    shown = (await hand_in(town, mod, handed=link, title="The register")).response
    await mod.click(shown, label="Add")
    [source] = await premises.open.library.sources(str(town.guild.id))
    return source.id


async def test_a_page_that_reads_as_it_did_is_said_to_be_unchanged(
    town: Town, mod: Any, premises: Premises, added: str
) -> None:
    result = await mod.slash(town.channel, "source refresh", source=added)
    assert result.response.ephemeral
    assert "has not changed: the page reads as it did." in read(result.response)
    assert result.followups == []
    assert [entry.what for entry in await premises.open.curator.log(str(town.guild.id))] == ["added"]


async def test_what_changed_is_shown_and_taken_only_when_confirmed(
    town: Town, mod: Any, site: Site, premises: Premises, notebook: Notebook, added: str
) -> None:
    here = str(town.guild.id)
    site.page("/register.txt", AFTER.encode(), Content_Type="text/plain")
    details = (await mod.slash(town.channel, "source show", source=added)).response
    result = await mod.click(details, label="Fetch again")
    changes, (preview,) = read(result.response), result.followups
    assert "2 paragraphs." in changes
    assert "**Was**\n> “It shows twelve lifeboats.”\n**Is now**\n> “It shows eleven lifeboats.”" in changes
    assert "**New**\n> “A word more.”" in changes
    assert preview.ephemeral
    assert "**A new version** of a source that is there already" in read(preview)
    assert "twelve" in (await premises.open.library.document(added, here)).text
    await town.env.restart_bot(client(await premises.reopen(), notebook))
    await mod.click(preview, label="Add")
    assert "has a new version now" in read(preview)
    assert "eleven" in (await premises.open.library.document(added, here)).text
    assert [entry.what for entry in await premises.open.curator.log(here)] == ["changed", "added"]


async def test_a_new_version_that_is_cancelled_leaves_the_old_one(
    town: Town, mod: Any, site: Site, premises: Premises, added: str
) -> None:
    site.page("/register.txt", AFTER.encode(), Content_Type="text/plain")
    [preview] = (await mod.slash(town.channel, "source refresh", source=added)).followups
    await mod.click(preview, label="Cancel")
    assert "twelve" in (await premises.open.library.document(added, str(town.guild.id))).text


async def test_what_cannot_be_fetched_again_costs_a_sentence_and_stays(
    town: Town, mod: Any, site: Site, premises: Premises, added: str
) -> None:
    site.page("/register.txt", b"", status=404)
    told = read((await mod.slash(town.channel, "source refresh", source=added)).response)
    assert "There is no page at that link" in told
    assert "on our side" not in told
    pasted = await premises.open.add("Pasted.", str(town.guild.id), title="Pasted")
    told = read((await mod.slash(town.channel, "source refresh", source=pasted)).response)
    assert "has no link to fetch it from" in told
    shown = (await mod.slash(town.channel, "source show", source=pasted)).response
    assert "Fetch again" not in labels(shown)


async def test_who_finds_no_room_for_a_new_version_sees_what_waits(
    town: Town, mod: Any, site: Site, added: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.curate.room.MOST_OPEN", 2)
    for name in ("The older", "The newer"):
        await hand_in(town, mod, handed=f"{name} waits.", title=name)
    site.page("/register.txt", AFTER.encode(), Content_Type="text/plain")
    refused = (await mod.slash(town.channel, "source refresh", source=added)).response
    assert refused.ephemeral
    check_that_two_wait(refused)
    preview = (await mod.click(refused, label="Show preview 2")).response
    await mod.click(preview, label="Cancel")
    result = await mod.slash(town.channel, "source refresh", source=added)
    assert "2 paragraphs." in read(result.response)
