"""The desk as the bot opens it: a page becomes a source through the real fetcher, child and models, and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate.types import Item, Stage
from retrieval.errors import BadInput, Refused
from retrieval.ingest.intake import Given
from retrieval.types import Role
from tests.loopback import Site

HERE, THERE = "4711", "4712"
PAGE = b"""<html lang="en"><head><title>The Zanzibar ledgers</title></head><body><article><h1>The Zanzibar ledgers</h1>
<p>Zanzibar harbourmasters kept no ledger of the ISIS oil trade.</p>
<p>The port authority added that no such tanker had called at the port in the three years before, and that its books are
open to anybody who wishes to read them.</p></article></body></html>"""
QUESTION = "Did Zanzibar harbourmasters keep a ledger of the ISIS oil trade?"


@pytest.fixture
async def house(data: Path, site: Site) -> AsyncIterator[House]:
    async with open_house(Settings(REJOINDER_DATA=data), fetcher=site.fetcher()) as opened:
        yield opened


async def test_a_confirmed_page_answers_questions_of_its_own_server_only(house: House, site: Site) -> None:
    link = site.page("/ledgers.html", PAGE)
    draft = await house.desk.drafts.propose(Item(link=link), Given(Role.REFERENCE, HERE), who="1")
    assert (draft.stage, draft.language) == (Stage.AWAITING, "English")
    before = await house.library.ask(QUESTION, HERE)
    assert not any("Zanzibar" in citation.quote for citation in before.citations)
    change = await house.desk.drafts.confirm(draft.id, HERE, actor="1")
    here, there = await house.library.ask(QUESTION, HERE), await house.library.ask(QUESTION, THERE)
    assert any(citation.source == change.source and citation.source.url == link for citation in here.citations)
    assert not any("Zanzibar" in citation.quote for citation in there.citations)


@pytest.mark.usefixtures("everywhere_is_here")
async def test_a_link_to_another_port_is_refused_until_the_setting_names_it(data: Path, site: Site) -> None:
    link, given = site.page("/ledgers.html", PAGE), Given(Role.REFERENCE, HERE)
    async with open_house(Settings(REJOINDER_DATA=data)) as house:
        with pytest.raises(Refused, match="unusual port; only 80 and 443 may"):
            await house.desk.drafts.propose(Item(link=link), given, who="1")
    assert site.seen == []
    async with open_house(Settings(REJOINDER_DATA=data, fetch_ports=(443, site.server.port or 0))) as house:
        draft = await house.desk.drafts.propose(Item(link=link), given, who="1")
        assert draft.stage is Stage.AWAITING
        with pytest.raises(Refused, match="unusual port; only 443 and"):
            await house.desk.drafts.propose(Item(link="http://news.example/"), given, who="1")


async def test_a_file_that_only_looks_like_a_document_costs_one_sentence(house: House) -> None:
    with pytest.raises(BadInput) as caught:
        await house.desk.drafts.propose(
            Item(name="a.docx", data=b"PK\x03\x04" + b"\0" * 99), Given(space=HERE), who="1"
        )
    assert str(caught.value).endswith(".")
    assert await house.desk.drafts.resume() == []
