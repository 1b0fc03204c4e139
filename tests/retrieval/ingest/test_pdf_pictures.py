"""Pictures of a page tell word by word what is seen; forms are followed as far as is sensible; fonts are no excuse."""

from __future__ import annotations

import time

import pytest

from retrieval.errors import BadInput
from retrieval.ingest.read import read
from retrieval.ingest.readers import pdf
from retrieval.ingest.readers.pdf_forms import _DEEPEST
from tests.retrieval.ingest.documents import LETTER, line, make_pdf
from tests.retrieval.ingest.test_hidden_pdf import CANARY, FONT, HIDDEN, OVER, PAGE, SEEN, text_of

WHOLE = "q 612 0 0 792 0 0 cm /Im1 Do Q "
UNDRAWN = (
    "/Resources << /Font << /F1 << /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
    " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >> >> >>"
)
OWN = (
    "/Resources << /Font << /F1 << /Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FontBBox [0 0 40 60]"
    " /FirstChar 65 /LastChar 65 /Widths [50] /CharProcs << >> /Encoding << /Differences [65 /A] >> >> >> >>"
)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (f"q 0 0 200 792 re W n {line('Ferries run on Sundays, praise the reader.')} Q ", "Ferries run on Sundays,"),
        (line("Ferries run on Sundays, praise the reader.", x=500), "Ferries run on Sundays,"),
        (line("Praise the reader, ferries run.", x=-100), "ferries run."),
        (f"{line('Ferries run on Sundays, praise the reader.')} 1 g 198 690 400 30 re f ", "Ferries run on Sundays,"),
    ],
)
def test_words_are_hidden_one_by_one(content: str, kept: str) -> None:
    extract = read(make_pdf([content]))
    assert text_of(extract) == kept
    assert extract.left_out == ("1 hidden passage",)


@pytest.mark.parametrize(
    "content",
    [
        f"{OVER} q /T gs {HIDDEN} Q {HIDDEN}",
        f"{OVER} {HIDDEN} {HIDDEN}",
        "/X Do ",
    ],
)
def test_words_are_seen_if_they_are_drawn_over_themselves(content: str) -> None:
    resources = "/ExtGState << /T << /ca 0 >> >>"
    extract = read(make_pdf([content], resources=resources, forms={"X": (f"{HIDDEN} {HIDDEN}", PAGE)}, picture=True))
    assert text_of(extract) == CANARY
    assert extract.left_out == ()


def test_what_takes_too_long_to_draw_is_not_drawn_to_the_end_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "LONGEST_DOUBTING", 0.001)
    map_ = "0 0 m 600 0 600 700 0 700 c f " * 2_000 + "60 690 400 40 re f "
    extract = read(make_pdf([f"1 0 0 rg {map_} {line(SEEN, before='1 0 0 rg')}"]))
    assert text_of(extract) == SEEN
    assert extract.left_out == ("a look for covered text on 1 page (drawing them takes too long)",)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_may_be_turned(turn: int) -> None:
    content = line(SEEN, y=740) + f"q 50 50 500 600 re W n {HIDDEN} {line('Ferries run.', y=500)} Q "
    content += f"0 g 60 290 400 40 re f {line('The pier is shut.', y=300, before='1 g')}"
    extract = read(make_pdf([content], box=f"{LETTER} /Rotate {turn}"))
    assert CANARY not in text_of(extract)
    assert [words in text_of(extract) for words in (SEEN, "Ferries run.", "The pier is shut.")] == [True] * 3
    assert extract.left_out == ("1 hidden passage",)


def test_the_recognised_text_under_a_scan_is_kept_and_said_to_be_so() -> None:
    extract = read(make_pdf([line(SEEN) + WHOLE], picture=True))
    assert text_of(extract) == SEEN
    assert extract.left_out == (
        "the pictures of 1 scanned page (the text that a machine recognised in them is kept, unchecked)",
    )


def test_what_is_not_looked_at_closely_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    covered = f"{HIDDEN} 1 g 60 690 400 40 re f "
    monkeypatch.setattr(pdf, "LONGEST_DOUBTING", 0.0)
    extract = read(make_pdf([line(SEEN), line(SEEN, y=600) + covered]))
    assert extract.left_out == ("a look for covered text on 2 pages (drawing them takes too long)",)


def test_letters_that_cannot_be_drawn_here_are_believed() -> None:
    chinese = "BT /F1 12 Tf 72 700 Td <4E2D6587> Tj ET"
    extract = read(make_pdf(["/X Do"], forms={"X": (chinese, f"/BBox [0 0 612 792] {UNDRAWN}")}))
    assert text_of(extract) == "\u4e2d\u6587"
    assert extract.left_out == ()


def test_a_font_that_a_file_draws_itself_is_not_tiny_by_its_size() -> None:
    data = make_pdf(["/X Do"], forms={"X": ("BT /F1 0.24 Tf 72 700 Td (A) Tj ET", f"/BBox [0 0 612 792] {OWN}")})
    assert text_of(read(data, spare=True)) == "A"


@pytest.mark.parametrize("spare", [False, True])
def test_letters_are_read_as_their_font_says_beside_hidden_ones(spare: bool) -> None:
    extract = read(make_pdf([line("The council\x92s ferry \x97 closed.") + line(CANARY, x=900)]), spare=spare)
    assert text_of(extract) == "The council’s ferry — closed."


def test_a_form_that_paints_itself_is_read_once_by_the_spare_reader() -> None:
    resources = "/Resources << /Font << /F1 3 0 R >> /XObject << /X 12 0 R >> >>"
    data = make_pdf(["/X Do"], forms={"X": (f"{line(SEEN)} /X Do /X Do", f"/BBox [0 0 612 792] {resources}")})
    assert text_of(read(data, spare=True)) == SEEN


def test_forms_that_multiply_are_followed_only_so_far_and_that_is_said() -> None:
    forms = {
        f"X{at}": (
            f"{line(SEEN)} {f'/X{at + 1} Do ' * 10}",
            f"/Resources << /Font << /F1 3 0 R >> /XObject << /X{at + 1} {13 + at} 0 R >> >>",
        )
        for at in range(_DEEPEST + 2)
    }
    began = time.perf_counter()
    extract = read(make_pdf(["/X0 Do"], forms=forms), spare=True)
    assert time.perf_counter() - began < 5
    assert SEEN in text_of(extract)
    assert extract.left_out == ("drawings within drawings on 1 page (there are too many)",)


@pytest.mark.parametrize("spare", [False, True])
@pytest.mark.parametrize(
    "entries",
    [
        f"/BBox [0 0] {FONT}",
        f"/BBox /None {FONT}",
        f"/Matrix [1 0 0] {PAGE}",
        "/BBox [0 0 612 792] /Resources /None",
        f"{PAGE} /OC /None",
    ],
)
def test_a_damaged_form_does_not_cost_the_page(entries: str, spare: bool) -> None:
    try:
        extract = read(make_pdf([f"{line(SEEN, y=740)} /X Do"], forms={"X": (HIDDEN, entries)}), spare=spare)
    except BadInput as error:
        pytest.fail(f"the page was lost: {error}")
    assert SEEN in text_of(extract)
