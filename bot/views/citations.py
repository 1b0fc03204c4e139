"""How a citation reads, and how citations are spread over pages within Discord's limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.views import text
from retrieval.answer.compose import credit, dated, located, origin
from retrieval.types import Answer, Citation, Locator, Source, Wording

LONGEST = 1_050
"""Characters of one citation as sent; most need half of it. Three of the longest fit on a page."""
_QUOTE = 620
_ROOM = 320
"""Of them, at least so many are the quote's."""
_SIDES = ("said", "opposing", "supporting", "context")
_FIRST = {"said": 2, "opposing": 3, "supporting": 3, "context": 2}
"""Citations a side on the answer itself."""
_LATER = dict.fromkeys(_SIDES, 5)
_WORDING = {
    Wording.FULL_TEXT: "its own words",
    Wording.DIGEST: "our digest, not its own words",
    Wording.NOTE: "our note of it",
}


def where(locator: Locator) -> str:
    """Where a reader would look it up, in the words of the terminal; empty when nothing is known."""
    return text.escape(located(replace(locator, heading=text.clip(locator.heading or "", 70))))


def record(source: Source) -> str:
    """Whose a source is and of when, its author, its quality and the host of its address."""
    return _line(text.escape(origin(_clipped(source))), _beside(source))


def author(source: Source) -> str | None:
    """Its author, unless the publisher's name says it already."""
    named = (source.author or "").casefold() in (source.publisher or "").casefold()
    return None if named else source.author


def _beside(source: Source) -> str:
    """What a record tells beyond publisher and date; without a publisher the author stands in its place already."""
    place = text.address(source.url)
    writer = _part(author(source), 60) if source.publisher else ""
    return _line(writer, _part(source.quality, 60), _part(place[1], 60) if place else "")


def _clipped(source: Source) -> Source:
    """A source whose record's words fit on a line."""
    return replace(
        source,
        title=text.clip(source.title, 60),
        author=text.clip(source.author or "", 60),
        publisher=text.clip(source.publisher or "", 90),
        date=text.clip(source.date or "", 40),
        date_note=text.clip(source.date_note or "", 40),
    )


def citation_text(citation: Citation) -> str:
    """Label, linked title, record and quote: three lines, at most ``LONGEST`` characters."""
    title = f"**{_label(citation)}** · {text.link(citation.source.title, citation.source.url, 120)}"
    clipped = replace(citation, source=_clipped(citation.source))
    wording = _WORDING[citation.source.wording]
    notes = _line(text.escape(credit(clipped)), _beside(citation.source), where(citation.locator), wording)
    return _with_quote(citation, title, notes, _line(text.escape(dated(clipped)), wording))


def said_text(citation: Citation) -> str:
    """A citation of the article itself, whose record stands above already: label, place, quote."""
    wording = _WORDING[citation.source.wording]
    return _with_quote(citation, f"**{_label(citation)}**", _line(where(citation.locator), wording), wording)


def _with_quote(citation: Citation, title: str, notes: str, fewer: str) -> str:
    """Three lines; a record that would leave no room for the quote is told in ``fewer`` words."""
    heads = [f"{title}\n-# {notes}", f"{title}\n-# {fewer}", f"**{_label(citation)}**\n-# {fewer}"]
    head = next((head for head in heads if len(head) <= LONGEST - _ROOM), heads[-1])
    return f"{head}\n> {text.quoted(citation.quote, min(_QUOTE, LONGEST - len(head) - 3))}"


def _label(citation: Citation) -> str:
    return _part(citation.label, 12)


def _part(words: str | None, limit: int) -> str:
    return text.escape(text.clip(words or "", limit))


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Page:
    """The citations that one message shows, by side."""

    said: tuple[Citation, ...] = ()
    opposing: tuple[Citation, ...] = ()
    supporting: tuple[Citation, ...] = ()
    context: tuple[Citation, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All of them, in the order in which they are shown."""
        return self.said + self.opposing + self.supporting + self.context


def pages(answer: Answer, first: int, later: int) -> tuple[Page, ...]:
    """An answer's citations by page: the answer's own message, then the pages of "more evidence".

    Sides take turns, best first, so that each shows its best before any shows its third. The result depends on the
    arguments alone: a button finds the same pages after a restart.

    Args:
        answer: The stored answer.
        first: Characters left for citations on the first page.
        later: Characters left for citations on every other page; at least ``LONGEST``.
    """
    left = Page(answer.said, answer.opposing, answer.supporting, answer.context)
    page, left = _fill(left, first, _LATER if answer.abstained else _FIRST)
    found = [page]
    while left.citations:
        page, left = _fill(left, later, _LATER)
        found.append(page)
    return tuple(found)


def _fill(left: Page, room: int, most: dict[str, int]) -> tuple[Page, Page]:
    """Take citations in turns while they fit; a side whose next one does not fit is closed for this page."""
    taken = dict.fromkeys(_SIDES, 0)
    open_sides = [side for side in _SIDES if getattr(left, side)]
    while open_sides:
        for side in tuple(open_sides):
            citations: tuple[Citation, ...] = getattr(left, side)
            index = taken[side]
            size = len(writer(side)(citations[index])) if index < min(len(citations), most[side]) else room + 1
            if size > room:
                open_sides.remove(side)
                continue
            taken[side], room = index + 1, room - size
    shown = Page(**{side: getattr(left, side)[: taken[side]] for side in _SIDES})
    rest = replace(left, **{side: getattr(left, side)[taken[side] :] for side in _SIDES})
    return shown, rest


def writer(side: str) -> Callable[[Citation], str]:
    """How a side's citations are written."""
    return said_text if side == "said" else citation_text
