from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.rank.counter import (
    KEY_WORDS,
    RELATIONS,
    SERVING,
    Way,
    counter_queries,
    key_words,
    kinds,
    negated,
    rival,
    turned,
)

BACKED = "The rebels are backed with money by Freedonia and Sylvania."


def test_a_claim_is_negated_after_its_first_auxiliary() -> None:
    assert negated(BACKED) == "The rebels are not backed with money by Freedonia and Sylvania."
    assert negated("Freedonia sold the harbour.") == "It is not the case that Freedonia sold the harbour."
    assert negated("It is not so, but it was dear.") == "It is not so, but it was not dear."


def test_actors_are_turned_around_and_set_at_odds() -> None:
    assert turned("Freedonia is funding Sylvania.").startswith("Sylvania fights, attacks")
    assert turned("Freedonia is funding Sylvania.").endswith("against Freedonia")
    assert turned("Freedonia is funding itself.") == ""
    assert turned("Freedonia is near Sylvania.") == ""


def test_rival_words_are_those_of_the_kinds_of_statement_that_a_claim_makes() -> None:
    claim = "The memo about the harbour was leaked."
    assert [kind.name for kind in kinds(claim)] == ["secret"]
    assert (
        rival(claim) == "released, declassified, published, public record, disclosed under the law: memo harbour leaked"
    )
    assert rival("Rain fell in Freedonia.") == ""


def test_a_claim_told_as_what_somebody_said_is_searched_by_what_was_said() -> None:
    [critic] = counter_queries("The envoy said that Freedonia sold the harbour.", (Way.CRITIC,))
    assert critic.endswith("about Freedonia sold harbour")


def test_only_ways_that_say_something_are_made() -> None:
    assert len(counter_queries(BACKED, tuple(Way))) == len(Way)
    assert len(counter_queries("Rain fell.", tuple(Way))) == 2
    assert counter_queries(BACKED) == counter_queries(BACKED, SERVING) == (rival(BACKED),)


def test_key_words_are_few_telling_and_said_once() -> None:
    words = key_words("The harbour, the harbour and " + " ".join(f"word{n}" for n in range(20))).split()
    assert words[:2] == ["harbour", "word0"]
    assert len(words) == KEY_WORDS


@pytest.mark.parametrize("kind", RELATIONS, ids=lambda kind: kind.name)
def test_every_kind_of_statement_is_known_by_whole_words_only(kind: object) -> None:
    assert not any(known is kind for known in kinds("Xylophones hum."))


@given(st.text(max_size=200))
def test_any_text_gives_queries_with_words(claim: str) -> None:
    assert all(query.strip() for query in counter_queries(claim, tuple(Way)))
