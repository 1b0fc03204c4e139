"""Seed files: what they become, what is said of a faulty one, and that writing and reading are inverse."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import Malformed, NotFound
from retrieval.ingest import seed
from retrieval.ingest.seed_digest import Draft, build_digest
from retrieval.ingest.seed_note import Statement, build_note
from retrieval.types import Locator, Role, Source, Wording

NOTE = """---
id: N1
role: reference
title: "Ferries: a short count"
author: Ada Moss
date: 2016-03
quality: harbour office
---

- The ferry ran on 12 days
  in March.
- The harbour office paid for it.

## Later

It stopped in April.
"""

DIGEST = """---
id: D1
role: article
title: The ferry that never was
---

For readers only.

## (opening, before the first heading)

### C01 (fact)

No ferry ran
in March.

- paragraph 2, body paragraph 2
- paragraph 1, body paragraph 5, under: The money

## The money

### C02

\\- the mayor paid.

- page 3
- all of it, under no heading
"""


def test_a_note_becomes_one_passage_for_each_statement() -> None:
    document = seed.parse(NOTE)
    assert document.source == Source(
        id="N1",
        role=Role.REFERENCE,
        title="Ferries: a short count",
        wording=Wording.NOTE,
        author="Ada Moss",
        date="2016-03",
        quality="harbour office",
    )
    assert [passage.text for passage in document.passages] == [
        "The ferry ran on 12 days in March.",
        "The harbour office paid for it.",
        "It stopped in April.",
    ]
    assert [(p.heading, p.paragraph, p.body_paragraph) for p in document.passages] == [
        (None, 1, 1),
        (None, 2, 2),
        ("Later", 1, 3),
    ]
    assert document.claims == ()


def test_a_digest_becomes_numbered_claims_with_all_their_places() -> None:
    document = seed.parse(DIGEST)
    first, second = document.claims
    assert (first.number, first.kind, first.text) == ("C01", "fact", "No ferry ran in March.")
    assert first.locators == (
        Locator("(opening, before the first heading)", 2, 2),
        Locator("The money", 1, 5),
    )
    assert (second.number, second.kind, second.text) == ("C02", None, "- the mayor paid.")
    assert second.locators == (Locator("The money", None, None, 3), Locator(None, None))
    assert [passage.id for passage in document.passages] == [first.passages[0], second.passages[0]]
    assert document.passages[0].body_paragraph == 2
    assert document.source.wording is Wording.DIGEST


def test_ids_stay_when_nothing_changes_and_passages_change_with_the_text() -> None:
    again, edited = seed.parse(DIGEST), seed.parse(DIGEST.replace("No ferry", "No boat"))
    assert again == seed.parse(DIGEST)
    assert {p.id for p in again.passages}.isdisjoint(p.id for p in edited.passages)
    assert [claim.id for claim in again.claims] == [claim.id for claim in edited.claims]


@pytest.mark.parametrize("number", ["C1", "C001"])
def test_a_claims_number_is_kept_as_it_is_asked_for(number: str) -> None:
    made = seed.parse(DIGEST.replace("### C01", f"### {number}"), "seeds/A1-x.md")
    assert [claim.number for claim in made.claims] == ["C01", "C02"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Just text.", 1, "must begin with a line '---'"),
        ("", 1, "must begin with a line '---'"),
        ("---\nid: N1\n", 1, "never closed"),
        (NOTE.replace("id: N1", "id: [N1"), 3, "not valid YAML"),
        (NOTE.replace("author: Ada Moss", "author: a: b"), 5, "not valid YAML"),
        (NOTE.replace("author: Ada Moss", "author: [Ada, Ben]"), 5, "one line of text"),
        (NOTE.replace("author: Ada Moss", "author: \x07"), 1, "characters or nesting"),
        (NOTE.replace("author: Ada Moss", "a: " + "[" * 900), 1, "characters or nesting"),
        ("---\n- a\n---\n- b\n", 2, "key: value"),
        (NOTE.replace("author: Ada", "autor: Ada"), 5, "did you mean 'author'?"),
        (NOTE.replace("author: Ada", "zz: Ada"), 5, "the keys are id, role"),
        (NOTE.replace("author: Ada Moss", "id: N2"), 5, "given twice"),
        (NOTE.replace("id: N1\n", ""), 1, "lacks 'id'"),
        (NOTE.replace("id: N1", "id:"), 2, "lacks 'id'"),
        (NOTE.replace("id: N1", "id: no spaces"), 2, "letters, digits"),
        (NOTE.replace("reference", "witness"), 3, "'article' or 'reference'"),
        (NOTE.replace("2016-03", "2016-13"), 6, "a real one"),
        (NOTE.replace("2016-03", "2016-02-30"), 6, "a real one"),
        (NOTE.replace("2016-03", "March 2016"), 6, "a real one"),
        (NOTE.replace("quality: harbour office", "url: javascript:alert(1)"), 7, "whole web address"),
        (NOTE.replace("quality: harbour office", "url: https://[broken"), 7, "whole web address"),
        (NOTE.replace("quality: harbour office", "wording: digest"), 7, "must be 'note'"),
        (NOTE.split("\n\n", maxsplit=1)[0] + "\n\n## Only a heading\n", 8, "note is empty"),
        (DIGEST.replace("### C02", "### C01"), 21, "C01 is given twice; the first is on line 11"),
        (DIGEST.replace("### C02", "### C1"), 21, "C01 is given twice; the first is on line 11"),
        (DIGEST.replace("- page 3\n- all of it, under no heading\n", ""), 21, "C02 has no place"),
        (DIGEST.replace("\\- the mayor paid.\n\n", ""), 21, "C02 has no words"),
        (DIGEST.replace("- page 3", "- page three"), 25, "'page three' is not a place"),
        (DIGEST.replace("- page 3", "- page 3, page 4"), 25, "'page 4' is not a place"),
        (DIGEST.replace("### C02", "### The second"), 21, "opens with its number"),
        (DIGEST.replace("### C02", "#### C02"), 21, "'## ' lines"),
        (DIGEST.replace("### C01 (fact)\n", ""), 12, "belongs to no claim"),
        (DIGEST + "\nMore words.\n", 28, "goes on after its places"),
        (DIGEST.split("## (opening", maxsplit=1)[0], 5, "holds no claim"),
    ],
)
def test_a_faulty_file_is_answered_with_its_line_and_what_to_do(text: str, line: int, words: str) -> None:
    with pytest.raises(Malformed) as caught:
        seed.parse(text, "seeds/N1-x.md")
    assert (caught.value.line, caught.value.path) == (line, Path("seeds/N1-x.md"))
    assert words in caught.value.why
    assert str(caught.value).startswith(f"seeds/N1-x.md, line {line}: ")


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "N1.md"
    path.write_bytes(NOTE.replace("Ada Moss", "Ada Möss").encode("latin-1"))
    with pytest.raises(Malformed, match="line 5: the file is not UTF-8"):
        seed.load(path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "N1.md"
    path.write_bytes(b"\xef\xbb\xbf" + NOTE.replace("\n", "\r\n").encode())
    assert seed.load(path) == seed.parse(NOTE)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "N1.md"
    path.write_text(NOTE + "word " * (seed.LARGEST // 5))
    with pytest.raises(Malformed, match="larger than 256 kB"):
        seed.load(path)


def test_a_folder_is_read_in_the_order_of_names_without_its_readme(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(NOTE)
    (tmp_path / "a.md").write_text(DIGEST)
    (tmp_path / "README.md").write_text("# Not a seed")
    (tmp_path / "notes.txt").write_text("not a seed either")
    assert [document.source.id for document in seed.load_folder(tmp_path)] == ["D1", "N1"]


def test_two_files_with_one_id_are_both_named(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(NOTE)
    with pytest.raises(Malformed, match=r"b\.md: the id N1 is taken by a\.md"):
        seed.load_folder(tmp_path)


@pytest.mark.parametrize("read", [seed.load, seed.load_folder])
def test_a_path_that_is_not_there_gets_a_sentence(tmp_path: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(NotFound):
        read(tmp_path / "nowhere")


_line = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda s: " ".join(s.split())).filter(bool)
_count = st.none() | st.integers(1, 999)
_heading = st.none() | st.sampled_from(["Under: one", "# two"]) | _line
_dates = st.sampled_from([None, "2014", "2014-05", "2014-05-31"])
_urls = st.sampled_from([None, "https://example.org/a?b=c#d", "http://xn--bcher-kva.example/%C3%BC"])


@st.composite
def sources(draw: st.DrawFn, role: Role) -> Source:
    """Any record that a seed can hold."""
    wording = Wording.DIGEST if role is Role.ARTICLE else Wording.NOTE
    maybe = st.none() | _line
    return Source(
        id="X-1",
        role=role,
        title=draw(_line),
        wording=wording,
        author=draw(maybe),
        publisher=draw(maybe),
        date=draw(_dates),
        date_note=draw(maybe),
        url=draw(_urls),
        kind=draw(maybe),
        quality=draw(maybe),
    )


@settings(deadline=None, max_examples=60)
@given(sources(Role.REFERENCE), st.lists(st.builds(Statement, _line, _heading), min_size=1, max_size=6))
def test_a_note_survives_being_written_and_read(source: Source, statements: list[Statement]) -> None:
    # A heading cannot end once it began: what follows stands under it until the next.
    under = [statement for statement in statements if statement.heading is None]
    under += [statement for statement in statements if statement.heading is not None]
    document = build_note(source, under)
    assert seed.parse(seed.dump(document)) == document
    assert all(passage.text == document.text[passage.start : passage.end] for passage in document.passages)


_drafts = st.builds(
    lambda kind, text, places: Draft("C01", kind, 1, text.split(), places),
    st.sampled_from([None, "fact", "own view"]),
    _line,
    st.lists(st.builds(Locator, _heading, _count, _count, _count), min_size=1, max_size=3),
)


@settings(deadline=None, max_examples=60)
@given(sources(Role.ARTICLE), st.lists(_drafts, min_size=1, max_size=5))
def test_a_digest_survives_being_written_and_read(source: Source, drafts: list[Draft]) -> None:
    for number, draft in enumerate(drafts, 1):
        draft.number = f"C{number:02}"
    document = build_digest(source, drafts)
    assert seed.parse(seed.dump(document)) == document
    assert all(passage.text == document.text[passage.start : passage.end] for passage in document.passages)
