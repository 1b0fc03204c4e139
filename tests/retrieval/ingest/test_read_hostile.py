"""Figures of reading on ../shared/hostile, and bombs, through real children; ``-s`` prints them."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import statistics
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

from retrieval.errors import BadInput
from retrieval.ingest.extract import Extract
from retrieval.ingest.read import read
from retrieval.ingest.readers.charset import decode
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.readers.outcome import Empty
from retrieval.ingest.worker import Reader, ReadLimits
from tests.retrieval.ingest.documents import W, line, make_docx, make_pdf, run, words

MEMORY_ROOM = 100_000_000


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content:
                yield member.name, content.read()


def held() -> int:
    """Bytes of memory that this process holds, where Linux tells; else 0."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else 0


@dataclass
class Outcomes:
    """What became of each file, and by how much the memory of this process had grown at most."""

    found: dict[str, Extract | BadInput] = field(default_factory=dict)
    grown: int = 0


async def outcomes(files: dict[str, bytes], limits: ReadLimits) -> Outcomes:
    """Read the files, two at a time; anything but an extract or a sentence fails the test."""
    result = Outcomes()
    before = held()
    async with Reader(children=2, limits=limits) as reader:

        async def one(name: str) -> None:
            try:
                result.found[name] = await reader.read(files[name])
            except BadInput as error:
                result.found[name] = error
            result.grown = max(result.grown, held() - before)

        await asyncio.gather(*(one(name) for name in files))
    return result


# --- main text ---------------------------------------------------------------------------------------------------


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words, counted: the article-extraction-benchmark's unit (string_shingle_matching)."""
    found = re.findall(r"\w+", text)
    return Counter(tuple(found[at : at + 4]) for at in range(max(1, len(found) - 3)))


def precision_and_recall(expected: str, got: str) -> tuple[float, float]:
    wanted, found = shingles(expected), shingles(got)
    common = sum((wanted & found).values())
    return common / max(1, sum(found.values())), common / max(1, sum(wanted.values()))


def whole_text(extract: Extract) -> str:
    pieces: list[str] = []
    heading: str | None = None
    for block in extract.blocks:
        if block.heading and block.heading != heading:
            heading = block.heading
            pieces.append(heading)
        pieces.append(block.text)
    return "\n".join(pieces)


@pytest.mark.shared
@pytest.mark.slow
def test_the_main_text_of_news_pages_is_found(shared: Path) -> None:
    truth = {}
    pages = {}
    for name, content in members(shared / "hostile" / "pages.tar.xz"):
        if name.endswith("ground-truth.json"):
            truth = json.loads(content)
        elif name.endswith(".html.gz"):
            pages[PurePosixPath(name).name.removesuffix(".html.gz")] = gzip.decompress(content)
    scores = [
        precision_and_recall(facts["articleBody"], whole_text(read(pages[key], Hint(url=facts["url"]))))
        for key, facts in truth.items()
    ]
    precision = statistics.mean(score[0] for score in scores)
    recall = statistics.mean(score[1] for score in scores)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"\nmain text, {len(scores)} pages: F1 {f1:.4f}, precision {precision:.4f}, recall {recall:.4f}, 0 empty")  # noqa: T201
    assert len(scores) == 60
    assert f1 >= 0.96


# --- charsets ----------------------------------------------------------------------------------------------------

LANGUAGE = re.compile(
    r"-(?:croatian|czech|hungarian|polish|slovak|slovene|bulgarian|russian|arabic|greek|turkish|hebrew|romanian)$"
)


def decoded_by_name(data: bytes, folder: str) -> str | None:
    name = LANGUAGE.sub("", folder).replace("Mac", "mac-")
    try:
        return data.decode(name, errors="replace").removeprefix("\ufeff")
    except LookupError:
        return None  # EUC-TW: Python has no such codec, so neither have we


@pytest.mark.shared
def test_charsets_are_told(shared: Path) -> None:
    wrong = []
    total = 0
    for name, data in members(shared / "hostile" / "charsets.tar.xz"):
        path = PurePosixPath(name)
        if path.name == "README.txt" and path.parent.name == "tests":
            continue
        total += 1
        if decode(data) != decoded_by_name(data, path.parent.name):
            wrong.append(f"{path.parent.name}/{path.name}")
    print(f"\ncharsets: {total - len(wrong)} of {total} character for character; not: {wrong}")  # noqa: T201
    assert total == 425
    assert len(wrong) <= 6


# --- PDFs and bombs ----------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.slow
async def test_no_pdf_crashes_or_swells_the_reader(shared: Path) -> None:
    files = {name: data for name, data in members(shared / "hostile" / "pdf.tar.xz") if name.endswith(".pdf")}
    result = await outcomes(files, ReadLimits(start=300.0))
    found, grown = result.found, result.grown
    kinds = Counter(type(outcome).__name__ for outcome in found.values())
    print(f"\nPDFs: {len(found)}, {dict(kinds)}, memory of the parent {grown / 1e6:+.1f} MB")  # noqa: T201
    assert len(found) == len(files) > 280
    assert kinds["Extract"] >= 180
    assert all(str(outcome).endswith(".") for outcome in found.values() if isinstance(outcome, BadInput))
    assert grown < MEMORY_ROOM


