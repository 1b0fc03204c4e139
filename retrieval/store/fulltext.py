"""Ranked full text over the searchable passages: names, numbers and rare words that vectors blur.

The one module that is SQLite's own (FTS5). The index holds exactly the passages of the current documents of ready
sources: the view ``searchable`` says which those are, and ``rewritten`` keeps the index in step with it.

Ranking is BM25 as FTS5 computes it (k1 = 1.2, b = 0.75): https://www.sqlite.org/fts5.html#the_bm25_function
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DatabaseError

from retrieval.store.clean import clean
from retrieval.store.spelling import nearest
from retrieval.types import Role

MAX_WORDS = 64
"""Words of a query that are looked up; a question has fewer, a pasted page does not need more."""

MIN_GUESSED = 4
"""Shortest word for which a misspelling is considered."""

_CREATE = (
    """
    CREATE VIEW searchable AS
    SELECT p.key AS key, p.id AS id, s.id AS source, s.space AS space, s.role AS role,
           s.title AS title, coalesce(p.heading, '') AS heading, p.text AS text
    FROM passages p JOIN sources s ON s.current_document = p.document WHERE s.state = 'ready'
    """,
    """
    CREATE VIRTUAL TABLE passage_words USING fts5(
        title, heading, text, content = 'searchable', content_rowid = 'key',
        tokenize = 'porter unicode61 remove_diacritics 2')
    """,
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(passage_words, row)",
    "INSERT INTO passage_words (passage_words) VALUES ('rebuild')",
)

_TAKE_OUT = text(
    "INSERT INTO passage_words (passage_words, rowid, title, heading, text) "
    "SELECT 'delete', key, title, heading, text FROM searchable WHERE source = :source"
)
_PUT_IN = text(
    "INSERT INTO passage_words (rowid, title, heading, text) "
    "SELECT key, title, heading, text FROM searchable WHERE source = :source"
)
_SEARCH = """
SELECT s.id, -bm25(passage_words) AS score
FROM passage_words JOIN searchable s ON s.key = passage_words.rowid
WHERE passage_words MATCH :query AND s.space IN :spaces {role}
ORDER BY score DESC, s.key LIMIT :limit
"""
_KNOWN = text("SELECT 1 FROM passage_words WHERE passage_words MATCH :word LIMIT 1")
_TERMS = text(
    "SELECT term FROM vocabulary WHERE term >= :low AND term < :high AND length(term) BETWEEN :short AND :long"
)

_COMMON = frozenset(
    "a about all also an and any are as at be been but by can could did do does for from had has have he her him his"
    " how i if in into is it its just me more my no not of on or our say says she should so some than that the their"
    " them then there these they this those to was we were what when where which who why will with"
    " would you your".split()
)
_WORD = re.compile(r"\w+")


def create(connection: Connection) -> None:
    """Makes the view and the index over it, filled with what is searchable now."""
    for statement in _CREATE:
        connection.exec_driver_sql(statement)


@contextmanager
def rewritten(connection: Connection, source: str) -> Iterator[None]:
    """Keeps the index in step with whatever the body changes about one source, in the same transaction."""
    connection.execute(_TAKE_OUT, {"source": source})
    yield
    connection.execute(_PUT_IN, {"source": source})


def purge(connection: Connection) -> None:
    """Rewrites the index in one piece, so that words of deleted passages are not left in it."""
    connection.exec_driver_sql("INSERT INTO passage_words (passage_words) VALUES ('optimize')")


def consistent(connection: Connection) -> bool:
    """Whether the index holds what is searchable, word for word."""
    try:
        connection.exec_driver_sql("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True


def search(
    connection: Connection,
    query: str,
    spaces: Collection[str],
    role: Role | None,
    limit: int,
) -> list[tuple[str, float]]:
    """Passages that hold words of the query, best first.

    Args:
        connection: Where to look.
        query: Any string; its words are alternatives, its signs mean nothing.
        spaces: The spaces seen.
        role: Only passages of such sources, or None for all.
        limit: At most so many.

    Returns:
        Pairs of passage id and BM25 score (higher is better).
    """
    words = _words(query)
    if not words or not spaces or limit < 1:
        return []
    statement = text(_SEARCH.format(role="AND s.role = :role" if role else ""))
    values: dict[str, object] = {
        "query": _expression(connection, words),
        "spaces": list(spaces),
        "limit": limit,
    }
    if role:
        values["role"] = role.value
    rows = connection.execute(statement.bindparams(bindparam("spaces", expanding=True)), values)
    return [(row.id, row.score) for row in rows]


def _words(query: str) -> list[str]:
    words = list(dict.fromkeys(_WORD.findall(clean(query).lower())))
    return ([word for word in words if word not in _COMMON] or words)[:MAX_WORDS]


def _expression(connection: Connection, words: list[str]) -> str:
    alternatives = [_quoted(word) for word in words]
    for word in words:
        alternatives += [f"{_quoted(term)} *" for term in _guesses(connection, word)]
    return " OR ".join(alternatives)


def _quoted(word: str) -> str:
    # Words are made of word characters only; doubling quotes keeps this true should that ever change.
    return '"' + word.replace('"', '""') + '"'


def _guesses(connection: Connection, word: str) -> list[str]:
    """Stored terms that a word not found anywhere was probably meant to be."""
    if len(word) < MIN_GUESSED or not word.isalpha():
        return []
    if connection.execute(_KNOWN, {"word": _quoted(word)}).first():
        return []
    bounds = {"low": word[0], "high": chr(min(ord(word[0]) + 1, 0x10FFFF)), "short": 3, "long": len(word) + 2}
    return nearest(word, connection.execute(_TERMS, bounds).scalars())
