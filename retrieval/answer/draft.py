"""What a model is asked to return: sentences, each with what it cites. Nothing in it is trusted."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

_BRACKET = re.compile(r"\[\s*([AOSN]\d{1,3})\s*[:：]\s*[\"“”'‘](.*?)[\"“”'’]\s*\]")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


class DraftCitation(BaseModel):
    """Words of one source."""

    label: str = Field(description="Label of the source, such as A1 or O2.")
    quote: str = Field(description="Words copied exactly from that source.")


class DraftSentence(BaseModel):
    """One sentence and what it rests on."""

    text: str = Field(description="One sentence that says whose words or findings it tells. No labels, no links.")
    citations: list[DraftCitation] = Field(description="Every source that the sentence rests on.")


class Draft(BaseModel):
    """An answer as a model writes it."""

    sentences: list[DraftSentence] = Field(description="Three to six sentences.")


def read_marked(text: str) -> Draft:
    """A draft from marked text: a sentence a line, each source in brackets as ``[A1: "its words"]``.

    Raises:
        ValueError: no line is marked so.
    """
    sentences = [_sentence(line) for line in text.splitlines() if line.strip()]
    if not any(sentence.citations for sentence in sentences):
        raise ValueError("no line cites anything")
    return Draft(sentences=sentences)


def _sentence(line: str) -> DraftSentence:
    cited = [DraftCitation(label=label, quote=quote) for label, quote in _BRACKET.findall(line)]
    words = " ".join(_BRACKET.sub(" ", _ITEM.sub("", line)).split())
    return DraftSentence(text=re.sub(r"\s+([.,;:!?])", r"\1", words), citations=cited)
