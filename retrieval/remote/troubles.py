"""What an operator is told when the embeddings server fails, one sentence for each trouble."""

from __future__ import annotations

from retrieval.chat.advice import advice
from retrieval.chat.faults import Fault, Trouble
from retrieval.errors import Unavailable


class NoVectors(Unavailable):
    """The server gave no vectors; ``trouble`` says why."""

    def __init__(self, model: str, trouble: Trouble, sentence: str | None = None) -> None:
        super().__init__(sentence or f"The embeddings server ({model}) {advice(trouble)}.")
        self.trouble = trouble


def told(model: str, fault: Fault) -> NoVectors:
    """The sentence for a fault."""
    return NoVectors(model, fault.trouble)


class Changed(NoVectors):
    """The server gives vectors unlike those that are kept."""

    def __init__(self, model: str) -> None:
        super().__init__(
            model,
            Trouble.UNREADABLE,
            f"The embeddings server now gives other vectors for {model} than those kept here; "
            "`rejoinder embed` makes them all anew.",
        )
