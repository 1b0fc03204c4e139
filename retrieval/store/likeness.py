"""Fingerprints of passages: which sources hold the same runs of words as a new text, found without reading any of them.

A fingerprint is a fixed eighth of a passage's word 5-grams ("shingles", Broder, "On the resemblance and containment of
documents", 1997), chosen by their checksums (as in Manber, "Finding similar files in a large file system", 1994): of a
run that two texts share, both keep the checksum or neither does. The least checksum is kept always, so that a short
passage has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from zlib import crc32

from sqlalchemy import Connection, insert

from retrieval.rank.words import tokens
from retrieval.store import schema

WORDS = 5
"""Words in a shingle."""
ONE_IN = 8
"""Of so many shingles one is kept: about 130 of a page of 1,000 words."""
REMEMBERED = 2_048
"""Passages whose fingerprints are remembered: a text is looked up when it is read, and kept soon after."""
MOST = 2_000
"""Checksums that are looked up: of a longer text some tell as well as all."""


def shingles(text: str) -> frozenset[int]:
    """Checksums of the runs of ``WORDS`` words in a text, folded; of all its words when there are fewer."""
    words = [word.encode("utf-8", "surrogatepass") for word in tokens(text)]
    runs = zip(*(words[at:] for at in range(WORDS)), strict=False) if len(words) >= WORDS else [words] if words else []
    return frozenset(map(crc32, map(b" ".join, runs)))


@lru_cache(maxsize=REMEMBERED)
def fingerprint(text: str) -> frozenset[int]:
    """Those of a passage's shingles that are kept."""
    found = shingles(text)
    return frozenset(value for value in found if value % ONE_IN == 0) | ({min(found)} if found else frozenset())


def looked_up(texts: Iterable[str]) -> list[int]:
    """The checksums by which the copies of some passages are found."""
    return sorted(set[int]().union(*map(fingerprint, texts)))[:MOST]


def keep(connection: Connection, texts: Mapping[int, str]) -> None:
    """Keeps the fingerprints of passages, given by their keys."""
    rows = [{"hash": value, "passage": key} for key, text in texts.items() for value in fingerprint(text)]
    if rows:
        connection.execute(insert(schema.shingles), rows)
