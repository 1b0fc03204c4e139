"""A fresh library for measuring: the seeds, the first article's text bound, in a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval.answer.flow import Answerer
from retrieval.evaluate.questions import Score, measure_questions, read_questions
from retrieval.ingest.article import bind
from retrieval.library import Library
from retrieval.rank.models import Models
from retrieval.seeding import SEEDS, documents
from retrieval.store.shelf import Shelf

ACTOR = "evaluation"


@asynccontextmanager
async def fresh_library(models: Models, seeds: Path, article: str | None) -> AsyncIterator[Library]:
    """A library with the seeds and, when ``article`` is given, that text bound to the first digest."""
    with TemporaryDirectory(prefix="rejoinder-eval-") as folder:
        shelf = await asyncio.to_thread(Shelf.open, Path(folder), models.embedder)
        embedder, judge = models.embedder, models.judge
        library = Library(shelf, Answerer(shelf, embedder, judge, judge.thresholds, known_word=embedder.knows))
        try:
            await library.add(documents(seeds, {}), actor=ACTOR)
            if article:
                digest = await library.document((await library.articles())[0].id)
                await library.add([bind(article, digest)], actor=ACTOR)
            await library.reconcile()
            yield library
        finally:
            await library.close()


def ask_questions(shared: Path, models: Models) -> list[Score]:
    """The development questions of the shared material, asked of a fresh library with the article's text bound.

    Raises:
        BadInput: The question set cannot be read.
    """
    questions = read_questions(shared / "corpus" / "questions.dev.json")
    article = next((path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))), None)

    async def run() -> list[Score]:
        async with fresh_library(models, SEEDS, article) as library:
            return await measure_questions(library.ask, questions)

    return asyncio.run(run())
