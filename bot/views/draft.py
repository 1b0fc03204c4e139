"""A draft as its moderator sees it before it is added: what was understood, what was left out, what to decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.answer import ACCENT
from bot.views.buttons import Action, button, row
from bot.views.claims import claim_line
from bot.views.published import unusable_date
from retrieval.curate.types import Draft, NearCopy, Stage
from retrieval.types import Document, Role

_ROOM = 3_300
"""Characters of a page beside its head; the head has at most 600 of the 4,000 that Discord takes."""
_PARTS = 24
"""Texts of a page: with head, container and two rows of buttons 35 of the 40 components that Discord takes."""
EXCERPT = 450
"""Characters of the first, and of the last lines."""
WHOLE = 800
"""A text no longer than this is shown whole."""
_LISTED = 6
_ALIKE = 4
_PHRASE = 200
UNKNOWN = "not found"
ROLES = {
    Role.REFERENCE: "a reference: answers quote it as evidence for or against a claim",
    Role.ARTICLE: "an article: its claims are numbered and discussed",
}
_UNREAD = {Stage.FETCHING, Stage.READING}
_HEADS = {
    Stage.FETCHING: ("## Being fetched", "It is still being fetched; press Look again in a moment."),
    Stage.READING: ("## Being read", "It is still being read; press Look again in a moment."),
    Stage.AWAITING: (
        "## Preview",
        "Nothing is added yet, and only you see this. Kept for a day; /source waiting shows it again.",
    ),
    Stage.KEEPING: ("## Being added", "It is confirmed, but not searchable yet; press Add to finish it."),
    Stage.KEPT: ("## Added", "It is in the library already, and answers draw on it."),
    Stage.FAILED: ("## Not read", "It could not be read, so nothing is added."),
    Stage.EXPIRED: ("## Tidied away", "Nobody decided on it in time; please hand it in again."),
    Stage.IMPORTING: ("## Being imported", "Its sources are being added; the channel is told when they are."),
    Stage.IMPORTED: ("## Imported", "Its sources are in the library already; /source list shows them."),
}


def draft_view(draft: Draft, page: int = 0) -> ui.LayoutView:
    """Page ``page`` (from 0) of a draft; the nearest one there is when out of range."""
    every = _pages(draft)
    number = max(0, min(page, len(every) - 1))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_head(draft, number, len(every))))
    if every[number]:
        texts = [ui.TextDisplay[Any](part) for part in every[number]]
        view.add_item(ui.Container(*texts, accent_colour=ACCENT))
    buttons = list(_decisions(draft, number))
    if buttons:
        view.add_item(row(*buttons))
    if len(every) > 1:
        back = button("Back", Action("draftpage", draft.id, max(0, number - 1)), disabled=number == 0)
        forth = button("Next", Action("draftpage", draft.id, number + 1), disabled=number == len(every) - 1)
        view.add_item(row(back, forth))
    return view


def called(draft: Draft) -> str:
    """What to call a draft in a sentence: its title in quotation marks, or what was handed in."""
    title = draft.document.source.title if draft.document else None
    return f"“{text.escape(text.clip(title, 120))}”" if title else text.escape(text.clip(draft.where, 120))


def percent(copy: NearCopy) -> int:
    """How much of a text stands in another source, as people are told: neither nothing nor more than all."""
    return min(100, max(1, round(100 * copy.share)))


def _head(draft: Draft, number: int, count: int) -> str:
    heading, remark = _HEADS[draft.stage]
    place = f" · page {number + 1} of {count}" if count > 1 else ""
    lines = [heading, f"-# {remark}{place}"]
    if draft.stage is Stage.FAILED and draft.why:
        lines.append(text.shorten(draft.why, 400)[0])
    return "\n".join(line for line in lines if line)


def _decisions(draft: Draft, page: int) -> Iterator[ui.Item[Any]]:
    """The buttons that a draft of this stage has; each carries the draft's id and nothing else."""
    if draft.stage in _UNREAD:
        yield button("Look again", Action("draftpage", draft.id, page))
    if draft.stage in {Stage.AWAITING, Stage.KEEPING}:
        yield button("Add", Action("draftadd", draft.id), style=discord.ButtonStyle.success)
    if draft.stage is Stage.AWAITING:
        yield button("Edit details", Action("draftedit", draft.id))
        article = draft.given.role is Role.ARTICLE
        if article:
            yield button("Edit claims", Action("draftclaims", draft.id))
        other = "Make it a reference" if article else "Make it an article"
        yield button(other, Action("draftrole", draft.id, 0 if article else 1))
    if draft.stage in {Stage.AWAITING, Stage.FAILED}:
        yield button("Cancel", Action("draftdrop", draft.id), style=discord.ButtonStyle.danger)


