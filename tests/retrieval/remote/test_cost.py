from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.remote.cost import estimate
from retrieval.remote.identity import Identity
from retrieval.remote.parcels import LONGEST, clipped, parcels, size
from tests.retrieval.writing.writers import Memory


@given(st.lists(st.text(max_size=60), max_size=30), st.integers(1, 8), st.integers(1, 60))
def test_parcels_hold_every_text_once_in_order_within_both_limits(texts: list[str], most: int, tokens: int) -> None:
    made = list(parcels(texts, most, tokens))
    assert [text for parcel in made for text in parcel] == texts
    assert all(1 <= len(parcel) <= most for parcel in made)
    assert all(len(parcel) == 1 or sum(map(size, parcel)) <= tokens for parcel in made)


@given(st.text(max_size=300), st.integers(1, 50))
def test_a_clipped_text_is_a_beginning_of_the_text_and_never_empty(text: str, most: int) -> None:
    cut = clipped(text, most)
    assert cut
    assert not text or text.startswith(cut.strip("") or " ")


def test_a_script_without_spaces_counts_more_than_one_token() -> None:
    assert size("港口的出售是公开宣布的" * 100) > 500
    assert size(clipped("港口的出售" * 20_000)) <= LONGEST


def test_an_estimate_says_passages_tokens_and_money_or_how_to_see_it() -> None:
    told = estimate(["one two three four"] * 1_000, 0.02)
    assert (told.passages, told.tokens) == (1_000, 4_000)
    assert told.money == pytest.approx(0.00008)
    assert str(told) == "1,000 passages, about 4,000 tokens, about 0.0001 at 0.02 a million"
    unpriced = estimate(["one"], None)
    assert unpriced.money is None
    assert str(unpriced) == "1 passage, about 1 tokens (set REJOINDER_EMBEDDINGS_PRICE to see what that costs)"


def test_a_model_is_known_by_what_it_makes_of_one_text() -> None:
    memory = Memory()
    identity = Identity(memory, "openai:m")
    probe = np.linspace(-1, 1, 100).astype(np.float32)
    assert identity.known is None
    assert identity.fits(probe)
    identity.record(probe)
    known = identity.known
    assert known is not None
    assert known.dimensions == 100
    assert identity.fits(probe + np.float32(1e-3))
    assert not identity.fits(probe[::-1])
    assert not identity.fits(probe[:64])
    assert Identity(memory, "openai:other").known is None
    assert set(json.loads(memory.values["embedder openai:m"])) == {"dimensions", "probe"}
