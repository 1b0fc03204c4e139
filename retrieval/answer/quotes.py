"""Which words of a passage to quote: the sentence nearest to what is asked about, with a neighbour if it is short.

Of evidence that takes a side, the judge reads the nearest few and the one that takes the side most is quoted: what a
long passage says against a claim need not be what it says about it. A passage of one or two short sentences is quoted
whole. Spans are always whole sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.ingest.sentences import sentences
from retrieval.rank.interfaces import Embedder, Judge
from retrieval.types import Passage, Stance

WHOLE = 320
"""Characters up to which a passage is quoted whole."""
LONGEST = 420
"""Characters of a quote of several sentences; a single longer sentence is still quoted whole."""

READ = 3
"""Quotes of a long passage that the judge reads: all of them would cost more than judging the passages did."""

Span = tuple[int, int]


class QuotePicker:
    """Picks quotes by the similarity of sentences to a text, and by what the judge reads in them."""

    def __init__(self, embedder: Embedder, judge: Judge) -> None:
        self._embedder, self._judge = embedder, judge

    def pick(self, passages: Sequence[Passage], about: str) -> list[Span]:
        """One span (start, end) in the document for each passage: what is nearest to ``about``."""
        return [spans[0] for spans in self._nearest(passages, about, 1)]

    def pick_telling(self, passages: Sequence[Passage], about: str, claims: Sequence[str], side: Stance) -> list[Span]:
        """One span (start, end) in the document for each passage: of those near ``about``, what most takes the side.

        Args:
            passages: evidence of one side.
            about: what the quotes are to be near to.
            claims: for each passage, the claim toward which it takes the side.
            side: refutes or supports.
        """
        choices = self._nearest(passages, about, READ)
        chosen = [spans[0] for spans in choices]
        for place, (passage, spans) in enumerate(zip(passages, choices, strict=True)):
            if len(spans) > 1:
                texts = [passage.text[start - passage.start : end - passage.start] for start, end in spans]
                verdicts = self._judge.judge([(claims[place], text) for text in texts])
                best = max(range(len(spans)), key=lambda one: verdicts[one].probability(side))
                chosen[place] = spans[best]
        return chosen

    def _nearest(self, passages: Sequence[Passage], about: str, most: int) -> list[list[Span]]:
        """For each passage, different spans (start, end) in the document, the nearest first."""
        pieces = [_sentences(passage) for passage in passages]
        texts = [
            passage.text[start:end] for passage, spans in zip(passages, pieces, strict=True) for start, end in spans
        ]
        near = self._similarities(texts, about)
        found = []
        for passage, spans in zip(passages, pieces, strict=True):
            scores, near = near[: len(spans)], near[len(spans) :]
            order = sorted(range(len(spans)), key=lambda index: -scores[index])[:most]
            windows = [_window(spans, scores, index) for index in order] or [_stripped(passage)]
            found.append([(passage.start + start, passage.start + end) for start, end in dict.fromkeys(windows)])
        return found

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


def _window(pieces: Sequence[Span], scores: Sequence[float], best: int) -> Span:
    """A sentence, widened by its better neighbour while the quote stays short."""
    start, end = pieces[best]
    neighbours = [index for index in (best - 1, best + 1) if 0 <= index < len(pieces)]
    for index in sorted(neighbours, key=lambda index: -scores[index]):
        wider = min(start, pieces[index][0]), max(end, pieces[index][1])
        if wider[1] - wider[0] <= LONGEST:
            return wider
    return start, end
