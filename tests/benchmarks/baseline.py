"""What a user would write instead, on the same questions and with the same embedder: LangChain's usual recipe.

`RecursiveCharacterTextSplitter(1000, 200)` into Chroma, `similarity_search`: no claim, no judge, no sides.
Its "opposing hit" is generous: a refuting statement counts when it stands anywhere in the five reference chunks,
though nothing tells a reader that it opposes.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document as Chunk
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from bot.composition import open_library
from bot.settings import Settings
from retrieval.evaluate.questions import Gold, measure_questions, read_questions
from retrieval.evaluate.tally import tally
from retrieval.ingest.article import bind
from retrieval.ingest.seed import load_folder
from retrieval.rank.interfaces import Embedder
from retrieval.rank.models import open_models
from retrieval.seeding import SEEDS
from retrieval.types import Document, Role, Stance
from tests.benchmarks.tables import table

CHUNK, OVERLAP = 1000, 200
ARTICLE_DEPTH, OPPOSING_DEPTH = 3, 5


class SameEmbedder(Embeddings):
    """Our embedder behind LangChain's interface."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of chunks."""
        rows: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question."""
        row: list[float] = self._embedder.embed_queries([text])[0].tolist()
        return row


def documents(shared: Path) -> list[Document]:
    """The seeds with the first article bound to its text."""
    text = next((shared / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    seeds = load_folder(SEEDS)
    return [bind(text, seed) if seed.source.role is Role.ARTICLE else seed for seed in seeds]


def recipe(stored: Sequence[Document], embedder: Embedder, folder: str) -> Chroma:
    """The store that the recipe makes."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    chunks = [
        Chunk(page_content=piece, metadata={"role": document.source.role.value})
        for document in stored
        for piece in splitter.split_text(f"{document.source.title}\n\n{document.text}")
    ]
    store = Chroma("recipe", SameEmbedder(embedder), persist_directory=folder)
    store.add_documents(chunks)
    return store


def recipe_scores(store: Chroma, questions: Sequence[Gold], article: Document) -> tuple[float, float, float]:
    """Article hit@3, opposing hit@5, median milliseconds."""
    hits: dict[str, list[bool]] = {"article": [], "opposing": []}
    times = []
    for gold in questions:
        start = time.perf_counter()
        said = store.similarity_search(gold.question, k=ARTICLE_DEPTH, filter={"role": "article"})
        found = store.similarity_search(gold.question, k=OPPOSING_DEPTH, filter={"role": "reference"})
        times.append((time.perf_counter() - start) * 1000)
        if gold.places:
            hits["article"].append(any(_holds(chunk.page_content, gold, article) for chunk in said))
        if refuting := gold.of(Stance.REFUTES):
            hits["opposing"].append(any(text in chunk.page_content for chunk in found for text in refuting))
    return statistics.mean(hits["article"]), statistics.mean(hits["opposing"]), statistics.median(times)


def _holds(chunk: str, gold: Gold, article: Document) -> bool:
    """Whether a chunk holds the beginning of a gold paragraph, or a good part of one."""
    wanted = {(place.heading, place.paragraph) for place in gold.places}
    texts = [passage.text for passage in article.passages if (passage.heading, passage.paragraph) in wanted]
    return any(text[:120] in chunk or text[-120:] in chunk for text in texts)


async def ours(stored: Sequence[Document], questions: Sequence[Gold], folder: str) -> tuple[float, float, float]:
    """The same three figures for Rejoinder; its opposing passages must also be labelled as opposing."""
    async with open_library(Settings(REJOINDER_DATA=Path(folder)), seeded=False) as library:
        await library.add(stored, actor="benchmark")
        await library.ask(questions[0].question)
        found = tally(await measure_questions(library.ask, questions))
    return found.article_hit_3 or 0.0, found.opposing_hit_5 or 0.0, found.median_ms


def report(shared: Path) -> str:
    """Both, side by side, on the development questions."""
    questions = read_questions(shared / "corpus" / "questions.dev.json")
    stored = documents(shared)
    article = next(document for document in stored if document.source.role is Role.ARTICLE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        theirs = recipe_scores(recipe(stored, open_models().embedder, folder), questions, article)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        mine = asyncio.run(ours(stored, questions, folder))
    rows = [("LangChain recipe (sides unlabelled)", *theirs), ("Rejoinder (labelled as opposing)", *mine)]
    return table(("development questions", "article hit@3", "opposing hit@5", "median (ms)"), rows)
