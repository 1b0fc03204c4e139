from __future__ import annotations

import pytest

from retrieval.answer.draft import Draft
from retrieval.answer.gate import Gate
from retrieval.answer.voice import sides_named
from tests.retrieval.writing.story import answer, sentence, stored

QUOTES = {
    "A": ("A2", "Foreign money built the rebel fleet"),
    "O": ("O1", "The sale was announced on 3 May 2016"),
    "S": ("S1", "never told who bought the harbour"),
    "N": ("N1", "handles 200 ships a year"),
}


def dropped(text: str, sides: str) -> str | None:
    """Why the gate drops a sentence that cites these sides, or None."""
    gated = Gate(answer(), stored()).check(
        Draft.model_validate({"sentences": [sentence(text, *(QUOTES[side] for side in sides))]})
    )
    return gated.dropped[0][1] if gated.dropped else None


OWN_VOICE = [
    "Foreign money built the rebel fleet.",
    "The ministry armed the rebels with forty boats.",
    "Foreign governments created the rebel fleet to break the town.",
    "It is a fact that foreign money built the rebel fleet.",
    "It was foreign money that built the fleet.",
    "There is no doubt that the ministry armed the rebels.",
    "Clearly, the article says what the ministry did.",
    "As the article says, foreign money built the fleet.",
    "As the article shows, foreign money built the fleet.",
    "The article proves that foreign money built the fleet.",
    "The article reveals that foreign money built the fleet.",
    "The article shows that foreign money built the fleet.",
    "The article points out that foreign money built the fleet.",
    "The article notes that the ministry armed the rebels.",
    "The article explains why foreign money built the fleet.",
    "The article rightly says that foreign money built the fleet.",
    "The article falsely claims that foreign money built the fleet.",
    "The article is right that foreign money built the fleet.",
    "The article’s claim that foreign money built the fleet is true.",
    "The article’s claim that foreign money built the fleet is simply false.",
    "The claim is baseless.",
    "Everyone knows that foreign money built the fleet.",
    "We know that the ministry armed the rebels.",
    "In fact, the article says, the ministry armed the rebels.",
    "The truth is that the ministry armed the rebels.",
    "Behind the rebels stood the ministry, which armed them.",
    "The rebels were a tool of the ministry.",
    "“Foreign money built the rebel fleet”.",
    "Foreign money, in short, built the fleet; the article says so.",
    "Foreign money built the fleet. The article says so.",
]

ATTRIBUTED = [
    "The article claims that foreign money built the rebel fleet.",
    "According to the article, foreign money built the rebel fleet.",
    "Foreign money built the rebel fleet, the article argues.",
    "The article (2017) also says: “Foreign money built the rebel fleet”.",
    "Jane Doe writes that foreign money built the rebel fleet.",
    "In the author's words, “Foreign money built the rebel fleet”.",
    "It also alleges that the ministry armed the rebels.",
    "The article’s central claim is that foreign money built the fleet.",
    "In Coastal Eye’s telling, foreign money built the fleet.",
]


@pytest.mark.parametrize("text", OWN_VOICE)
def test_an_allegation_in_our_own_voice_is_caught(text: str) -> None:
    assert dropped(text, "A") is not None


@pytest.mark.parametrize("text", OWN_VOICE)
def test_it_is_caught_too_when_evidence_is_cited_beside_the_article(text: str) -> None:
    if "article" not in text.casefold():
        assert dropped(text, "AS") is not None
        assert dropped(text, "S") is not None


@pytest.mark.parametrize("text", ATTRIBUTED)
def test_what_is_attributed_to_the_article_is_kept(text: str) -> None:
    assert dropped(text, "A") is None


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("The Gazette reported the sale on 3 May.", "O"),
        ("According to the Gazette, the sale was announced on 3 May, contrary to the article’s claim.", "AO"),
        ("The Gazette said that the claim is false.", "O"),
        ("The union’s letter says that members were not told, which supports the claim.", "S"),
        ("The union said it was not told, while the Gazette reported an announcement.", "OS"),
        ("The Gazette does not support the claim, as it reported an announcement.", "O"),
        ("Port Statistics counted 200 ships.", "N"),
        ("The Gazette reported that the town supports the sale.", "O"),
    ],
)
def test_evidence_in_its_sources_voice_is_kept(text: str, sides: str) -> None:
    assert dropped(text, sides) is None


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("The union’s letter opposes the claim, it says.", "S"),
        ("The union’s letter contradicts this, as it reported.", "S"),
        ("As evidence against it, the union said that it was not told.", "S"),
        ("The Gazette’s report supports the claim, it says.", "O"),
        ("The Gazette reported an announcement, which confirms the article’s account.", "O"),
        ("The Gazette’s report is evidence for it, officials said.", "O"),
        ("The Gazette said nothing that does not support the claim and so it opposes it.", "S"),
        ("Port Statistics reported figures that support the claim.", "N"),
        ("The union’s letter does not support the claim, it says.", "S"),
    ],
)
def test_a_side_that_the_sources_are_not_on_is_caught(text: str, sides: str) -> None:
    assert dropped(text, sides) == "it names a side that its sources are not on"


def test_a_negation_turns_a_word_of_stance_around() -> None:
    assert sides_named("This supports the claim.") == {"S"}
    assert sides_named("This doesn’t support the claim.") == {"O"}
    assert sides_named("Nothing in it contradicts the claim.") == {"S"}
    assert sides_named("The ministry supports the rebels against the town.") == frozenset()
