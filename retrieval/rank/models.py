"""The models that serve: ours, or those of a folder that is named instead."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import Misconfigured
from retrieval.rank.cued import CuedJudge
from retrieval.rank.embed import OnnxEmbedder
from retrieval.rank.judge import LexicalJudge, OnnxJudge
from retrieval.rank.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Models:
    """An embedder and a judge; they load at their first use."""

    embedder: OnnxEmbedder
    judge: CuedJudge | LexicalJudge

    @property
    def reader(self) -> OnnxJudge | LexicalJudge:
        """The judge without cues: what the stance and retrieval sets measure, in any domain."""
        return self.judge.model if isinstance(self.judge, CuedJudge) else self.judge


def open_models(folder: Path | None = None, threads: int | None = None) -> Models:
    """The models of ``folder``; a part that it lacks, or all when it is None, comes from the shipped folder.

    Args:
        folder: One with a manifest.json.
        threads: How many texts a model runs at once; as many as there are cores when None or 0.

    Raises:
        Misconfigured: A manifest cannot be used, or there is no embedder at all.
    """
    shipped = Manifest.load()
    chosen = Manifest.load(folder) if folder else shipped
    embedder, judge = chosen.embedder or shipped.embedder, chosen.judge or shipped.judge
    if embedder is None:
        raise Misconfigured("No embedder is installed: restore retrieval/models, or name a folder in REJOINDER_MODELS.")
    return Models(OnnxEmbedder(embedder, threads), CuedJudge(OnnxJudge(judge, threads)) if judge else LexicalJudge())