PARAGRAPH = "<p>The council met on Tuesday.</p>"


def page(body: str) -> bytes:
    return f"<!doctype html><html><body>{body}</body></html>".encode()


def bare_docx(document: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return packed.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "deep page": lambda: page("<div>" * 1000 + PARAGRAPH + "</div>" * 1000),
    "deeper page": lambda: page("<b>" * 500_000 + PARAGRAPH),
    "wide page": lambda: page(PARAGRAPH * 100_000),
    "page of spans": lambda: page("<span>word </span>" * 50_000),
    "page of one node": lambda: page("<p>" + "word " * 2_000_000),
    "tag of many attributes": lambda: page("<p " + " ".join(f'a{n}="x"' for n in range(100_000)) + ">text</p>"),
    "attributes in disguise": lambda: page("<p " + " ".join(f'a{n}=">"' for n in range(100_000)) + ">text</p>"),
    "page of rules": lambda: page("<style>" + "*{opacity:0.5}" * 50_000 + "</style>" + PARAGRAPH * 2000),
    "selector that backtracks": lambda: page(
        f"<style>{'div ' * 12}x{{display:none}}</style>{'<div>' * 200}{'<p>x</p>' * 50}{PARAGRAPH}"
    ),
    "page of hidden passages": lambda: page("<p hidden>x</p>" * 50_000 + PARAGRAPH),
    "laughing page": lambda: (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><html><body><p>&j; text</p></body></html>"
    ),
    "Word: one long text": lambda: bare_docx(f'<w:document xmlns:w="{W}"><w:p><w:r><w:t>{"a" * 207_000_000}'),
    "Word: many runs": lambda: bare_docx(f'<w:document xmlns:w="{W}"><w:p>' + "<w:r><w:t>a</w:t></w:r>" * 1_000_000),
    "Word: deep": lambda: bare_docx(f'<w:document xmlns:w="{W}">' + "<w:p>" * 100_000),
    "Word: many parts": lambda: make_docx(words(run("a")), **{f"word__{n}_xml": "x" for n in range(6000)}),
    "PDF: many pages": lambda: make_pdf([line("Page.")] * 5000),
    "PDF: large stream": lambda: make_pdf(["q Q " * 25_000_000]),
    "PDF: long text": lambda: make_pdf([line("word " * 3_000_000)]),
    "PDF: huge page": lambda: make_pdf([line("a", before="1 g")]).replace(b"[0 0 612 792]", b"[0 0 99999999 9]"),
    "PDF: huge": lambda: make_pdf(["".join(line(f"Line {n}", y=n % 700) for n in range(10_000))] * 10),
    "text: long": lambda: b"word " * 4_000_000,
    "Markdown: stars": lambda: b"# h\n\n" + b"*a " * 500_000,
    "Markdown: brackets": lambda: b"# h\n\n" + b"[" * 500_000,
    "zeros": lambda: b"\0" * 5_000_000,
}


@pytest.mark.slow
async def test_no_bomb_crashes_or_swells_the_bot() -> None:
    files = {name: make() for name, make in BOMBS.items()}
    result = await outcomes(files, ReadLimits(seconds=4.0, computing=2, start=300.0))
    found, grown = result.found, result.grown
    for name, outcome in found.items():
        said = f"{len(outcome.blocks)} blocks" if isinstance(outcome, Extract) else str(outcome)
        print(f"\n{name}: {said}", end="")  # noqa: T201
    print(f"\nmemory of the parent {grown / 1e6:+.1f} MB")  # noqa: T201
    assert found.keys() == BOMBS.keys()
    assert all(str(outcome).endswith(".") for outcome in found.values() if isinstance(outcome, BadInput))
    assert grown < MEMORY_ROOM


async def test_real_children_read_each_format() -> None:
    files = {
        "page": page(PARAGRAPH),
        "pdf": make_pdf([line("The council met.")]),
        "word": make_docx(words(run("The council met."))),
        "text": b"The council met.",
        "scan": make_pdf([""]),
    }
    found = (await outcomes(files, ReadLimits(start=300.0))).found
    assert {name for name, outcome in found.items() if isinstance(outcome, Extract)} == {"page", "pdf", "word", "text"}
    assert isinstance(found["scan"], Empty)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a child watches itself, or nobody does")
async def test_a_real_child_is_held_to_its_memory_and_computing_time() -> None:
    small = await outcomes({"spans": page("<i>w</i>" * 1_500_000)}, ReadLimits(memory=450_000_000, seconds=60.0))
    assert "memory" in str(small.found["spans"])
    short = await outcomes({"tag": BOMBS["attributes in disguise"]()}, ReadLimits(seconds=60.0, computing=1))
    assert "longer than" in str(short.found["tag"])
