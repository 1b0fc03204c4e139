"""Pages and PDFs for measuring: the starter corpus's own sentences, their words shuffled, so that the words are real
and yet no two pages look like copies of each other."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator
from functools import cache
from html import escape

from retrieval.ingest.seed import load_folder
from retrieval.ingest.sentences import sentences
from retrieval.seeding import SEEDS
from tests.retrieval.ingest.documents import line, make_pdf

PARAGRAPH = 90
"""Words, about."""
LINES_A_PAGE = 50


@cache
def _pool() -> tuple[str, ...]:
    texts = [passage.text for seed in load_folder(SEEDS) for passage in seed.passages]
    found = [" ".join(text[start:end].split()) for text in texts for start, end in sentences(text)]
    return tuple(sentence for sentence in found if sentence.isascii() and len(sentence.split()) > 6)


def paragraphs(words: int, seed: int) -> Iterator[str]:
    """Paragraphs of so many words together; another seed, other paragraphs."""
    chance, left = random.Random(seed), words  # noqa: S311 - repeatable on purpose
    while left > 0:
        made: list[str] = []
        while sum(len(one.split()) for one in made) < min(PARAGRAPH, left):
            made.append(" ".join(chance.sample(drawn := chance.choice(_pool()).split(), len(drawn))))
        left -= sum(len(one.split()) for one in made)
        yield " ".join(made)


def page(words: int, seed: int) -> bytes:
    """A news page with menus and footers around so many words."""
    body = "".join(f"<p>{escape(text)}</p>\n" for text in paragraphs(words, seed))
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("world", "business", "sport", "weather"))
    head = f"<title>Report {seed}</title><meta property='article:published_time' content='2016-03-0{seed % 9 + 1}'>"
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}</head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>Report {seed}</h1>{body}</article></main><footer>All rights reserved</footer>"
        "</body></html>"
    ).encode()


def pdf(words: int, seed: int) -> bytes:
    """A PDF of so many words."""
    lines = [part for text in paragraphs(words, seed) for part in [*textwrap.wrap(text, 90), ""]]
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    drawn = ["".join(line(text, y=740 - 14 * row, size=10) for row, text in enumerate(part) if text) for part in pages]
    return make_pdf(drawn, f"/Title (Report {seed})")
