"""Each format is told by its content and read into blocks, with what can be told of it."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO

import pytest
from pypdf import PdfWriter

from retrieval.errors import BadInput, Refused
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.read import read
from retrieval.ingest.readers import docx, html, outcome, pdf
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.readers.outcome import BEYOND, Empty
from tests.retrieval.ingest.documents import W, line, make_docx, make_pdf, paragraph, run, words

ARTICLE = """<!doctype html><html lang="en"><head><title>Bridge to close | The Courier</title>
<meta property="og:site_name" content="The Courier"><meta name="author" content="Ada Byron">
<meta property="article:published_time" content="2015-05-26T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Bridge to close</h1>
<p>The council met on Tuesday to discuss the new bridge, which has been closed to lorries since the spring.</p>
<h2>What it costs</h2>
<p>Engineers told the meeting that repairs would cost two million and would take until the end of next year.</p>
<ul><li>The deck is to be replaced, which alone takes four months.</li><li>The piers are to be cleaned.</li></ul>
<p>Residents who spoke asked whether a ferry could run meanwhile, and were told that one would be tried.</p>
</article><footer>© The Courier</footer></body></html>"""


def texts(extract: Extract) -> list[str]:
    return [block.text for block in extract.blocks]


def test_a_web_page_gives_its_article_headings_and_metadata() -> None:
    extract = read(ARTICLE.encode(), Hint(url="https://courier.example/bridge"))
    assert (extract.title, extract.author, extract.publisher) == ("Bridge to close", "Ada Byron", "The Courier")
    assert (extract.date, extract.language) == ("2015-05-26", "en")
    assert extract.blocks[-1].text.startswith("Residents who spoke")
    assert {block.heading for block in extract.blocks if "deck" in block.text} == {"What it costs"}
    assert not [text for text in texts(extract) if "Home" in text or "©" in text]


@pytest.mark.parametrize("name", ["page.html", "page.pdf", "page.docx", "page.png", "page", None])
def test_a_page_is_a_page_whatever_it_is_called(name: str | None) -> None:
    extract = read(ARTICLE.encode(), Hint(name=name, content_type="application/octet-stream"))
    assert extract.title == "Bridge to close"


def test_a_fragment_of_a_page_is_read_as_one() -> None:
    assert texts(read(b"<div><p>First.</p><p>Second &amp; last.</p></div>")) == ["First.", "Second & last."]


def test_a_page_too_large_for_the_extractor_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_LARGE", 100)
    body = "".join(f"<p>Paragraph <b>number</b> {n}<br>of a very long page.</p>" for n in range(100))
    extract = read(f"<html><body><nav>Menu</nav><h2>Part</h2>{body}</body></html>".encode())
    assert len(extract.blocks) == 100
    assert extract.blocks[0] == Block("Paragraph number 0\nof a very long page.", "Part")


def test_a_tag_with_thousands_of_attributes_is_refused() -> None:
    tag = " ".join(f"a{n}=x" for n in range(5000))
    with pytest.raises(Refused, match="thousands of attributes"):
        read(f"<html><body><p {tag}>text</p></body></html>".encode())


def test_long_code_in_a_page_is_not_taken_for_a_tag() -> None:
    code = "if (a <b) { " + "call it again; " * 3000
    assert texts(read(f"<html><body><script>{code}</script><p>The text.</p></body></html>".encode())) == ["The text."]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "<p>We value your privacy. We and our partners use cookies. Accept all cookies or manage consent.</p>",
            html.COOKIE_WALL,
        ),
        ("<h1>Just a moment...</h1><p>Verify you are human.</p>", html.ROBOT_CHECK),
        ("<p>Access denied</p>", html.ROBOT_CHECK),
        (
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div><p>Loading</p>",
            html.SCRIPT_PAGE,
        ),
        ("<p>Please enable JavaScript to continue.</p>", html.SCRIPT_PAGE),
        ("<div id='app'></div>", html.SCRIPT_PAGE),
        ("<img src=a.png>", html.NO_TEXT),
    ],
)
def test_a_page_without_its_text_says_what_it_looks_like(body: str, sentence: str) -> None:
    with pytest.raises(Empty) as found:
        read(f"<html><head><title>x</title></head><body>{body}</body></html>".encode())
    assert str(found.value) == sentence


def test_an_article_that_speaks_of_cookies_is_no_cookie_wall() -> None:
    extract = read(ARTICLE.replace("the new bridge", "cookies and consent").encode())
    assert "cookies and consent" in texts(extract)[0]


PAGE_ONE = [
    "The council met on Tuesday to discuss the new bridge, which has",
    "been closed to lorries since the spring of the year be-",
    "fore last.",
]
PAGE_TWO = [
    "Engineers told the meeting that repairs would cost two million",
    "and would take until the end of next year.",
]


def test_a_pdf_gives_paragraphs_headings_and_pages() -> None:
    first = line("What it costs", y=740, size=20) + paragraph(PAGE_ONE) + paragraph(PAGE_TWO, top=600)
    extract = read(
        make_pdf([first, paragraph(PAGE_TWO)], "/Title (Bridge report) /Author (A. Byron) /CreationDate (D:20150526)")
    )
    assert extract.blocks == (
        Block(" ".join(PAGE_ONE).replace("be- fore", "before"), "What it costs", 1),
        Block(" ".join(PAGE_TWO), "What it costs", 1),
        Block(" ".join(PAGE_TWO), "What it costs", 2),
    )
    assert (extract.title, extract.author, extract.date) == ("Bridge report", "A. Byron", "2015-05-26")


def test_what_runs_along_every_page_is_not_text() -> None:
    pages = [line("The Courier", y=760) + line(f"Body {n * 7} of it.", y=500) + line(f"{n}", y=30) for n in range(1, 5)]
    assert texts(read(make_pdf(pages))) == ["Body 7 of it.", "Body 14 of it.", "Body 21 of it.", "Body 28 of it."]


def test_a_pdf_of_pages_that_say_the_same_is_not_empty() -> None:
    assert len(texts(read(make_pdf([line("The same.")] * 4)))) == 4


def test_a_pdf_title_that_is_a_file_name_is_no_title() -> None:
    assert read(make_pdf([line("Text.")], "/Title (Microsoft Word - report.doc)")).title is None


def test_a_pdf_with_something_before_its_mark_is_read() -> None:
    assert texts(read(b"\n\n" + make_pdf([line("Text.")]))) == ["Text."]


def test_a_pdf_without_text_is_a_scan_perhaps() -> None:
    with pytest.raises(Empty) as found:
        read(make_pdf(["q 612 0 0 792 0 0 cm /Im1 Do Q"], picture=True))
    assert str(found.value) == pdf.SCAN


def test_a_damaged_pdf_says_so() -> None:
    with pytest.raises(BadInput) as found:
        read(b"%PDF-1.7\n nothing of a PDF follows")
    assert str(found.value) == pdf.DAMAGED


@pytest.mark.parametrize("spare", [False, True])
def test_both_readers_tell_pages_and_metadata(spare: bool) -> None:
    data = make_pdf([line("First page."), line("Second page.")], "/Title (Bridge report)")
    extract = read(data, spare=spare)
    assert [(block.text, block.page) for block in extract.blocks] == [("First page.", 1), ("Second page.", 2)]
    assert extract.title == "Bridge report"


HEADING = '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
CORE = (
    '<p:coreProperties xmlns:p="a" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Bridge report</dc:title><dc:creator>Ada Byron</dc:creator>"
    "<dcterms:created>2015-05-26T10:00:00Z</dcterms:created></p:coreProperties>"
)


def test_a_word_document_gives_paragraphs_headings_and_metadata() -> None:
    table = f"<w:tbl><w:tr><w:tc>{words(run('A cell.'))}</w:tc></w:tr></w:tbl>"
    fallback = f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{run('Twice.')}</mc:Fallback></mc:AlternateContent>"
    body = (
        words(run("What it costs"), properties='<w:pStyle w:val="H2"/>')
        + words(run("Two "), run("million."), "<w:r><w:br/><w:t>A line.</w:t><w:tab/><w:noBreakHyphen/></w:r>")
        + table
        + words(run("Once."), f"<w:r>{fallback}</w:r>")
        + words(run("Outlined"), properties='<w:outlineLvl w:val="1"/>')
        + words(run("Last."))
        + words(run("No heading."), properties='<w:pStyle w:val="H2"/><w:outlineLvl w:val="9"/>')
    )
    notes = f'<w:footnotes xmlns:w="{W}">{words(run("See there."))}</w:footnotes>'
    extract = read(make_docx(body, HEADING, docProps__core_xml=CORE, word__footnotes_xml=notes))
    assert [(block.heading, block.text) for block in extract.blocks] == [
        ("What it costs", "Two million.\nA line. -"),
        ("What it costs", "A cell."),
        ("What it costs", "Once."),
        ("Outlined", "Last."),
        ("Outlined", "No heading."),
        ("Notes", "See there."),
    ]
    assert (extract.title, extract.author, extract.date) == ("Bridge report", "Ada Byron", "2015-05-26")


def test_a_word_document_that_opens_into_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "_MOST_XML", 20_000)
    with pytest.raises(Refused, match="far more"):
        read(make_docx(words(run("a" * 30_000))))


def test_a_word_document_that_lies_about_its_size_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "_MOST_XML", 20_000)
    limited = docx._Limited(BytesIO(b"a" * 20_001))
    assert limited.read(20_000)
    with pytest.raises(Refused, match="far more"):
        limited.read(1)


def test_entities_in_a_word_document_are_not_followed() -> None:
    document = (
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname"><!ENTITY lol "lollol">]>'
        f'<w:document xmlns:w="{W}">'
        "<w:p><w:r><w:t>Seen &file;&lol;</w:t></w:r></w:p></w:document>"
    )
    assert texts(read(make_docx("", word__document_xml=document))) == ["Seen"]


def test_a_damaged_word_document_says_so() -> None:
    with pytest.raises(BadInput, match="damaged"):
        read(make_docx("<w:p>", word__document_xml="<w:document"))


MARKDOWN = """---
title: "Bridge report"
author: Ada Byron
date: 2015-05-26
---
Preface with a [link](https://a.example/b_(c)) and *emphasis*.

# What it costs #

Two **million**, says
the report, for snake_case_names.

- The deck.
- The piers.

When
----
> Next year.
"""


def test_markdown_gives_blocks_under_headings_and_its_front_matter() -> None:
    extract = read(MARKDOWN.encode())
    assert [(block.heading, block.text) for block in extract.blocks] == [
        (None, "Preface with a link and emphasis."),
        ("What it costs", "Two million, says the report, for snake_case_names."),
        ("What it costs", "The deck."),
        ("What it costs", "The piers."),
        ("When", "Next year."),
    ]
    assert (extract.title, extract.author, extract.date) == ("Bridge report", "Ada Byron", "2015-05-26")


def test_plain_text_gives_paragraphs_with_their_lines() -> None:
    extract = read(b"First line\nsecond line.\r\n\r\n\r\n  Another * paragraph *.\n")
    assert texts(extract) == ["First line\nsecond line.", "Another * paragraph *."]


def test_text_without_end_is_cut_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plain", "outcome"):
        monkeypatch.setattr(f"retrieval.ingest.readers.{module}.MOST_CHARACTERS", 1000)
    for data in (b"word " * 300, b"word\n\n" * 300, b"<!doctype html><p>" + b"word " * 300):
        extract = read(data)
        assert extract.left_out == (BEYOND,)
        assert sum(map(len, texts(extract))) <= 1000


@pytest.mark.parametrize("data", [b"", b"  \n\t ", b"\xef\xbb\xbf", b"... --- ..."])
def test_a_file_without_words_is_empty(data: bytes) -> None:
    with pytest.raises(Empty) as found:
        read(data)
    assert str(found.value) == outcome.NO_TEXT


def _zip(name: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "content")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"RIFF....WAVE", "recording"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older office format"),
        (rb"{\rtf1 text}", "older office format"),
        (gzip.compress(b"text", mtime=0), "archive"),
        (_zip("xl/workbook.xml"), "spreadsheet"),
        (b"PK\x03\x04 nonsense", "archive"),
        (b"\x7fELF\x02\x01", "not a document"),
        (bytes(range(256)) * 20, "not a document"),
    ],
)
def test_other_formats_are_refused_by_what_they_are(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(data, Hint(name="innocent.txt", content_type="text/plain"))


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ("Ünïcödé ☃".encode(), Hint()),
        ("Ünïcödé ☃".encode("utf-8-sig"), Hint(charset="latin-1")),
        ("Ünïcödé ☃".encode("utf-16"), Hint()),
        ("Ünïcödé text ☃".encode("utf-16-le"), Hint()),
        ("Ünïcödé text ☃".encode("utf-32-be"), Hint()),
    ],
)
def test_unicode_is_told_by_its_mark_or_its_shape(data: bytes, hint: Hint) -> None:
    assert texts(read(data, hint))[0].startswith("Ünïcödé")


def test_a_declared_charset_is_believed_where_it_fits() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Совет собрался во вторник.</p></body></html>'
    assert texts(read(page.encode("cp1251"))) == ["Совет собрался во вторник."]
    assert texts(read(page.encode(), Hint(charset="koi8-r"))) == ["Совет собрался во вторник."]
    assert texts(read("Совет собрался".encode("koi8-r"), Hint(charset="koi8-r"))) == ["Совет собрался"]
    assert texts(read("“Quoted” — déjà vu".encode("cp1252"), Hint(charset="iso-8859-1"))) == ["“Quoted” — déjà vu"]
    assert texts(read("Совет собрался во вторник".encode("cp1251"), Hint(charset="no-such-charset")))


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Les élèves français ont été reçus à l'hôtel où ça coûte très cher, malgré la gêne.", "cp1252"),
        ("Die Bürger fürchten größere Schäden an der Brücke über die Mündung.", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl starosta města včera.", "iso8859-2"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl starosta města včera.", "cp1250"),
        ("Zażółć gęślą jaźń, powiedział burmistrz, więc będą musieli to wyjaśnić.", "iso8859-2"),
        ("Belediye başkanı köprünün yapımı için çalışmaların sürdüğünü söyledi, ışık yandı.", "cp1254"),
    ],
)
def test_undeclared_accents_are_told_by_their_language(text: str, charset: str) -> None:
    assert texts(read((text + "\n").encode(charset) * 3))[0].split("\n")[0] == text


@pytest.mark.parametrize("spare", [False, True])
def test_a_locked_pdf_says_so(spare: bool) -> None:
    writer = PdfWriter(clone_from=BytesIO(make_pdf([line("Secret.")])))
    writer.encrypt("password", algorithm="RC4-128")
    packed = BytesIO()
    writer.write(packed)
    with pytest.raises(Refused) as found:
        read(packed.getvalue(), spare=spare)
    assert str(found.value) == pdf.LOCKED


def test_a_pdf_of_too_many_pages_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    for spare in (False, True):
        extract = read(make_pdf([line(f"Page {name}.") for name in ("one", "two", "three", "four")]), spare=spare)
        assert texts(extract) == ["Page one.", "Page two."]
        assert extract.left_out == ("pages 3 to 4",)


def test_a_column_that_goes_on_elsewhere_is_one_paragraph() -> None:
    left = line("The council met on Tuesday to", y=100) + line("discuss the bridge, which", y=86)
    right = line("has been closed.", x=320, y=700) + line("It is to open again in May.", x=320, y=640)
    assert texts(read(make_pdf([left + right]))) == [
        "The council met on Tuesday to discuss the bridge, which has been closed.",
        "It is to open again in May.",
    ]
