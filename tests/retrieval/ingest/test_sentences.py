"""Sentence spans: exact, in order, and not misled by abbreviations, decimals, quotes or bullets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ingest.sentences import sentences


def split(text: str) -> list[str]:
    """The sentences themselves."""
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Navy sent Gen. Smith and Mr. J. R. Jones to No. 10 on Oct. 12.",
        "It cost 5.5 million dollars, see 14-L-0552, v2.0 and pp. 3-4.",
        "“Is that so?” he asked.",
        "He paused... then went on.",
        "Revenue fell (see fig. 2) by 3.5 percent.",
        "Dr. Moss of Harbour Co. of Leith met Lt. Col. Reed.",
        "At 5 p.m. yesterday the ferry left.",
        "1. The ferry ran.",
        "No full stop at the end",
        "Visit example.org for more",
    ],
)
def test_these_are_one_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It was made in the U.S. The rest came later.", ["It was made in the U.S.", "The rest came later."]),
        ("Did he go? No. He stayed.", ["Did he go?", "No.", "He stayed."]),
        ("He said “stop.” Then he left.", ["He said “stop.”", "Then he left."]),
        ("(It rained.) “So what?” She laughed.", ["(It rained.)", "“So what?”", "She laughed."]),
        ("It fell by 3.5. In 2014 it rose.", ["It fell by 3.5.", "In 2014 it rose."]),
        ("It ended in 2014. 3 ships were left.", ["It ended in 2014.", "3 ships were left."]),
        ("- First item\n- Second item.\n• Third", ["First item", "Second item.", "Third"]),
        ("Goods: • fish • salt", ["Goods:", "fish", "salt"]),
        ("The title\nBy Ada Moss", ["The title", "By Ada Moss"]),
        ("It sold fish, salt, etc. The mayor paid.", ["It sold fish, salt, etc.", "The mayor paid."]),
        ("Он ушёл. Она осталась.", ["Он ушёл.", "Она осталась."]),
        ("船来了。船走了！", ["船来了。", "船走了！"]),
        ("وصلت السفينة. غادرت السفينة؟ نعم.", ["وصلت السفينة.", "غادرت السفينة؟", "نعم."]),
        ("¡Vino! ¿Quién? El alcalde.", ["¡Vino!", "¿Quién?", "El alcalde."]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_these_are_divided_so(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from(list("aB1 .!?…\n\"'“”()-•。U.S")), max_size=60))
def test_spans_are_in_order_apart_and_trimmed_and_drop_no_word(text: str) -> None:
    spans = sentences(text)
    previous = 0
    for start, end in spans:
        assert previous <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        previous = end
    kept = {i for start, end in spans for i in range(start, end)}
    assert not [c for i, c in enumerate(text) if c.isalnum() and i not in kept]
