"""Sources as a file to hand out: one Markdown file, or a zip of several, in the seeds' format (back: ``unpacking``)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO

from retrieval.curate.types import Export
from retrieval.ingest import seed
from retrieval.types import Document

_MADE = (1980, 1, 1, 0, 0, 0)
"""The time that every file of an export carries, so that the same sources make the same bytes."""
_SLUG = re.compile(r"[^a-z0-9]+")


def packed(documents: Sequence[Document], today: date) -> Export:
    """One source as ``.md``, several as ``.zip``. The file names tell nothing that the sources do not."""
    files = [(_file_name(document), seed.dump(document).encode("utf-8")) for document in documents]
    if len(files) == 1:
        return Export(*files[0], sources=1)
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _MADE), data, zipfile.ZIP_DEFLATED)
    return Export(f"sources-{today.isoformat()}.zip", whole.getvalue(), sources=len(files))


def _file_name(document: Document) -> str:
    slug = _SLUG.sub("-", document.source.title.casefold())[:40].strip("-")
    return f"{document.source.id}-{slug}.md" if slug else f"{document.source.id}.md"
