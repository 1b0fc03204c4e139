"""Whatever the sources say, what moderators see of them keeps Discord's limits, shows no markup, and pings nobody."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.views.balance import balance_view, described
from bot.views.changes import changes_view
from bot.views.collection import export_view, import_view, imported_view
from bot.views.ledger import PER_PAGE, curators_view, log_view, posted_view
from bot.views.paging import pages
from bot.views.picture import MOST, picture
from bot.views.removal import removal_view, removed_list_view, removed_view
from bot.views.sources import LONGEST_WORDS, Wanted, source_view, sources_view
from retrieval.curate.types import Balance, Difference, Entry, Removed
from retrieval.reading import SourceDetails
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Claim, Document, Passage, Role, Source, Stance, Wording
from tests.bot.curator import AT, UNTIL
from tests.bot.rules import violations, walk
from tests.bot.test_draft_views import NAUGHTY, message
from tests.bot.test_text import ESCAPED
from tests.bot.test_views import LONG, components, texts


def sources(words: str, count: int) -> list[Source]:
    """Sources with the same words in every field but the id."""
    return [
        Source(f"s{n}{words[:50]}", Role.REFERENCE, words, Wording.FULL_TEXT, words, words, words, words, words, "1")
        for n in range(count)
    ]


def balance(words: str, count: int) -> Balance:
    claims = tuple(Claim(f"c{n}", "a", f"{n}{words[:30]}", words) for n in range(count))
    about = tuple(sources(words, count))
    cells = {(claims[n].number, about[n].id): (list(Stance)[n % 3], 0.9) for n in range(count)}
    return Balance(Source("a", Role.ARTICLE, words), claims, about, cells, (words,) * count)


def views(words: str, count: int) -> Iterator[ui.LayoutView]:
    every = sources(words, count)
    for page in (0, 1, 9_999):
        yield sources_view(every, Wanted(Role.REFERENCE, words), page)
    source = every[0] if every else Source("s", Role.ARTICLE, words)
    passages = tuple(Passage(f"p{n}", source.id, n, 0, len(words), words, words, n, n) for n in range(count))
    details = SourceDetails(source, passages, (), count)
    for page in (0, 1, 9_999):
        yield source_view(details, page, moderator=True)
    yield removal_view(details)
    gone = [Removed(one, AT, UNTIL) for one in every]
    yield removed_list_view(gone, 0)
    yield removed_list_view(gone, 9_999)
    yield removed_view(Removed(source, AT, UNTIL))
    yield changes_view(source, [Difference(words, words), *[Difference(None, words), Difference(words, None)] * count])
    document = Document(source, words, passages, (Claim("c", source.id, "C01", words),))
    yield import_view("sources.zip", [document] * max(1, count), {source.id})
    yield imported_view([Change(one, ChangeKind.ADDED, 3) for one in every])
    yield export_view("sources.zip", count)
    entries = [Entry(n, AT, words, words, words, words) for n in range(PER_PAGE)]
    yield log_view(entries, {}, "\\#changes", more=True)
    yield posted_view(entries, {})
    yield curators_view("librarians")
    yield balance_view(balance(words, count))


def check(words: str, count: int) -> None:
    for view in views(words, count):
        assert violations(message(view)) == []
        assert view.content_length() <= 4_000
        for part in texts(view):
            for line in part.split("\n"):
                live = ESCAPED.sub("x", line)
                assert "`" not in live, line
                assert "<" not in live, line
                assert "https://evil" not in live, line
        for component in walk(components(view)):
            for item in component.get("items", []):
                assert 1 <= len(item["description"]) <= 1_024


@settings(max_examples=30)
@given(LONG, st.integers(0, 40))
def test_no_text_breaks_a_view(words: str, count: int) -> None:
    check(words, count)


@pytest.mark.parametrize("words", NAUGHTY)
def test_naughty_texts_break_no_view(words: str) -> None:
    check(words, 30)


@settings(max_examples=10)
@given(LONG, st.integers(0, 5))
def test_no_text_breaks_a_picture(words: str, count: int) -> None:
    with Image.open(BytesIO(picture(balance(words, count)))) as image:
        assert image.format == "PNG"


def test_a_picture_shows_each_side_by_colour_and_by_shape() -> None:
    colours = {Stance.REFUTES: (213, 94, 0), Stance.SUPPORTS: (0, 114, 178)}
    for stance, colour in colours.items():
        found = balance("Words.", 1)
        found = Balance(found.article, found.claims, found.sources, dict.fromkeys(found.cells, (stance, 0.9)), ())
        with Image.open(BytesIO(picture(found))) as image:
            marks = {corner: image.getpixel(corner) for corner in ((361, 223), (352, 214), (361, 218))}
        assert marks[361, 223] == (255, 255, 255), "both signs are white in the middle"
        assert (marks[352, 214] == colour) == (stance is Stance.REFUTES), "a square has corners, a disc has none"
        assert (marks[361, 218] == (255, 255, 255)) == (stance is Stance.SUPPORTS), "a plus has an upright bar"


def test_a_picture_stays_small_and_tells_that_something_is_left_out() -> None:
    with Image.open(BytesIO(picture(balance("A claim of some length. " * 20, 90)))) as image:
        assert image.width < 2_500
        assert image.height < 2_500
    assert MOST < 90


def test_a_description_counts_the_sides_of_each_claim() -> None:
    told = described(balance("x", 3))
    assert told == (
        "A grid of 3 claims and 3 references. References on each claim: 0x 1 against; 1x 1 for; 2x 1 related."
    )


def test_a_list_is_narrowed_by_what_its_buttons_carry() -> None:
    for wanted in (Wanted(), Wanted(Role.ARTICLE, "a: b\nc"), Wanted(Role.REFERENCE, "x" * 100)):
        again = Wanted.of(wanted.subject)
        assert again.role is wanted.role
        assert again.words == " ".join(wanted.words.split())[:LONGEST_WORDS]
        assert again.subject == wanted.subject


@given(st.lists(st.text(min_size=1, max_size=60), max_size=30), st.integers(1, 5))
def test_pages_hold_every_part_once_in_order_and_within_their_room(parts: list[str], most: int) -> None:
    spread = pages(parts, most, room=60)
    assert [part for page in spread for part in page] == parts
    assert all(len(page) <= most and sum(map(len, page)) <= 60 for page in spread)
    assert all(spread) or not parts
