from __future__ import annotations

import asyncio
import io
import re
import shutil
from pathlib import Path

import pytest

from bot.console import make_console
from bot.terminal.record import natural, render_record
from retrieval.reading import SourceDetails
from tests.conftest import ROOT
from tests.loopback import Site
from tests.making import passage, source
from tests.terminal.conftest import Run

NOTE = "# Ledger of the harbour\n\nThe harbour of Velm paid ISIS nothing in 2014.\n\nIts ledger was audited twice.\n"


def test_a_file_is_added_once_listed_shown_and_removed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.md").write_text(NOTE, encoding="utf-8")
    added = run("source", "add", "ledger.md", "--yes", "--date", "2016-03", "--publisher", "Velm Gazette")
    assert (added.status, added.err) == (0, "")
    assert added.out.startswith("added: S-")
    assert run(
        "source", "add", "ledger.md", "--yes", "--date", "2016-03", "--publisher", "Velm Gazette"
    ).out.startswith("unchanged: ")
    source = next(s for s in run("source", "list", "--json").objects[0] if s["publisher"] == "Velm Gazette")
    assert (source["title"], source["date"], source["role"]) == ("Ledger of the harbour", "2016-03", "reference")
    assert "paid ISIS nothing" in run("source", "show", source["id"]).out
    assert run("source", "remove", source["id"], "--yes").out.startswith("removed: ")
    assert run("source", "show", source["id"]).status == 1


