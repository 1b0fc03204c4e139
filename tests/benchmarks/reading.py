"""How many pairs the judge reads a second, and passages the embedder, each of 150 tokens."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from tokenizers import Tokenizer

from retrieval.rank.manifest import SHIPPED
from retrieval.rank.models import open_models
from tests.benchmarks.tables import table

TOKENS = 150
TEXTS, ROUNDS = 200, 5
CLAIM = "The group is financed by two neighbouring states that want the government to fall."
WORDS = (
    "The committee reported that most of the money came from inside the territory, from fees and wells. " * 10
).split()


def report() -> str:
    """Medians of a few rounds, with all cores."""
    models = open_models()
    tokenizer = Tokenizer.from_file(str(SHIPPED / "judge" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    beside = fitting(lambda text: len(tokenizer.encode(CLAIM, text).ids))
    alone = fitting(lambda text: len(tokenizer.encode(text).ids))
    pairs = a_second(lambda: models.reader.judge([(CLAIM, beside)] * TEXTS))
    passages = a_second(lambda: models.embedder.embed_passages([alone] * TEXTS))
    rows = [
        [f"judge, pairs of {TOKENS} tokens a second", f"{pairs:.0f}", "≥ 120"],
        [f"embedder, passages of {TOKENS} tokens a second", f"{passages:.0f}", "≥ 90"],
    ]
    return table(["int8, all cores", "measured", "asked for"], rows)


def fitting(tokens: Callable[[str], int]) -> str:
    """The longest beginning of the words that keeps to the tokens."""
    count = len(WORDS)
    while tokens(" ".join(WORDS[:count])) > TOKENS:
        count -= 1
    return " ".join(WORDS[:count])


def a_second(work: Callable[[], object]) -> float:
    """Texts a second, the median of the rounds, the model already loaded."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        rounds.append(TEXTS / (time.perf_counter() - began))
    return statistics.median(rounds)
