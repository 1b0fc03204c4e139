"""The seeds in the repository: whole, in the format, and equal to the corpus they were made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.ingest import seed
from retrieval.types import Document, Role
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def seeds() -> dict[str, Document]:
    """The shipped seeds by id."""
    return {document.source.id: document for document in seed.load_folder(ROOT / "seeds")}


def test_there_is_one_article_and_the_notes_in_order(seeds: dict[str, Document]) -> None:
    assert list(seeds) == ["A01", *(f"R{number:02}" for number in range(1, 90))]
    assert [key for key, document in seeds.items() if document.source.role is Role.ARTICLE] == ["A01"]
    numbers = [claim.number for claim in seeds["A01"].claims]
    assert numbers == [*(f"C{number:02}" for number in range(1, 36)), "P01"]


def test_every_note_says_who_published_it_and_where_it_can_be_read(seeds: dict[str, Document]) -> None:
    for document in seeds.values():
        source = document.source
        assert source.publisher, source.id
        assert source.kind, source.id
        assert source.role is Role.ARTICLE or (source.url and source.quality), source.id
        assert source.date or source.date_note, source.id


def test_every_seed_is_written_as_it_would_be_dumped(seeds: dict[str, Document]) -> None:
    """So that an export differs from the repository only where somebody changed something."""
    for path in (ROOT / "seeds").glob("[AR][0-9]*.md"):
        document = seeds[path.name.split("-", maxsplit=1)[0]]
        assert seed.dump(document) == path.read_text(encoding="utf-8"), path.name


def test_ids_of_sources_passages_and_claims_are_unique(seeds: dict[str, Document]) -> None:
    passages = [passage.id for document in seeds.values() for passage in document.passages]
    claims = [claim.id for document in seeds.values() for claim in document.claims]
    assert len(set(passages)) == len(passages) == 370
    assert len(set(claims)) == len(claims) == 36


def test_the_example_in_the_readme_is_a_good_note() -> None:
    readme = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")
    example = readme.split("```markdown\n", 2)[1].split("```", maxsplit=1)[0]
    document = seed.parse(example)
    assert (document.source.id, len(document.passages)) == ("R90", 2)
    assert all(f"`{key}`" in readme for key in seed.KEYS)


@pytest.mark.shared
def test_the_digest_holds_the_claims_and_places_of_the_corpus(shared: Path, seeds: dict[str, Document]) -> None:
    claims = json.loads((shared / "corpus" / "claims.json").read_text(encoding="utf-8"))["claims"]
    expected = [
        (c["id"], c["type"], c["claim"], [(p["heading"], p.get("para"), p.get("body_para")) for p in c["locators"]])
        for c in claims
    ]
    found = [
        (c.number, c.kind, c.text, [(p.heading, p.paragraph, p.body_paragraph) for p in c.locators])
        for c in seeds["A01"].claims
    ]
    assert found == expected


@pytest.mark.shared
def test_the_notes_hold_every_checked_statement_and_none_from_memory(shared: Path, seeds: dict[str, Document]) -> None:
    references = json.loads((shared / "corpus" / "references.json").read_text(encoding="utf-8"))["references"]
    expected = {
        reference["id"]: [s["text"] for s in reference["statements"] if s["basis"] == "seen"]
        for reference in references
    }
    expected = {key: statements for key, statements in expected.items() if statements}
    found = {key: [p.text for p in document.passages] for key, document in seeds.items() if key != "A01"}
    assert found == expected
    assert {r["id"]: r.get("url") for r in references if r["id"] in found} == {k: seeds[k].source.url for k in found}
