"""What waits in a space, for whoever asks: the newest few, one's own first, and how many more there are."""

from __future__ import annotations

import pytest

from retrieval.curate.types import Stage, Waiting
from retrieval.ingest.intake import Given
from tests.retrieval.curate.shop import ADA, BEN, HERE, STORY, THERE, Shop, pasted


async def test_what_waits_is_told_with_ones_own_first_and_the_rest_counted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await shop.drafts.waiting(HERE, ADA) == Waiting((), 0)
    first, second, third, fourth = [
        await shop.drafts.propose(pasted(f"{STORY} {n}"), Given(space=HERE), who=who)
        for n, who in enumerate((ADA, BEN, ADA, BEN))
    ]
    await shop.drafts.propose(pasted(STORY), Given(space=THERE), who=ADA)
    assert await shop.drafts.waiting(HERE, ADA) == Waiting((third, first, fourth, second), 0)
    assert await shop.drafts.waiting(HERE, BEN) == Waiting((fourth, second, third, first), 0)
    monkeypatch.setattr("retrieval.curate.room.SHOWN", 3)
    assert await shop.drafts.waiting(HERE, "somebody") == Waiting((fourth, third, second), 1)


async def test_what_is_decided_waits_no_more(shop: Shop) -> None:
    added, dropped = [await shop.drafts.propose(pasted(f"{STORY} {n}"), Given(space=HERE), who=ADA) for n in range(2)]
    await shop.drafts.confirm(added.id, HERE, actor=ADA)
    await shop.drafts.discard(dropped.id, HERE)
    assert await shop.drafts.waiting(HERE, ADA) == Waiting((), 0)


async def test_one_that_cannot_be_read_back_counts_among_the_rest(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    broken, sound = [await shop.drafts.propose(pasted(f"{STORY} {n}"), Given(space=HERE), who=ADA) for n in range(2)]
    shop.shelf.records.drafts.move(broken.id, HERE, [Stage.AWAITING], Stage.AWAITING, "{")
    assert await shop.drafts.waiting(HERE, ADA) == Waiting((sound,), 1)
    assert broken.id in caplog.text
