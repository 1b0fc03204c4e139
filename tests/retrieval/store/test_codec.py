from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.store import codec
from retrieval.types import Answer, Claim, Locator

ANSWERS = st.from_type(Answer)


@settings(max_examples=25)
@given(ANSWERS)
def test_any_answer_comes_back_exactly_as_it_was(answer: Answer) -> None:
    written = codec.write(answer)
    assert written.isascii()
    assert repr(codec.read(Answer, written)) == repr(answer)  # repr, because nan is not equal to itself


def test_text_that_no_database_takes_survives_in_json() -> None:
    claim = Claim("id\x00", "s\ud800", "C01", "emoji \U0001f600", locators=(Locator(None, None),))
    assert codec.read(Claim, codec.write(claim)) == claim


def test_a_value_of_an_earlier_version_takes_defaults_and_loses_unknown_fields() -> None:
    stored = json.dumps({"id": "c", "source": "s", "number": "C01", "text": "t", "gone": 1})
    assert codec.read(Claim, stored) == Claim("c", "s", "C01", "t")
