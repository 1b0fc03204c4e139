"""What embedding a library costs, said before it is spent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.remote.parcels import clipped, size

_MILLION = 1_000_000
PRICES = {"text-embedding-3-small": 0.02, "text-embedding-3-large": 0.13, "text-embedding-ada-002": 0.10}
"""US dollars a million tokens, as openai announced them on 2024-01-25; where it matters the operator sets the price."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Passages and tokens, roughly; ``price`` is of a million tokens, None when it is not known."""

    passages: int
    tokens: int
    price: float | None

    @property
    def money(self) -> float | None:
        """In the currency of the price."""
        return None if self.price is None else self.tokens * self.price / _MILLION

    def __str__(self) -> str:
        """In words: "402 passages, about 51,000 tokens, about 0.0010 at 0.02 a million"."""
        counted = f"{self.passages:,} passage{'' if self.passages == 1 else 's'}, about {self.tokens:,} tokens"
        if self.money is None:
            return f"{counted} (set REJOINDER_EMBEDDINGS_PRICE to see what that costs)"
        return f"{counted}, about {self.money:.4f} at {self.price:g} a million"


def estimate(texts: Iterable[str], price: float | None) -> Estimate:
    """What it takes to embed some texts."""
    sizes = [size(clipped(text)) for text in texts]
    return Estimate(len(sizes), sum(sizes), price)
