"""Texts in parcels that one call can carry, and how many tokens they are, without a tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from retrieval.chat.estimate import tokens

TEXTS = 64
"""Texts a call: openai takes 2,048, but others as few as 32; fewer are asked when a server says so."""
TOKENS = 40_000
"""Tokens a call: openai takes 300,000 at once, and a call of this size is back within seconds."""
LONGEST = 8_000
"""Tokens of one text: openai's models read 8,192. What stands behind is cut off."""
_BYTES = 4
"""Bytes of UTF-8 that make a token at least: holds in scripts without spaces, where counting words does not."""


def size(text: str) -> int:
    """Tokens of a text, roughly, rather too many than too few."""
    return max(tokens(text), len(text.encode("utf-8", "replace")) // _BYTES, 1)


def clipped(text: str, most: int = LONGEST) -> str:
    """The text, or as much of its beginning as makes ``most`` tokens; a server refuses an empty one."""
    whole = size(text)
    return text[: len(text) * most // whole] if whole > most else text or " "


def parcels(texts: Iterable[str], most: int = TEXTS, most_tokens: int = TOKENS) -> Iterator[list[str]]:
    """The texts in order, as many at a time as both limits allow, one at least."""
    parcel: list[str] = []
    weight = 0
    for text in texts:
        own = size(text)
        if parcel and (len(parcel) >= most or weight + own > most_tokens):
            yield parcel
            parcel, weight = [], 0
        parcel.append(text)
        weight += own
    if parcel:
        yield parcel
