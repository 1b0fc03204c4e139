from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.quote import DASHES, QUOTES, find, normal, sought

STORED = "The council’s men – all of them – sold  the har\u00adbour:\n“for a song”, they said in mid‑May."
LETTERS = st.text("abc dé ’“”–-‑\u00ad\u200b\n\t.,ไทย漢字", max_size=60)
VARIANTS = {"q": QUOTES, "d": DASHES, "s": " \t\n\u00a0\u2009"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "The council's men - all of them - sold the harbour",
            "The council’s men – all of them – sold  the har\u00adbour",
        ),
        ('"for a song"', "for a song"),
        ("harbour: 'for a song', they said", "har\u00adbour:\n“for a song”, they said"),
        ("“for a song.”", "for a song"),
        ("… sold the harbour …", "sold  the har\u00adbour"),
        ("in mid-May", "in mid‑May"),
        ("sold the\u00a0harbour", "sold  the har\u00adbour"),
    ],
)
def test_quotes_dashes_and_spaces_are_forgiven_and_the_stored_words_returned(words: str, found: str) -> None:
    span = find(words, STORED)
    assert span is not None
    assert STORED[slice(*span)] == found


@pytest.mark.parametrize(
    "words",
    [
        "the council’s men",  # another case
        "The councils men",  # a missing mark inside a word
        "old  the harbour",  # half a word
        "sold the harbou",
        "sold a harbour",
        "The men sold the harbour",  # words left out
        "all of them sold",
        "sold … for a song",
        "",
        " “” … ",
    ],
)
def test_nothing_else_is_forgiven(words: str) -> None:
    assert find(words, STORED) is None


def test_scripts_without_spaces_are_found_anywhere() -> None:
    assert find("港口", "他们卖掉了港口。") == (5, 7)
    assert find("ท่าเรือ", "ขายท่าเรือแล้ว") is not None


@settings(deadline=None)
@given(LETTERS, LETTERS)
def test_what_is_found_is_stored_and_reads_as_what_was_sought(words: str, text: str) -> None:
    span = find(words, text)
    if span is not None:
        assert 0 <= span[0] < span[1] <= len(text)
        assert normal(text[slice(*span)]).text == sought(words)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["sold", "it", "q", "d", "s"]), min_size=1, max_size=12), st.data())
def test_any_variant_of_marks_finds_the_same_words(pieces: list[str], data: st.DataObject) -> None:
    def spelt() -> str:
        return "".join(
            data.draw(st.text(VARIANTS[piece], min_size=1, max_size=3)) if piece in VARIANTS else piece
            for piece in pieces
        )

    stored, asked = spelt(), spelt()
    text = f"Before, {stored} after."
    if sought(asked) and f" {sought(asked)} " in f" {normal(stored).text.strip()} ":
        span = find(asked, text)
        assert span is not None
        assert normal(text[slice(*span)]).text == sought(asked)


@settings(deadline=None)
@given(LETTERS)
def test_the_normalised_text_knows_its_way_back(text: str) -> None:
    seen = normal(text)
    assert len(seen.text) == len(seen.starts) == len(seen.ends)
    assert all(start < end for start, end in zip(seen.starts, seen.ends, strict=True))
    assert all(end <= start for end, start in zip(seen.ends, seen.starts[1:], strict=False))
    assert normal(seen.text).text == seen.text