def _pages(draft: Draft) -> tuple[tuple[str, ...], ...]:
    """All that is to be said of a draft, spread over pages. Each part fits on a page by itself."""
    pages: list[list[str]] = [[]]
    room = _ROOM
    for part in _parts(draft):
        if len(part) > room or len(pages[-1]) == _PARTS:
            pages.append([])
            room = _ROOM
        pages[-1].append(part)
        room -= len(part)
    return tuple(map(tuple, pages))


def _parts(draft: Draft) -> Iterator[str]:
    if draft.document is None or draft.stage in _UNREAD:
        yield f"**Handed in** {_short(draft.where) or text.MORE}"
        return
    yield _record(draft, draft.document)
    yield from _excerpts(draft.document.text)
    if notes := _notes(draft):
        yield notes
    if draft.near:
        yield "\n".join(["**Much the same is there already**", *map(_near, draft.near[:_ALIKE])])
    if draft.given.role is Role.ARTICLE:
        yield from _claims(draft.document)


def _record(draft: Draft, document: Document) -> str:
    source = document.source
    facts = {
        "Title": text.link(source.title, source.url, 200),
        "Author": _short(source.author),
        "Publisher": _short(source.publisher),
        "Date": _short(source.date),
        "Language": _short(draft.language),
    }
    lines = [f"**{name}** {value or UNKNOWN}" for name, value in facts.items()]
    lines.append(f"**Words** {draft.words:,} · **Passages** {len(document.passages):,}")
    lines.append(f"**Handed in** {_short(draft.where) or text.MORE}")
    lines.append(f"**It becomes** {ROLES[draft.given.role]}")
    if draft.replaces:
        lines.append(
            "**A new version** of a source that is there already; answers that quote the earlier version keep it."
        )
    return "\n".join(lines)


def _excerpts(words: str) -> Iterator[str]:
    """The first and the last lines, or all of a short text."""
    if len(words) <= WHOLE:
        yield f"**The text**\n> {text.quoted(words, 2 * WHOLE + 20)}"
        return
    yield f"**First lines**\n> {text.quoted(words[: 2 * EXCERPT], EXCERPT)}"
    ending = text.last(words[-2 * EXCERPT :], EXCERPT)[0]
    yield f"**Last lines**\n> {text.MORE} “{ending}”" if ending else f"**Last lines**\n> {text.MORE}"


def _notes(draft: Draft) -> str:
    """What was left out, and what may be wrong with it."""
    lines = [f"- {shown}" for phrase in draft.left_out[:_LISTED] if (shown := _short(phrase))]
    if lines:
        lines.insert(0, "**Left out**")
    hints = [shown for hint in (*_about_date(draft), *draft.hints[:_LISTED]) if (shown := _short(hint))]
    return "\n".join([*lines, *(f"**Please check** {hint}" for hint in hints)])


def _about_date(draft: Draft) -> Iterator[str]:
    """What to do about a date that was typed with the publisher and cannot be used."""
    odd = unusable_date(draft.given.publisher)
    if odd and draft.stage is Stage.AWAITING:
        yield (
            f"{text.clip(odd, 40)} is not a date that can be used, so it stands with the publisher: "
            "press Edit details and write 2017-08-11, 2017-08 or 2017."
        )


def _near(copy: NearCopy) -> str:
    return f"- {percent(copy)} % of this text stands in {text.link(copy.source.title, copy.source.url, 60)}"


def _claims(document: Document) -> Iterator[str]:
    count = len(document.claims)
    if not count:
        yield "### Claims of the article\nNone was found; press Edit claims to write them, one a line."
        return
    yield f"### Claims of the article: {count}"
    yield from map(claim_line, document.claims)


def _short(words: str | None) -> str:
    """A value of a record on one line."""
    return text.shorten(words or "", _PHRASE)[0] or text.escape(text.clip(words or "", _PHRASE // 2))
