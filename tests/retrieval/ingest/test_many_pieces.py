"""Files of very many small pieces, all the way from the bytes to the document: the bot's own share stays small."""

from __future__ import annotations

import io
import re
import sys
import zipfile

import pytest

from retrieval.errors import BadInput
from retrieval.ingest.fetch import Fetcher
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.worker import Reader, ReadLimits
from tests.retrieval.ingest.test_read_hostile import MEMORY_ROOM, held

NOTE = b"---\nid: N%d\nrole: reference\ntitle: A note\n---\n\n"
LIMITS = ReadLimits(start=300.0, seconds=120.0, computing=3)


def _zipped(number: int, statements: int) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for at in range(number):
            archive.writestr(f"{at}.md", NOTE % at + b"- a\n" * statements)
    return whole.getvalue()


MANY = {
    "a note of 500,000 statements": (NOTE % 1 + b"- a\n" * 500_000, "longer than|beyond 20,000 passages"),
    "a zip of many notes": (_zipped(40, 19_000), "longer than|100,000 in all"),
    "800,000 paragraphs": (b"ab\n\n" * 800_000, "beyond the first 50,000 paragraphs"),
}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
@pytest.mark.parametrize("name", MANY)
async def test_a_file_of_very_many_pieces_costs_the_bot_little(name: str) -> None:
    data, told = MANY[name]
    async with Reader(limits=LIMITS) as reader:
        intake = Intake(Fetcher(), reader)
        await intake.take_file(b"The council met.", Hint(name="a.txt"), Given())
        before = held()
        try:
            if data.startswith(b"PK"):
                outcome = str((await reader.sources(data, "a.zip")).left_out)
            else:
                outcome = str((await intake.take_file(data, Hint(name="a.md"), Given())).left_out)
        except BadInput as error:
            outcome = str(error)
        grown = held() - before
    assert re.search(told, outcome)
    assert grown < MEMORY_ROOM


async def test_a_real_child_reads_sources_as_the_bot_would() -> None:
    note = NOTE % 7 + "- The ferry sank.\u202e\n- It was raised.\n".encode()
    async with Reader(limits=LIMITS) as reader:
        taken = await Intake(Fetcher(), reader).take_file(note, Hint(name="a.md"), Given())
        with pytest.raises(BadInput, match="line 1: it does not begin"):
            await reader.sources(b"Words.", "b.md")
    assert taken.named
    assert taken.left_out == ("1 invisible character",)
    assert [passage.text for passage in taken.document.passages] == ["The ferry sank.", "It was raised."]
    assert taken.document.source.id == "N7"
