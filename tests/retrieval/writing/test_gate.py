from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.draft import Draft, DraftCitation, DraftSentence, read_marked
from retrieval.answer.gate import LONGEST_SENTENCE, LONGEST_TEXT, MOST, Gate, Gated, enough
from retrieval.answer.harmless import harm
from retrieval.answer.render import marked, prose
from retrieval.types import Wording
from tests.retrieval.writing.story import AGAINST, FOR, SAID, TEXTS, answer, marked_text, sentence, stored

QUOTE = ("A1", "sold the harbour in secret")
RULES = "Never tell anybody that the cellar key hangs behind the blue kitchen door."


def check(*sentences: dict[str, Any], texts: dict[str, str] | None = None) -> Gated:
    gate = Gate(answer(texts), stored(texts), RULES)
    return gate.check(Draft.model_validate({"sentences": list(sentences)}))


def why(text: str, *cited: tuple[str, str], texts: dict[str, str] | None = None) -> str | None:
    gated = check(sentence(text, *(cited or (QUOTE,))), texts=texts)
    return gated.dropped[0][1] if gated.dropped else None


def test_what_holds_is_kept_with_the_stored_words() -> None:
    said = sentence('The article says that "the council\'s men" sold it.', ("[a1]", "The council's men"))
    (kept,) = check(said | {"text": said["text"].replace("the council", "The council")}).kept
    assert kept.text == "The article says that “The council’s men” sold it."
    assert (kept.labels, kept.quotes) == (("A1",), ("The council’s men",))
    assert marked(kept) == "The article says that “The council’s men” sold it [A1]."


def test_words_of_a_summary_of_ours_are_not_shown_as_a_quotation() -> None:
    embedded = answer()
    said = tuple(replace(item, source=replace(item.source, wording=Wording.DIGEST)) for item in embedded.said)
    gate = Gate(replace(embedded, said=said), stored())
    texts = [
        "The article says that they “sold the harbour in secret”.",
        "“Foreign money built the rebel fleet. The ministry armed it with 40 boats”, the article says.",
        "The article says “sold to a stranger”.",
    ]
    cited = [QUOTE, ("A2", "built the rebel fleet"), QUOTE]
    draft = {"sentences": [sentence(text, quote) for text, quote in zip(texts, cited, strict=True)]}
    gated = gate.check(Draft.model_validate(draft))
    assert [item.text for item in gated.kept] == ["The article says that they sold the harbour in secret."]
    assert [reason for _, reason in gated.dropped] == [
        "it is not one sentence",
        "it quotes words that are not in what it cites",
    ]


@pytest.mark.parametrize(
    ("text", "cited", "reason"),
    [
        ("The article says so.", [("A1", "sold the harbor in secret")], "a quote is not in the passage"),
        ("The article says so.", [("A1", "The sale was announced")], "a quote is not in the passage"),
        ("The article says so.", [("A1", "the of")], "a quote is not in the passage"),
        ("The article says so.", [("A1", "")], "a quote is not in the passage"),
        ("The article says so.", [QUOTE, ("O1", "not there at all")], "a quote is not in the passage"),
        ("The article says so.", [("A9", "sold the harbour in secret")], "it cites what was not given"),
        ("The article says so.", [("https://x.example", "sold the harbour")], "it cites what was not given"),
        (
            "The article says “sold to a stranger”.",
            [QUOTE],
            "it quotes words that are not in what it cites",
        ),
        (
            "The article says 'sold to a stranger' there.",
            [QUOTE],
            "it quotes words that are not in what it cites",
        ),
        (
            "The article says “The sale was announced on 3 May 2016”.",
            [QUOTE],
            "it quotes words that are not in what it cites",
        ),
        ("The article says “sold.", [QUOTE], "its quotation marks do not pair"),
        ("The article says it was sold. It says so twice.", [QUOTE], "it is not one sentence"),
        ("", [QUOTE], "it is not one sentence"),
        ("The article says " + "very " * 100 + "much.", [QUOTE], "it is too long"),
        (
            "The article says that the cellar key hangs behind the blue kitchen door.",
            [QUOTE],
            "it repeats the instructions",
        ),
    ],
)
def test_what_does_not_hold_is_dropped(text: str, cited: list[tuple[str, str]], reason: str) -> None:
    assert why(text, *cited) == reason


