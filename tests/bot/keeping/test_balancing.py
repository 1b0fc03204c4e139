"""`/source balance` over the real stores: the picture, its description, and the warnings."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from retrieval.types import Role
from tests.bot.keeping.refusals import refusal
from tests.bot.rules import walk
from tests.bot.test_adding_shop import Premises
from tests.bot.town import Town, read
from tests.retrieval.curate.shop import STORY


async def test_a_balance_is_a_picture_with_a_description_and_warnings(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await premises.open.add("The mayor sold no lifeboats to any company in Lisbon.", here, title="A register")
    shown = (await mod.slash(town.channel, "source balance")).response
    assert shown.ephemeral
    [file] = shown.attachments
    [gallery] = [part for part in walk(shown.components) if part["type"] == 12]
    [item] = gallery["items"]
    assert item["media"]["url"].endswith("balance.png")
    assert item["description"].startswith("A grid of 2 claims and")
    assert "C01" in item["description"]
    with Image.open(BytesIO(await file.read())) as image:
        assert image.format == "PNG"
        assert image.width >= 900
    assert "## How the references cover the claims\nThe ferry report" in read(shown)
    assert "### To look out for\n- " in read(shown)
    assert "it can be wrong" in read(shown)


async def test_which_article_is_asked_when_there_are_several(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    told = refusal(town, await mod.slash(town.channel, "source balance"))
    assert told.startswith("There is no such article here")
    first = await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await premises.open.add(STORY + "\nA word more.", here, Role.ARTICLE, title="The other report")
    await premises.open.add("A note.", here, title="A reference")
    told = refusal(town, await mod.slash(town.channel, "source balance"))
    assert told.startswith("There are 2 articles here; please say which with the option article.")
    offered = await mod.autocomplete(town.channel, "source balance", "article", "report")
    assert [choice["name"].split(" · ")[1] for choice in offered] == ["The ferry report", "The other report"]
    shown = (await mod.slash(town.channel, "source balance", article=first)).response
    assert "The ferry report" in read(shown)


async def test_an_article_without_claims_costs_a_sentence(town: Town, mod: Any, premises: Premises, here: str) -> None:
    article = await premises.open.add("Hm.", here, Role.ARTICLE, title="Short")
    told = read((await mod.slash(town.channel, "source balance", article=article)).response)
    assert "That source has no claims" in told
