from __future__ import annotations

import io

import pytest

from bot.console import make_console, render_answer
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
