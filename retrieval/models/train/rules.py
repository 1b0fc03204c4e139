"""Pairs made by rule out of pairs that were given: negated claims, changed figures and names, longer passages.

The idea of pairing every text with a minimally changed twin of the opposite label is that of counterfactually augmented
data (Kaushik, Hovy and Lipton, ICLR 2020); it takes away what the claim alone gives away.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from retrieval.models.train.sources import Pair

FLIP = {"refutes": "supports", "supports": "refutes"}
VERB = re.compile(
    r"\b(is|are|was|were|has been|have been|had been|can|could|will|would|should|must|does|do|did)\b(?! not\b|n't)"
)
PLAIN_NOT = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|must|does|do|did|has|have|had) not\b|\bcannot\b"
)
SHORT = {
    "isn't": "is",
    "aren't": "are",
    "wasn't": "was",
    "weren't": "were",
    "can't": "can",
    "won't": "will",
    "shouldn't": "should",
}
FIGURE = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w])")
NAME = re.compile(
    r"\b([a-z]+) ((?!January|February|March|April|May|June|July|August|September|October|November|December)"
    r"[A-Z][a-z]+(?: [A-Z][a-z]+)*)"
)
OPPOSITES = [
    ("increase", "decrease"), ("increases", "decreases"), ("increased", "decreased"), ("higher", "lower"),
    ("more", "fewer"), ("rose", "fell"), ("largest", "smallest"), ("highest", "lowest"), ("best", "worst"),
    ("first", "last"), ("before", "after"), ("won", "lost"), ("accepted", "rejected"), ("approved", "refused"),
    ("allowed", "banned"), ("legal", "illegal"), ("effective", "ineffective"), ("safe", "dangerous"),
    ("strong", "weak"), ("rich", "poor"), ("always", "never"), ("most", "few"), ("all", "none of the"),
    ("north", "south"), ("east", "west"), ("older", "younger"), ("born", "died"), ("inhibits", "promotes"),
    ("reduces", "raises"), ("reduced", "raised"), ("positive", "negative"), ("early", "late"),
    ("success", "failure"), ("successful", "unsuccessful"), ("common", "rare"), ("male", "female"),
    ("old", "young"), ("longer", "shorter"), ("larger", "smaller"), ("better", "worse"), ("beneficial", "harmful"),
    ("possible", "impossible"),
]  # fmt: skip
OPPOSITE = dict(OPPOSITES) | {b: a for a, b in OPPOSITES}
TURNABLE = re.compile(r"\b(" + "|".join(map(re.escape, sorted(OPPOSITE, key=len, reverse=True))) + r")\b")


def negated(claim: str) -> str | None:
    """The claim with its first auxiliary negated, or its one negation taken out."""
    for short, verb in SHORT.items():
        if short in claim:
            return claim.replace(short, verb, 1)
    if found := PLAIN_NOT.search(claim):
        verb = "can" if found.group() == "cannot" else found.group(1)
        return claim[: found.start()] + verb + claim[found.end() :]
    if re.search(r"\b(no|never|not|none|nobody|nothing|only|neither)\b", claim, re.IGNORECASE):
        return None
    if found := VERB.search(claim):
        head = found.group().split(" ")
        return claim[: found.start()] + " ".join([head[0], "not", *head[1:]]) + claim[found.end() :]
    return None


def figure_changed(item: Pair, dice: random.Random) -> str | None:
    """A supported claim with one of its figures, which the passage gives too, made another one."""
    shared = [found for found in FIGURE.finditer(item.claim) if found.group() in item.evidence]
    if not shared:
        return None
    found = dice.choice(shared)
    digits = found.group().replace(",", "")
    if "." in digits:
        other = f"{float(digits) * dice.choice((0.4, 0.6, 1.5, 2.2)):.{len(digits.split('.')[1])}f}"
    elif len(digits) == 4 and digits[:2] in ("17", "18", "19", "20"):
        other = str(int(digits) + dice.choice((-40, -21, -8, -4, -2, -1, 1, 2, 3, 7)))
    else:
        value = int(digits)
        other = str(
            max(0, value + dice.choice((-2, -1, 1, 2, 3)))
            if value < 12
            else int(value * dice.choice((0.3, 0.5, 0.7, 1.4, 2, 3)))
        )
        other = f"{int(other):,}" if "," in found.group() else other
    if other == digits or other in item.evidence:
        return None
    return item.claim[: found.start()] + other + item.claim[found.end() :]


def name_changed(item: Pair, names: dict[str, list[str]], dice: random.Random) -> str | None:
    """A supported claim in which a name after its verb, that the passage gives too, is another after the same word."""
    shared = [found for found in NAME.finditer(item.claim) if found.group(2) in item.evidence]
    if not shared:
        return None
    found = dice.choice(shared)
    known = names.get(found.group(1), [])
    same = [
        name for name in dice.sample(known, min(60, len(known))) if len(name.split()) == len(found.group(2).split())
    ]
    same = [name for name in same if name not in item.evidence and name not in item.claim]
    return item.claim[: found.start(2)] + same[0] + item.claim[found.end(2) :] if same else None


def opposite(item: Pair) -> str | None:
    """A supported claim with its one gradable word turned round."""
    found = list(TURNABLE.finditer(item.claim))
    if len(found) != 1:
        return None
    return item.claim[: found[0].start()] + OPPOSITE[found[0].group()] + item.claim[found[0].end() :]


def twins(pairs: Sequence[Pair], share: float, dice: random.Random) -> list[Pair]:
    """Pairs whose label follows from the rule that changed the claim."""
    names: dict[str, list[str]] = defaultdict(list)
    for item in pairs:
        for found in NAME.finditer(item.claim):
            names[found.group(1)].append(found.group(2))
    made = []
    for item in pairs:
        if item.label == "neutral" or dice.random() > share:
            continue
        ways = [("negated", lambda one=item: negated(one.claim), FLIP[item.label])]
        if item.label == "supports" and item.source not in (
            "perspectrum",
            "valueeval_args",
            "arc_comments",
            "ibm_claim_stance",
        ):
            ways += [
                ("figure", lambda one=item: figure_changed(one, dice), "refutes"),
                ("name", lambda one=item: name_changed(one, names, dice), "refutes"),
                ("opposite", lambda one=item: opposite(one), "refutes"),
            ]
            dice.shuffle(ways)
        for kind, way, label in ways:
            if claim := way():
                made.append(replace(item, claim=claim, label=label, kind=kind, weight=0.5 if kind == "name" else 0.7))
                break
    return made


def lengthened(pairs: Sequence[Pair], share: float, dice: random.Random) -> list[Pair]:
    """Passages set between other passages of their source, as a sentence stands in a paragraph."""
    others: dict[str, list[Pair]] = defaultdict(list)
    for item in pairs:
        others[item.source].append(item)
    made = []
    for item in pairs:
        if dice.random() > share or len(item.evidence) > 450:
            continue
        around = [dice.choice(others[item.source]) for _ in range(3)]
        extra = [one.evidence for one in around if one.group != item.group and len(one.evidence) < 260][
            : dice.choice((1, 1, 2))
        ]
        cut = dice.randint(0, len(extra))
        made.append(replace(item, evidence=" ".join([*extra[:cut], item.evidence, *extra[cut:]]), kind="lengthened"))
    return made
