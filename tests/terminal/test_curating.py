"""Looking after sources from the command line: undo, refresh, share, log, balance, and adding many at once."""

from __future__ import annotations

import io
import json
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from bot.composition import open_house
from bot.settings import Settings
from bot.terminal.adding import counting
from bot.terminal.run import tidy
from retrieval.store.database import FILE
from tests.terminal.conftest import Run

LEDGER = "# Harbour ledger\n\nThe harbour of Velm sold no oil to anybody in 2016, says its ledger of that year.\n"


@pytest.fixture
def ledger(run: Run, tmp_path: Path) -> str:
    """The id of a source that was added for all."""
    (tmp_path / "ledger.md").write_text(LEDGER)
    return run("source", "add", "ledger.md", "--yes").out.split()[1]


def test_a_removed_source_is_listed_and_comes_back(run: Run, ledger: str) -> None:
    assert run("source", "removed").out == "Nothing was removed in the last seven days.\n"
    run("source", "remove", ledger, "--yes")
    listed = run("source", "removed")
    assert ledger in listed.out
    assert "until 20" in listed.out
    (found,) = run("source", "removed", "--json").objects[0]
    assert (found["id"], found["until"] > found["removed_at"]) == (ledger, True)
    assert run("source", "restore", ledger).out == f"restored: {ledger} Harbour ledger\n"
    assert run("source", "show", ledger).status == 0
    again = run("source", "restore", ledger)
    assert (again.status, again.out, len(again.err.splitlines())) == (1, "", 1)


def test_the_log_says_who_did_what(run: Run, ledger: str) -> None:
    run("source", "remove", ledger, "--yes")
    entries = run("source", "log", "--json", "--limit", "2").objects[0]
    assert [(entry["who"], entry["what"], entry["source"]) for entry in entries] == [
        ("operator", "removed", ledger),
        ("operator", "added", ledger),
    ]
    assert "Harbour ledger" in run("source", "log").out
    assert run("source", "log", "--space", "4711").out == "No source was changed here yet.\n"


def test_sources_travel_from_one_space_to_another(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(LEDGER.replace("Velm", name.title()))
    run("source", "add", "one.md", "two.md", "--yes", "--space", "4711")
    written = run("source", "export", "--space", "4711", "--out", "ours.zip")
    assert written.out == "2 sources written to ours.zip\n"
    assert run("source", "export", "--space", "4711", "--out", "ours.zip").status == 1
    taken = run("source", "import", "ours.zip", "--space", "4712")
    assert [line.split(":")[0] for line in taken.out.splitlines()] == ["added", "added"]
    there = run("source", "list", "--space", "4712", "--json").objects[0]
    assert sum(source["title"] == "Harbour ledger" for source in there) == 2


def test_one_source_is_written_as_markdown(run: Run, tmp_path: Path) -> None:
    written = run("source", "export", "R07")
    name = written.out.split()[-1]
    assert (tmp_path / name).read_text().startswith("---\nid: R07\nrole: reference\n")
    assert run("source", "import", name).out.startswith("unchanged: R07 ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "R07", "--space", "4711"), "No source R07 was added here"),
        (("export", "--space", "4711"), "nothing to export"),
        (("import", "missing.zip"), "no file missing.zip"),
        (("refresh", "R07"), "notes"),
        (("refresh", "nope"), "No source nope was added here"),
        (("balance", "R07"), "no claims"),
        (("balance", "nope"), "There is no such source"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run("source", *arguments)
    assert (ran.status, ran.out) == (1, "")
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_balance_counts_references_for_each_claim(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.curate.balance.DEPTH", 3)
    first = run("source", "balance", "A01")
    lines = first.out.splitlines()
    assert lines[0].startswith("References that the embedded judge reads as")
    assert [line.split()[0] for line in lines if line.startswith("C0")][:3] == ["C01", "C02", "C03"]
    found = run("source", "balance", "A01", "--json").objects[0]
    assert found["article"]["id"] == "A01"
    numbers = {cell["claim"] for cell in found["cells"]}
    assert len(numbers) > 20
    assert {cell["stance"] for cell in found["cells"]} <= {"refutes", "supports", "neutral"}
    assert all(0 <= cell["probability"] <= 1 for cell in found["cells"])
    assert {cell["source"] for cell in found["cells"]} == {source["id"] for source in found["sources"]}


def test_many_at_once_are_counted_by_a_bar_and_one_alone_is_not() -> None:
    def shown(total: int) -> str:
        screen = io.StringIO()
        with counting(Console(file=screen, force_terminal=True, width=100), 1, total):
            pass
        return screen.getvalue()

    assert "Adding sources" in shown(3)
    assert "1/3" in shown(3)
    assert "Adding" not in shown(1)


async def test_the_daily_tidying_erases_what_has_had_its_time(data: Path) -> None:
    settings = Settings(REJOINDER_DATA=data)
    async with open_house(settings) as house:
        await house.library.remove("R07", actor="tests")
        await house.library.remove("R08", actor="tests")
        with sqlite3.connect(data / FILE) as connection:
            connection.execute("UPDATE sources SET removed_at = '2020-01-01T00:00:00.000000+00:00' WHERE id = 'R07'")
        connection.close()
        answer = await house.library.ask("claim 6")
        await tidy(house, keep_days=1)
        assert [one.source.id for one in await house.desk.curator.removed("shared")] == ["R08"]
        assert await house.library.answer(answer.id) == answer
        assert [entry.what for entry in await house.desk.curator.log("shared", limit=1)] == ["erased"]


def test_json_is_one_value(run: Run) -> None:
    assert json.loads(run("source", "log", "--json", "--space", "4711").out) == []
