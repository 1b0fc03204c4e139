"""Answers that are given again: the same question, in the same space, on the same sources, by the same models.

Only what a chat model wrote is reused, since only that costs money; an answer that is plainer than usual for some
trouble of the moment is made anew each time.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from retrieval.rank.search import visible
from retrieval.store.reuse import Reusable
from retrieval.types import Answer

NOTICE = "Answered from the store: somebody asked the same here before, and no source has changed since."
_END = re.compile(r"[\s?!.…]+$")


class Reuse:
    """Finds and remembers answers; any number of threads may ask it."""

    def __init__(self, kept: Reusable, makers: Callable[[], str]) -> None:
        """``makers`` names everything that makes an answer besides the sources: models, prompts, rules, by version."""
        self._kept, self._makers = kept, makers

    def key(self, question: str, space: str, article: str | None) -> str:
        """What a question and all that its answer rests on come down to."""
        rests_on = [normal(question), space, article, self._kept.revision(visible(space)), self._makers()]
        return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()

    def find(self, key: str, space: str) -> Answer | None:
        """The answer given before, with a note that it is; None when there is none."""
        found = self._kept.find(key, space)
        return found and replace(found, notice=NOTICE, elapsed_ms=0)

    def remember(self, key: str, answer: Answer) -> None:
        """Let a kept answer be given again, if it is as good as it can be."""
        if answer.mode == "model" and answer.notice is None:
            self._kept.keep(key, answer.id)


def normal(question: str) -> str:
    """A question without differences that mean nothing: case, spaces, compatible characters, marks at the end."""
    folded = unicodedata.normalize("NFKC", question).casefold()
    return _END.sub("", " ".join(folded.split()))
