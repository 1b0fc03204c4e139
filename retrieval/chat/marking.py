"""Words from outside as marked data in a prompt: a fence around them, and a mark for each of their spaces.

The fence carries a random number that no source can know, and the marks make text which comes from a source look like
nothing else in the prompt (Spotlighting, Hines et al., arXiv 2403.14720).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from retrieval.ingest.readers.invisible import clean

_MARKS = "ˆ˄˅˖˗˰˽¦¤¬"
"""Characters that prose does not hold, one of which is drawn for each prompt."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What one prompt marks with."""

    mark: str
    fence: str

    @classmethod
    def drawn(cls, text: str) -> Marking:
        """A marking at random whose mark the text does not hold."""
        return cls(drawn(text), secrets.token_hex(4))

    def marked(self, text: str) -> str:
        """Text with the mark for its spaces."""
        return marked(text, self.mark)

    def unmarked(self, text: str) -> str:
        """Words of the model with spaces where it kept the marks."""
        return text.replace(self.mark, " ")

    def block(self, label: str, text: str) -> str:
        """Text between fences, under a label of ours."""
        return f"<<{self.fence} {label}>>\n{self.marked(text)}\n<<{self.fence} end>>"


def drawn(text: str) -> str:
    """A mark that the text does not hold, at random; if it holds all of them, any."""
    return secrets.choice([mark for mark in _MARKS if mark not in text] or _MARKS)


def marked(text: str, mark: str) -> str:
    """Text with the mark for its spaces; invisible characters and marks of its own are taken out."""
    return mark.join(clean(text)[0].replace(mark, "").split())
