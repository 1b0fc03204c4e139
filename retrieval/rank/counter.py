"""Counter-queries: a claim put in the words of those who oppose it, so that opposing evidence is hunted.

Similarity prefers what agrees, and who contradicts a claim seldom uses its words. So the claim is also searched for
negated, as a critic would ask, with the actors turned around, and by the words that usually stand against its kind of
statement. Plain tables and rules, English only; a chat model writes others (`retrieval.answer.hunt`).

Share of the refuting passages among the first 20 / 40 candidates, claim and counter-queries fused (weight 0.25 a
counter-query; development sets only; 13 claims of the corpus, 80 and 70 of the other two):

=====================  =============  ==============  =============
searched with          corpus         healthver_pool  check_covid
=====================  =============  ==============  =============
the claim alone        0.306 / 0.448  0.592 / 0.708   0.914 / 0.943
and negated            0.299 / 0.448  0.599 / 0.704   0.914 / 0.943
and critic             0.321 / 0.463  0.595 / 0.711   0.929 / 0.943
and turned             0.306 / 0.470  0.592 / 0.708   0.914 / 0.943
and rival              0.358 / 0.463  0.606 / 0.725   0.929 / 0.943
and all four           0.306 / 0.485  0.606 / 0.715   0.929 / 0.943
=====================  =============  ==============  =============

Only ``rival`` is never below the claim alone, so it alone serves (`SERVING`). From end to end the 20 development
questions do not notice it: opposing hit@5 0.75, recall of opposing among the candidates 0.744, with and without; at a
weight of 0.5 with ``negated`` the hit falls to 0.62. It costs one more embedded query and two more searches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from retrieval.rank.words import SMALL_WORDS, WORD, fold


class Way(StrEnum):
    """How a claim is turned against itself."""

    NEGATED = "negated"
    """The same sentence with a "not" in it."""
    CRITIC = "critic"
    """Its key words with those of denial."""
    TURNED = "turned"
    """Its actors, at odds with each other."""
    RIVAL = "rival"
    """Its key words with those of the accounts that rival its kind of statement."""


SERVING = (Way.RIVAL,)
"""The ways that serve: the figures above chose them."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of statement: how it is known, and what is said by those who see it otherwise."""

    name: str
    signs: re.Pattern[str]
    rival: str
    at_odds: str = ""
    """What the actors do to each other if it is otherwise; empty where that says nothing."""


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)


RELATIONS = (
    Relation(
        "backing",
        _words(
            r"back(?:s|ed|ing)|fund(?:s|ed|ing)?|financ(?:e|es|ed|ing)|sponsor\w*|arm(?:s|ed|ing)|support(?:s|ed|ing)?|"
            r"pa(?:y|ys|id)|suppl(?:y|ies|ied|ying)|complicity|proxy|proxies|tool of"
        ),
        "own revenue, self-funded, local taxes, private donors, no state support",
        "fights, attacks, sanctions, arrests, joins a coalition against",
    ),
    Relation(
        "making",
        _words(r"creat(?:e|es|ed|ing|ion)|found(?:ed|ing)|invent\w*|introduc(?:e|es|ed|ing)|behind|origins?"),
        "founded by others, own origins, local roots, grew out of, earlier than",
        "fights, opposes, targets",
    ),
    Relation(
        "money",
        _words(r"dollars?|euros?|(?:m|b|tr)illions?|revenue|budget|costs?|spen[dt]"),
        "actual budget, audit, estimate, much smaller sum, cost in total",
    ),
    Relation(
        "secret",
        _words(r"leak(?:s|ed|ing)?|secret(?:ly)?|hid(?:e|es|den)|cover(?:s|ed)? up|conceal\w*|classified"),
        "released, declassified, published, public record, disclosed under the law",
    ),
    Relation(
        "cause",
        _words(r"caus(?:e|es|ed|ing)|because|leads? to|led to|due to|result(?:s|ed)? in|explain\w*|justif\w+"),
        "other causes, no link found, unrelated, already before",
    ),
    Relation(
        "extent",
        _words(r"only|all|every|never|none|always|entire(?:ly)?|first|most|no|nobody|cannot|beyond belief"),
        "exceptions, others as well, also, some, earlier cases",
    ),
    Relation(
        "intent",
        _words(
            r"want(?:s|ed)?|plan(?:s|ned)?|threat\w*|pretext|aim(?:s|ed)?|serv(?:e|es)|inten[dt]\w*|truly|committed"
        ),
        "said it would not, warned against, reversed, stated purpose, declined",
    ),
    Relation(
        "strength",
        _words(r"spread\w*|grow\w*|seiz\w+|captur\w+|conquer\w*|swept|hold(?:s|ing)?|stronghold|foothold|los(?:t|ing)"),
        "lost, retaken, liberated, weakened, small, limited presence, survived",
    ),
)
"""The kinds of statement that are known; a claim may be of several."""
DENIAL = "no evidence, denied, disputed, rejected, contradicted, refuted, false claim about"
KEY_WORDS = 10
"""Words of a claim that are kept beside the words of the other side: more would drown them."""
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|do|may|might|must)\b(?! not)", re.IGNORECASE
)
_SAID = re.compile(
    r"^.{0,80}?\b(?:says?|said|claims?|claimed|argues?|argued|noted?|notes|states?|stated|reported|reports?)\s+that\s+",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:of\s+)?[A-Z][\w’'-]*)*")


def counter_queries(claim: str, ways: tuple[Way, ...] = SERVING) -> tuple[str, ...]:
    """What to search for besides the claim itself; fewer than ``ways`` where one says nothing for this claim."""
    bare = _SAID.sub("", claim)
    made = {
        Way.NEGATED: negated(bare),
        Way.CRITIC: f"{DENIAL} {key_words(bare)}",
        Way.TURNED: turned(bare),
        Way.RIVAL: rival(bare),
    }
    return tuple(query for way in ways if (query := made[way]))


def negated(claim: str) -> str:
    """The claim with "not" after its first auxiliary verb, or under "It is not the case that"."""
    place = _AUXILIARY.search(claim)
    if place is None:
        return f"It is not the case that {claim}"
    return f"{claim[: place.end()]} not{claim[place.end() :]}"


def turned(claim: str) -> str:
    """The names in a claim, last first, at odds with each other; empty without two names or a known relation."""
    names = list(dict.fromkeys(name for name in _NAME.findall(claim) if fold(name) not in SMALL_WORDS))
    odds = next((kind.at_odds for kind in kinds(claim) if kind.at_odds), "")
    if len(names) < 2 or not odds:  # noqa: PLR2004  # one name cannot be turned around
        return ""
    return f"{', '.join(names[:0:-1])} {odds} {names[0]}"


def rival(claim: str) -> str:
    """The claim's key words with those of rival accounts; empty when its kind is not known."""
    against = [kind.rival for kind in kinds(claim)]
    return f"{', '.join(against)}: {key_words(claim)}" if against else ""


def kinds(claim: str) -> list[Relation]:
    """The kinds of statement that a claim makes."""
    return [kind for kind in RELATIONS if kind.signs.search(claim)]


def key_words(claim: str) -> str:
    """The claim's telling words, in order, each once."""
    words = (word for word in WORD.findall(claim) if fold(word) not in SMALL_WORDS)
    return " ".join(list(dict.fromkeys(words))[:KEY_WORDS])
