"""What the command line shows and adds is what a draft of the same bytes holds in Discord."""

from __future__ import annotations

import pytest

from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.preview import Understanding
from retrieval.curate.types import Item
from retrieval.ingest.fetch import Fetcher
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.readers.hint import Hint
from retrieval.types import Role
from tests.retrieval.curate.shop import BEN, HERE, STORY, Shop

WALL = "Accept all cookies. Reject all cookies. Our privacy policy asks for your consent to cookies."


@pytest.mark.parametrize("words", [STORY, f"{STORY}\n\nAnd one more line.", WALL])
@pytest.mark.parametrize("role", Role)
async def test_it_is_understood_as_a_draft_is(shop: Shop, role: Role, words: str) -> None:
    given = Given(role, HERE, title="Harbour")
    first = await shop.drafts.propose(Item(name="a.txt", data=STORY.encode()), Given(role, HERE), who=BEN)
    await shop.drafts.confirm(first.id, HERE, actor=BEN)
    draft = await shop.drafts.propose(Item(name="b.txt", data=words.encode()), given, who=BEN)
    taken = await Intake(Fetcher(), shop.reader).take_file(words.encode(), Hint(name="b.txt"), given)
    understood = await Understanding(shop.shelf.records, ClaimFinder()).of(taken, given)
    assert understood.document == draft.document
    assert (understood.left_out, understood.hints, understood.near) == (draft.left_out, draft.hints, draft.near)
    assert (understood.likely, understood.words, understood.replaces) == (draft.language, draft.words, draft.replaces)
    told = bool(understood.hints or understood.near or understood.replaces)
    assert told, "these texts were chosen so that there is something to compare"
