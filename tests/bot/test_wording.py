"""What an answer's message says: an abstention's nearby references, places, authors, and whose words a claim's are."""

from __future__ import annotations

from dataclasses import replace

from bot.views.answer import TOTAL, answer_view, evidence_view
from bot.views.citations import citation_text, said_text
from bot.views.claims import claim_view, claims_view
from retrieval.types import Answer, Locator
from tests.bot.rules import walk
from tests.bot.test_views import components, texts
from tests.bot.values import ARTICLE, CLAIMS, abstention, answer, citation, reference


def nearby(count: int, quote: str = "Painters seldom sign a bridge.") -> Answer:
    """An abstention with so many related citations."""
    return replace(abstention(), context=tuple(citation(f"N{n}", quote, reference(n)) for n in range(1, count + 1)))


def test_an_abstention_shows_what_the_references_say_nearby_on_no_side() -> None:
    view = answer_view(nearby(4))
    shown = texts(view)
    heading = next(n for n, part in enumerate(shown) if part.startswith("### "))
    assert shown[heading].startswith("### What the references say nearby")
    assert [part[:6] for part in shown[heading + 1 : heading + 5]] == ["**N1**", "**N2**", "**N3**", "**N4**"]
    assert "### Evidence" not in "\n".join(shown)
    menus = [part for part in walk(components(view)) if part["type"] == 3]
    assert [option["value"] for option in menus[0]["options"]] == ["N1", "N2", "N3", "N4"]


def test_what_an_abstention_has_no_room_for_is_a_press_away() -> None:
    crowded = replace(
        nearby(4, "A sentence of some length that fills the page. " * 12),
        reason="A reason of some length. " * 20,
        nearest=tuple(replace(claim, text="A claim of some length. " * 20) for claim in CLAIMS[:5]),
    )
    view = answer_view(crowded)
    assert view.content_length() <= TOTAL
    pressed = "\n".join(texts(evidence_view(crowded, 1)))
    assert "### What the references say nearby" in pressed
    both = "\n".join(texts(view)) + pressed
    assert [both.count(f"**N{n}**") for n in (1, 2, 3, 4)] == [1, 1, 1, 1]


def test_a_place_reads_as_in_the_terminal() -> None:
    opening = citation("O1", "x", reference(1), locator=Locator("(opening, before the first heading)", 1))
    assert "opening, paragraph 1" in citation_text(opening)
    assert "\\(opening" not in citation_text(opening)
    assert "“The vote”, paragraph 2" in said_text(replace(opening, locator=Locator("The vote", 2)))


def test_an_author_whom_the_publisher_names_is_not_told_twice() -> None:
    one = citation("O1", "x", reference(1, author="Court of Audit"))
    assert citation_text(one).count("Court of Audit") == 1
    part = citation("O1", "x", reference(1, author="court", publisher="Court of Audit"))
    assert "court ·" not in citation_text(part)
    other = citation("O1", "x", reference(1, author="J. Doe"))
    assert "Court of Audit, 2018-03 (after the article) · J. Doe" in citation_text(other)
    alone = citation("O1", "x", reference(1, author="J. Doe", publisher=None))
    assert citation_text(alone).count("J. Doe") == 1


def test_a_claim_about_the_piece_as_a_whole_is_not_put_into_the_articles_mouth() -> None:
    whole = replace(CLAIMS[0], number="P01", text="The paper belongs to a cement works.")
    views = (
        answer_view(answer(claim=whole)),
        answer_view(replace(abstention(), nearest=(whole,))),
        claims_view([whole], [ARTICLE], 0),
        claim_view(whole, ARTICLE),
    )
    for view in views:
        shown = "\n".join(texts(view))
        assert "About the article: The paper belongs" in shown
        assert "The article claims" not in shown
    assert "The article claims: The city" in "\n".join(texts(claim_view(CLAIMS[0], ARTICLE)))
