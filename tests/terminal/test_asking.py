from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest

from bot.console import WIDEST, make_console, render_answer
from bot.terminal.ask import DEMO
from retrieval.types import Answer
from tests.making import citation, claim, source
from tests.terminal.conftest import Run

KEYS = {
    "question",
    "claim",
    "abstained",
    "reason",
    "article",
    "opposing",
    "supporting",
    "context",
    "text",
    "receipt",
    "mode",
    "elapsed_ms",
}
CITATION = {"label", "source", "passage", "quote", "start", "end", "locator", "relevance", "stance", "probability"}


def test_an_answer_reads_in_order_with_quotes_places_and_links(run: Run) -> None:
    ran = run("ask", "Did the US create al-Qaeda in Afghanistan?")
    assert ran.status == 0
    assert ran.err == ""
    places = [
        ran.out.index(heading)
        for heading in ("C30", "The article says", "Evidence against", "Evidence for", "Searched 89 sources")
    ]
    assert places == sorted(places)
    assert "paragraph 5" in " ".join(ran.out.split())
    assert "https://" in ran.out


def test_piped_output_is_plain(run: Run) -> None:
    out = run("ask", "claim 6").out
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_json_keeps_the_contract(run: Run) -> None:
    (found,) = run("ask", "claim 6", "--json").objects
    assert found.keys() >= KEYS
    assert found["claim"] == {"number": "C06", "text": found["claim"]["text"], "source": "A01"}
    assert found["receipt"].keys() >= {"sources", "passages", "opposing", "supporting"}
    assert found["mode"] == "embedded"
    citation = found["article"][0]
    assert citation.keys() >= CITATION
    assert citation["source"].keys() >= {"id", "title", "author", "publisher", "date", "url"}
    assert citation["locator"].keys() >= {"heading", "paragraph"}
    assert citation["end"] - citation["start"] == len(citation["quote"])


def test_a_dash_reads_questions_and_prints_one_object_a_line(run: Run) -> None:
    ran = run("ask", "--json", "-", stdin="claim 6\n\nWhat will the weather be in Manila?\n")
    assert [found["question"] for found in ran.objects] == ["claim 6", "What will the weather be in Manila?"]
    assert [found["abstained"] for found in ran.objects] == [False, True]


def test_an_abstention_says_why_and_what_to_ask_instead(run: Run) -> None:
    ran = run("ask", "Where does the article say that Brazil founded ISIS?")
    assert ran.status == 0
    assert "I find no passage in which the article" in ran.out
    assert "Nearest claims of the article:" in ran.out


def test_the_claims_are_listed_as_the_article_s(run: Run) -> None:
    ran = run("claims")
    assert ran.out.startswith("The article claims")
    assert "C35" in ran.out
    assert len(run("claims", "--json").objects[0]) == 36


def test_a_chat_ends_with_an_empty_line_or_the_end_of_input(run: Run) -> None:
    assert "C06" in run("chat", stdin="claim 6\n\n").out
    assert "C35" in run("chat", stdin="claims\n").out


def test_the_demo_shows_three_answers_and_ends_when_nobody_is_there(run: Run) -> None:
    ran = run("demo")
    assert ran.status == 0
    assert [f"{number} of 3" in ran.out for number in (1, 2, 3)] == [True] * 3
    assert ran.out.count("Searched") == 3


