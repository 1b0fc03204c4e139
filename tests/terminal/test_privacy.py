"""`rejoinder privacy`: an operator who is asked tells what names a person, and has them forgotten in every file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate.types import Item
from retrieval.ingest.intake import Given
from retrieval.types import SHARED, Role
from tests.terminal.conftest import Run

ADA, BEN, VELM = "918273645546372819", "817263544536271809", "123456789012345678"


def holding(folder: Path, words: str) -> list[str]:
    """The files that hold some words."""
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


@pytest.fixture
def known(data: Path) -> Path:
    """A library in which Ada added a source, hands in another one, and found an answer helpful."""

    async def live(house: House) -> None:
        drafts, given = house.desk.drafts, Given(Role.REFERENCE, VELM, ADA)
        added = await drafts.propose(Item(data=b"The tolls of Velm rose by a fifth."), given, who=ADA)
        await drafts.confirm(added.id, VELM, actor=ADA)
        await drafts.propose(Item(data=b"Another note on the tolls of Velm."), given, who=ADA)
        await drafts.propose(Item(data=b"What Ben knows."), replace(given, added_by=BEN), who=BEN)
        answer = await house.library.ask("claim 33")
        await house.library.feedback(answer.id, SHARED, person=ADA, helpful=True)

    async def opened() -> None:
        async with open_house(Settings(REJOINDER_DATA=data)) as house:
            await live(house)

    asyncio.run(opened())
    return data


def test_a_person_is_found_then_forgotten_in_every_file_and_nobody_else(known: Path, run: Run) -> None:
    (found,) = run("privacy", "show", ADA, "--json").objects
    counts = {"drafts": 2, "log": 1, "sources": 1, "answers": 0, "previews": 0, "feedback": 1}
    assert found == {"person": ADA, **counts}
    assert holding(known, ADA)
    no = run("privacy", "forget", ADA, typed="n\n")
    assert (no.status, no.err) == (0, "")
    assert "1  sources that say that they added them" in no.out
    assert f"Forget {ADA}? This cannot be undone. [y/N]" in no.out
    assert run("privacy", "show", ADA, "--json").objects == [found]
    yes = run("privacy", "forget", ADA, "--yes")
    assert (yes.status, yes.out) == (0, f"forgotten: 5 entries about {ADA} deleted or made nameless\n")
    assert holding(known, ADA) == []
    assert holding(known, BEN)
    assert run("privacy", "forget", ADA, "--yes").out == f"nothing is kept about {ADA}\n"
    assert run("privacy", "show", ADA).out == "About them, in all servers together:\n  nothing\n"
    assert "somebody who asked to be forgotten" in run("source", "log", "--space", VELM).out


def test_what_is_kept_of_people_in_general_is_said_as_in_discord(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_KEEP_DAYS", "12")
    ran = run("privacy", "show")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("What Rejoinder keeps\n• Your question and its answer, without your name, for 12 days,")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "ada"), "ada is no person's id"),
        (("show", "--json"), "add the person's Discord id"),
        (("forget",), "Missing argument 'PERSON'"),
        (("forget", "operator", "--yes"), "operator is no person's id"),
        (("forget", ADA), "Nobody is there to confirm: add --yes."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run("privacy", *arguments)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert words in ran.err
