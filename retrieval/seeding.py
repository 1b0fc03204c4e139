"""The starter corpus: what is in the folder, put beside what is stored already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from retrieval.ingest.article import tie
from retrieval.ingest.seed import load_folder
from retrieval.types import Document, Wording

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""The starter corpus, beside the packages in a checkout and in an installed wheel alike."""


def documents(folder: Path, stored: dict[str, Document]) -> list[Document]:
    """The folder's documents as they should be stored.

    A digest whose article is bound to its full text stays bound: it gives its record and claims, the text stays.

    Args:
        folder: Markdown files, one a source.
        stored: current documents by source id.

    Raises:
        Malformed: a file does not follow the format; the sentence names file and line.
    """
    return [kept_bound(document, stored.get(document.source.id)) for document in load_folder(folder)]


def kept_bound(digest: Document, current: Document | None) -> Document:
    """The digest, or the bound text with the digest's record and claims when there is one."""
    if digest.source.wording is not Wording.DIGEST or current is None:
        return digest
    if current.source.wording is not Wording.FULL_TEXT:
        return digest
    source = replace(digest.source, wording=Wording.FULL_TEXT, url=digest.source.url or current.source.url)
    return replace(current, source=source, claims=tie(digest.claims, current.passages, source.id))
