"""Full texts as seed files: what a person may write, and that writing and reading are inverse."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import Malformed
from retrieval.ingest import seed
from retrieval.ingest.chunk import document
from retrieval.ingest.claims import find_claims
from retrieval.ingest.extract import Block, Extract
from retrieval.types import Claim, Document, Locator, Passage, Role, Source, Wording
from tests.conftest import ROOT
from tests.retrieval.curate.shop import read_document
from tests.retrieval.ingest.test_seed import sources

HEAD = "---\nid: T1\nrole: article\ntitle: The ferry\nwording: full text\n---\n\n"
TEXT = (
    HEAD
    + """An opening
in two lines.

# First

<!-- page 2, paragraph 4 -->

Line one,\\
line two.

\\# no heading
<!-- no heading, no page -->
The end.

<!-- claims -->

## First

### C07 (fact)

The ferry sank.

- paragraph 4, page 2
- paragraph 1, body paragraph 4, under no heading
"""
)


def test_paragraphs_stand_where_headings_and_remarks_say() -> None:
    made = seed.parse(TEXT)
    assert made.source.wording is Wording.FULL_TEXT
    places = [(p.text, p.heading, p.paragraph, p.body_paragraph, p.page) for p in made.passages]
    assert places == [
        ("An opening in two lines.", None, 1, 1, None),
        ("Line one,\nline two.", "First", 4, 2, 2),
        ("# no heading", "First", 5, 3, 2),
        ("The end.", None, 1, 4, None),
    ]
    (claim,) = made.claims
    assert (claim.number, claim.kind, claim.text) == ("C07", "fact", "The ferry sank.")
    assert claim.passages == (made.passages[1].id, made.passages[3].id)
    written = seed.dump(made)
    assert seed.parse(written) == made
    assert "<!-- paragraph 5" not in written, "what can be counted is not said"


def test_the_example_of_the_readme_is_a_full_text() -> None:
    readme = (ROOT / "seeds" / "README.md").read_text(encoding="utf-8")
    example = readme.split("## Share whole texts")[1].split("```markdown\n")[1].split("```")[0]
    made = seed.parse(HEAD + example)
    assert [(p.paragraph, p.page) for p in made.passages] == [(4, 2)]
    assert made.claims[0].passages == (made.passages[0].id,)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "## Only a heading\n", 6, "text is empty"),
        (HEAD + "A.\n\n<!-- page two -->\n", 10, "'page two' means nothing"),
        (HEAD + "A.\n\n<!-- claims -->\n\n### First\n\nA.\n", 12, "opens with its number"),
        (HEAD + "A.\n\n<!-- claims -->\n\n### C01\n\nA.\n", 12, "no place"),
        ("---\nid: T1\nrole: reference\ntitle: T\nwording: whole\n---\nA\n", 5, "'note' for this role, or 'full text'"),
        ("---\n" + "x: y\n" * 5_000 + "---\nA\n", 1, "head is longer"),
    ],
)
def test_a_faulty_text_is_answered_with_its_line_and_what_to_do(text: str, line: int, words: str) -> None:
    with pytest.raises(Malformed) as caught:
        seed.parse(text, "T1.md")
    assert caught.value.line == line
    assert words in caught.value.why


def test_a_file_that_repeats_the_sign_of_a_seed_is_read_in_no_time() -> None:
    made = read_document("---\n" + "role: x\n" * 60_000, "a.txt", role=Role.REFERENCE)
    assert made.passages


_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: bool(text.split())
)
_sentence = st.sampled_from(
    [
        "The mayor of Lisbon sold 12 boats in 2014 because of Ada Moss.",
        "# x",
        "<!-- page 3 -->",
        "\\",
        "a\\",
        "- item",
        "## C01",
        "<!-- claims -->",
        "---",
        "Long. " * 400,
    ]
)
_heading = st.none() | st.sampled_from(["One", "Two", "# three", "(opening, before the first heading)"]) | _words
_blocks = st.lists(
    st.builds(Block, _words | _sentence, _heading, st.none() | st.integers(1, 9)), min_size=1, max_size=8
)


@st.composite
def full_texts(draw: st.DrawFn) -> Document:
    """Any document that reading a file could give, with claims found in it if it is an article."""
    role = draw(st.sampled_from(Role))
    record = draw(sources(role))
    source = Source(
        record.id, role, record.title, Wording.FULL_TEXT, record.author, record.publisher, record.date, record.url
    )
    blocks = [Block(b.text, " ".join((b.heading or "").split()) or None, b.page) for b in draw(_blocks)]
    made = document(source, Extract(None, None, None, None, None, tuple(blocks)))
    claims = find_claims(source.id, made.passages) if role is Role.ARTICLE else ()
    return Document(source, made.text, made.passages, claims)


@settings(deadline=None, max_examples=100)
@given(full_texts())
def test_a_full_text_survives_being_written_and_read(made: Document) -> None:
    assert seed.parse(seed.dump(made)) == made


def test_numbers_that_do_not_follow_each_other_survive() -> None:
    text = "The head.\nby Ada\n\nFirst.\n\nCaption.\n\nSecond."
    places = [("Header", None, None), ("One", 1, 1), ("One", None, None), ("One", 2, 2)]
    passages: list[Passage] = []
    start = 0
    for part, (heading, paragraph, body) in zip(text.split("\n\n"), places, strict=True):
        passages.append(Passage("", "X-1", len(passages), start, start + len(part), part, heading, paragraph, body))
        start += len(part) + 2
    claims = (Claim("", "X-1", "P01", "Of the header.", locators=(Locator("Header", None),)),)
    source = Source("X-1", Role.ARTICLE, "T")
    again = seed.parse(seed.dump(Document(source, text, tuple(passages), claims)))
    assert again.text == text
    assert [(p.heading, p.paragraph, p.body_paragraph) for p in again.passages] == places
    assert again.claims[0].passages == (again.passages[0].id,)
