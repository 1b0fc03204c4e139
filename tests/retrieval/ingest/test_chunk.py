"""Passages: exact spans, in order, apart, covering every character that is not space, and rightly located."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.errors import Refused
from retrieval.ingest.chunk import Paragraph, divide, document, lay_out
from retrieval.ingest.extract import Block, Extract
from retrieval.types import Role, Source

SOURCE = Source(id="S1", role=Role.REFERENCE, title="The harbour report")


def extract(*blocks: Block) -> Extract:
    """An extract of nothing but blocks."""
    return Extract(None, None, None, None, None, blocks)


def test_paragraphs_are_numbered_within_their_heading_and_through_the_body() -> None:
    made = document(
        SOURCE,
        extract(
            Block("An opening."),
            Block("  Another\n opening. "),
            Block(" \n"),
            Block("The cost.", "Money", 2),
            Block("The debt.", "Money", 3),
        ),
    )
    assert made.text == "An opening.\n\nAnother opening.\n\nThe cost.\n\nThe debt."
    assert [(p.text, p.heading, p.paragraph, p.body_paragraph, p.page) for p in made.passages] == [
        ("An opening.", None, 1, 1, None),
        ("Another opening.", None, 2, 2, None),
        ("The cost.", "Money", 1, 3, 2),
        ("The debt.", "Money", 2, 4, 3),
    ]


def test_a_long_paragraph_is_divided_evenly_between_its_sentences() -> None:
    sentence = "The ferry to the island ran late that day."
    made = document(SOURCE, extract(Block(" ".join([sentence] * 10)), Block("A short one.")), limit=300)
    assert [len(p.text) // len(sentence) for p in made.passages] == [5, 5, 0]
    assert all(p.text.endswith(".") for p in made.passages)
    assert [(p.ordinal, p.paragraph, p.body_paragraph) for p in made.passages] == [(0, 1, 1), (1, 1, 1), (2, 2, 2)]


def test_a_sentence_too_long_is_cut_between_words_and_a_word_too_long_inside() -> None:
    made = document(SOURCE, extract(Block("salt and fish and " * 5 + "x" * 50)), limit=40)
    assert [p.text for p in made.passages] == [
        "salt and fish and salt and fish and salt",
        "and fish and salt and fish and salt and",
        "fish and",
        "x" * 40,
        "x" * 10,
    ]


def test_an_accent_stays_on_its_letter() -> None:
    made = document(SOURCE, extract(Block("e\u0301" * 30)), limit=15)
    assert all(not p.text.startswith("\u0301") for p in made.passages)


def test_list_marks_are_kept_in_a_divided_paragraph() -> None:
    made = document(SOURCE, extract(Block("We sold: • fish from the north • salt from the south")), limit=30)
    assert " ".join(p.text for p in made.passages) == "We sold: • fish from the north • salt from the south"


def test_a_source_without_words_is_refused() -> None:
    with pytest.raises(Refused, match="no readable text in “The harbour report”"):
        document(SOURCE, extract(Block("  \n ")))


def test_ids_depend_on_the_text_and_not_on_the_run() -> None:
    one, same, other = (document(SOURCE, extract(Block(text), Block("End."))) for text in ("A.", "A.", "B."))
    assert [p.id for p in one.passages] == [p.id for p in same.passages]
    assert {p.id for p in one.passages}.isdisjoint(p.id for p in other.passages)


_words = st.text(st.sampled_from(list("ab1É\u0301.!?…()“”•- \n。")), max_size=80)
_blocks = st.lists(st.builds(Block, _words, st.sampled_from([None, "One", "Two"])), max_size=6)


@settings(deadline=None, max_examples=60)
@given(_blocks, st.integers(1, 40))
@example([Block("• a • b • c. D. • e")], 3)
@example([Block("•••• ••••")], 2)
def test_passages_are_exact_ordered_apart_and_cover_all_words(blocks: list[Block], limit: int) -> None:
    text, paragraphs = lay_out(blocks)
    passages = divide("S1", text, paragraphs, limit)
    previous = 0
    for ordinal, passage in enumerate(passages):
        assert passage.text == text[passage.start : passage.end]
        assert passage.text.strip() == passage.text != ""
        assert len(passage.text) <= limit
        assert passage.start >= previous
        assert not text[previous : passage.start].strip()
        assert passage.ordinal == ordinal
        previous = passage.end
    assert not text[previous:].strip()
    assert len({passage.id for passage in passages}) == len(passages)


@settings(deadline=None, max_examples=60)
@given(_words.map(lambda words: " ".join(words.split())).filter(bool), st.integers(1, 30))
def test_any_span_can_be_divided_where_it_stands(words: str, limit: int) -> None:
    text = f"before\n\n{words}\n\nafter"
    passages = divide("S1", text, [Paragraph(8, 8 + len(words))], limit)
    assert "".join("".join(passage.text.split()) for passage in passages) == "".join(words.split())
    assert all(8 <= passage.start < passage.end <= 8 + len(words) for passage in passages)
