"""Small made-up values for the bot's tests: invented sources about an invented bridge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from retrieval.types import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Context,
    Locator,
    Passage,
    Receipt,
    Role,
    Source,
    Stance,
    Wording,
)

ARTICLE = Source(
    id="article-bridge",
    role=Role.ARTICLE,
    title="The Bridge That Nobody Wanted",
    wording=Wording.DIGEST,
    author="A. Writer",
    publisher="The Harbour Paper",
    date="2016-05-02",
    url="https://harbour.example/bridge",
)
CLAIMS = tuple(
    Claim(
        id=f"claim-{number}",
        source=ARTICLE.id,
        number=f"C{number:02}",
        text=words,
        kind="fact",
        locators=(Locator("The vote", number),),
        passages=(f"passage-a-{number}",),
    )
    for number, words in enumerate(
        (
            "The city council approved the bridge in a single night.",
            "The bridge cost three times what was promised.",
            "Fishermen lost half of their income after the bridge opened.",
            "The mayor's brother owned the cement works.",
            "No engineer inspected the piles before the opening.",
            "Ferry traffic fell to nothing within a year.",
            "The toll was raised four times in two years.",
            "The bridge sways in every autumn storm.",
            "Schools on the island closed because of the bridge.",
            "Tourists stayed away in the first summer.",
            "The harbour lost its oldest crane to make room.",
        ),
        start=1,
    )
)


def reference(number: int, **changes: Any) -> Source:
    """A reference note."""
    source = Source(
        id=f"reference-{number}",
        role=Role.REFERENCE,
        title=f"Audit report {number} on the bridge",
        wording=Wording.NOTE,
        author=None,
        publisher="Court of Audit",
        date="2018-03",
        url=f"https://audit.example/reports/{number}",
    )
    return replace(source, **changes)


def citation(label: str, quote: str, source: Source, **changes: Any) -> Citation:
    """A citation whose stance follows its label."""
    stance = {"O": Stance.REFUTES, "S": Stance.SUPPORTS}.get(label[0], Stance.NEUTRAL)
    made = Citation(
        label=label,
        source=source,
        passage=f"passage-{label}",
        quote=quote,
        start=0,
        end=len(quote),
        locator=Locator("Findings", 2),
        relevance=0.9,
        stance=stance,
        probability=0.9,
        later=bool(source.date and source.date > "2016-05"),
    )
    return replace(made, **changes)


def answer(answer_id: str = "a1", question: str = "Did the bridge cost too much?", **changes: Any) -> Answer:
    """An answer to C02: two quotes of the article, five against, two for, one neither."""
    made = Answer(
        id=answer_id,
        question=question,
        claim=CLAIMS[1],
        article=ARTICLE,
        said=(
            citation("A1", "The bridge, promised for ten million, cost thirty.", ARTICLE, later=False),
            citation("A2", "Three times the price, the council admitted.", ARTICLE, later=False),
        ),
        opposing=tuple(
            citation(f"O{n}", f"The final account number {n} shows eleven million in all.", reference(n))
            for n in range(1, 6)
        ),
        supporting=tuple(
            citation(f"S{n}", f"Invoice {n} brings the sum above the promise.", reference(10 + n)) for n in (1, 2)
        ),
        context=(citation("N1", "Bridges of that size cost between nine and forty million.", reference(20)),),
        text="The article says thirty million [A1]; the final account says eleven [O1].",
        receipt=Receipt(sources=90, passages=334, opposing=5, supporting=2),
    )
    return replace(made, **changes)


def abstention(answer_id: str = "a9", question: str = "Who painted the bridge?") -> Answer:
    """An answer that is none, with two claims offered instead."""
    return Answer(
        id=answer_id,
        question=question,
        claim=None,
        article=ARTICLE,
        receipt=Receipt(sources=90, passages=334, opposing=0, supporting=0),
        abstention=Abstention.NOT_CLAIMED,
        reason="The article does not say who painted the bridge.",
        nearest=(CLAIMS[0], CLAIMS[7]),
    )


def context_of(cited: Citation) -> Context:
    """The passage of a citation, in the middle of it the quote, with a neighbour on either side."""
    text = f"First sentence. {cited.quote} Last sentence."
    start = text.index(cited.quote)

    def passage(ordinal: int, words: str) -> Passage:
        return Passage(f"p{ordinal}", cited.source.id, ordinal, 0, len(words), words, "Findings", ordinal)

    return Context(
        source=cited.source,
        passage=passage(2, text),
        before=(passage(1, "What stands before."),),
        after=(passage(3, "What stands after."),),
        quote_start=start,
        quote_end=start + len(cited.quote),
    )
