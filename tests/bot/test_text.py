"""Source text is shown as it reads and can do nothing: no ping, no link, no format, no broken layout."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import text

ODD = "\\`*_~|<>[]()@#:-+.!/&\n\r\t\u2028\u202e\u2066\u200b\u200d\ufeff\u00ad\u3164\u0301\U000e0041\ufe0f “”…"
WORDS = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.sampled_from("abc 12."), st.characters()), max_size=300)
ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
LIVE = re.compile(r"[\\`*_~|<>\[\]@]|:(?=\S)|#(?=\S)|^[-+#>]|^\d+\.\s")


def unescaped(marked: str) -> str:
    """What Discord shows of escaped text."""
    return ESCAPED.sub(r"\1", marked)


@given(WORDS)
def test_escaped_text_shows_exactly_the_cleaned_text(words: str) -> None:
    assert unescaped(text.escape(words)) == text.clean(words)


@given(WORDS)
def test_escaped_text_leaves_no_mark_alive(words: str) -> None:
    assert LIVE.search(ESCAPED.sub("x", text.escape(words))) is None


@given(WORDS)
def test_cleaning_twice_is_cleaning_once(words: str) -> None:
    assert text.clean(text.clean(words)) == text.clean(words)


@given(WORDS, st.integers(0, 200))
def test_shortened_text_is_a_whole_beginning_within_the_limit(words: str, limit: int) -> None:
    shown, cut = text.shorten(words, limit)
    whole = text.clean(words)
    assert len(shown) <= limit
    assert whole.startswith(unescaped(shown))
    assert cut == (unescaped(shown) != whole)
    assert not shown or not cut or whole[len(unescaped(shown))].isspace()


@given(WORDS, st.integers(0, 200))
def test_the_last_part_is_a_whole_ending_within_the_limit(words: str, limit: int) -> None:
    shown, cut = text.last(words, limit)
    whole = text.clean(words)
    assert len(shown) <= limit
    assert whole.endswith(unescaped(shown))
    assert cut == (unescaped(shown) != whole)
    assert not shown or not cut or whole[-len(unescaped(shown)) - 1].isspace()


@given(WORDS, st.integers(1, 120))
def test_a_clipped_label_fits_and_is_clean(words: str, limit: int) -> None:
    shown = text.clip(words, limit)
    assert len(shown) <= limit
    assert shown == text.clean(shown)
    assert text.clean(words).startswith(shown.removesuffix("…"))


@given(WORDS)
def test_a_quote_that_fits_is_shown_whole(words: str) -> None:
    assert text.quoted(words, 10_000) == (f"“{text.escape(words)}”" if text.clean(words) else text.quoted(words, 9))


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("a\u202eb\u200bc\U000e0041d\ufe0fe", "abcde"),
        ("a\ud800b\x00c", "abc"),
        ("two\n\nlines\u2028three", "two lines three"),
        ("Z" + "\u0301" * 9, "Z" + "\u0301" * 3),
        ("\u3164\u115f", ""),
        ("naïve – “quoted”", "naïve – “quoted”"),  # real typography stays
    ],
)
def test_what_shows_nothing_or_turns_text_around_is_left_out(given_: str, shown: str) -> None:
    assert text.clean(given_) == shown


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("@everyone <@1> <#2> <@&3>", r"\@everyone \<\@1\> \<\#2\> \<\@&3\>"),
        ("[safe](https://evil.example)", r"\[safe\](https\://evil.example)"),
        ("# big", r"\# big"),
        ("- point", r"\- point"),
        ("1. point", r"1\. point"),
        ("-# small", r"\-# small"),
        ("> quote", r"\> quote"),
        ("`code` **b** __u__ ~~s~~ ||p||", r"\`code\` \*\*b\*\* \_\_u\_\_ \~\~s\~\~ \|\|p\|\|"),
        (":smile: at 12:30", r"\:smile: at 12\:30"),
        ("</ban:1> <t:1:R>", r"\</ban\:1\> \<t\:1\:R\>"),
    ],
)
def test_marks_are_switched_off(given_: str, shown: str) -> None:
    assert text.escape(given_) == shown


def test_long_quotes_end_at_a_sentence_with_the_mark_outside() -> None:
    words = "The U.S. Army left. Mr. Smith stayed for a year. Then he left, too."
    assert text.quoted(words, 30) == "“The U.S. Army left.” […]"
    assert text.quoted(words, 60) == "“The U.S. Army left. Mr. Smith stayed for a year.” […]"
    assert text.quoted(words, 20) == "“The U.S. Army” […]"
    assert text.quoted("x" * 99, 20) == "[…] (an unbroken run of 99 characters)"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://www.Site.example/a b", "https://www.site.example/a%20b"),
        ("https://www.site.example/(x)_[y]?q=*&r=1#z)", "https://www.site.example/%28x%29_%5By%5D?q=%2A&r=1#z%29"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("https://known.example@evil.example/", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://files.example/x", None),
        ("//no.scheme/x", None),
        ("https://", None),
        ("https://a.example:99999/", None),
        ("https://a.example/\u202e", None),
        ("https://a.example/" + "x" * 500, None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_safe_or_no_link(url: str | None, safe: str | None) -> None:
    place = text.address(url)
    assert (place[0] if place else None) == safe


@given(WORDS, WORDS)
def test_a_link_has_one_label_and_one_address_whatever_the_title(title: str, url: str) -> None:
    for address in (url, "https://good.example/x", f"https://good.example/{url}"):
        shown = ESCAPED.sub("x", text.link(title, address))
        place = text.address(address)
        assert shown.count("](") == (1 if place else 0)
        assert "[" not in shown[1:]
        assert "\n" not in shown
        if place:
            assert shown.endswith(f"]({ESCAPED.sub('x', place[0])})")
            assert not re.search(r"[\s()<>\[\]\\`*|]", place[0])


def test_a_title_cannot_end_its_label_early() -> None:
    title = "x](https://evil.example) [y"
    assert text.link(title, "https://a.example/") == r"[x)(https\://evil.example) (y](https://a.example/)"
