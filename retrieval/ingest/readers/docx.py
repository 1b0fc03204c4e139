"""Word documents: a zip of XML, read as a stream, with limits on what it may open into.

Not python-docx: it builds the whole tree first, and 500 kB can hold 200 MB of XML. Hidden runs (Word calls them
"vanish"), white ones, tiny ones and what a reviewer deleted are not text that a reader sees.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import IO, Any

from lxml import etree

from retrieval.errors import BadInput, Refused
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.readers.docx_look import BODY, Look, W, is_filled, is_hidden_row, look
from retrieval.ingest.readers.outcome import Metadata, finish

_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_MOST_XML = 30_000_000
"""Bytes of one part after decompression; a novel has about five million."""
_MOST_PARTS = 5_000

DAMAGED = "That Word document is damaged and cannot be read; save it anew and add it again."
TOO_LARGE = "That Word document opens into far more than a document holds, so it was not read."


@dataclass(slots=True)
class _Story:
    """What has been read of the body so far."""

    hidden: int = 0
    heading: str | None = None
    blocks: list[Block] = field(default_factory=list)


class _Limited:
    """A part of the zip that ends in a refusal when it opens into too much, whatever its entry claims."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part, self._left = part, _MOST_XML

    def read(self, size: int = -1) -> bytes:
        piece = self._part.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise Refused(TOO_LARGE)
        return piece


def read_docx(data: bytes) -> Extract:
    """Read a Word document.

    Raises:
        Refused: It opens into more than the limits allow.
        BadInput: It is damaged.
        Empty: It has no text.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive)
    except (
        zipfile.BadZipFile,
        etree.LxmlError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise BadInput(DAMAGED) from error


def _read(archive: zipfile.ZipFile) -> Extract:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or any(part.file_size > _MOST_XML for part in parts if part.filename.endswith(".xml")):
        raise Refused(TOO_LARGE)
    names = {part.filename for part in parts}
    styles = _styles(archive) if "word/styles.xml" in names else {}
    story = _Story()
    for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in names:
            with archive.open(name) as part:
                _paragraphs(part, styles, story, notes=name != "word/document.xml")
    core = _core(archive) if "docProps/core.xml" in names else Metadata()
    return finish(story.blocks, core, hidden=story.hidden)


def _parse(part: IO[bytes], tags: tuple[str, ...]) -> Iterator[Any]:
    """The ends of the given elements; neither entities nor anything outside the file is followed."""
    events = etree.iterparse(
        _Limited(part), events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in events:
        yield element


def _paragraphs(part: IO[bytes], styles: dict[str, Look], story: _Story, *, notes: bool) -> None:
    for paragraph in _parse(part, (W + "p",)):
        if any(above.tag in {W + "p", _FALLBACK} for above in paragraph.iterancestors()):
            continue  # a text box belongs to the paragraph around it; a fallback repeats it
        text, level = _text(paragraph, styles, story)
        if level is not None and level < BODY and text.strip() and not notes:
            story.heading = text
        elif text.strip():
            story.blocks.append(Block(text, "Notes" if notes else story.heading))
        paragraph.clear()
        while (earlier := paragraph.getprevious()) is not None and earlier.tag != W + "tcPr":  # frees what was read
            earlier.getparent().remove(earlier)


def _text(paragraph: Any, styles: dict[str, Look], story: _Story) -> tuple[str, int | None]:
    """A paragraph's visible text and outline level; hidden runs that follow each other count as one passage."""
    properties = paragraph.find(W + "pPr")
    base = look(properties, styles, "pStyle") if properties is not None else Look()
    pieces: list[str] = []
    hiding, folded = False, any(is_hidden_row(row) for row in paragraph.iterancestors(W + "tr"))
    ground = any(map(is_filled, (paragraph, *paragraph.iterancestors(W + "tc"))))
    for run in paragraph.iter(W + "r"):
        if any(above.tag in {_FALLBACK, W + "moveFrom", W + "del"} for above in run.iterancestors()):
            continue
        words = "".join(_pieces(run))
        own = run.find(W + "rPr")
        whole = (look(own, styles, "rStyle") if own is not None else Look()).over(base)
        hidden = folded or whole.hidden(ground=ground)
        if not hidden:
            pieces.append(words)
        elif words.strip():
            story.hidden += not hiding
        hiding = hidden and (hiding or bool(words.strip()))
    return "".join(pieces), base.level


def _pieces(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in {W + "tab", W + "ptab"}:
            yield "\t"
        elif child.tag in {W + "br", W + "cr"}:
            yield "\n"
        elif child.tag == W + "noBreakHyphen":
            yield "-"


def _styles(archive: zipfile.ZipFile) -> dict[str, Look]:
    """Looks by style id, each over the style that it is based on."""
    own: dict[str, tuple[Look, str]] = {}
    with archive.open("word/styles.xml") as part:
        for style in _parse(part, (W + "style",)):
            found = Look()
            for properties in (style.find(W + "rPr"), style.find(W + "pPr")):
                if properties is not None:
                    found = look(properties, {}, "none").over(found)
            name, based = style.find(W + "name"), style.find(W + "basedOn")
            title = name.get(W + "val", "").lower() if name is not None else ""
            if found.level is None and re.match(r"heading \d|title$", title):
                found = replace(found, level=0)
            own[style.get(W + "styleId", "")] = (found, based.get(W + "val", "") if based is not None else "")
    return {style: _resolved(style, own) for style in own}


def _resolved(style: str, own: dict[str, tuple[Look, str]]) -> Look:
    found, based = own[style]
    seen = {style}
    while based in own and based not in seen:
        seen.add(based)
        found, based = found.over(own[based][0]), own[based][1]
    return found


def _core(archive: zipfile.ZipFile) -> Metadata:
    """Title, author, publisher, date and language as the document's properties give them."""
    wanted = {
        _DC + "title": "title",
        _DC + "creator": "author",
        _DC + "publisher": "publisher",
        _DC + "language": "language",
        _DCTERMS + "created": "date",
    }
    with archive.open("docProps/core.xml") as part:
        found = {wanted[element.tag]: element.text for element in _parse(part, tuple(wanted))}
    return Metadata(**found | {"date": (found.get("date") or "")[:10]})
