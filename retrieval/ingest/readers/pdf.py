"""PDFs: read by pdfium, and by pypdf where pdfium cannot (it is told to after pdfium has crashed a child process)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypdfium2 import PdfDocument, PdfiumError

from retrieval.errors import BadInput, Refused
from retrieval.ingest.extract import Extract
from retrieval.ingest.readers import pdf_spare
from retrieval.ingest.readers.layout import Line, blocks
from retrieval.ingest.readers.outcome import MOST_CHARACTERS, Metadata, finish
from retrieval.ingest.readers.pdf_page import read_page
from retrieval.ingest.readers.pdf_picture import Patience

MOST_PAGES = 2_000
LONGEST_DOUBTING = 6.0
"""Seconds spent on looking for doubtful text and on pictures of it; a child has 20 for the whole file."""
SCAN = "That PDF has pages but no text in them (a scan?); have its text recognised (OCR) and add it again."
LOCKED = "That PDF is protected by a password; save it without one and add it again."
DAMAGED = "That PDF is damaged and cannot be read; save it anew (print it to PDF, say) and add it again."

_DATE = re.compile(r"D?:?(\d{4})(\d{2})?(\d{2})?")
_NOT_A_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) -|untitled|slide \d|document\d*$)|\.\w{3,4}$", re.IGNORECASE
)


def read_pdf(data: bytes, *, spare: bool = False) -> Extract:
    """Read a PDF.

    Args:
        data: The file.
        spare: Whether to read with pypdf at once.

    Raises:
        Refused: It is protected by a password.
        BadInput: It is damaged.
        Empty: It has no text.
    """
    if spare:
        return _with_spare(data)
    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused(LOCKED) from error
        return _with_spare(data)
    try:
        return _read(document)
    except PdfiumError:
        return _with_spare(data)
    finally:
        document.close()


def _read(document: PdfDocument) -> Extract:
    pages: list[tuple[int, tuple[Line, ...]]] = []
    hidden = scanned = length = unread = unsure = 0
    patience = Patience(LONGEST_DOUBTING)
    for at in range(min(len(document), MOST_PAGES)):
        try:
            page = document[at]
        except PdfiumError:
            unread += 1
            continue
        found = read_page(page, patience)
        page.close()
        unsure += found.unsure
        pages.append((at + 1, found.lines))
        hidden += found.hidden
        scanned += found.scanned
        length += sum(len(line.text) for line in found.lines)
        if length > MOST_CHARACTERS:
            break
    left_out = [*_rest(len(pages) + unread, len(document)), *_remarks(unread, scanned, unsure)]
    metadata = _metadata(document.get_metadata_dict())
    return finish(blocks(pages), metadata, hidden=hidden, left_out=left_out, empty=SCAN)


def _remarks(unread: int, scanned: int, unsure: int) -> Iterator[str]:
    """What is said of so many pages that are damaged, scanned, or not looked at closely."""
    if unread:
        yield _pages(unread, "damaged ")
    if scanned:
        pages = _pages(scanned, "scanned ")
        yield f"the pictures of {pages} (the text that a machine recognised in them is kept, unchecked)"
    if unsure:
        yield f"a look for covered text on {_pages(unsure)} (drawing them takes too long)"


def _pages(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}page{'s' if count > 1 else ''}"


def _rest(read: int, total: int) -> list[str]:
    return [f"pages {read + 1:,} to {total:,}"] if read < total else []


def _metadata(found: dict[str, str]) -> Metadata:
    title = found.get("Title", "").strip()
    return Metadata(
        title=None if _NOT_A_TITLE.search(title) else title,
        author=found.get("Author"),
        date=_date(found.get("CreationDate", "")),
    )


def _date(text: str) -> str | None:
    """ISO 8601 from the PDF form ``D:20150526...``."""
    match = _DATE.match(text)
    return "-".join(part for part in match.groups() if part) if match else None


def _with_spare(data: bytes) -> Extract:
    try:
        found = pdf_spare.read(data, MOST_PAGES, MOST_CHARACTERS)
    except pdf_spare.Locked as error:
        raise Refused(LOCKED) from error
    except pdf_spare.Unreadable as error:
        raise BadInput(DAMAGED) from error
    left_out = _rest(found.read, found.total)
    if found.unfollowed:
        left_out.append(f"drawings within drawings on {_pages(found.unfollowed)} (there are too many)")
    return finish(found.blocks, _metadata(found.metadata), hidden=found.hidden, left_out=left_out, empty=SCAN)
