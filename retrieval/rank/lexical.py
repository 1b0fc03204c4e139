"""BM25 over texts held in memory: the product's full text search, on SQLite's FTS5, for sets that are not stored."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from types import TracebackType
from typing import Self

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""The same as that of the product's store."""


class LexicalIndex:
    """Ranks texts by BM25 (Robertson and Zaragoza 2009; FTS5 fixes k1 = 1.2 and b = 0.75).

    Args:
        texts: A text's number is its place here, from 0.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')")
        rows = ((number, text) for number, text in enumerate(texts))
        self._connection.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", rows)

    def search(self, query: str, limit: int) -> list[tuple[int, float]]:
        """The best ``limit`` texts that share a word with the query: (number, BM25 score), best first."""
        expression = match_any(query)
        if not expression:
            return []
        found = self._connection.execute(
            "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY bm25(texts), rowid LIMIT ?",
            (expression, limit),
        )
        with closing(found):
            return [(int(number), float(score)) for number, score in found]

    def close(self) -> None:
        """Free the memory."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def match_any(query: str) -> str:
    """An FTS5 expression for texts with any of the query's words; empty when it has none.

    Each word is quoted, so nothing in a query acts as FTS5 syntax; a repeated word counts once.
    """
    words = dict.fromkeys(re.findall(r"\w+", query.lower()))
    return " OR ".join(f'"{word}"' for word in words)