def test_bad_input_is_one_sentence_on_standard_error(run: Run) -> None:
    for arguments in (
        ("ask", " "),
        ("ask", "claim 6", "--article", "A77"),
        ("claims", "--article", "A77"),
        ("source", "show", "R999"),
    ):
        ran = run(*arguments)
        assert ran.status == 1
        assert ran.out == ""
        assert len(ran.err.strip().splitlines()) == 1


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b[31mred", "[bold]x[/bold] [/]", "a\u202eb\u200bc", ":bomb:"])
def test_text_of_a_source_cannot_command_the_terminal(hostile: str) -> None:
    out = io.StringIO()
    answer = Answer(
        "1",
        "?",
        claim("C01", hostile),
        source("A01", title=hostile),
        opposing=(citation("O1", hostile, title=hostile),),
    )
    make_console(out).print(render_answer(answer))
    shown = out.getvalue()
    assert not set(shown) & set("\x1b\u202e\u200b")
    assert hostile.replace("\x1b", "").replace("\u202e", "").replace("\u200b", "") in shown


def test_bad_bytes_in_one_line_cost_no_other_line(run: Run) -> None:
    ran = run("ask", "--json", "-", stdin="claim 6\n\udcff\udcfe?\nclaim 7\n")
    assert ran.status == 0
    assert [found["question"] for found in ran.objects] == ["claim 6", "???", "claim 7"]
    assert [found["abstained"] for found in ran.objects] == [False, True, False]


def test_a_line_that_cannot_be_asked_is_told_and_the_others_are_answered(run: Run) -> None:
    ran = run("ask", "--json", "-", stdin="claim 99\nclaim 7\n")
    assert ran.status == 1
    assert [found["question"] for found in ran.objects] == ["claim 7"]
    assert len(ran.err.splitlines()) == 1


def test_an_unknown_claim_is_one_sentence(run: Run) -> None:
    ran = run("ask", "claim 99")
    assert (ran.status, ran.out) == (1, "")
    assert "C99" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_what_is_about_the_article_as_a_whole_is_not_called_its_claim(run: Run) -> None:
    assert run("ask", "claim P01").out.startswith("About the article, in our words (P01)")
    listed = run("claims").out
    claims, whole = listed.split("About the article as a whole")
    assert "P01" in whole
    assert "P01" not in claims
    assert "C35" in claims


def test_an_abstention_s_receipt_has_no_sides(run: Run) -> None:
    receipt = run("ask", "What will the weather be in Manila?").out.splitlines()[-1]
    assert receipt.startswith("Searched 89 sources, 334 passages. ")
    assert "oppose" not in receipt


def test_the_demo_s_questions_show_what_they_promise(run: Run) -> None:
    first, second, third = (run("ask", "--json", question).objects[0] for question, _ in DEMO)
    assert first["opposing"]
    assert not first["abstained"]
    assert second["article"]
    assert third["abstained"]


def test_a_chat_goes_on_after_a_question_that_cannot_be_asked(run: Run) -> None:
    ran = run("chat", stdin="claim 99\nclaim 6\n")
    assert ran.status == 0
    assert "C99" in ran.err
    assert "C06" in ran.out


def test_a_chat_checks_the_index_while_it_goes_on(run: Run, data: Path) -> None:
    shutil.rmtree(data / "index", ignore_errors=True)
    assert run("ask", "claim 6").status == 0
    assert not (data / "index").exists()
    assert "C06" in run("chat", stdin="claim 6\n").out
    assert any((data / "index").iterdir())


class Screen(io.StringIO):
    """A terminal that keeps what is written on it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [40, 72])
def test_a_terminal_gets_lines_of_its_width_and_colour(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = Screen()
    words = " ".join(["The harbour of Velm paid nothing."] * 8)
    answer = Answer("1", "?", claim("C01", words), source("A01"), opposing=(citation("O1", words, title=words),))
    make_console(screen).print(render_answer(answer))
    shown = screen.getvalue()
    assert "\x1b[1;36mEvidence against" in shown
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in shown.splitlines()]
    assert columns - 10 < max(len(line.rstrip()) for line in lines) <= columns


def test_a_wide_terminal_is_not_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("TERM", "xterm")
    assert make_console(Screen()).width == WIDEST


def test_a_chat_reads_a_follow_up_against_what_was_asked_before(run: Run) -> None:
    ran = run("chat", stdin="claim 3\nand who says so?\n")
    assert "Read as: Who says so? (about: ISIS captured" in " ".join(ran.out.split())
    assert ran.out.count("(C03)") == 2
    assert "Read as" not in run("chat", stdin="and who says so?\n").out
