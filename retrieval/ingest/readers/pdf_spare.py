"""PDFs by pypdf, which is slower and sees less than pdfium, but is plain Python and cannot crash.

What cannot be seen is taken out of a page's instructions before its text is asked for (see ``pdf_paint``); the
instructions of forms are put where they are painted (see ``pdf_forms``).
"""

from __future__ import annotations

import logging
import re
import warnings
from dataclasses import dataclass
from io import BytesIO

from pypdf import PageObject, PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError
from pypdf.generic import ContentStream, DictionaryObject, NameObject

from retrieval.ingest.extract import Block
from retrieval.ingest.readers.pdf_forms import ENTER, LEAVE, Forms, Layers
from retrieval.ingest.readers.pdf_paint import seen
from retrieval.ingest.readers.pdf_pen import Box

_GAP = re.compile(r"\n\s*\n")
_FOR_PYPDF = {ENTER: b"q", LEAVE: b"Q"}


class Unreadable(Exception):
    """Not a PDF that pypdf understands."""


class Locked(Exception):
    """Protected by a password."""


@dataclass(frozen=True, slots=True)
class Found:
    """Blocks of the pages that were read, of how many, and the document's own metadata.

    ``unfollowed`` counts pages that paint more forms than are followed.
    """

    blocks: list[Block]
    hidden: int
    read: int
    total: int
    unfollowed: int
    metadata: dict[str, str]


def read(data: bytes, most_pages: int, most_characters: int) -> Found:
    """Read a PDF's text, page by page.

    Raises:
        Unreadable: It is damaged beyond what pypdf mends.
        Locked: It is protected by a password.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every fault in a damaged file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(data, most_pages, most_characters)
        except FileNotDecryptedError as error:
            raise Locked from error
        except (PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError) as error:
            # pypdf meets damage with whatever its code stumbles over.
            raise Unreadable from error


def _read(data: bytes, most_pages: int, most_characters: int) -> Found:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    found: list[Block] = []
    layers = Layers(reader)
    hidden = read_pages = length = unfollowed = 0
    for number, page in enumerate(reader.pages[:most_pages], 1):
        if length > most_characters:
            break
        forms = Forms(page, reader, layers)
        hidden += _take_out(page, forms, reader)
        unfollowed += forms.left_out
        text = page.extract_text()
        found += [Block(" ".join(part.split()), None, number) for part in _GAP.split(text) if part.strip()]
        length += len(text)
        read_pages = number
    metadata = {str(name).lstrip("/"): str(value) for name, value in (reader.metadata or {}).items()}
    return Found(found, hidden, read_pages, len(reader.pages), unfollowed, metadata)


def _take_out(page: PageObject, forms: Forms, reader: PdfReader) -> int:
    """Put forms in their places, and take out what draws text that is not seen; how many passages that were."""
    contents = page.get_contents()
    if contents is None:
        return 0
    stream = ContentStream(contents, reader, "bytes")
    kept, passages = seen(forms.instructions(stream), _bounds(page))
    stream.operations = [(one.operands, _FOR_PYPDF.get(one.operator, one.operator)) for one in kept]
    page[NameObject("/Contents")] = stream
    page[NameObject("/Resources")] = _resources(page, forms)
    return passages


def _resources(page: PageObject, forms: Forms) -> DictionaryObject:
    """Those that the text of a page needs: its fonts and the forms'."""
    fonts = DictionaryObject()
    own = page.get("/Resources", DictionaryObject()).get_object()
    fonts.update(own.get("/Font", DictionaryObject()).get_object())
    fonts.update({NameObject(name): font for name, font in forms.fonts.items() if font is not None})
    return DictionaryObject({NameObject("/Font"): fonts})


def _bounds(page: PageObject) -> Box | None:
    """The part of a page that is seen; None where the file does not say so in a way that makes sense."""
    try:
        boxes = [[float(side) for side in box] for box in (page.mediabox, page.cropbox)]
    except (PyPdfError, ValueError, TypeError):
        return None
    left, bottom = (max(min(box[at], box[at + 2]) for box in boxes) for at in (0, 1))
    right, top = (min(max(box[at], box[at + 2]) for box in boxes) for at in (0, 1))
    return (left, bottom, right, top) if left < right and bottom < top else None
