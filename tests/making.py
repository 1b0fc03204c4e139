"""Small values for tests, with every field that a test does not care about filled in."""

from __future__ import annotations

from retrieval.types import (
    Citation,
    Claim,
    Evidence,
    Locator,
    Passage,
    Role,
    Source,
    Stance,
    Wording,
)


def source(source_id: str = "R01", **fields: object) -> Source:
    """A reference, unless told otherwise."""
    values: dict[str, object] = {"role": Role.REFERENCE, "title": f"Report {source_id}", "wording": Wording.NOTE}
    return Source(id=source_id, **(values | fields))  # type: ignore[arg-type]  # the tests name real fields


def passage(text: str, source_id: str = "R01", start: int = 0, ordinal: int = 0, **fields: object) -> Passage:
    """A passage of ``text`` that begins at ``start``."""
    return Passage(
        id=f"{source_id}-{ordinal}",
        source=source_id,
        ordinal=ordinal,
        start=start,
        end=start + len(text),
        text=text,
        **fields,  # type: ignore[arg-type]  # the tests name real fields
    )


def claim(number: str, text: str, article: str = "A01", passages: tuple[str, ...] = ()) -> Claim:
    """A claim of an article."""
    return Claim(id=f"{article}-{number}", source=article, number=number, text=text, passages=passages)


def evidence(text: str, source_id: str = "R01", stance: Stance = Stance.REFUTES, **fields: object) -> Evidence:
    """A whole passage as evidence."""
    piece = passage(text, source_id)
    return Evidence(piece, source(source_id, **fields), 0.9, stance, 0.9, piece.start, piece.end)


def citation(label: str, quote: str, **fields: object) -> Citation:
    """A verified quote."""
    return Citation(label, source(**fields), "p", quote, 0, len(quote), Locator(None, None), 0.9, Stance.REFUTES, 0.9)  # type: ignore[arg-type]
