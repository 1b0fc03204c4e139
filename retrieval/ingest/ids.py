"""Ids that come from content: the same input has the same id in every process, so doing it twice is doing it once.

Each is a readable prefix and the start of a SHA-256; 12 hexadecimal digits (48 bits) leave the chance of a clash
below one in a million up to about twenty thousand ids under the same prefix (birthday bound, n²/2⁴⁹).
"""

from __future__ import annotations

from hashlib import sha256

DIGITS = 12
_BETWEEN = "\x1f"
"""The unit separator: it keeps ("ab", "c") and ("a", "bc") apart, and no readable text holds it."""


def digest(*parts: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of the parts, in order."""
    joined = _BETWEEN.join(parts).encode("utf-8", "surrogatepass")
    return sha256(joined).hexdigest()[:DIGITS]


def source_id(space: str, key: str) -> str:
    """The id of a source that somebody adds: by where it is seen and what names it (its address, else its text)."""
    return f"S-{digest(space, key)}"


def passage_id(source: str, text_hash: str, ordinal: int, start: int) -> str:
    """The id of one passage; it changes when the document's text does.

    Args:
        source: Id of the source.
        text_hash: ``digest`` of the whole document's text, computed once for all its passages.
        ordinal: 0-based place among the document's passages.
        start: Offset of the passage in the document's text.
    """
    return f"{source}.p{ordinal}-{digest(source, text_hash, str(ordinal), str(start))}"


def claim_id(source: str, number: str) -> str:
    """The id of a claim: an edited wording keeps it, so that stored answers still lead to it."""
    return f"{source}.{number}-{digest(source, number)}"


def normal_number(text: str) -> str:
    """A claim's number as it is written: "6" and "c6" are "C06", "p1" is "P01"; anything else is returned trimmed."""
    tidy = text.strip().lstrip("#").upper()
    letter, digits = (tidy[0], tidy[1:]) if tidy[:1].isalpha() else ("C", tidy)
    return f"{letter}{int(digits):02d}" if digits.isdecimal() else tidy
