"""Counter-queries by a chat model, beside those of the templates: opposing evidence is hunted, not stumbled on.

What the model writes is only searched with. Nothing of it is shown, so a bad query costs a place among the candidates.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from threading import Lock

from pydantic import BaseModel, Field

from retrieval.chat.asker import Asker
from retrieval.chat.deadline import Deadline
from retrieval.chat.errand import Errands, Watch, ignore
from retrieval.chat.faults import Fault

REPLY = 150
"""Tokens set aside for a reply."""
LONGEST = 240
"""Characters of a query that are searched with."""
KEPT = 2_000
"""Claims whose queries are remembered: claims are asked about again and again, and their queries stay the same."""

_log = logging.getLogger(__name__)


class Queries(BaseModel):
    """Three ways to search for the other side of a claim."""

    restated: str = Field(description="The claim in other words.")
    negated: str = Field(description="What would hold if the claim did not.")
    critic: str = Field(description="What a critic of the claim would look for.")


class Hunter:
    """Writes counter-queries for claims with a model; any number of threads may call it."""

    def __init__(self, asker: Asker, watch: Watch = ignore) -> None:
        self._errands = Errands(asker, "counter", Queries, REPLY, watch)
        self._known: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def queries(self, claim: str, space: str, deadline: Deadline) -> tuple[str, ...]:
        """What to search for besides the claim; nothing when the model gives nothing in time.

        Args:
            claim: in its own words.
            space: who asks, and pays.
            deadline: when to go on without.
        """
        with self._lock:
            if claim in self._known:
                self._known.move_to_end(claim)
                return self._known[claim]
        try:
            found = self._errands.send([("CLAIM", claim)], space, deadline)
        except Fault as fault:
            _log.info("no counter-queries of the model: %s", fault)
            return ()
        queries = usable((found.restated, found.negated, found.critic), claim)
        with self._lock:
            self._known[claim] = queries
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return queries


def usable(queries: tuple[str, ...], claim: str) -> tuple[str, ...]:
    """The queries on one line each, short enough, without repeats and without the claim itself."""
    tidy = dict.fromkeys(" ".join(query.split())[:LONGEST] for query in queries)
    return tuple(query for query in tidy if query and query.casefold() != claim.casefold())
