"""Which words of a passage to quote: the sentence nearest to what is asked about, with a neighbour if it is short.

A passage of one or two short sentences is quoted whole. Spans are always whole sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.ingest.sentences import sentences
from retrieval.rank.interfaces import Embedder
from retrieval.types import Passage

WHOLE = 320
"""Characters up to which a passage is quoted whole."""
LONGEST = 420
"""Characters of a quote of several sentences; a single longer sentence is still quoted whole."""

Span = tuple[int, int]


class QuotePicker:
    """Picks quotes by the similarity of sentences to a text."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def pick(self, passages: Sequence[Passage], about: str) -> list[Span]:
        """One span (start, end) in the document for each passage."""
        spans = [_sentences(passage) for passage in passages]
        texts = [
            passage.text[start:end] for passage, pieces in zip(passages, spans, strict=True) for start, end in pieces
        ]
        near = self._similarities(texts, about)
        picked = []
        for passage, pieces in zip(passages, spans, strict=True):
            scores, near = near[: len(pieces)], near[len(pieces) :]
            start, end = _window(pieces, scores) if pieces else _stripped(passage)
            picked.append((passage.start + start, passage.start + end))
        return picked

    def _similarities(self, texts: Sequence[str], about: str) -> list[float]:
        if not texts:
            return []
        target = self._embedder.embed_queries([about])[0]
        return [float(value) for value in np.asarray(self._embedder.embed_passages(texts)) @ target]


def _sentences(passage: Passage) -> list[Span]:
    """The sentences to choose among; none when the passage is quoted whole."""
    return [] if len(passage.text) <= WHOLE else sentences(passage.text)


def _stripped(passage: Passage) -> Span:
    text = passage.text
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _window(pieces: Sequence[Span], scores: Sequence[float]) -> Span:
    """The best sentence, widened by its better neighbour while the quote stays short."""
    best = max(range(len(pieces)), key=lambda index: scores[index])
    start, end = pieces[best]
    neighbours = [index for index in (best - 1, best + 1) if 0 <= index < len(pieces)]
    for index in sorted(neighbours, key=lambda index: -scores[index]):
        wider = min(start, pieces[index][0]), max(end, pieces[index][1])
        if wider[1] - wider[0] <= LONGEST:
            return wider
    return start, end
