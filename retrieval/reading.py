"""What is read back from the records for people: a source in full, and a quote among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.errors import NotFound
from retrieval.rank.search import visible
from retrieval.store.records import Records
from retrieval.types import Answer, Citation, Claim, Context, Passage, Source

NEIGHBOURS = 1
"""Passages shown on either side of a quoted one."""


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """A source with what is stored of it and how many kept answers cite it."""

    source: Source
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...]
    cited: int


def details(records: Records, source_id: str, space: str) -> SourceDetails:
    """A source with its passages and claims; NotFound when it is not visible from this space."""
    document = records.passages.document(source_id, visible(space))
    cited = records.answers.cited(source_id, (space,))
    return SourceDetails(document.source, document.passages, document.claims, cited)


def context(records: Records, answer_id: str, label: str, space: str) -> Context:
    """A citation's passage between its neighbours; NotFound when answer, citation or passage is gone."""
    citation = labelled(records.answers.get(answer_id, (space,)), label)
    before, passage, after = records.passages.around(
        citation.passage, visible(space), before=NEIGHBOURS, after=NEIGHBOURS, quote=citation.quote
    )
    start = citation.start - passage.start
    end = start + citation.end - citation.start
    return Context(citation.source, passage, tuple(before), tuple(after), start, end)


def labelled(answer: Answer, label: str) -> Citation:
    """The citation of an answer with this label.

    Raises:
        NotFound: there is none.
    """
    for citation in answer.citations:
        if citation.label == label:
            return citation
    raise NotFound(f"That answer has no citation {label[:10]}.")
