"""What of a draft may be shown: each sentence is held against its sources, and dropped when anything does not hold.

A dropped sentence is never repaired. The checks, in order: it cites; every label is one that was given; every quote
stands in the passage it names (`retrieval.answer.quote`), those in the prose too; it cannot ping, link or restyle; it
repeats nothing of our instructions; it is one sentence of bearable length; it speaks in its sources' voice and not in
ours; the side it names is the side the judge found; it brings no figure, name or topic that its sources do not have;
and the judge reads none of its quotes as being on the other side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.answer.agree import Agreement
from retrieval.answer.draft import Draft, DraftSentence
from retrieval.answer.grounded import strange
from retrieval.answer.harmless import harm, unstyled
from retrieval.answer.quote import find, normal, substance
from retrieval.answer.voice import HOLE, Attribution, certain, loose, reported, sides_named, verdict
from retrieval.ingest.sentences import sentences
from retrieval.types import Answer, Citation, Passage, Wording

LONGEST_SENTENCE = 420
"""Characters of a sentence, quotes included."""
LONGEST_TEXT = 1400
"""Characters of all sentences together: an answer is read in a chat."""
MOST = 6
FEWEST = 2
LEAST_QUOTED = 8
"""Letters and digits that a quote must have to show anything."""
_RUN = 7
"""Words in a row shared with our instructions that are no coincidence."""

_DOUBLE = re.compile(r"[\"“”„‟″«»「」『』＂❝❞]")
_SINGLE = re.compile(r"(?<!\w)['‘‹](?!\d)[^'‘’‹›]+(?:['’]\w[^'‘’‹›]*)*['’›](?!\w)")
_LABELS = re.compile(r"\s*[\[(]\s*[AOSN]\d{1,3}(?:\s*(?:[,;]|and)\s*[AOSN]\d{1,3})*\s*[\])]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that holds: its words without labels, its labels in order, and the stored words it quotes."""

    text: str
    labels: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gated:
    """What holds, and what was dropped and why."""

    kept: tuple[Sentence, ...]
    dropped: tuple[tuple[str, str], ...]
    """(words, reason)."""


class _Dropped(Exception):
    """A sentence does not hold; the reason is for the record."""


