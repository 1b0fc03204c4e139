"""Whatever a child does, the bot gets an extract or one sentence, and the next file is read."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from retrieval.errors import BadInput, Refused, Unavailable
from retrieval.ingest.extract import Block
from retrieval.ingest.readers.outcome import Empty
from retrieval.ingest.worker import CRASHED, Reader, ReadLimits

FAKE = "tests.retrieval.ingest.fake_child"


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    made = Reader(children=1, module=FAKE)
    yield made
    await made.close()


async def said(reader: Reader, what: str) -> str:
    return (await reader.read(what.encode())).blocks[0].text


def alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_child_is_out_of_reach_of_the_terminal_s_keys(reader: Reader) -> None:
    child = int(await said(reader, "number"))
    assert os.getsid(child) == os.getpgid(child) == child != os.getsid(0)


async def test_an_extract_comes_whole(reader: Reader) -> None:
    extract = await reader.read(b"limits")
    assert extract.blocks == (Block("1000000000 20", None, 3),)
    assert (extract.title, extract.left_out) == (None, ("menus",))


@pytest.mark.parametrize(
    "what",
    ["crash", "leave", "garbage", "endless", "half", "not an object", "no facts", "wrong blocks", "unknown error"],
)
async def test_a_child_lost_or_gone_mad_costs_one_sentence(reader: Reader, what: str) -> None:
    with pytest.raises(Refused) as refusal:
        await reader.read(what.encode())
    assert str(refusal.value) == CRASHED
    assert await said(reader, "number")


async def test_a_pdf_that_crashes_its_reader_is_read_by_the_spare_one(reader: Reader) -> None:
    assert await said(reader, "%PDF-") == "read by the spare reader"


async def test_a_file_that_takes_too_long_is_given_up_and_its_child_ended() -> None:
    hasty = Reader(children=1, module=FAKE, limits=ReadLimits(seconds=0.4))
    number = await said(hasty, "number")
    with pytest.raises(Refused, match=r"longer than 0\.4 seconds"):
        await hasty.read(b"hang")
    assert not alive(number)
    await hasty.close()


@pytest.mark.parametrize(("what", "sentence"), [("compute", "longer than 25 seconds"), ("swell", "more memory")])
async def test_a_limit_is_told_by_how_a_child_ended(reader: Reader, what: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        await reader.read(what.encode())


async def test_what_a_child_tells_is_raised_as_its_kind_and_the_child_kept(reader: Reader) -> None:
    number = await said(reader, "number")
    with pytest.raises(Empty, match="Nothing"):
        await reader.read(b"empty")
    assert issubclass(Empty, BadInput)
    assert await said(reader, "number") == number


async def test_no_token_reaches_a_child(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("REJOINDER_API_KEY", "secret")
    names = (await said(reader, "environment")).split()
    assert "PYTHONPATH" in names
    assert not {"DISCORD_TOKEN", "REJOINDER_API_KEY", "HOME"} & set(names)


async def test_a_child_that_has_grown_is_replaced(reader: Reader) -> None:
    grown = await said(reader, "retire")
    fresh = await said(reader, "number")
    assert fresh != grown
    assert not alive(grown)
    assert await said(reader, "number") == fresh


async def test_a_cancelled_read_ends_its_child(reader: Reader) -> None:
    number = await said(reader, "number")
    hanging = asyncio.create_task(reader.read(b"hang"))
    for _ in range(20):
        await asyncio.sleep(0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert not alive(number)
    assert await said(reader, "number") != number


async def test_no_more_children_than_were_asked_for(reader: Reader) -> None:
    numbers = await asyncio.gather(*(said(reader, "number") for _ in range(5)))
    assert len(set(numbers)) == 1


async def test_closing_ends_every_child() -> None:
    async with Reader(children=2, module=FAKE) as reader:
        numbers = await asyncio.gather(said(reader, "number"), said(reader, "number"))
        assert all(alive(number) for number in numbers)
    assert not any(alive(number) for number in numbers)


async def test_a_child_that_cannot_start_stops_the_read_and_not_the_bot() -> None:
    async with Reader(module="no.such.module") as reader:
        with pytest.raises(Unavailable, match="could not be started"):
            await reader.read(b"x")
