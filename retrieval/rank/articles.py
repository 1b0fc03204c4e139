"""The visible articles as the matcher needs them, with their vectors at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock

import numpy as np

from retrieval.errors import NotFound
from retrieval.rank.interfaces import Embedder, Vectors
from retrieval.rank.match import ArticleView
from retrieval.store.shelf import Shelf
from retrieval.types import Document, Passage, Role, Source

KEPT = 256
"""Articles whose vectors stay in memory: 40 claims and 40 passages of 384 floats each are 120 KiB an article."""


class Articles:
    """Article views, kept while their text and claims stay the same."""

    def __init__(self, shelf: Shelf, embedder: Embedder) -> None:
        self._shelf, self._embedder = shelf, embedder
        self._kept: OrderedDict[tuple[object, ...], ArticleView] = OrderedDict()
        self._lock = Lock()

    def views(self, spaces: Collection[str], article: str | None = None) -> list[ArticleView]:
        """The visible articles, or the one named.

        Raises:
            NotFound: the one named is not visible from these spaces.
        """
        visible = self._shelf.records.sources.visible(spaces, Role.ARTICLE)
        named = [source for source in visible if article in {None, source.id}]
        if article is not None and not named:
            raise NotFound(
                f"There is no article {article} here; `rejoinder source list` and /claim list show the ones there are."
            )
        return [self._view(source, spaces) for source in named]

    def _view(self, source: Source, spaces: Collection[str]) -> ArticleView:
        document = self._shelf.records.passages.document(source.id, spaces)
        key = (document.source, tuple(passage.id for passage in document.passages), document.claims)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        view = self._build(document)
        with self._lock:
            self._kept[key] = view
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return view

    def _build(self, document: Document) -> ArticleView:
        return ArticleView(
            source=document.source,
            claims=document.claims,
            claim_vectors=self._embedder.embed_queries([claim.text for claim in document.claims]),
            passages=document.passages,
            passage_vectors=self._vectors(document.passages),
        )

    def _vectors(self, passages: Sequence[Passage]) -> Vectors:
        """The stored vectors; those that are not stored yet are made."""
        stored = self._shelf.records.embeddings.entries(self._embedder.id, [passage.id for passage in passages])
        known = {entry.passage: entry.values for batch in stored for entry in batch}
        missing = [passage for passage in passages if passage.id not in known]
        fresh = self._embedder.embed_passages([passage.text for passage in missing])
        known.update({passage.id: row for passage, row in zip(missing, fresh, strict=True)})
        rows = [known[passage.id] for passage in passages]
        return np.vstack(rows) if rows else np.zeros((0, self._embedder.dimensions), dtype=np.float32)
