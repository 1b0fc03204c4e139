"""An answer as Components V2: what the article says, the evidence against and for, apart, with the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, claim_subject, menu, row
from bot.views.citations import Page, pages, writer
from retrieval.types import Answer, Citation, Receipt, Source

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
_EMPTY = {
    "said": "No passage of the article was found for this.",
    "opposing": "No opposing evidence found in these sources.",
    "supporting": "No supporting evidence found in these sources.",
}
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
    every: tuple[Page, ...] = (Page(),)
    if answer.abstained:
        _add_nearest(view, answer)
    else:
        every = _pages(answer)
        _add_sides(view, every[0], {side: _nothing(answer, side) for side in _EMPTY})
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
    _add_sides(view, shown, {})
    if shown.citations:
        view.add_item(row(_context_menu(answer, shown)))
    if last > 1:
        back = button("Back", Action("page", answer.id, number - 1), disabled=number == 1)
        forth = button("Next", Action("page", answer.id, number + 1), disabled=number == last)
        view.add_item(row(back, forth))
    return view


def receipt_text(receipt: Receipt, *, abstained: bool = False) -> str:
    """What was searched and, unless there is no answer, what came of it; in one sentence."""
    searched = f"Searched {_count(receipt.sources, 'source')}, {_count(receipt.passages, 'passage')}"
    if abstained:
        return f"{searched}."
    oppose = f"{receipt.opposing} {'opposes' if receipt.opposing == 1 else 'oppose'}"
    support = f"{receipt.supporting} {'supports' if receipt.supporting == 1 else 'support'}"
    dropped = f" {_count(receipt.dropped, 'quote')} failed the check and are left out." if receipt.dropped else ""
    return f"{searched}: {oppose}, {support}.{dropped}"


def article_line(article: Source) -> str:
    """The article's linked title, author, publisher and date."""
    parts = [text.escape(text.clip(part, 80)) for part in (article.author, article.publisher, article.date) if part]
    return " · ".join([text.link(article.title, article.url, 120), *dict.fromkeys(parts)])


def _pages(answer: Answer) -> tuple[Page, ...]:
    later = TOTAL - _FURNITURE
    return pages(answer, later - len(_head(answer)) - len(_foot(answer, Showing(remark="x" * 80))), later)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
        lines.append(f"The article claims: {claim}{' ' + text.MORE if cut else ''}")
    question, cut = text.shorten(answer.question, 250)
    if question and not _is_the_claim(answer):
        lines.append(f"-# Asked: {question}{' ' + text.MORE if cut else ''}")
    if answer.article and not answer.abstained:
        lines.append(f"-# {article_line(answer.article)}")
    if answer.mode == "model" and answer.text and not answer.abstained:
        lines.append(text.shorten(answer.text, _PROSE)[0])
    return "\n".join(line for line in lines if line) or "-# Asked without words."


def _is_the_claim(answer: Answer) -> bool:
    """Whether what was asked is nothing but the claim, which the heading shows already."""
    if answer.claim is None:
        return False
    asked, number, words = (text.clean(part) for part in (answer.question, answer.claim.number, answer.claim.text))
    return asked in {words, number, f"{number}: {words}"}


def _foot(answer: Answer, showing: Showing) -> str:
    written = "The summary above is written by a model; quotes and links are checked." if answer.mode == "model" else ""
    receipt = receipt_text(answer.receipt, abstained=answer.abstained)
    lines = [receipt, written, text.shorten(answer.notice or "", 200)[0], showing.remark or ""]
    return "\n".join(f"-# {line}" for line in lines if line)


def _nothing(answer: Answer, side: str) -> str:
    """What stands where a side shows no citation: there is none, or there was no room for it."""
    return _ELSEWHERE if getattr(answer, side) else _EMPTY[side]


def _add_sides(view: ui.LayoutView, page: Page, otherwise: dict[str, str]) -> None:
    """One container a side; a side without citations shows the sentence that ``otherwise`` has for it, if any."""
    for side, heading in _HEADINGS.items():
        citations: tuple[Citation, ...] = getattr(page, side)
        if not citations and side not in otherwise:
            continue
        write = writer(side)
        body = [write(citation) for citation in citations] or [otherwise[side]]
        texts = [ui.TextDisplay[Any](part) for part in (heading, *body)]
        view.add_item(ui.Container(*texts, accent_colour=ACCENT))


def _add_nearest(view: ui.LayoutView, answer: Answer) -> None:
    reason = text.shorten(answer.reason or "", 600)[0] or "There is no answer to this in these sources."
    view.add_item(ui.Container(ui.TextDisplay(reason), accent_colour=ACCENT))
    nearest = answer.nearest[:5]
    if not nearest:
        return
    lines = [f"**{text.escape(text.clip(claim.number, 20))}** {text.shorten(claim.text, 300)[0]}" for claim in nearest]
    view.add_item(ui.TextDisplay("Nearest claims of the article; press one to see the evidence:\n" + "\n".join(lines)))
    buttons = {claim_subject(claim): text.clip(claim.number, 20) or "claim" for claim in nearest}
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
