"""Finding the claim or article that somebody types: for autocomplete, and for what was typed without it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from discord import app_commands

from bot.views import text
from bot.views.buttons import source_key
from bot.views.claims import choice_name
from retrieval.rank.question import claim_number
from retrieval.rank.words import terms
from retrieval.types import Claim, Source

MOST = 25
"""Choices of one autocomplete (Discord's limit)."""


def claim_choices(claims: Iterable[Claim], typed: str) -> list[app_commands.Choice[str]]:
    """At most 25 claims that match by number ("c6", "6", "C06") or most of its words; numbers first, then the best."""
    claims = list(claims)
    wanted = text.clean(typed).casefold()
    named = _named(wanted)
    ranked = sorted(
        (rank, position) for position, claim in enumerate(claims) if (rank := _rank(claim, wanted, named)) is not None
    )
    found = [claims[position] for _, position in ranked[:MOST]]
    return [app_commands.Choice(name=choice_name(claim), value=claim_value(claim, claims)) for claim in found]


def article_choices(articles: Iterable[Source], typed: str) -> list[app_commands.Choice[str]]:
    """At most 25 articles whose title, author or publisher have every word typed."""
    words = text.clean(typed).casefold().split()
    found = [article for article in articles if all(word in _about(article) for word in words)]
    return [
        app_commands.Choice(name=text.clip(article.title, 100) or "untitled", value=source_key(article.id))
        for article in found[:MOST]
    ]


def source_choices(sources: Iterable[Source], typed: str) -> list[app_commands.Choice[str]]:
    """At most 25 sources whose id, title, author or publisher have every word typed."""
    found = [source for source in sources if source_has(source, typed)]
    return [
        app_commands.Choice(name=text.clip(f"{source.id} · {source.title}", 100), value=source_key(source.id))
        for source in found[:MOST]
    ]


def source_has(source: Source, typed: str) -> bool:
    """Whether a source's id, title, author or publisher have every word typed."""
    about = f"{text.clean(source.id).casefold()} {_about(source)}"
    return all(word in about for word in text.clean(typed).casefold().split())


def claim_value(claim: Claim, claims: list[Claim]) -> str:
    """What a choice sends: the number, with the article's key where several articles have that number."""
    shared = sum(other.number == claim.number for other in claims) > 1
    return f"{claim.number[:40]}@{source_key(claim.source)}" if shared else claim.number[:40]


def find_claim(claims: Iterable[Claim], typed: str) -> Claim | None:
    """The claim that a number, or a choice's or button's value, names; the first of several."""
    number, _, key = typed.strip().partition("@")
    named = _named(number)
    for claim in claims:
        if _same_number(claim.number, number, named) and (not key or source_key(claim.source) == key):
            return claim
    return None


def find_source(sources: Iterable[Source], typed: str) -> Source | None:
    """The source that a choice's or button's value, an id, or words of its title name; the first of several."""
    sources, wanted = list(sources), typed.strip().casefold()
    exact = [source for source in sources if wanted in {source_key(source.id), source.id.casefold()}]
    words = text.clean(typed).casefold().split()
    loose = [source for source in sources if words and all(word in _about(source) for word in words)]
    return next(iter(exact + loose), None)


find_article = find_source
"""The same for an article, among articles."""


def _rank(claim: Claim, wanted: str, named: str | None) -> int | None:
    """0 for the very number, 1 for a number that begins so, 2 for all words and one more for each that is missing.

    None for no match: when half of the words or more are missing.
    """
    if _same_number(claim.number, wanted, named):
        return 0
    if claim.number.casefold().startswith(wanted) or not wanted:
        return 1
    said = text.clean(claim.text).casefold()
    words = wanted.split()
    missing = sum(word not in said for word in words)
    return 2 + missing if 2 * missing < len(words) else None


def _same_number(number: str, typed: str, named: str | None) -> bool:
    return number.casefold() == typed.casefold() or (named is not None and named == claim_number(number))


def _named(typed: str) -> str | None:
    """The claim's number when nothing but a claim is named: "6", "c06", "claim 6", "is claim 6 true?"."""
    number = claim_number(typed) or claim_number(f"claim {typed}")
    if number is None or any(claim_number(f"claim {term}") != number for term in terms(typed)):
        return None
    return number


def _about(article: Source) -> str:
    return text.clean(" ".join(filter(None, (article.title, article.author, article.publisher)))).casefold()
