"""Near-copies: which sources hold the same runs of words as a new text.

Shared word 5-grams ("shingles", Broder, "On the resemblance and containment of documents", 1997) measure how much of
the new text a source contains. Only sources that a search for samples of the text finds are compared, so the cost does
not grow with the library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from zlib import crc32

from retrieval.curate.types import NearCopy
from retrieval.rank.search import visible
from retrieval.rank.words import tokens
from retrieval.store.records import Records
from retrieval.types import Document, Passage

WORDS = 5
"""Words in a shingle."""
LEAST = 0.2
"""Share from which a source is shown: quotations and boilerplate stay below."""
MOST = 5
LONGEST = 1_000_000
"""Characters of a text that are compared: about 170,000 words, a thick book."""
SAMPLES = 8
"""Passages of the new text that are searched for."""
LOOKED_FOR = 16
"""Words of a sample that are searched for; with all of them the search took as long as embedding the text."""
HITS = 8
"""Passages that each of them may find."""
COMPARED = 6
"""Sources compared; a copy is found by most samples, so it is among the first."""


def shingles(text: str) -> frozenset[int]:
    """Checksums of the runs of ``WORDS`` words in a text, folded; of all its words when there are fewer."""
    words = tokens(text[:LONGEST])
    last = max(1, len(words) - WORDS + 1)
    runs = (" ".join(words[at : at + WORDS]) for at in range(last)) if words else ()
    return frozenset(crc32(run.encode("utf-8", "surrogatepass")) for run in runs)


def near_copies(records: Records, document: Document, space: str) -> tuple[NearCopy, ...]:
    """The visible sources that share much text with a document, most alike first; its own id is passed over."""
    wanted, spaces, found = shingles(document.text), visible(space), []
    for source_id in _candidates(records, document, space):
        other = shingles(records.passages.text(source_id, spaces))
        share = len(wanted & other) / len(wanted) if wanted else 0.0
        if share >= LEAST:
            found.append(NearCopy(records.sources.get(source_id, spaces), share))
    return tuple(sorted(found, key=lambda copy: (-copy.share, copy.source.id))[:MOST])


def _candidates(records: Records, document: Document, space: str) -> list[str]:
    spaces, seen = visible(space), Counter[str]()
    for sample in _samples(document.passages):
        found = records.passages.lexical(_telling(sample.text), spaces, limit=HITS, guess=False)
        hits = [passage for passage, _ in found]
        seen.update({passage.source for passage in records.passages.by_ids(hits, spaces)})
    del seen[document.source.id]
    return [source for source, _ in seen.most_common(COMPARED)]


def _telling(text: str) -> str:
    """The longest words of a text: they are the rarest, so a few of them find its copy as well as all would."""
    return " ".join(sorted(dict.fromkeys(tokens(text)), key=len, reverse=True)[:LOOKED_FOR])


def _samples(passages: Sequence[Passage]) -> list[Passage]:
    """Passages from all over the text."""
    step = max(1, len(passages) // SAMPLES)
    return list(passages[::step][:SAMPLES])