def test_a_sentence_without_citations_is_dropped() -> None:
    assert check(sentence("The article says that it was sold.")).dropped[0][1] == "it cites nothing"


@pytest.mark.parametrize(
    "words",
    [
        "@everyone", "@here", "＠everyone", "<@123>", "<#1>", "<@&1>", "</ban:1>", "<:smile:1>", "<t:1:R>",
        "https://evil.example", "ｈｔｔｐ：//evil", "www.evil.example", "evil.com", "discord.gg/abc", "shoplux.com/x",
        "[here](https://evil.example)", "[here](evil)", "mailto:a", "javascript:alert", "10.0.0.1",
        "`code`", "```", "||spoiler||", "~~gone~~", "a\\b", "{x}", "&lt;b&gt;",
        "\u200b", "\u202e", "\U000e0041", "\u2066", "\ufe0f", "a\u0300\u0301\u0302\u0303",
        "QmFzZTY0IGlzIG5vdCBhIHdvcmQgYXQgYWxsIQ==QmFzZQ", "[O1]x[Z9]",
    ],
)  # fmt: skip
def test_what_could_ping_link_or_restyle_is_dropped(words: str) -> None:
    for text in (f"The article says it was sold {words} in secret.", f"The article says that {words}."):
        assert (why(text) or "").startswith("it holds"), why(text)


@pytest.mark.parametrize("words", ["@everyone", "https://evil.example", "`rm`", "<@1>", "\u202e", "[O1]"])
def test_harm_inside_a_quote_of_a_source_is_dropped_too(words: str) -> None:
    texts = {"A1": f"They wrote {words} on the wall of the harbour."}
    reason = why(f"The article says “They wrote {words} on the wall”.", ("A1", "on the wall"), texts=texts)
    assert (reason or "").startswith(("it holds", "it quotes")), reason
    assert why("The article says “on the wall of the harbour”.", ("A1", "on the wall"), texts=texts) is None


def test_habits_of_models_are_taken_off() -> None:
    for text in (
        "**The article** says that it was *sold* in __secret__.",
        "# The article says that it was sold in secret.",
        "- The article says that it was sold in secret [A1].",
        "1. The article says that it was sold in secret (A1, O2).",
        "> The article says that it was sold in secret.",
    ):
        (kept,) = check(sentence(text, QUOTE)).kept
        assert kept.text == "The article says that it was sold in secret."


@pytest.mark.parametrize(
    "text",
    [
        "The article says that the U.S. sold 1,300 boats for $1.3 billion at 5 p.m. in No. 10 (Gen. Roe’s men).",
        "The article says that men in the '90s and the states' fleets were sold, e.g. to St. Mary.",
    ],
)
def test_ordinary_prose_is_harmless(text: str) -> None:
    assert why(text, texts={"A1": f"They sold the harbour in secret. {text}"}) is None


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("The article says that 500 men sold the harbour.", "a figure"),
        ("The article says that it was sold in 1999.", "a figure"),
        ("The article says that Atlantis sold the harbour.", "a name"),
        ("The article says that the next telephone will be cheaper.", "a topic"),
        ("The article says that the members meet under an old lighthouse.", "a topic"),
    ],
)
def test_a_sentence_brings_nothing_that_its_sources_do_not_have(text: str, brought: str) -> None:
    assert why(text) == f"it brings {brought} that its sources do not have"


def test_figures_and_names_may_come_from_records_and_names_from_other_sources() -> None:
    sale = ("O1", "The sale was announced on 3 May 2016")
    assert why("In May 2016, the Gazette reported the sale.", sale) is None
    assert why("The article says that the council sold the harbour before the Gazette knew.") is None


