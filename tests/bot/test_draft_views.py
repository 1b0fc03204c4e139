"""Whatever is handed in, previews and forms keep Discord's limits and our own layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.privacy import kept
from bot.views import text
from bot.views.adding import (
    WAITING,
    added_view,
    expired_view,
    interrupted_view,
    lines_view,
    offer_view,
    sentence_view,
    step_line,
    waiting_view,
)
from bot.views.draft import draft_view
from bot.views.forms import AddForm, ClaimsForm, DetailsForm, MessageForm, claims_text, details, edits
from bot.views.privacy import kept_view
from bot.views.waiting import awaiting_view
from retrieval.curate.types import Draft, Edits, NearCopy, Stage, Waiting
from retrieval.ingest.intake import Given
from retrieval.store.people import Kept
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Claim, Document, Role, Source, Wording
from tests.bot import desk
from tests.bot.openapi import specification
from tests.bot.rules import V2, Request, violations, walk
from tests.bot.test_text import ESCAPED
from tests.bot.test_views import LONG, components, texts

ARTICLE = Given(Role.ARTICLE, "1")
REFERENCE = Given(Role.REFERENCE, "1")
NAUGHTY = [
    "",
    "\u200b",
    "x" * 4_000,
    "*" * 4_000,
    "word " * 900,
    "A sentence of the source. " * 200,
    "@everyone <@1> [x](https://evil.example) # h ``` || > -#",
    "https://good.example/" + "a" * 370,
    "e" + "\u0301" * 500,
    "](https://evil.example) [",
    "\n# heading\n- list\n1. one\n> quote\n```\ncode",
]


def poisoned(words: str, stage: Stage = Stage.AWAITING, count: int = 45) -> Draft:
    """A draft with the same words in every text of every value."""
    source = Source("s", Role.ARTICLE, words, Wording.FULL_TEXT, words, words, words, words, words, "1")
    claims = tuple(Claim(f"c{n}", "s", f"{words}{n}", words) for n in range(count))
    return replace(
        desk.draft("d" * 20, replace(ARTICLE, publisher=f"{words}, 2021-13-45"), "x"),
        stage=stage,
        where=words,
        document=Document(source, words, (), claims),
        left_out=(words,) * 20,
        hints=(words,) * 20,
        language=words,
        near=(NearCopy(source, 0.004), NearCopy(source, 1.0)) * 5,
        replaces="other",
        why=words,
    )


def views(draft: Draft) -> Iterator[ui.LayoutView]:
    yield draft_view(draft)
    for page in (1, 2, 99):
        yield draft_view(draft, page)
    yield draft_view(replace(draft, document=None))
    yield lines_view(draft.where[:0], [step_line(draft.where, draft.where, 3, 12)] * 12)
    yield lines_view("2 of 3 are read", [])
    assert draft.document
    yield added_view(draft, Change(draft.document.source, ChangeKind.CHANGED, 12))
    yield offer_view([])
    yield offer_view([draft])
    yield offer_view([draft], 9)
    yield expired_view(1)
    yield expired_view(10**6)
    yield offer_view([replace(draft, id=f"{n:020}") for n in range(WAITING)], 9)
    every = [replace(draft, id=f"{n:020}", stage=stage) for n, stage in enumerate([*Stage, *Stage][:WAITING])]
    yield waiting_view("x" * 1_600, [replace(draft, id=f"{n:020}") for n in range(WAITING)])
    yield awaiting_view(Waiting(tuple(replace(draft, id=f"{n:020}") for n in range(WAITING)), 10**6))
    yield awaiting_view(Waiting((), 0))
    yield kept_view(kept(3_650), Kept(1, 2, 10**9, 4, 5, 6), 7)
    yield interrupted_view(every)
    yield interrupted_view([replace(draft, id=f"{n:020}") for n in range(WAITING)])


def message(view: ui.LayoutView) -> Request:
    sent = {"flags": V2, "components": components(view), "allowed_mentions": {"parse": []}}
    return Request("PATCH", "/webhooks/1/token/messages/@original", sent)


def forms(draft: Draft) -> Iterator[ui.Modal]:
    yield AddForm()
    yield DetailsForm(draft)
    yield ClaimsForm(draft)
    yield MessageForm("k" * 12, [draft.where] * 25, "To be added:")
    yield MessageForm("k" * 12, [draft.where], "To be added:")


def form(modal: ui.Modal) -> Request:
    return Request("POST", "/interactions/1/t/callback", {"type": 9, "data": modal.to_dict()}, interaction=3)


def check(draft: Draft) -> None:
    for view in views(draft):
        assert violations(message(view)) == []
        for part in texts(view):
            for line in part.split("\n"):
                live = ESCAPED.sub("x", line)
                assert "`" not in live, line
                assert "<" not in live, line
                assert "https://evil" not in live, line
    for modal in forms(draft):
        assert violations(form(modal)) == []
        for field in walk(modal.to_dict()["components"]):
            assert len(field.get("value") or "") <= field.get("max_length", 4_000)


@settings(max_examples=30)
@given(LONG, st.sampled_from(Stage), st.integers(0, 60))
def test_no_text_breaks_a_preview_or_a_form(words: str, stage: Stage, count: int) -> None:
    check(poisoned(words, stage, count))


@pytest.mark.parametrize("words", NAUGHTY)
def test_known_naughty_words_break_no_preview(words: str) -> None:
    check(poisoned(words))


@pytest.mark.shared
def test_discords_own_file_takes_every_preview_and_form(shared: Path) -> None:
    judge = specification(shared / "platform" / "discord-openapi.json")
    draft = poisoned("A sentence, *with* [marks](x) <@1>. " * 30)
    for request in [*map(message, views(draft)), *map(form, forms(draft))]:
        assert judge.violations(request.method, request.path, request.body) == []


def everything(draft: Draft) -> str:
    """All pages of a preview."""
    shown: list[str] = []
    while not shown or "\n".join(texts(draft_view(draft, len(shown)))) != shown[-1]:
        shown.append("\n".join(texts(draft_view(draft, len(shown)))))
    return "\n".join(shown)


def test_a_preview_tells_what_was_understood_and_what_was_left_out() -> None:
    words = "The Bridge\n\n" + "It was built in a year. " * 60 + "It fell in a day."
    given = replace(REFERENCE, publisher="The Harbour Paper")
    shown = everything(desk.draft("d1", given, words, where="https://harbour.example/bridge"))
    for part in (
        "**Title** The Bridge",
        "**Author** A. Writer",
        "**Publisher** The Harbour Paper",
        "**Date** not found",
        "**Language** English",
        "**Words** 367",
        "**Handed in** https\\://harbour.example/bridge",
        "**It becomes** a reference",
        "**First lines**\n> “The Bridge It was built in a year.",
        "It fell in a day.”",
        "**Left out**\n- 2 hidden passages",
        "**Please check** It looks like a cookie wall.",
        "- 42 % of this text stands in [Audit report 1 on the bridge](https://audit.example/reports/1)",
    ):
        assert part in shown
    assert "Claims of the article" not in shown


def test_all_claims_of_an_article_are_on_its_pages_once() -> None:
    words = " ".join(f"The council said number {n} was as important as it was long ago." for n in range(70))
    shown = everything(desk.draft("d1", ARTICLE, words))
    assert "### Claims of the article: 70" in shown
    assert [shown.count(f"**C{n:02}** ") for n in range(1, 71)] == [1] * 70


def test_an_article_without_claims_says_so() -> None:
    draft = desk.draft("d1", ARTICLE, "x")
    assert draft.document
    bare = replace(draft, document=replace(draft.document, claims=()))
    assert "None was found; press Edit claims" in everything(bare)


@pytest.mark.parametrize(
    ("stage", "labels"),
    [
        (Stage.FETCHING, ["Look again"]),
        (Stage.READING, ["Look again"]),
        (Stage.AWAITING, ["Add", "Edit details", "Edit claims", "Make it a reference", "Cancel"]),
        (Stage.KEEPING, ["Add"]),
        (Stage.KEPT, []),
        (Stage.FAILED, ["Cancel"]),
    ],
)
def test_each_stage_has_its_buttons(stage: Stage, labels: list[str]) -> None:
    view = draft_view(desk.draft("d1", ARTICLE, "One claim.", stage=stage))
    assert [part["label"] for part in walk(components(view)) if part["type"] == 2] == labels


def test_a_form_that_is_sent_as_it_was_shown_changes_nothing() -> None:
    draft = poisoned("A long title. " * 100)
    assert edits(draft, details(draft)) == Edits()
    shown = details(draft)
    assert edits(draft, {**shown, "title": " New ", "author": ""}) == Edits(title="New", author="")


@given(st.integers(0, 60), st.integers(1, 900))
def test_claims_survive_their_form(count: int, length: int) -> None:
    draft = poisoned("")
    claims = tuple(Claim(f"c{n}", "s", f"C{n:02}", "w" * length) for n in range(count))
    assert draft.document
    draft = replace(draft, document=replace(draft.document, claims=claims))
    modal = ClaimsForm(draft)
    fields = [part for part in walk(modal.to_dict()["components"]) if part["type"] == 4]
    typed = {field["custom_id"]: field.get("value") or "" for field in fields}
    shown = int(modal.custom_id.split(":")[2])
    assert claims_text(draft, typed, shown) == "\n".join(f"{claim.number} {claim.text}" for claim in claims)
    assert shown == count or "first" in modal.title


def test_sentences_of_ours_fit() -> None:
    request = message(sentence_view("x" * 1_600))
    assert violations(request) == []
    assert text.MORE in texts(lines_view("", []))[0]
