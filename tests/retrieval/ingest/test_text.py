"""Plain text and Markdown to a new source: title, passages, claims, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import BadInput, Malformed, Refused
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.fetch import Fetcher
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.text import from_extract, is_seed, tidied, titled
from retrieval.ingest.worker import Reader
from retrieval.types import Role, Wording
from tests.retrieval.curate.shop import read_document

MARKDOWN = """# The harbour report

An opening by **Ada Moss**.

## Money

The office paid 5 million crowns to Leith in 2015,
says the [Gazette](https://example.org).

- fish
- salt

Page 2 of 3
"""


def extract(*blocks: Block, title: str | None = None, date: str | None = None) -> Extract:
    """An extract with nothing but what a test needs."""
    return Extract(title, None, None, date, None, blocks)


def test_markdown_gives_title_headings_and_paragraphs() -> None:
    made = read_document(MARKDOWN, "report.md", role=Role.REFERENCE)
    assert (made.source.title, made.source.wording, made.claims) == ("The harbour report", Wording.FULL_TEXT, ())
    assert [(p.text, p.heading, p.paragraph, p.body_paragraph) for p in made.passages] == [
        ("An opening by Ada Moss.", None, 1, 1),
        ("The office paid 5 million crowns to Leith in 2015, says the Gazette.", "Money", 1, 2),
        ("fish", "Money", 2, 3),
        ("salt", "Money", 3, 4),
    ]
    assert all(made.text[p.start : p.end] == p.text for p in made.passages)


def test_an_article_gets_numbered_claims_and_a_reference_none() -> None:
    made = read_document(MARKDOWN, "report.md", role=Role.ARTICLE)
    assert [claim.number for claim in made.claims] == ["C01"]
    assert made.claims[0].passages == (made.passages[1].id,)


def test_plain_text_is_titled_by_a_first_line_alone_else_by_its_name() -> None:
    alone = read_document("The harbour report\n\nIt was late.", "a.txt", role=Role.REFERENCE)
    assert (alone.source.title, alone.text) == ("The harbour report", "It was late.")
    unnamed = read_document("It was late.\n\nIt was dark.", "folder/harbour.txt", role=Role.REFERENCE)
    assert (unnamed.source.title, unnamed.text) == ("harbour", "It was late.\n\nIt was dark.")


def test_adding_twice_gives_the_same_id_and_another_space_or_text_another() -> None:
    one, two = (read_document(MARKDOWN, name, role=Role.REFERENCE, space="7") for name in ("a.md", "b.md"))
    assert one.source.id == two.source.id
    assert one.source.space == "7"
    others = [
        read_document(MARKDOWN, "a.md", role=Role.REFERENCE, space="8"),
        read_document(MARKDOWN + "\nMore.", "a.md", role=Role.REFERENCE, space="7"),
    ]
    assert len({one.source.id, *(other.source.id for other in others)}) == 3


def test_a_paragraph_cut_by_a_page_is_whole_and_the_pages_furniture_is_counted() -> None:
    first = "The office of the harbour paid for every single one of the very many ferries that came to Leith in May and"
    found = tidied(extract(Block(first), Block("Page 2"), Block("in June."), Block("Photo: a quay."), Block("End.")))
    assert [block.text for block in found.blocks] == [f"{first} in June.", "End."]
    assert found.left_out == ("2 lines of captions, navigation or page numbers",)


def test_list_items_and_headings_are_not_taken_for_cut_paragraphs() -> None:
    blocks = (Block("fish"), Block("salt"), Block("Tools"), Block("and nets"))
    assert tidied(extract(*blocks)).blocks == blocks


def test_a_short_line_between_paragraphs_is_the_heading_of_a_text_that_marks_none() -> None:
    prose = "The ferry came late to the quay on every day of May."
    found = tidied(extract(Block("By Ada Moss"), Block(prose), Block("Who gains?"), Block("The money"), Block(prose)))
    assert [(block.text, block.heading) for block in found.blocks[-2:]] == [("The money", None), (prose, None)]
    found = tidied(extract(Block("By Ada Moss"), Block(prose), Block("The money"), Block(prose)))
    assert [(block.text, block.heading) for block in found.blocks] == [
        ("By Ada Moss", None),
        (prose, None),
        (prose, "The money"),
    ]


def test_a_text_of_nothing_but_furniture_is_left_as_it_is() -> None:
    only = extract(Block("Photo: a quay."))
    assert tidied(only) == only


def test_a_block_that_repeats_the_title_goes() -> None:
    found = titled(extract(Block("A title"), Block("Words.", "A title"), title="A title"), "x")
    assert found.blocks == (Block("Words."),)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("2016-03-04T10:00:00Z", "2016-03-04"), ("2016", "2016"), ("4 March", None), (None, None), ("2016-99-01", None)],
)
def test_only_a_real_date_is_kept(given: str | None, kept: str | None) -> None:
    made = from_extract(extract(Block("Words."), date=given), "x", role=Role.REFERENCE, url="https://example.org")
    assert (made.source.date, made.source.url) == (kept, "https://example.org")


def test_a_seed_file_is_read_as_one() -> None:
    note = "---\nid: N1\nrole: reference\ntitle: T\n---\n\n- A statement.\n"
    made = read_document(note, "N1.md", role=Role.REFERENCE, space="7")
    assert (made.source.id, made.source.wording, made.source.space, made.text) == (
        "N1",
        Wording.NOTE,
        "7",
        "A statement.",
    )
    with pytest.raises(Refused, match="with the role 'reference'"):
        read_document(note, "N1.md", role=Role.ARTICLE)
    with pytest.raises(Malformed, match=r"N1\.md, line 3"):
        read_document(note.replace("reference", "witness"), "N1.md", role=Role.REFERENCE)


@pytest.mark.parametrize("text", ["", " \n\n ", "\f\n", "…\n\n---\n", "PK\x03\x04\0\0\0"])
def test_what_holds_no_words_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_document(text, "x.txt", role=Role.REFERENCE)
    assert str(caught.value).endswith(".")


@pytest.mark.shared
def test_the_first_article_can_be_added_without_its_digest(shared: Path) -> None:
    raw = next((shared / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    made = read_document(raw, "article.txt", role=Role.ARTICLE)
    assert made.source.title.startswith("Facing Defeat in Syria")
    assert any("which is moving at a faster pace" in passage.text for passage in made.passages)
    assert {passage.heading for passage in made.passages} >= {"ISIS is State Sponsored"}
    assert 20 <= len(made.claims) <= 40
    assert all(made.text[p.start : p.end] == p.text for p in made.passages)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("---\nid: N1\nrole: reference\n---\n", True),
        ("---\r\nrole: reference\r\n--- \r\nWords.", True),
        ("---\ntitle: A diary\ntags: [role]\n---\n\nWords.", False),
        ("---\n\nrole: reference\n---\n", False),
        ("---\nrole: reference\n---", False),
        ("---\nrole: reference\n", False),
        ("Words.\nrole: reference\n---\n", False),
        ("---\n" + "role:x\n" * 200_000, False),
    ],
)
def test_the_seeds_format_is_told_by_its_head(text: str, named: bool) -> None:
    assert is_seed(text) is named


async def test_a_markdown_file_with_a_head_of_others_is_read_apart_like_any_file() -> None:
    asked: list[Hint | None] = []

    class Apart(Reader):
        async def read(self, data: bytes, hint: Hint | None = None) -> Extract:
            asked.append(hint)
            return extract(Block(data.decode()))

    taken = await Intake(Fetcher(), Apart()).take_file(
        b"---\ntitle: A diary\n---\n\nWords.", Hint(name="a.md"), Given()
    )
    assert (asked, taken.named) == ([Hint(name="a.md")], False)
