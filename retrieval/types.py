"""The values that travel: frozen, plain, and the same words as the design's vocabulary.

Offsets are half-open character ranges ``[start, end)`` into the text of the source's current document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SHARED = "shared"
"""The space of the seeds: every server sees it."""


class Role(StrEnum):
    """Whether a source's claims are discussed, or it is evidence about them."""

    ARTICLE = "article"
    REFERENCE = "reference"


class Wording(StrEnum):
    """Whose words a stored text holds; a citation always shows which of them it quotes."""

    FULL_TEXT = "full text"
    """The document's own words."""
    DIGEST = "digest"
    """Our summary of an article, claim by claim."""
    NOTE = "note"
    """Our notes of what a reference establishes."""


class Stance(StrEnum):
    """Where a passage stands toward a claim."""

    REFUTES = "refutes"
    SUPPORTS = "supports"
    NEUTRAL = "neutral"


class Abstention(StrEnum):
    """The kinds of "no answer", each with its own sentence."""

    NOT_COVERED = "not covered"
    """Neither the article nor the references speak of it."""
    NOT_CLAIMED = "not claimed"
    """The topic is the article's, but the article does not say this."""
    OFF_TOPIC = "off topic"
    """Private, or nothing to do with any source."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document with a record. ``date`` is ISO 8601, shortened to what is known ("2015-05", "2014"), or None."""

    id: str
    role: Role
    title: str
    wording: Wording = Wording.FULL_TEXT
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    kind: str | None = None
    """What sort of document, in the publisher's terms: "court record", "journalism"."""
    space: str = SHARED
    added_by: str | None = None
    quality: str | None = None
    """How good or how partisan the source is, in a few words for people: "news agency", "interested party"."""
    date_note: str | None = None
    """What is known of the date beyond ``date``: "undated", "between May and early July"."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a source's text: ``text == document[start:end]`` always."""

    id: str
    source: str
    ordinal: int
    start: int
    end: int
    text: str
    heading: str | None = None
    paragraph: int | None = None
    """1-based within the heading."""
    body_paragraph: int | None = None
    """1-based through the whole body."""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in a source a passage stands, as a reader would look it up."""

    heading: str | None
    paragraph: int | None
    body_paragraph: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A numbered, check-worthy statement of an article, tied to the passages that make it.

    ``number`` is what people type: "C06", "P01". ``locators`` say where the article makes it; ``passages`` are the ids
    of the stored passages at those places (the digest's own, or the full text's once it is bound).
    """

    id: str
    source: str
    number: str
    text: str
    kind: str | None = None
    locators: tuple[Locator, ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one (claim, passage) pair. The three stance probabilities add up to 1."""

    refutes: float
    supports: float
    neutral: float
    relevance: float
    second: Stance | None = None
    """How a second reader, asked because the judge was unsure, reads the pair."""

    @property
    def stance(self) -> Stance:
        """The most probable stance, before any threshold."""
        best = max(self.refutes, self.supports, self.neutral)
        if best == self.neutral:
            return Stance.NEUTRAL
        return Stance.REFUTES if best == self.refutes else Stance.SUPPORTS

    def probability(self, stance: Stance) -> float:
        """The probability of one stance."""
        return {Stance.REFUTES: self.refutes, Stance.SUPPORTS: self.supports, Stance.NEUTRAL: self.neutral}[stance]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage judged for one claim. ``start``/``end`` bound the quoted sentence inside the document."""

    passage: Passage
    source: Source
    relevance: float
    stance: Stance
    probability: float
    start: int
    end: int
    claim: str | None = None
    """Number of the claim it was judged for, when that is not the answer's own."""
    second: Stance | None = None
    """How a second reader reads it; None when nobody asked one."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote: ``quote`` is character for character ``document[start:end]`` of ``source``."""

    label: str
    source: Source
    passage: str
    quote: str
    start: int
    end: int
    locator: Locator
    relevance: float
    stance: Stance
    probability: float
    later: bool = False
    """The source is dated after the article."""
    claim: str | None = None
    """Number of the claim it bears on, when that is not the answer's own: some questions ask about two."""
    second: Stance | None = None
    """How a second reader, a chat model, reads it; None when the judge was sure or nobody asked."""

    @property
    def disputed(self) -> bool:
        """Whether the second reader does not read it as the judge does."""
        return self.second is not None and self.second is not self.stance


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was searched and what came of it."""

    sources: int
    passages: int
    opposing: int
    supporting: int
    dropped: int = 0
    """Quotes that failed verification and were left out."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an answer was made with, kept with it so that it can be explained later."""

    embedder: str
    """Whose vectors the sources were searched by."""
    judge: str
    model: str | None = None
    """The chat model that was asked, whether or not its words are shown."""
    prompts: str | None = None
    """Names and versions."""
    shown: tuple[str, ...] = ()
    """Ids of the passages that the model was shown."""
    read: int = 0
    """Tokens that the model read, ..."""
    written: int = 0
    """... and wrote."""
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: three lists that are never blended, the prose, and the receipt, or why not."""

    id: str
    question: str
    """What was answered: the question as asked, or a follow-up made whole."""
    claim: Claim | None
    article: Source | None
    """The article discussed."""
    said: tuple[Citation, ...] = ()
    """The article's own words (A1, A2, ...)."""
    opposing: tuple[Citation, ...] = ()
    """O1, O2, ... best first."""
    supporting: tuple[Citation, ...] = ()
    """S1, S2, ..."""
    context: tuple[Citation, ...] = ()
    """N1, N2, ...: related, neither for nor against, or side undetermined."""
    text: str = ""
    receipt: Receipt = field(default_factory=lambda: Receipt(0, 0, 0, 0))
    abstention: Abstention | None = None
    reason: str | None = None
    """One sentence for the person, when there is an abstention."""
    nearest: tuple[Claim, ...] = ()
    """Claims offered instead, when there is an abstention."""
    mode: str = "embedded"
    notice: str | None = None
    """A quiet note: why the prose is plainer than usual, say."""
    elapsed_ms: int = 0
    asked: str | None = None
    """A follow-up in the person's own words, when ``question`` is how it was understood."""
    made: Made | None = None

    @property
    def abstained(self) -> bool:
        """Whether there is a reason instead of an answer."""
        return self.abstention is not None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, in the order in which they are shown."""
        return self.said + self.opposing + self.supporting + self.context


@dataclass(frozen=True, slots=True)
class Context:
    """A quote among its neighbours: ``before``, ``passage`` and ``after`` in reading order."""

    source: Source
    passage: Passage
    before: tuple[Passage, ...]
    after: tuple[Passage, ...]
    quote_start: int
    """Offset of the quote inside ``passage.text``."""
    quote_end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A source as it is handed to the library: its record, its text, how the text divides, and its claims."""

    source: Source
    text: str
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...] = ()
