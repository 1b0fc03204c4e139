"""Looking into a file before it is imported."""

from __future__ import annotations

import pytest

from retrieval.errors import Refused
from tests.retrieval.curate.shop import ADA, HERE, THERE, Shop


async def test_unpack_tells_what_an_import_adds_and_changes_nothing(shop: Shop) -> None:
    await shop.add("A note of the port.", HERE, title="A note")
    await shop.add("Another note.", HERE, title="Another")
    made = await shop.curator.export(HERE, actor=ADA)
    seen = await shop.curator.unpack(THERE, made.name, made.data)
    assert await shop.library.sources(THERE) == []
    added = await shop.curator.import_(THERE, made.name, made.data, actor=ADA)
    assert [document.source.id for document in seen] == [change.source.id for change in added]
    assert {document.source.space for document in seen} == {THERE}
    again = await shop.curator.unpack(HERE, made.name, made.data)
    assert {document.source.id for document in again} == {source.id for source in await shop.library.sources(HERE)}


async def test_unpack_refuses_what_an_import_refuses(shop: Shop) -> None:
    with pytest.raises(Refused, match="damaged"):
        await shop.curator.unpack(HERE, "a.zip", b"PK\x03\x04 no archive")