def test_what_one_space_adds_the_shared_space_does_not_list(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.md").write_text(NOTE, encoding="utf-8")
    run("source", "add", "ledger.md", "--yes", "--space", "4711")
    assert "Ledger" not in run("source", "list").out
    assert "Ledger" in run("source", "list", "--space", "4711").out


def test_refusals_are_told_and_the_rest_is_added(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("   ", encoding="utf-8")
    ran = run("source", "add", "missing.md", "empty.txt", "ledger.md", "http://127.0.0.1/x", "--yes")
    assert ran.status == 1
    assert len(ran.err.strip().splitlines()) == 3
    assert ran.out.startswith("added: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a.md",), "--yes"),
        (("a.md", "--date", "yesterday", "--yes"), "2017-08-11"),
        (("a.md", "--text-of", "A01", "--yes"), "--role article"),
        (("a.md", "--role", "article", "--text-of", "A01", "--yes"), "heading"),
        (("a.md", "--role", "article", "--text-of", "R01", "--yes"), "R01"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "a.md").write_text(NOTE, encoding="utf-8")
    ran = run("source", "add", *arguments)
    assert ran.status == 1
    assert words in ran.err
    assert ran.out == "" or ran.out.startswith("read: ")


@pytest.mark.usefixtures("everywhere_is_here")
async def test_a_link_to_another_port_is_added_only_when_the_setting_names_it(
    run: Run, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.page("/ledger.md", NOTE.encode(), Content_Type="text/markdown")
    refused = await asyncio.to_thread(run, "source", "add", link, "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert "unusual port; only 80 and 443 may be fetched from" in refused.err
    assert site.seen == []
    monkeypatch.setenv("REJOINDER_FETCH_PORTS", f"80, {site.server.port}")
    added = await asyncio.to_thread(run, "source", "add", link, "--yes")
    assert (added.status, added.err) == (0, "")
    assert added.out.startswith("added: S-")


def test_seeding_again_changes_only_what_was_edited(run: Run, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    assert run("seed", str(seeds)).out.splitlines()[-1] == "0 added, 0 changed, 90 unchanged."
    note = next(seeds.glob("R22-*.md"))
    note.write_text(note.read_text(encoding="utf-8") + "\n- One more thing that it establishes.\n", encoding="utf-8")
    ran = run("seed", str(seeds))
    assert ran.out.splitlines()[-1] == "0 added, 1 changed, 89 unchanged."
    assert "changed: R22" in ran.out


def test_a_malformed_seed_is_refused_with_file_and_line_and_nothing_changes(run: Run, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", seeds)
    note = next(seeds.glob("R22-*.md"))
    note.write_text(note.read_text(encoding="utf-8").replace("role: reference", "role: witness"), encoding="utf-8")
    ran = run("seed", str(seeds))
    assert ran.status == 1
    assert f"{note.name}, line 3" in ran.err
    assert run("seed").out.splitlines()[-1] == "0 added, 0 changed, 90 unchanged."


@pytest.mark.shared
def test_the_bound_article_is_quoted_word_for_word_and_stays_bound(run: Run, shared: Path) -> None:
    text = next((shared / "seeds").glob("*.txt"))
    bound = run("source", "add", str(text), "--role", "article", "--text-of", "A01")
    assert bound.out.startswith("changed: A01")
    assert "36 claims" in bound.out
    (found,) = run("ask", "claim 30", "--json").objects
    assert found["article"][0]["source"]["wording"] == "full text"
    assert "created Al Qaeda in the mountains of Afghanistan" in found["article"][0]["quote"]
    assert run("seed").out.splitlines()[-1] == "0 added, 0 changed, 90 unchanged."
    (again,) = run("ask", "claim 30", "--json").objects
    assert again["article"] == found["article"]


def test_a_source_is_shown_with_its_record_and_its_passages_numbered_as_citations_name_them(run: Run) -> None:
    shown = run("source", "show", "R01").out
    assert "quality    primary text, excerpted" in shown
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("¶")] == list("123456")
    assert "cited" not in shown
    run("ask", "claim 33")
    assert re.search(r"^cited +in 1 kept answer$", run("source", "show", "R01").out, re.MULTILINE)


def test_an_article_is_shown_with_its_headings_and_claims(run: Run) -> None:
    shown = run("source", "show", "A01").out
    claims, rest = shown.split("About the article as a whole")
    assert rest.count("¶ 2") > 1  # Passages of one paragraph share its number, under each heading anew.
    assert "C35" in claims
    assert "ISIS Enjoys Global Reach Many Nation-States Lack" in rest
    assert run("source", "show", "A01", "--json").objects[0]["claims"][0]["number"] == "C01"


def test_a_passage_without_a_paragraph_has_no_number_and_one_on_a_page_has_it() -> None:
    details = SourceDetails(
        source("R01", date="2014", date_note="between May and July"),
        (passage("Front matter."), passage("Body.", ordinal=1, heading="Terms", paragraph=2, page=7)),
        (),
        0,
    )
    out = io.StringIO()
    make_console(out).print(render_record(details))
    lines = [line.strip() for line in out.getvalue().splitlines()]
    assert "date     2014, between May and July" in lines
    assert lines[-3:] == ["Front matter.", "Terms", "p. 7 ¶ 2  Body."]


def test_sources_are_listed_as_people_count(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.md").write_text(NOTE, encoding="utf-8")
    run("source", "add", "ledger.md", "--yes")
    ids = [line.split()[0] for line in run("source", "list").out.splitlines() if re.match(r"[ARS]\S*\d", line)]
    assert ids[:3] == ["A01", "R01", "R02"]
    assert ids[-1].startswith("S-")
    listed = [one["id"] for one in run("source", "list", "--json").objects[0]]
    assert listed == ids
    assert sorted([source("R10"), source("R9"), source("R2")], key=natural) == [
        source("R2"),
        source("R9"),
        source("R10"),
    ]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("/nonexistent.txt", "There is no file /nonexistent.txt."),
        ("ftp://example.org/x", "ftp://example.org/x: Only http and https links can be read."),
    ],
)
def test_what_cannot_be_read_is_named_once(run: Run, place: str, sentence: str) -> None:
    ran = run("source", "add", place, "--yes")
    assert (ran.status, ran.err) == (1, f"{sentence}\n")


@pytest.mark.parametrize(
    "arguments", [("source", "show", "R999"), ("source", "remove", "R999", "--yes"), ("claims", "--article", "R999")]
)
def test_an_unknown_source_is_named_with_where_ids_are_shown(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.err) == (1, "There is no source R999 here; `rejoinder source list` shows the ids.\n")
