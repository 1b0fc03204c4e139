"""The embedded answer with a quiet word why it is not written out."""

from __future__ import annotations

from dataclasses import replace

from retrieval.chat.faults import Trouble
from retrieval.types import Answer

_PLAIN = "this is the plain version, with the same quotes"
_OPERATOR = "the operator can see why with `rejoinder doctor`"
NOTICES = {
    Trouble.LATE: f"The language model did not answer in time, so {_PLAIN}.",
    Trouble.UNREACHABLE: f"The language model cannot be reached right now, so {_PLAIN}.",
    Trouble.LIMITED: f"The language model has too many requests right now, so {_PLAIN}.",
    Trouble.REJECTED_KEY: f"The language model refused our key, so {_PLAIN}; {_OPERATOR}.",
    Trouble.NO_MODEL: f"The language model that is set does not exist there, so {_PLAIN}; {_OPERATOR}.",
    Trouble.NO_CREDIT: f"The account of the language model is used up, so {_PLAIN}; {_OPERATOR}.",
    Trouble.CONTEXT: f"The sources are longer than the language model can read, so {_PLAIN}.",
    Trouble.CUT_PROMPT: f"The language model read only a part of the sources, so {_PLAIN}; {_OPERATOR}.",
    Trouble.UNSUPPORTED: f"The language model's server refused the request, so {_PLAIN}; {_OPERATOR}.",
    Trouble.UNREADABLE: f"The language model's reply could not be used, so {_PLAIN}.",
    Trouble.CUT_REPLY: f"The language model's reply was cut short, so {_PLAIN}.",
    Trouble.DECLINED: f"The language model would not write about this, so {_PLAIN}.",
    Trouble.RESTING: f"The language model is out of reach for the moment, so {_PLAIN}.",
    Trouble.SPENT: f"Today's budget for the language model is used up here, so {_PLAIN}.",
    Trouble.UNFOUNDED: f"What the language model wrote did not hold up against the sources, so {_PLAIN}.",
}
"""One sentence for each trouble; none says what a member cannot change, none blames the question."""


def fallen_back(answer: Answer, trouble: Trouble) -> Answer:
    """The embedded answer, unchanged but for the notice, which stands after one that is there already."""
    return replace(answer, mode="embedded", notice=" ".join(filter(None, (answer.notice, NOTICES[trouble]))))