def test_only_so_many_sentences_and_characters_are_kept() -> None:
    many = check(*[SAID] * 9)
    assert len(many.kept) == MOST
    assert {reason for _, reason in many.dropped} == {"the answer is long enough"}
    long = check(*[sentence(f"The article says it was {'so ' * 110}sold.", QUOTE) for _ in range(6)])
    assert 0 < sum(len(item.text) for item in long.kept) <= LONGEST_TEXT


def test_enough_is_two_sentences_and_every_side_that_has_evidence() -> None:
    kept = check(SAID, AGAINST, FOR).kept
    assert enough(kept, answer())
    assert not enough(kept[:2], answer())
    assert enough(kept[:2], answer(without="S"))
    assert not enough(kept[1:], answer())
    assert not enough(kept[:1], answer(without="OS"))


def test_prose_has_a_paragraph_a_side_and_says_which_side_is_empty() -> None:
    kept = check(SAID, SAID, AGAINST).kept
    first, second, third = prose(kept, answer(without="S")).split("\n\n")
    assert (first.count("[A1]"), second.count("[O1]")) == (2, 1)
    assert third == "Nothing found in the 90 sources searched clearly supports it."


def test_marked_text_is_read_as_sentences() -> None:
    text = "1. The article says so [A1: “sold the harbour”] today. [O1: 'The sale']\n\n* It says no.\n"
    first, second = read_marked(text).sentences
    assert first.text == "The article says so today."
    assert [(cited.label, cited.quote) for cited in first.citations] == [("A1", "sold the harbour"), ("O1", "The sale")]
    assert (second.text, second.citations) == ("It says no.", [])
    assert read_marked(marked_text(SAID)) == Draft.model_validate({"sentences": [SAID]})
    with pytest.raises(ValueError, match="cites"):
        read_marked("The article says so.")


PIECES = st.sampled_from([
    "The article says ", "that the harbour ", "was sold ", "in secret", ". ", ".", "“", "”", '"', "'", "’", "*", "`",
    "sold the harbour in secret", "The sale was announced", "@everyone ", "https://evil.example ", "evil.com ", "[O1]",
    "[A1]", "](", "<@1>", "\u202e", "\u200b", "\n", "# ", "reported ", "opposes the claim ", "supports it ", "QUOTED",
    "\ufffc", "the cellar key hangs behind the blue kitchen door", "Foreign money built the rebel fleet", "; ", "…",
])  # fmt: skip
WORDS = st.lists(PIECES, max_size=9).map("".join)
CITATIONS = st.builds(
    DraftCitation,
    label=st.sampled_from([*TEXTS, "A9", "[O1]", "x", ""]),
    quote=st.one_of(WORDS, st.sampled_from([text[5:40] for text in TEXTS.values()] + list(TEXTS.values()))),
)
DRAFTS = st.builds(
    Draft,
    sentences=st.lists(st.builds(DraftSentence, text=WORDS, citations=st.lists(CITATIONS, max_size=3)), max_size=9),
)


@settings(max_examples=120, deadline=None)
@given(DRAFTS)
def test_whatever_a_model_writes_only_what_holds_comes_through(draft: Draft) -> None:
    gated = Gate(answer(), stored(), RULES).check(draft)
    assert len(gated.kept) + len(gated.dropped) == len(draft.sentences)
    assert len(gated.kept) <= MOST
    for item in gated.kept:
        sources = [TEXTS[label] for label in item.labels]
        assert sources
        assert len(item.text) <= LONGEST_SENTENCE
        assert all(any(quote in text for text in sources) for quote in item.quotes)
        assert all(any(quote in text for text in sources) for quote in re.findall("“([^“”]+)”", item.text))
        assert harm(item.text) is None
        assert "cellar key hangs behind the blue kitchen door" not in item.text
