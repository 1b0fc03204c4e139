from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.store.clean import clean, clean_document
from tests.retrieval.store.making import document

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates included


@given(ANY_TEXT)
def test_cleaned_text_can_be_stored_and_keeps_every_offset(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert len(cleaned) == len(text)
    assert all(after in (before, "\ufffd") for before, after in zip(text, cleaned, strict=True))


@given(ANY_TEXT)
def test_a_cleaned_document_still_quotes_its_own_text(text: str) -> None:
    cleaned = clean_document(document("a", f"x{text}", f"{text}y", title=f"T{text}", claims=2, heading=text))
    for passage in cleaned.passages:
        assert cleaned.text[passage.start : passage.end] == passage.text
    assert cleaned.source.title == clean(f"T{text}")
    assert [claim.text for claim in cleaned.claims] == [passage.text for passage in cleaned.passages]
