"""A file's bytes become an extract, by what is in them; a file's name is believed only where its content is silent.

This runs inside a child process: call it through ``worker.Reader``, never in the bot itself.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from retrieval.errors import Refused
from retrieval.ingest.extract import Extract
from retrieval.ingest.readers.charset import decode
from retrieval.ingest.readers.docx import read_docx
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.readers.html import read_html
from retrieval.ingest.readers.outcome import NO_TEXT, Empty
from retrieval.ingest.readers.pdf import read_pdf
from retrieval.ingest.readers.plain import looks_like_markdown, read_plain

_HEAD = 1024
_PICTURE = "That is a picture; add the text itself, or a document with text in it."
_RECORDING = "That is a recording; add a transcript of it."
_ARCHIVE = "That is an archive, a spreadsheet or another bundle of files; add the document itself, as PDF or .docx."
_OLD_OFFICE = "That is an older office format; save it as PDF or .docx and add that."
_NOT_TEXT = "That is not a document with text: a web page, PDF, Word (.docx), Markdown or plain text can be read."

_KNOWN = (
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"{\\rtf", _OLD_OFFICE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"RIFF", _RECORDING),
    (b"ID3", _RECORDING),
    (b"OggS", _RECORDING),
    (b"\x1aE\xdf\xa3", _RECORDING),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"MZ", _NOT_TEXT),
    (b"\x7fELF", _NOT_TEXT),
)

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|frameset)\b", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:p|div|h[1-6]|br|table|ul|ol|article|section|span|a|blockquote)\b[^<>]*>", re.IGNORECASE)
_HTML_NAMES = (".html", ".htm", ".xhtml", ".xml")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown")
_NOT_WRITTEN = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_NOT_WRITTEN = 0.05
_SNIFFED = 4096


def read(data: bytes, hint: Hint | None = None, *, spare: bool = False) -> Extract:
    """Read a file of any of the known formats.

    Args:
        data: The whole file.
        hint: What came with it.
        spare: Whether to use the slower reader that cannot crash, where a format has two.

    Raises:
        Refused: The format is not read, or the file goes beyond a limit.
        BadInput: The file is damaged.
        Empty: There is no text in it; the sentence says what it looks like instead.
    """
    hint = hint or Hint()
    if is_pdf(data):
        return read_pdf(data, spare=spare)
    if data.startswith(b"PK\x03\x04"):
        return _read_zip(data)
    for start, sentence in _KNOWN:
        if data.startswith(start):
            raise Refused(sentence)
    if not data.strip():
        raise Empty(NO_TEXT)
    return _read_text(decode(data, hint.charset), hint)


def is_pdf(data: bytes) -> bool:
    """Whether a file is a PDF; some have a few bytes before their mark (ISO 32000-1, H.3.4.1 allows 1,024)."""
    return b"%PDF-" in data[:_HEAD] and not data.lstrip().startswith(b"<")


def _read_zip(data: bytes) -> Extract:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            is_word = "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Refused(_ARCHIVE) from error
    if not is_word:
        raise Refused(_ARCHIVE)
    return read_docx(data)


def _read_text(text: str, hint: Hint) -> Extract:
    sample = text[:_SNIFFED]
    if len(_NOT_WRITTEN.findall(sample)) > _MOST_NOT_WRITTEN * len(sample):
        raise Refused(_NOT_TEXT)
    name = (hint.name or "").lower()
    declared = hint.content_type or ""
    if _is_html(sample, named="html" in declared or "xml" in declared or name.endswith(_HTML_NAMES)):
        return read_html(text, hint.url)
    markdown = name.endswith(_MARKDOWN_NAMES) or declared == "text/markdown" or looks_like_markdown(text[:_SNIFFED])
    return read_plain(text, markdown=markdown)


def _is_html(sample: str, *, named: bool) -> bool:
    start = sample.lstrip("\ufeff \t\r\n")
    if start.startswith("<") and (_HTML.search(sample) or start.startswith("<?xml")):
        return True
    few = 1 if named else 3
    return (named or start.startswith("<")) and len(_TAGS.findall(sample)) >= few
