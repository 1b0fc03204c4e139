"""What a judge said of a claim and a passage, kept so that it is not asked twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import insert, select

from retrieval.store import schema
from retrieval.store.clean import clean
from retrieval.store.database import Database, batches
from retrieval.types import Verdict

_VERDICTS = schema.verdicts
_SAID = ("refutes", "supports", "neutral", "relevance")


class Verdicts:
    """Verbs on kept verdicts. May be called from any thread; whoever asks has seen to it that passages are visible."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, judge: str, claim: str, passages: Iterable[str]) -> dict[str, Verdict]:
        """What a judge said of one claim (its words) and some passages (their ids), as far as it was asked."""
        found: dict[str, Verdict] = {}
        with self._database.read() as connection:
            for batch in batches(map(clean, passages)):
                query = select(_VERDICTS).where(
                    _VERDICTS.c.judge == judge, _VERDICTS.c.claim == _digest(claim), _VERDICTS.c.passage.in_(batch)
                )
                for row in connection.execute(query):
                    found[row.passage] = Verdict(row.refutes, row.supports, row.neutral, row.relevance)
        return found

    def keep(self, judge: str, claim: str, verdicts: Mapping[str, tuple[str, Verdict]]) -> None:
        """Keeps what a judge said of one claim: by passage, its source and the verdict.

        A source that was erased meanwhile is passed over; a verdict that is kept already is not kept again.
        """
        with self._database.write() as connection:
            for batch in batches(verdicts.items()):
                ids = {clean(source) for _, (source, _) in batch}
                there = set(
                    connection.execute(select(schema.sources.c.id).where(schema.sources.c.id.in_(ids))).scalars()
                )
                values = [
                    _values(judge, claim, passage, source, verdict)
                    for passage, (source, verdict) in batch
                    if clean(source) in there
                ]
                if values:
                    connection.execute(insert(_VERDICTS).prefix_with("OR IGNORE", dialect="sqlite"), values)


def _values(judge: str, claim: str, passage: str, source: str, verdict: Verdict) -> dict[str, object]:
    asked = {"judge": judge, "claim": _digest(claim), "passage": clean(passage), "source": clean(source)}
    # A model's numbers may be numpy's, which no database takes.
    return {**asked, **{name: float(getattr(verdict, name)) for name in _SAID}}


def _digest(claim: str) -> str:
    return hashlib.sha256(claim.encode("utf-8", "surrogatepass")).hexdigest()[:32]
