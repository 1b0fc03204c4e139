"""`rejoinder source list`: narrowed down by words, and by the page."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Run


def ids(out: str) -> list[str]:
    return re.findall(r"^[ARS]-?\d\S*", out, re.MULTILINE)


def test_words_narrow_the_list_down_in_text_and_json_alike(run: Run) -> None:
    found = run("source", "list", "INTELLIGENCE", "defense")
    assert (found.status, found.err) == (0, "")
    assert 0 < len(ids(found.out)) < 20
    listed = run("source", "list", "INTELLIGENCE", "defense", "--json").objects[0]
    assert [one["id"] for one in listed] == ids(found.out)
    for one in listed:
        about = " ".join(filter(None, (one["id"], one["title"], one["author"], one["publisher"]))).casefold()
        assert "intelligence" in about
        assert "defense" in about
    assert ids(run("source", "list", "r07").out) == ["R07"]


def test_pages_follow_each_other_and_together_are_the_whole(run: Run) -> None:
    whole = ids(run("source", "list").out)
    pages = [run("source", "list", "--limit", "40", "--page", str(page)).out for page in (1, 2, 3)]
    assert [one for page in pages for one in ids(page)] == whole
    assert pages[0].splitlines()[-1] == f"1 to 40 of {len(whole)} sources; --page 2 shows the next."
    assert pages[2].splitlines()[-1] == f"81 to {len(whole)} of {len(whole)} sources."
    assert len(ids(run("source", "list", "--page", "1").out)) == 50


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--page", "9"), 1, "There is no page 9: 90 sources fill 2."),
        (("--json", "--limit", "5"), 1, "--json prints all that fit the words: leave out --limit and --page."),
        (("zebra",), 0, "No source fits that; `rejoinder source list` shows them all."),
    ],
)
def test_what_cannot_be_listed_is_one_sentence(
    run: Run, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    ran = run("source", "list", *arguments)
    assert (ran.status, ran.out + ran.err) == (status, f"{sentence}\n")


def test_removing_says_who_quotes_it_and_whose_it_is(run: Run) -> None:
    run("ask", "claim 33")
    asked = run("source", "remove", "R01", typed="n\n")
    assert (asked.status, asked.err) == (0, "")
    assert ", quoted in 1 kept answer? [y/N]" in asked.out
    assert "removed" not in asked.out
    other = run("source", "remove", "R01", "--space", "4711", "--yes")
    assert other.err == "R01 is shared with every server: leave out --space to take it from all of them.\n"
