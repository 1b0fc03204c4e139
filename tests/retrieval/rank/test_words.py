from __future__ import annotations

import pytest

from retrieval.rank.words import overlap, rarity, stem, terms


def test_words_meet_across_case_accents_and_endings() -> None:
    assert terms("The Café's SUPPLIES were crossing") == terms("cafe supply crossed")


def test_small_words_and_talk_about_the_article_carry_no_topic() -> None:
    assert terms("What does the article say about it?") == []


@pytest.mark.parametrize(
    ("word", "stemmed"), [("cities", "city"), ("boss", "boss"), ("bus", "bus"), ("trained", "train")]
)
def test_stems_keep_at_least_four_letters(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_overlap_is_the_weighted_share_of_what_is_wanted() -> None:
    assert overlap(["harbour", "sold"], ["harbour"], {"harbour": 3.0, "sold": 1.0}) == pytest.approx(0.75)
    assert overlap([], ["harbour"], {}) == 0.0


def test_rare_words_weigh_more() -> None:
    weights = rarity(["harbour ship", "harbour crane", "harbour"])
    assert weights["crane"] > weights["harbour"] > 0
