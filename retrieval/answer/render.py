"""From sentences that hold to prose: marks from records, a paragraph a side, and what was not found said by us."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from retrieval.answer.compose import nothing
from retrieval.answer.gate import Sentence
from retrieval.types import Answer


def prose(kept: Sequence[Sentence], answer: Answer) -> str:
    """Prose with [A1] [O1] marks; sentences that follow each other on one side share a paragraph."""
    paragraphs = [" ".join(map(marked, group)) for _, group in groupby(kept, key=_side)]
    empty = (("opposes", answer.opposing), ("supports", answer.supporting))
    return "\n\n".join([*paragraphs, *(nothing(verb, answer.receipt) for verb, found in empty if not found)])


def marked(sentence: Sentence) -> str:
    """A sentence with its marks before the full stop."""
    marks = " ".join(f"[{label}]" for label in sentence.labels)
    return f"{sentence.text.rstrip('.!?… ')} {marks}."


def _side(sentence: Sentence) -> str:
    """The side a sentence is about: the evidence's, if it sets evidence beside the article."""
    return max((label[0] for label in sentence.labels), key="ANSO".index)
