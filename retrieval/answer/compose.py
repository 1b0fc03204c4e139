"""The embedded answer: plain prose from verified citations, no model.

Every sentence attributes: the article's claims are the article's, evidence is its source's. Nothing here says who is
right, and what was not found is said, never filled in.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.types import Abstention, Citation, Claim, Locator, Receipt, Source, Wording

SHOWN_IN_PROSE = 2
"""Citations a side that the prose quotes; the lists hold the rest."""


def compose(
    claim: Claim | None,
    article: Source | None,
    said: Sequence[Citation],
    opposing: Sequence[Citation],
    supporting: Sequence[Citation],
    context: Sequence[Citation],
    receipt: Receipt,
) -> str:
    """Prose with [A1] [O1] marks, a paragraph a side."""
    parts = [
        article_paragraph(claim, article, said),
        side_paragraph("Evidence against it", opposing, nothing("opposes", receipt)),
        side_paragraph("Evidence for it", supporting, nothing("supports", receipt)),
        context_paragraph(context),
    ]
    return "\n\n".join(part for part in parts if part)


def article_paragraph(claim: Claim | None, article: Source | None, said: Sequence[Citation]) -> str:
    """What the article says, attributed, quoted and located."""
    if not said:
        return f"{name(article)} makes claim {claim.number}." if claim else f"{name(article)} has no passage on this."
    return " ".join(
        _said(name(article) if index == 0 else "It also", citation)
        for index, citation in enumerate(said[:SHOWN_IN_PROSE])
    )


def name(article: Source | None) -> str:
    """How prose names the article: "The article (Jane Doe, 2017-08-11)". Its title may hold quotes of its own."""
    known = [part for part in (article.author or article.publisher, article.date) if part] if article else []
    return f"The article ({', '.join(known)})" if known else "The article"


def side_paragraph(heading: str, citations: Sequence[Citation], nothing: str) -> str:
    """One side: its best quotes with who says so and when, or that there is none."""
    if not citations:
        return nothing
    quoted = "; ".join(
        f"{credit(citation)}: “{citation.quote}” [{citation.label}]" for citation in citations[:SHOWN_IN_PROSE]
    )
    rest = [f"[{citation.label}]" for citation in citations[SHOWN_IN_PROSE:]]
    more = f" See also {_listed(rest)}." if rest else ""
    return f"{heading}. {quoted}.{more}"


def context_paragraph(context: Sequence[Citation]) -> str:
    """What is related without being clearly for or against."""
    if not context:
        return ""
    marks = _listed([f"[{citation.label}]" for citation in context])
    return f"Related, but neither clearly for nor against: {marks}."


def credit(citation: Citation) -> str:
    """Who says it and when: "RAND Corporation, 2015 (after the article)"."""
    return origin(citation.source) + _remarks(citation)


def origin(source: Source) -> str:
    """Whose a source is and of when: "RAND Corporation, 2015"."""
    who = source.publisher or source.author or source.title
    return f"{who}, {_when(source)}" if who else _when(source)


def dated(citation: Citation) -> str:
    """When it was said: "2015 (after the article)"."""
    return _when(citation.source) + _remarks(citation)


def about_whole(claim: Claim) -> bool:
    """Whether a claim is about the article as a piece ("P01": who wrote and published it), not one that it makes."""
    return claim.number.upper().startswith("P")


def attribution(claim: Claim) -> str:
    """What stands before a claim's words: "The article claims", but "About the article" of the piece as a whole."""
    return "About the article" if about_whole(claim) else "The article claims"


def place(citation: Citation) -> str:
    """Where a citation stands, see `located`."""
    return located(citation.locator)


def located(locator: Locator) -> str:
    """Where a reader would look it up: "“A heading”, paragraph 3" or "page 4"; empty when nothing is known."""
    parts = [_heading(locator.heading)] if locator.heading else []
    if locator.paragraph:
        parts.append(f"paragraph {locator.paragraph}")
    if locator.page:
        parts.append(f"page {locator.page}")
    return ", ".join(parts)


def _heading(heading: str) -> str:
    """A heading in quotes; what a digest puts in brackets is no heading of the text: "(opening, before ...)"."""
    return heading.strip("()").split(",")[0] if heading.startswith("(") else f"“{heading}”"


def receipt_line(receipt: Receipt, *, abstained: bool = False) -> str:
    """The receipt in words, without a full stop: "Searched 90 sources, 334 passages: 4 oppose, 1 supports".

    With ``abstained`` no sides are counted: nothing was judged for or against.
    """
    searched = f"Searched {_count(receipt.sources, 'source')}, {_count(receipt.passages, 'passage')}"
    sides = "" if abstained else f": {_verb(receipt.opposing, 'oppose')}, {_verb(receipt.supporting, 'support')}"
    dropped = f"; {_count(receipt.dropped, 'quote')} left out as unverified" if receipt.dropped else ""
    return f"{searched}{sides}{dropped}"


def abstention_reason(kind: Abstention, article: Source | None, nearest: Sequence[Claim]) -> str:
    """The sentence for a question without an answer."""
    which = name(article).replace("The", "the", 1)
    if kind is Abstention.OFF_TOPIC:
        return f"That is outside what I can look into: I answer from {which} and the references beside it."
    if kind is Abstention.NOT_CLAIMED:
        return f"I find no passage in which {which} says this.{_offer(nearest)}"
    return f"Neither {which} nor the references I searched cover this.{_offer(nearest)}"


def _offer(nearest: Sequence[Claim]) -> str:
    if not nearest:
        return ""
    return f" What it does claim, nearest to your question: {_listed([claim.number for claim in nearest])}."


def _said(who: str, citation: Citation) -> str:
    where = place(citation)
    located = f", in {where}" if where else ""
    digest = " (our digest puts it so)" if citation.source.wording is Wording.DIGEST else ""
    return f"{who} says{located}{digest}: “{citation.quote}” [{citation.label}]."


def nothing(verb: str, receipt: Receipt) -> str:
    """What is said of a side without evidence."""
    return f"Nothing found in the {_count(receipt.sources, 'source')} searched clearly {verb} it."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _when(source: Source) -> str:
    return source.date or source.date_note or "undated"


def _remarks(citation: Citation) -> str:
    remarks = ["after the article"] if citation.later else []
    remarks += [f"on claim {citation.claim}"] if citation.claim else []
    remarks += ["less sure: a second reading differs"] if citation.disputed else []
    return f" ({', '.join(remarks)})" if remarks else ""


def _verb(number: int, verb: str) -> str:
    return f"{number} {verb}{'s' if number == 1 else ''}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