class Gate:
    """Checks the sentences of one answer."""

    def __init__(
        self,
        answer: Answer,
        passages: Mapping[str, Passage],
        instructions: str = "",
        agreement: Agreement | None = None,
    ) -> None:
        """What sentences are held against.

        Args:
            answer: the one written about.
            passages: the stored passages by id.
            instructions: what the model was told, which stays secret.
            agreement: reads the quotes again; without it their sides are taken from their passages.
        """
        held = [citation for citation in answer.citations if citation.passage in passages]
        self._texts = {citation.label: passages[citation.passage].text for citation in held}
        self._records = {citation.label: _record(citation) for citation in held}
        self._summaries = {item.label for item in held if item.source.wording is not Wording.FULL_TEXT}
        self._claim = answer.claim.text if answer.claim else ""
        article = answer.article
        self._attribution = Attribution((article.author, article.publisher) if article else ())
        self._secret = _runs(instructions)
        self._agreement = agreement
        self._judged = {item.label for item in held if item.claim is None} if answer.claim else set[str]()
        """Labels whose passages were judged for this very claim."""

    def check(self, draft: Draft) -> Gated:
        """Every sentence of a draft, kept or dropped; after ``MOST`` sentences or too many characters the rest goes."""
        kept: list[Sentence] = []
        dropped: list[tuple[str, str]] = []
        for sentence in draft.sentences:
            try:
                held = self._held(sentence)
            except _Dropped as reason:
                dropped.append((sentence.text, str(reason)))
                continue
            if len(kept) < MOST and sum(len(other.text) for other in kept) + len(held.text) <= LONGEST_TEXT:
                kept.append(held)
            else:
                dropped.append((sentence.text, "the answer is long enough"))
        return Gated(tuple(kept), tuple(dropped))

    def _held(self, sentence: DraftSentence) -> Sentence:
        labels, quotes = self._cited(sentence)
        own, quotations = parted(" ".join(_LABELS.sub("", sentence.text).split()))
        own, quoted = self._verbatim(unstyled(own).strip(), quotations, labels)
        text = whole(own, quoted)
        _sound(text, own)
        if self._secret & _runs(text):
            raise _Dropped("it repeats the instructions")
        self._speaks_for_others(own, labels)
        self._says_no_more(own, labels)
        self._agrees(labels, quotes)
        return Sentence(text, labels, quotes)

    def _cited(self, sentence: DraftSentence) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The labels and the stored words that a sentence cites, all of them verified."""
        quotes: dict[str, str] = {}
        for citation in sentence.citations:
            label = citation.label.strip().strip("[]()").upper()
            stored = self._texts.get(label)
            if stored is None:
                raise _Dropped("it cites what was not given")
            span = find(citation.quote, stored)
            if span is None or substance(stored[slice(*span)]) < LEAST_QUOTED:
                raise _Dropped("a quote is not in the passage")
            quotes[label] = stored[slice(*span)]
        if not quotes:
            raise _Dropped("it cites nothing")
        return tuple(quotes), tuple(quotes.values())

    def _verbatim(self, own: str, quotations: Sequence[str], labels: Sequence[str]) -> tuple[str, list[str]]:
        """The sentence and its quotations in stored words; words of a summary of ours lose their quotation marks.

        They are not the source's words, so they are no quotation, and are checked like everything else in our voice.
        """
        pieces = own.split(HOLE)
        own, quoted = pieces[0], []
        for words, piece in zip(quotations, pieces[1:], strict=True):
            label, stored = self._stored(words, labels)
            own += (stored if label in self._summaries else HOLE) + piece
            quoted += [] if label in self._summaries else [stored]
        return own, quoted

    def _stored(self, quoted: str, labels: Sequence[str]) -> tuple[str, str]:
        for label in labels:
            span = find(quoted, self._texts[label])
            if span is not None:
                return label, self._texts[label][slice(*span)]
        raise _Dropped("it quotes words that are not in what it cites")

    def _speaks_for_others(self, own: str, labels: Sequence[str]) -> None:
        """Refuse what our own voice must not say; ``own`` is the sentence with holes for the quotes."""
        article, sides = [label for label in labels if label.startswith("A")], {label[0] for label in labels} - {"A"}
        attributed = self._attribution.to_article(own)
        if article and not sides and not attributed:
            raise _Dropped("it asserts in our voice what the article says")
        if sides and not reported(own):
            raise _Dropped("it asserts in our voice what a source says")
        if loose(own):
            raise _Dropped("a part of it is in our voice")
        if certain(own) or (verdict(own) and not (sides and reported(own))):
            raise _Dropped("it judges")
        if sides and not sides_named(own) <= sides:
            raise _Dropped("it names a side that its sources are not on")

    def _says_no_more(self, own: str, labels: Sequence[str]) -> None:
        """Refuse what does not come from what is cited; a claim and a record are cited with their passages."""
        cited = [self._claim, *(texts[label] for label in labels for texts in (self._texts, self._records))]
        brought = strange(own, cited, [*self._texts.values(), *self._records.values()])
        if brought:
            raise _Dropped(f"it brings {brought} that its sources do not have")

    def _agrees(self, labels: Sequence[str], quotes: Sequence[str]) -> None:
        """Refuse a quote that the judge reads as being on the other side."""
        read = [(label[0], quote) for label, quote in zip(labels, quotes, strict=True) if label in self._judged]
        if self._agreement and read and not self._agreement.holds(self._claim, read):
            raise _Dropped("the judge reads its quote as being on the other side")


def enough(kept: Sequence[Sentence], answer: Answer) -> bool:
    """Whether what is kept is an answer: two sentences, the article and each side that has evidence."""
    cited = {label[0] for sentence in kept for label in sentence.labels}
    present = {side for side, found in (("A", answer.said), ("O", answer.opposing), ("S", answer.supporting)) if found}
    return len(kept) >= FEWEST and present <= cited


def parted(words: str) -> tuple[str, list[str]]:
    """The words in the sentence's own voice, with a ``HOLE`` for each quotation, and the quotations.

    Quotations stand between pairs of double marks or, where there are none, of single ones.
    """
    doubles = [match.span() for match in _DOUBLE.finditer(words)]
    if len(doubles) % 2 or HOLE in words:
        raise _Dropped("its quotation marks do not pair")
    pairs = [(left[0], right[1]) for left, right in zip(doubles[::2], doubles[1::2], strict=True)]
    pairs = pairs or [match.span() for match in _SINGLE.finditer(words)]
    own, at = "", 0
    for start, end in pairs:
        own, at = f"{own}{words[at:start]}{HOLE}", end
    return own + words[at:], [words[start + 1 : end - 1] for start, end in pairs]


def whole(own: str, quotes: Sequence[str]) -> str:
    """The sentence again, each hole filled with stored words between quotation marks."""
    pieces = own.split(HOLE)
    return pieces[0] + "".join(f"“{quote}”{piece}" for quote, piece in zip(quotes, pieces[1:], strict=True))


def _record(citation: Citation) -> str:
    """What is known of a source, as words that a sentence may use."""
    source = citation.source
    known = (source.title, source.author, source.publisher, source.date, source.date_note, source.kind)
    return " ".join(part for part in known if part)


def _sound(text: str, own: str) -> None:
    """Refuse what is harmful, too long, or not one sentence."""
    wrong = harm(text)
    if wrong:
        raise _Dropped(f"it holds {wrong}")
    if len(text) > LONGEST_SENTENCE:
        raise _Dropped("it is too long")
    if len(sentences(own)) != 1 or ";" in own:
        raise _Dropped("it is not one sentence")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(normal(text).text.casefold())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
