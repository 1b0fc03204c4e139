"""Finding what somebody types, and letting people ask no more often than agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bot.commands.choices import article_choices, claim_choices, find_article, find_claim
from bot.commands.turnstile import Turnstile
from bot.errors import Cooldown
from bot.views.buttons import source_key
from tests.bot.test_text import WORDS
from tests.bot.values import ARTICLE, CLAIMS

MANY = [replace(CLAIMS[n % 11], id=f"c{n}", number=f"C{n:02}") for n in range(1, 61)]


@pytest.mark.parametrize("typed", ["C06", "c06", "c6", "6", "06", "claim 6", "#6"])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert claim_choices(CLAIMS, typed)[0].value == "C06"
    found = find_claim(CLAIMS, typed)
    assert found is not None
    assert found.number == "C06"


def test_a_number_comes_before_words() -> None:
    claims = [replace(CLAIMS[0], number="C05", text="There were 7 of them."), replace(CLAIMS[1], number="C07")]
    assert [choice.value for choice in claim_choices(claims, "7")] == ["C07", "C05"]


def test_a_letter_that_differs_is_another_number() -> None:
    assert find_claim(CLAIMS, "P06") is None
    assert find_claim(CLAIMS, "a question") is None


@pytest.mark.parametrize("typed", ["Does claim 6 contradict claim 7?", "Who paid for claim 6?", "6 bridges", ""])
def test_a_question_that_says_more_than_a_number_names_no_claim(typed: str) -> None:
    assert find_claim(CLAIMS, typed) is None


def test_most_words_must_be_there_in_any_case_and_order() -> None:
    assert [choice.value for choice in claim_choices(CLAIMS, "storm SWAYS")] == ["C08"]
    assert [choice.value for choice in claim_choices(CLAIMS, "was the toll raised twice")] == ["C07"]
    assert claim_choices(CLAIMS, "storm zebra") == []


def test_the_claim_with_most_of_the_words_comes_first() -> None:
    offered = claim_choices(CLAIMS, "the bridge opened")
    assert offered[0].value == "C03"
    assert len(offered) > 1


def test_nothing_typed_offers_the_first_25() -> None:
    offered = claim_choices(MANY, "")
    assert len(offered) == 25
    assert offered[0].value == "C01"


@given(WORDS)
def test_choices_keep_discords_limits_whatever_the_claims_say(words: str) -> None:
    claims = [replace(claim, text=words) for claim in MANY]
    articles = [replace(ARTICLE, id=f"a{n}", title=words) for n in range(40)]
    for offered in (claim_choices(claims, ""), claim_choices(claims, words), article_choices(articles, "")):
        assert len(offered) <= 25
        assert all(1 <= len(choice.name) <= 100 and 1 <= len(choice.value) <= 100 for choice in offered)


def test_the_same_number_in_two_articles_is_told_apart() -> None:
    other = replace(CLAIMS[0], source="other", text="Another first claim of another article.")
    both = [CLAIMS[0], other]
    values = [choice.value for choice in claim_choices(both, "c01")]
    assert [find_claim(both, value) for value in values] == both


def test_an_article_is_found_by_its_choice_its_id_or_words_of_its_title() -> None:
    other = replace(ARTICLE, id="other", title="Another Article", author="B. Other")
    articles = [ARTICLE, other]
    for typed in (source_key("other"), "other", "another ARTICLE", "b. other"):
        assert find_article(articles, typed) == other
    assert find_article(articles, "zebra") is None
    assert find_article(articles, " ") is None


def test_the_turnstile_lets_each_person_through_so_often_and_says_how_long_to_wait() -> None:
    now = 0.0
    turnstile = Turnstile(2, 60.0, clock=lambda: now)
    turnstile.enter(1)
    now = 20.0
    turnstile.enter(1)
    turnstile.enter(2)
    now = 30.0
    with pytest.raises(Cooldown) as refused:
        turnstile.enter(1)
    assert (refused.value.asks, refused.value.per, refused.value.wait) == (2, 60.0, 30.0)
    now = 60.0
    turnstile.enter(1)
    with pytest.raises(Cooldown):
        turnstile.enter(1)


def test_the_turnstile_forgets_people_who_are_long_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.turnstile._MANY", 10)
    now = 0.0
    turnstile = Turnstile(1, 60.0, clock=lambda: now)
    for person in range(10):
        turnstile.enter(person)
    now = 100.0
    turnstile.enter(99)
    assert len(turnstile._passed) == 1
