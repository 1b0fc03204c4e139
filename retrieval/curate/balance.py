"""How the references cover an article's claims: each claim against the passages found for it, as the judge reads them.

Verdicts are kept under the claim's words and the passage's id, which both change when the text does; so a balance that
is asked for again costs a search, and only what is new is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from retrieval.curate.types import Balance
from retrieval.curate.warnings import Cells, warnings
from retrieval.errors import BadInput
from retrieval.library import Watch
from retrieval.rank.interfaces import Embedder, Judge
from retrieval.rank.judge import Thresholds
from retrieval.rank.search import Candidate, references, visible
from retrieval.store.shelf import Shelf
from retrieval.types import Claim, Source, Stance, Verdict

DEPTH = 24
"""Passages judged for a claim; an answer looks deeper, a picture of the whole need not."""


class Weigher:
    """Makes balances. Slow work when there is much to judge: call it on a worker thread, one at a time."""

    def __init__(self, shelf: Shelf, embedder: Embedder, judge: Judge, thresholds: Thresholds) -> None:
        self._shelf, self._embedder, self._judge, self._thresholds = shelf, embedder, judge, thresholds

    def weigh(self, space: str, article_id: str, watch: Watch) -> Balance:
        """The balance of one article, as a space sees it.

        Raises:
            NotFound: no such source is visible.
            BadInput: it has no claims.
        """
        spaces = visible(space)
        document = self._shelf.records.passages.document(article_id, spaces)
        if not document.claims:
            raise BadInput("That source has no claims; a balance is of an article and the references about it.")
        cells: Cells = {}
        sources: dict[str, Source] = {}
        for done, claim in enumerate(document.claims):
            watch("Weighing the claims", done, len(document.claims))
            for source, cell in self._covered(claim, spaces):
                cells[claim.number, source.id] = cell
                sources[source.id] = source
        article, claims = document.source, document.claims
        ordered = tuple(sorted(sources.values(), key=lambda source: (source.date or "9999", source.id)))
        return Balance(article, claims, ordered, cells, warnings(article, claims, sources, cells))

    def _covered(self, claim: Claim, spaces: Collection[str]) -> list[tuple[Source, tuple[Stance, float]]]:
        """The sources that speak of a claim, each with the clearest stance of its passages."""
        vector = self._embedder.embed_queries([claim.text])[0]
        found = references(self._shelf, [(claim.text, vector)], spaces, DEPTH).candidates
        best: dict[str, tuple[Source, tuple[Stance, float]]] = {}
        for candidate, verdict in zip(found, self._verdicts(claim, found), strict=True):
            cell = self._cell(verdict)
            known = best.get(candidate.source.id)
            if cell and (known is None or _clearness(cell) > _clearness(known[1])):
                best[candidate.source.id] = candidate.source, cell
        return list(best.values())

    def _verdicts(self, claim: Claim, candidates: Sequence[Candidate]) -> list[Verdict]:
        kept = self._shelf.records.verdicts.of(self._judge.id, claim.text, (item.passage.id for item in candidates))
        new = [item for item in candidates if item.passage.id not in kept]
        said = self._judge.judge([(claim.text, item.passage.text) for item in new]) if new else []
        fresh = {item.passage.id: verdict for item, verdict in zip(new, said, strict=True)}
        owners = {item.passage.id: item.source.id for item in new}
        if fresh:
            pairs = {passage: (owners[passage], verdict) for passage, verdict in fresh.items()}
            self._shelf.records.verdicts.keep(self._judge.id, claim.text, pairs)
        return [(kept | fresh)[item.passage.id] for item in candidates]

    def _cell(self, verdict: Verdict) -> tuple[Stance, float] | None:
        """The side that a passage is shown on, as in an answer; neutral when it is related; None when it is not."""
        side = Stance.REFUTES if verdict.refutes >= verdict.supports else Stance.SUPPORTS
        if verdict.probability(side) >= self._thresholds.side:
            return side, verdict.probability(side)
        if verdict.relevance >= self._thresholds.relevance:
            return Stance.NEUTRAL, verdict.neutral
        return None


def _clearness(cell: tuple[Stance, float]) -> tuple[bool, float]:
    stance, probability = cell
    return stance is not Stance.NEUTRAL, probability
