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
from retrieval.ingest.readers.outcome import Metadata, finish

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_MOST_XML = 30_000_000
"""Bytes of one part after decompression; a novel has about five million."""
_MOST_PARTS = 5_000
_SMALLEST = 4
"""Half-points: letters of two points and less are dots."""
_PALE = re.compile(r"[ef][0-9a-f][ef][0-9a-f][ef][0-9a-f]\Z")
_OFF = {"0", "false", "off", "none"}
_BODY = 9
"""The outline level of what is no heading, whatever its style says."""

DAMAGED = "That Word document is damaged and cannot be read; save it anew and add it again."
TOO_LARGE = "That Word document opens into far more than a document holds, so it was not read."


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides whether a run is seen; None: not said here, so inherited. ``level`` below `_BODY` marks headings."""

    vanish: bool | None = None
    pale: bool | None = None
    tiny: bool | None = None
    level: int | None = None

    def over(self, base: _Look) -> _Look:
        """This look where it says something, else the one below it."""
        return _Look(*(b if a is None else a for a, b in zip(self._all(), base._all(), strict=True)))

    def _all(self) -> tuple[Any, ...]:
        return (self.vanish, self.pale, self.tiny, self.level)

    @property
    def hidden(self) -> bool:
        return bool(self.vanish or self.pale or self.tiny)


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


def _paragraphs(part: IO[bytes], styles: dict[str, _Look], story: _Story, *, notes: bool) -> None:
    for paragraph in _parse(part, (_W + "p",)):
        if any(above.tag in {_W + "p", _FALLBACK} for above in paragraph.iterancestors()):
            continue  # a text box belongs to the paragraph around it; a fallback repeats it
        text, look = _text(paragraph, styles, story)
        if look.level is not None and look.level < _BODY and text.strip() and not notes:
            story.heading = text
        elif text.strip():
            story.blocks.append(Block(text, "Notes" if notes else story.heading))
        paragraph.clear()
        while paragraph.getprevious() is not None:  # frees what was read
            del paragraph.getparent()[0]


def _text(paragraph: Any, styles: dict[str, _Look], story: _Story) -> tuple[str, _Look]:
    """A paragraph's visible text; hidden runs that follow each other count as one passage."""
    properties = paragraph.find(_W + "pPr")
    base = _look(properties, styles, "pStyle") if properties is not None else _Look()
    pieces: list[str] = []
    hiding = False
    for run in paragraph.iter(_W + "r"):
        if any(above.tag in {_FALLBACK, _W + "moveFrom", _W + "del"} for above in run.iterancestors()):
            continue
        words = "".join(_pieces(run))
        own = run.find(_W + "rPr")
        look = (_look(own, styles, "rStyle") if own is not None else _Look()).over(base)
        if not look.hidden:
            pieces.append(words)
        elif words.strip():
            story.hidden += not hiding
        hiding = look.hidden and (hiding or bool(words.strip()))
    return "".join(pieces), base


def _pieces(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in {_W + "tab", _W + "ptab"}:
            yield "\t"
        elif child.tag in {_W + "br", _W + "cr"}:
            yield "\n"
        elif child.tag == _W + "noBreakHyphen":
            yield "-"


def _look(properties: Any, styles: dict[str, _Look], reference: str) -> _Look:
    """How paragraph or run properties look, over the style that they name."""
    named = properties.find(_W + reference)
    base = styles.get(named.get(_W + "val", ""), _Look()) if named is not None else _Look()
    outline = properties.find(_W + "outlineLvl")
    level = int(outline.get(_W + "val", str(_BODY))) if outline is not None else None
    own = _Look(_switch(properties), _is_pale(properties), _is_tiny(properties), level)
    return own.over(base)


def _switch(properties: Any) -> bool | None:
    for name in ("vanish", "webHidden", "specVanish"):
        found = properties.find(_W + name)
        if found is not None:
            return found.get(_W + "val", "1").lower() not in _OFF
    return None


def _is_pale(properties: Any) -> bool | None:
    """White or nearly so, on no ground of its own."""
    colour, ground = properties.find(_W + "color"), properties.find(_W + "shd")
    if colour is None:
        return None
    filled = ground is not None and ground.get(_W + "fill", "auto").lower() not in {"auto", "ffffff"}
    marked = properties.find(_W + "highlight") is not None
    return bool(_PALE.match(colour.get(_W + "val", "").lower())) and not filled and not marked


def _is_tiny(properties: Any) -> bool | None:
    size = properties.find(_W + "sz")
    value = size.get(_W + "val", "") if size is not None else ""
    return int(value) <= _SMALLEST if value.isdigit() else None


def _styles(archive: zipfile.ZipFile) -> dict[str, _Look]:
    """Looks by style id, each over the style that it is based on."""
    own: dict[str, tuple[_Look, str]] = {}
    with archive.open("word/styles.xml") as part:
        for style in _parse(part, (_W + "style",)):
            look = _Look()
            for properties in (style.find(_W + "rPr"), style.find(_W + "pPr")):
                if properties is not None:
                    look = _look(properties, {}, "none").over(look)
            name, based = style.find(_W + "name"), style.find(_W + "basedOn")
            title = name.get(_W + "val", "").lower() if name is not None else ""
            if look.level is None and re.match(r"heading \d|title$", title):
                look = replace(look, level=0)
            own[style.get(_W + "styleId", "")] = (look, based.get(_W + "val", "") if based is not None else "")
    return {style: _resolved(style, own) for style in own}


def _resolved(style: str, own: dict[str, tuple[_Look, str]]) -> _Look:
    look, based = own[style]
    seen = {style}
    while based in own and based not in seen:
        seen.add(based)
        look, based = look.over(own[based][0]), own[based][1]
    return look


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
