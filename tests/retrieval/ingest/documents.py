"""Small PDFs and Word documents, made by hand so that a test can put anything into them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LETTER = "/MediaBox [0 0 612 792]"


def line(text: str, *, x: float = 72, y: float = 700, size: float = 12, before: str = "") -> str:
    """Instructions that draw a line of text; ``before`` sets what it is drawn with."""
    safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"q BT {before} /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({safe}) Tj ET Q\n"


def paragraph(lines: Sequence[str], *, top: float = 700, size: float = 12) -> str:
    """Lines below each other, as one paragraph."""
    return "".join(line(text, y=top - at * size * 1.2, size=size) for at, text in enumerate(lines))


OFF = "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>"
"""For ``catalog``: the layer of object 6 is switched off."""


def make_pdf(
    pages: Sequence[str],
    info: str = "",
    *,
    picture: bool = False,
    box: str = LETTER,
    forms: Mapping[str, tuple[str, str]] | None = None,
    resources: str = "",
    catalog: str = "",
) -> bytes:
    """A PDF whose pages (612 by 792 points) hold these instructions.

    ``/Im1`` is a grey picture if asked for. ``forms`` are instructions and entries by name; object 3 is the font,
    object 6 a layer, and the forms follow the pages: object 12 is the first where there is one page.
    """
    kids = " ".join(f"{10 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: f"<< {info} >>".encode(),
        5: _stream(
            bytes([128]),
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
        6: b"<< /Type /OCG /Name (Layer) >>",
    }
    painted = "/Im1 5 0 R " if picture else ""
    for number, (name, (content, entries)) in enumerate((forms or {}).items(), 10 + 2 * len(pages)):
        objects[number] = _stream(content.encode("latin-1"), f"/Type /XObject /Subtype /Form {entries}")
        painted += f"/{name} {number} 0 R "
    for at, content in enumerate(pages):
        page = f"/Type /Page /Parent 2 0 R {box} /Contents {11 + 2 * at} 0 R"
        used = f"/Font << /F1 3 0 R >> /XObject << {painted} >> {resources}"
        objects[10 + 2 * at] = f"<< {page} /Resources << {used} >> >>".encode()
        objects[11 + 2 * at] = _stream(content.encode("latin-1"))
    return _assemble(objects)


def _stream(content: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(content)
    head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _assemble(objects: dict[int, bytes]) -> bytes:
    data = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start, size = len(data), max(objects) + 1
    data += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        data += f"{places.get(number, 0):010} {'00000 n' if number in places else '65535 f'} \n".encode()
    return bytes(data + f"trailer << /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())


def run(text: str, properties: str = "") -> str:
    """A run of text in WordprocessingML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def words(*runs: str, properties: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def make_docx(body: str, styles: str = "", **parts: str | bytes) -> bytes:
    """A Word document; further parts by name, with "__" for "/" and "_" before "xml" for "."."""
    space = f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    files: dict[str, str | bytes] = {
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {space}>{styles}</w:styles>",
    }
    files |= {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
