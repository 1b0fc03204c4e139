"""An answer as Components V2: what the article says, the evidence against and for, apart, with the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, claim_subject, menu, row
from bot.views.citations import Page, author, pages, writer
from bot.views.follow import FOLLOW
from retrieval.answer.compose import about_whole, attribution, nothing, receipt_line
from retrieval.types import Answer, Citation, Claim, Source

TOTAL = 3_900
"""Characters in one message; Discord takes 4,000 (discord.py's ``LayoutView.content_length``)."""
ACCENT = discord.Colour(0x5F6F8C)
"""One calm colour for every side: a colour is no verdict."""
_PROSE = 1_600
"""Characters of a chat model's prose that are shown; what leaves the gate is shorter."""
_FURNITURE = 450
"""Characters kept free for headings and the sentences that stand where a side is empty."""
_HEADINGS = {
    "said": "### What the article says",
    "opposing": "### Evidence against",
    "supporting": "### Evidence for",
    "context": "### Related\n-# Neither for nor against, or the side is not clear.",
}
_NEARBY = "### What the references say nearby\n-# On no side."
"""Stands above the related citations of an abstention instead of its usual heading."""
_OFFERED = 5
"""Claims offered with an abstention: as many buttons as a row takes."""
_ELSEWHERE = "There is some, but no room for it here: press More evidence."


@dataclass(frozen=True, slots=True)
class Showing:
    """How an answer is shown to whom: whether only one person sees it, and a closing remark."""

    private: bool = False
    remark: str | None = None


def answer_view(answer: Answer, showing: Showing | None = None) -> ui.LayoutView:
    """The answer's own message."""
    showing = showing or Showing()
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_head(answer)))
    if answer.abstained:
        _add_reason(view, answer)
        _add_nearest(view, answer)
    every = _pages(answer)
    _add_sides(view, answer, every[0], _otherwise(answer))
    view.add_item(ui.TextDisplay(_foot(answer, showing)))
    _add_buttons(view, answer, showing, every)
    return view


def evidence_view(answer: Answer, page: int) -> ui.LayoutView:
    """Page ``page`` (from 1) of the evidence that the answer's own message has no room for."""
    every = _pages(answer)
    number = max(1, min(page, len(every) - 1))
    shown = every[number] if len(every) > 1 else Page()
    view = ui.LayoutView(timeout=None)
    last = max(1, len(every) - 1)
    view.add_item(ui.TextDisplay(f"## More evidence\n-# Page {number} of {last} · {_subject(answer)}"))
    _add_sides(view, answer, shown, {})
    if shown.citations:
        view.add_item(row(_context_menu(answer, shown)))
    if last > 1:
        back = button("Back", Action("page", answer.id, number - 1), disabled=number == 1)
        forth = button("Next", Action("page", answer.id, number + 1), disabled=number == last)
        view.add_item(row(back, forth))
    return view


def article_line(article: Source) -> str:
    """The article's linked title, author, publisher and date."""
    parts = [text.escape(text.clip(part or "", 80)) for part in (author(article), article.publisher, article.date)]
    return " · ".join(part for part in (text.link(article.title, article.url, 120), *parts) if part)


def _pages(answer: Answer) -> tuple[Page, ...]:
    later = TOTAL - _FURNITURE
    taken = [_head(answer), _foot(answer, Showing(remark="x" * 80))]
    if answer.abstained:
        taken += [_reason(answer), _nearest(answer)]
    return pages(answer, later - sum(map(len, taken)), later)


def _subject(answer: Answer) -> str:
    """What the answer is about, in a few words."""
    if answer.claim:
        return f"{text.escape(text.clip(answer.claim.number, 20))} {text.shorten(answer.claim.text, 200)[0]}"
    return text.shorten(answer.question, 200)[0]


def _head(answer: Answer) -> str:
    lines = []
    if answer.claim and not answer.abstained:
        claim, cut = text.shorten(answer.claim.text, 450)
        lines.append(f"## Claim {text.escape(text.clip(answer.claim.number, 20))}")
        lines.append(f"{attribution(answer.claim)}: {claim}{' ' + text.MORE if cut else ''}")
    lines += _asked(answer)
    if answer.article and not answer.abstained:
        lines.append(f"-# {article_line(answer.article)}")
    if answer.mode == "model" and answer.text and not answer.abstained:
        lines.append(text.shorten(answer.text, _PROSE)[0])
    return "\n".join(line for line in lines if line) or "-# Asked without words."


