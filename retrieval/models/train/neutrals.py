"""Neutral pairs mined from passages that were labelled for other claims: many shared words, or a random one."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from retrieval.models.train.sources import Pair, words


class Overlap:
    """Passages of one source, ranked for a claim by the rarity-weighted words they share with it."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = list({item.evidence: item for item in pairs}.values())
        self.sets = [frozenset(words(item.evidence)) for item in self.pairs]
        counts = Counter(word for members in self.sets for word in members)
        self.rarity = {word: math.log(1 + len(self.sets) / count) for word, count in counts.items()}
        self.index: dict[str, list[int]] = defaultdict(list)
        for number, members in enumerate(self.sets):
            for word in members:
                if counts[word] < max(50, len(self.sets) // 20):
                    self.index[word].append(number)

    def nearest(self, item: Pair, depth: int) -> list[Pair]:
        """Passages of other groups that share most with the claim but neither repeat its passage nor serve its like."""
        scores: dict[int, float] = defaultdict(float)
        claim, mine = set(words(item.claim)), set(words(item.evidence))
        for word in claim:
            for number in self.index.get(word, ()):
                scores[number] += self.rarity[word]
        found = []
        for number in sorted(scores, key=lambda one: (-scores[one], len(self.sets[one]), one))[: 4 * depth]:
            other, theirs = self.pairs[number], self.sets[number]
            served = set(words(other.claim))
            alike = len(claim & served) / max(1, len(claim | served))
            if other.group != item.group and alike < 0.45 and len(mine & theirs) < 0.3 * len(mine | theirs):
                found.append(other)
        return found[:depth]


def mined(pairs: Sequence[Pair], hard: dict[str, float], dice: random.Random, easy: float = 0.12) -> list[Pair]:
    """Neutral pairs: `hard` gives the share of each source's claims that get a close one; `easy` a random one."""
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for item in pairs:
        by_source[item.source].append(item)
    made = []
    for source, members in sorted(by_source.items()):
        overlap = Overlap(members)
        for item in members:
            share = hard.get(source, 0.3)
            if dice.random() < share and (near := overlap.nearest(item, 5)):
                other = dice.choice(near)
                made.append(Pair(item.claim, other.evidence, "neutral", source, item.group, "hard", 0.0))
            if dice.random() < easy * (share > 0):
                other = dice.choice(members)
                if other.group != item.group and other.claim != item.claim:
                    made.append(Pair(item.claim, other.evidence, "neutral", source, item.group, "easy", 0.0))
    return made
