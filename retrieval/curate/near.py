"""Near-copies: which sources hold the same runs of words as a new text, and how much of it.

Fingerprints (see ``retrieval.store.likeness``) tell which sources share half of ``LEAST`` or more, and only these are
read and compared word by word, so the cost does not grow with the library.
"""

from __future__ import annotations

from retrieval.curate.types import NearCopy
from retrieval.rank.search import visible
from retrieval.store.likeness import shingles
from retrieval.store.records import Records
from retrieval.types import Document

LEAST = 0.2
"""Share from which a source is shown: quotations and boilerplate stay below."""
MOST = 5
LONGEST = 1_000_000
"""Characters of a text that are compared: about 170,000 words, a thick book."""
COMPARED = 6
"""Sources compared, the document's own among them when it is a new version; a copy is among the first."""


def near_copies(records: Records, document: Document, space: str) -> tuple[NearCopy, ...]:
    """The visible sources that share much text with a document, most alike first; its own id is passed over."""
    spaces, found = visible(space), []
    texts = [passage.text for passage in document.passages]
    alike = [
        source
        for source, share in records.passages.alike(texts, spaces, COMPARED)
        if share >= LEAST / 2 and source != document.source.id
    ]
    wanted = shingles(document.text[:LONGEST]) if alike else frozenset()
    for source_id in alike:
        other = shingles(records.passages.text(source_id, spaces)[:LONGEST])
        share = len(wanted & other) / len(wanted) if wanted else 0.0
        if share >= LEAST:
            found.append(NearCopy(records.sources.get(source_id, spaces), share))
    return tuple(sorted(found, key=lambda copy: (-copy.share, copy.source.id))[:MOST])
