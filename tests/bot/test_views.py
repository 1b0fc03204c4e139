"""Whatever the sources say, every view keeps Discord's limits, its own layout and whole quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.views import text
from bot.views.answer import ACCENT, TOTAL, Showing, answer_view, evidence_view
from bot.views.buttons import Action, Press, WhyNot, claim_subject, form_action, source_key
from bot.views.citations import LONGEST, citation_text, pages, said_text
from bot.views.claims import claim_view, claims_view
from bot.views.context import context_view
from retrieval.types import Answer, Claim, Locator, Receipt, Source, Wording
from tests.bot.openapi import Specification, specification
from tests.bot.rules import V2, Request, violations, walk
from tests.bot.test_text import ESCAPED, WORDS
from tests.bot.values import ARTICLE, CLAIMS, abstention, answer, citation, context_of, reference

HEADINGS = re.compile(
    r"## (Claim |More evidence$|What the article claims$|.+ in context$)"
    r"|### (What the article says|Evidence against|Evidence for|Related|What the references say nearby)$"
)
LONG = st.text(alphabet=st.one_of(st.sampled_from("\\*_[]()<@>#`~|: .\n"), st.characters()), max_size=1_500)


def components(view: Any) -> list[dict[str, Any]]:
    """What is sent of a view (discord.py gives no types for it)."""
    return list(view.to_components())


def body(view: ui.LayoutView) -> dict[str, Any]:
    return {"flags": V2, "components": components(view), "allowed_mentions": {"parse": []}}


def texts(view: ui.LayoutView) -> list[str]:
    return [part["content"] for part in walk(components(view)) if part["type"] == 10]


def check(view: ui.LayoutView, links: set[str], judge: Specification | None = None) -> None:
    """Nothing that Discord refuses, and no heading, list, code or link but our own."""
    request = Request("PATCH", "/webhooks/1/token/messages/@original", body(view))
    assert violations(request) == []
    assert view.content_length() <= 4_000
    if judge:
        assert judge.violations(request.method, request.path, request.body) == []
    for part in texts(view):
        for line in part.split("\n"):
            live = ESCAPED.sub("x", line)
            assert not re.match(r"#", live) or HEADINGS.match(live), line
            assert not re.match(r"([-+*] |\d+\. )", live), line
            assert "`" not in live
            assert "<" not in live
        found = re.findall(r"\]\((.*?)\)", ESCAPED.sub("x", part))
        assert set(found) <= {ESCAPED.sub("x", link) for link in links}, part


def poisoned(words: str) -> Iterator[tuple[ui.LayoutView, set[str]]]:
    """Every view, with the same words in every text field of every value, and the links that may show."""
    source = Source("s", ARTICLE.role, words, Wording.NOTE, words, words, words, words, words)
    article = replace(source, id="a")
    claim = Claim(f"{words}!", "a", words, words, words, (Locator(words, 1),))
    cited = [citation(f"O{n}", words or "x", source, locator=Locator(words, n, None, n)) for n in range(1, 8)]
    said = tuple(replace(cite, label=f"A{n}", source=article) for n, cite in enumerate(cited[:3], 1))
    whole = Answer(
        id="answer-1",
        question=words,
        claim=claim,
        article=article,
        said=said,
        opposing=tuple(cited),
        supporting=tuple(replace(cite, label=cite.label.replace("O", "S")) for cite in cited),
        context=tuple(replace(cite, label=cite.label.replace("O", "N")) for cite in cited),
        text=words,
        receipt=Receipt(90, 334, 7, 7, 1),
        mode="model",
        notice=words,
    )
    place = text.address(words)
    links = {place[0]} if place else set()
    yield answer_view(whole, Showing(private=True, remark="Shared in this channel.")), links
    for number in (1, 2, 12):
        yield evidence_view(whole, number), links
    nearest = tuple(replace(claim, number=f"{words}{n}") for n in range(7))
    refused = replace(abstention(), question=words, reason=words, nearest=nearest, notice=words, context=whole.context)
    yield answer_view(refused), links
    yield evidence_view(refused, 1), links
    yield context_view(context_of(replace(cited[0], quote=words or "x")), words), links
    yield claims_view([replace(claim, number=f"{words}{n}") for n in range(20)], [article], 1, article), links
    yield claims_view([claim], [article], 0), links
    yield claim_view(claim, article), links


@settings(max_examples=30)
@given(LONG)
def test_no_text_breaks_any_view(words: str) -> None:
    for view, links in poisoned(words):
        check(view, links)


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "\u200b",
        "\u202e",
        "x" * 4_000,
        "*" * 4_000,
        "word " * 900,
        "A sentence of the source. " * 200,
        "https://good.example/" + "a" * 300,
        "@everyone <@1> [x](https://evil.example) # h ``` || > -#",
        "\U000e0041\U000e0042",
        "e" + "\u0301" * 500,
        "ﷺ" * 900,
        "👩‍👩‍👧‍👦" * 300,
        "](https://evil.example) [",
        "\n# heading\n- list\n1. one\n> quote\n```\ncode",
    ],
)
def test_known_naughty_words_break_no_view(words: str) -> None:
    for view, links in poisoned(words):
        check(view, links)


@pytest.mark.shared
@pytest.mark.slow
def test_the_shared_naughty_strings_break_no_view(shared: Path) -> None:
    strings = json.loads((shared / "hostile" / "naughty_strings.json").read_text(encoding="utf-8"))
    for words in strings:
        for write in (citation_text, said_text):
            shown = write(citation("O1", words, reference(1, title=words, publisher=words, author=words)))
            assert shown.count("\n") == 2
            assert len(shown) <= LONGEST
    for words in strings[::12]:
        for view, links in poisoned(words):
            check(view, links)


@pytest.mark.shared
def test_discords_own_file_takes_every_view(shared: Path) -> None:
    judge = specification(shared / "platform" / "discord-openapi.json")
    for view, links in poisoned("A sentence, *with* [marks](x) <@1>. " * 30):
        check(view, links, judge)


@given(WORDS)
def test_a_citation_is_three_lines_with_its_whole_quote(words: str) -> None:
    for write in (citation_text, said_text):
        shown = write(citation("O1", f"He said: {words}", reference(1, title=words, publisher=words)))
        assert len(shown) <= LONGEST
        assert shown.count("\n") == 2
        if len(text.escape(words)) < 500:
            assert shown.endswith(f"> “{text.escape(f'He said: {words}')}”")


def test_every_citation_is_on_exactly_one_page() -> None:
    quote = "A sentence of the source that goes on for a while. " * 12
    many = answer(
        opposing=tuple(citation(f"O{n}", quote, reference(n)) for n in range(1, 26)),
        supporting=tuple(citation(f"S{n}", quote, reference(30 + n)) for n in range(1, 14)),
    )
    spread = pages(many, 2_500, 3_400)
    assert sorted(c.label for page in spread for c in page.citations) == sorted(c.label for c in many.citations)
    for side in ("said", "opposing", "supporting", "context"):
        shown = [c.label for page in spread for c in getattr(page, side)]
        assert shown == [c.label for c in getattr(many, side)], "best first"


def test_each_side_shows_its_best_before_another_shows_its_third() -> None:
    first = pages(answer(), 4 * LONGEST, 3_400)[0]
    assert [c.label for c in first.citations] == ["A1", "A2", "O1", "O2", "O3", "S1", "S2", "N1"]
    tight = pages(answer(), 900, 3_400)[0]
    assert {"A1", "O1", "S1", "N1"} <= {c.label for c in tight.citations}


def test_the_sides_have_one_colour() -> None:
    colours = {part["accent_color"] for part in components(answer_view(answer())) if part["type"] == 17}
    assert colours == {ACCENT.value}


def test_nothing_found_is_said_and_nothing_hidden_is_called_nothing() -> None:
    bare = texts(answer_view(answer(opposing=(), supporting=(), context=())))
    assert "Nothing found in the 90 sources searched clearly opposes it." in bare
    assert "Nothing found in the 90 sources searched clearly supports it." in bare


def test_evidence_without_room_is_not_called_missing() -> None:
    words = "A sentence of some length that fills the page. " * 12
    crowded = answer(
        question=words,
        claim=replace(CLAIMS[0], text=words),
        article=replace(ARTICLE, title=words, author=words, publisher=words, url=f"https://long.example/{'x' * 370}"),
        text=words,
        mode="model",
        notice=words,
        said=tuple(citation(f"A{n}", words, ARTICLE) for n in (1, 2)),
        opposing=tuple(citation(f"O{n}", words, reference(n, title=words, publisher=words)) for n in (1, 2, 3)),
    )
    shown = texts(answer_view(crowded))
    assert "### Evidence against" in shown
    assert "There is some, but no room for it here: press More evidence." in shown
    assert not any(part.startswith("Nothing found") for part in shown)
    assert "O1" in "".join(texts(evidence_view(crowded, 1)))


def test_what_is_quoted_is_named_as_text_digest_or_note() -> None:
    for wording, words in (
        (Wording.FULL_TEXT, "its own words"),
        (Wording.DIGEST, "our digest, not its own words"),
        (Wording.NOTE, "our note of it"),
    ):
        assert words in citation_text(citation("O1", "x", reference(1, wording=wording)))


def test_a_models_prose_is_shown_and_marked_as_such() -> None:
    shown = "\n".join(texts(answer_view(answer(mode="model", notice="The model was slow."))))
    assert "The article says thirty million" in shown
    assert "written by a model" in shown
    assert "The model was slow." in shown
    assert "thirty million" not in "\n".join(texts(answer_view(answer())))[:200]


def test_an_answers_receipt_counts_both_sides_and_an_abstentions_neither() -> None:
    assert texts(answer_view(answer()))[-1] == "-# Searched 90 sources, 334 passages: 5 oppose, 2 support."
    assert texts(answer_view(abstention()))[-1] == "-# Searched 90 sources, 334 passages."


def test_an_action_survives_its_custom_id() -> None:
    action = Action("more", "answer:with:colons", 7)
    match = Press.__discord_ui_compiled_template__.fullmatch(action.id())
    assert match is not None
    assert Action.of(match) == action
    assert form_action(action.id("rj-form")) == action
    assert form_action("somebody:elses") is None


def test_a_custom_id_that_discord_refuses_is_refused_here() -> None:
    with pytest.raises(ValueError, match="longer than 100"):
        Action("more", "x" * 95).id()


def test_a_claims_subject_fits_any_button() -> None:
    claim = replace(CLAIMS[0], number="N" * 500, source="s" * 500)
    assert len(Action("claim", claim_subject(claim)).id("rj-menu")) <= 100
    assert source_key("a") != source_key("b")


def test_the_form_fits_discords_limits() -> None:
    data = WhyNot("a" * 60).to_dict()
    request = Request("POST", "/interactions/1/t/callback", {"type": 9, "data": data}, interaction=3)
    assert violations(request) == []


def test_the_answers_page_leaves_room() -> None:
    assert TOTAL < 4_000
    assert isinstance(ACCENT, discord.Colour)