def _asked(answer: Answer) -> list[str]:
    """What was asked and, of a follow-up, how it was understood."""
    if answer.asked is None and _is_the_claim(answer):
        return []
    said = {"Asked": answer.question} if answer.asked is None else {"Asked": answer.asked, "Read as": answer.question}
    short = {label: text.shorten(words, 250) for label, words in said.items()}
    return [f"-# {label}: {words}{' ' + text.MORE if cut else ''}" for label, (words, cut) in short.items() if words]


def _is_the_claim(answer: Answer) -> bool:
    """Whether what was asked is nothing but the claim, which the heading shows already."""
    if answer.claim is None:
        return False
    asked, number, words = (text.clean(part) for part in (answer.question, answer.claim.number, answer.claim.text))
    return asked in {words, number, f"{number}: {words}"}


def _foot(answer: Answer, showing: Showing) -> str:
    written = "The summary above is written by a model; quotes and links are checked." if answer.mode == "model" else ""
    receipt = f"{receipt_line(answer.receipt, abstained=answer.abstained)}."
    lines = [receipt, written, text.shorten(answer.notice or "", 200)[0], showing.remark or ""]
    return "\n".join(f"-# {line}" for line in lines if line)


def _otherwise(answer: Answer) -> dict[str, str]:
    """What stands where a side shows no citation: there is none, or there was no room for it."""
    empty = {
        "said": "No passage of the article was found for this.",
        "opposing": nothing("opposes", answer.receipt),
        "supporting": nothing("supports", answer.receipt),
    }
    return ({} if answer.abstained else empty) | {side: _ELSEWHERE for side in _HEADINGS if getattr(answer, side)}


def _add_sides(view: ui.LayoutView, answer: Answer, page: Page, otherwise: dict[str, str]) -> None:
    """One container a side; a side without citations shows the sentence that ``otherwise`` has for it, if any."""
    for side, heading in _HEADINGS.items():
        citations: tuple[Citation, ...] = getattr(page, side)
        if not citations and side not in otherwise:
            continue
        write = writer(side)
        body = [write(citation) for citation in citations] or [otherwise[side]]
        texts = [ui.TextDisplay[Any](part) for part in (_NEARBY if answer.abstained else heading, *body)]
        view.add_item(ui.Container(*texts, accent_colour=ACCENT))


def _reason(answer: Answer) -> str:
    return text.shorten(answer.reason or "", 600)[0] or "There is no answer to this in these sources."


def _nearest(answer: Answer) -> str:
    """The claims that an abstention offers instead, or nothing."""
    if not answer.nearest:
        return ""
    lines = [_offered(claim) for claim in answer.nearest[:_OFFERED]]
    return "Nearest claims of the article; press one to see the evidence:\n" + "\n".join(lines)


def _offered(claim: Claim) -> str:
    label = f"{attribution(claim)}: " if about_whole(claim) else ""
    return f"**{text.escape(text.clip(claim.number, 20))}** {label}{text.shorten(claim.text, 300)[0]}"


def _add_reason(view: ui.LayoutView, answer: Answer) -> None:
    view.add_item(ui.Container(ui.TextDisplay(_reason(answer)), accent_colour=ACCENT))


def _add_nearest(view: ui.LayoutView, answer: Answer) -> None:
    if not answer.nearest:
        return
    view.add_item(ui.TextDisplay(_nearest(answer)))
    buttons = {claim_subject(claim): text.clip(claim.number, 20) or "claim" for claim in answer.nearest[:_OFFERED]}
    view.add_item(row(*(button(label, Action("claim", subject)) for subject, label in buttons.items())))


def _add_buttons(view: ui.LayoutView, answer: Answer, showing: Showing, every: tuple[Page, ...]) -> None:
    buttons = []
    if every[0].citations:
        view.add_item(row(_context_menu(answer, every[0])))
    more = sum(len(page.citations) for page in every[1:])
    if more:
        buttons.append(button(f"More evidence ({more})", Action("more", answer.id, 1)))
    if showing.private:
        buttons.append(button("Share", Action("share", answer.id)))
    buttons.append(button("Ask a follow-up", Action(FOLLOW, answer.id)))
    buttons.append(button("Helpful", Action("helpful", answer.id)))
    buttons.append(button("Not helpful", Action("unhelpful", answer.id)))
    view.add_item(row(*buttons))


def _context_menu(answer: Answer, page: Page) -> Any:
    options = {
        citation.label: discord.SelectOption(
            label=text.clip(f"{citation.label} · {citation.source.title}", 100) or "citation",
            value=citation.label[:100],
            description=text.clip(citation.quote, 100) or None,
        )
        for citation in page.citations
    }
    return menu("Show a quote in context", list(options.values())[:25], Action("context", answer.id))
