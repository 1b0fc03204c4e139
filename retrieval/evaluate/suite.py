"""`make eval`: every figure of the model card, from the shared development material, into the card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import BadInput
from retrieval.evaluate.corpus import corpus_table, measure_corpus, read_labelled
from retrieval.evaluate.data import read_pairs, read_set, sample
from retrieval.evaluate.lengths import DOCUMENTS, QUERIES, lengths_table, measure_lengths
from retrieval.evaluate.metrics import ROUNDS, Bin
from retrieval.evaluate.plot import pooled, reliability_picture
from retrieval.evaluate.report import number
from retrieval.evaluate.retrieval import DEPTH, RetrievalReport, measure, retrieval_table, summary_table
from retrieval.evaluate.stance import StanceReport, measure_stance, reliability_table, stance_table
from retrieval.evaluate.tally import questions_table
from retrieval.evaluate.workbench import ask_questions
from retrieval.rank.models import Models

Progress = Callable[[str], None]

HEADLINE = ("check_covid", "healthver_pool", "debates_debatewise", "perspectrum", "fnc1_news")
"""The sets whose mean share of the gap is the headline."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the large sets is measured, drawn with a fixed seed."""

    pairs: int = 600
    """A stance file."""
    queries: int = 80
    """Judged queries a retrieval set; the rankings without judge are over all queries."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run of the suite gives the card."""

    tables: str
    """All tables as Markdown."""
    reliability: str
    """The reliability plot as SVG."""


def run_suite(shared: Path, models: Models, progress: Progress, limits: Limits) -> Findings:
    """All tables and the reliability plot.

    Args:
        shared: Holds data/stance/test, data/retrieval and corpus.
        models: What is measured.
        progress: Told in a few words what is being done.
        limits: How much is sampled.

    Raises:
        BadInput: ``shared`` does not hold that material.
    """
    if not (shared / "data").is_dir():
        raise BadInput(f"{shared} has no data folder; name the folder of the shared material.")
    reports = stance_reports(shared, models, progress, limits)
    bins = pooled([one for report in reports for one in report.reliability])
    parts = [
        _intro(models, limits),
        stance_part(models, reports, bins),
        corpus_part(shared, models, progress),
        questions_part(shared, models, progress),
        lengths_part(shared, models, progress),
        retrieval_part(shared, models, progress, limits),
    ]
    return Findings("\n\n".join(parts), reliability_picture(bins, "Reliability on the stance tests"))


def _intro(models: Models, limits: Limits) -> str:
    return (
        f"Judge `{models.judge.id}`, embedder `{models.embedder.id}`. Brackets: 95 % bootstrap intervals ({ROUNDS} "
        f"samples, fixed seed). Stance files with more than {limits.pairs} pairs are sampled to that many; of each "
        f"retrieval set at most {limits.queries} opposed queries are judged. Samples are drawn with a fixed seed."
    )


def stance_reports(shared: Path, models: Models, progress: Progress, limits: Limits) -> list[StanceReport]:
    """The stance tests with both baselines, a report a file."""
    reports = []
    for path in sorted((shared / "data" / "stance" / "test").glob("*.jsonl.gz")):
        pairs = sample(read_pairs(path), limits.pairs)
        progress(f"stance: {path.name}, {len(pairs)} pairs")
        one, _ = measure_stance(
            models.reader, models.reader.thresholds.side, path.name.split(".jsonl")[0], pairs, blind=True
        )
        reports.append(one)
    return reports


def stance_part(models: Models, reports: Sequence[StanceReport], bins: Sequence[Bin]) -> str:
    """The stance tests as a table, and how well the probabilities are calibrated."""
    text = (
        "Macro-F1 is over the classes that a set has. *Right side*: of the pairs with a side, how often the right one "
        "is the more probable of the two. *Claim only*, *evidence only*: macro-F1 of the same judge with the other "
        "text left empty. *Shown*: share of the pairs that get a side at the threshold "
        f"{number(models.reader.thresholds.side, 2)}; *shown wrong*: share of these whose label is another."
    )
    tables = f"{stance_table(reports)}\n\nCalibration, all test pairs together:\n\n{reliability_table(bins)}"
    return f"### Stance tests\n\n{text}\n\n{tables}"


def corpus_part(shared: Path, models: Models, progress: Progress) -> str:
    """The corpus of the first article: its labelled statements, odd claims."""
    pairs = read_labelled(shared / "corpus" / "stance.dev.json")
    progress(f"corpus: {len(pairs)} labelled statements")
    reports = measure_corpus(models.reader, pairs, [0.0, models.reader.thresholds.side])
    reports += measure_corpus(models.judge, pairs, [models.judge.thresholds.side])
    text = (
        f"{len(pairs)} labelled pairs of a claim and a statement, odd claims only. The first two rows are the model "
        "alone, the last is the judge as it serves, with cues."
    )
    return f"### The corpus of the first article (development)\n\n{text}\n\n{corpus_table(reports)}"


def questions_part(shared: Path, models: Models, progress: Progress) -> str:
    """The development questions from end to end, on a fresh library."""
    progress("questions: seeding a fresh library and asking")
    text = (
        "Seeds and the article's text in a fresh library. *Not listed*: share of the passages shown as opposing that "
        "the set does not list as refuting; *other side or context*: share that it lists as supporting "
        "or qualifying; *read*: how many of them two readers looked at (language models that saw claim and passage "
        "alone, see `retrieval/evaluate/readings.py`), and the share of those that not both find to oppose."
    )
    return f"### Development questions, end to end\n\n{text}\n\n{questions_table(ask_questions(shared, models))}"


def lengths_part(shared: Path, models: Models, progress: Progress) -> str:
    """What the length of a passage does to finding it, on a split that is no test."""
    rows = measure_lengths(
        read_set(shared / "data" / "retrieval" / "scifact.tar.xz", "train"), models.embedder, progress
    )
    text = (
        f"{QUERIES} claims of SciFact's training split among {DOCUMENTS} abstracts, cut as the library cuts paragraphs "
        "and found by their best passage, embedder alone."
    )
    return f"### Length of a passage (development)\n\n{text}\n\n{lengths_table(rows)}"


def retrieval_part(shared: Path, models: Models, progress: Progress, limits: Limits) -> str:
    """The retrieval sets: one summary, the headline, and a table a set."""
    reports = []
    for path in sorted((shared / "data" / "retrieval").glob("*.tar.xz")):
        data = read_set(path)
        reports.append(measure(data, models.embedder, models.reader, judged_queries=limits.queries, progress=progress))
    details = "\n\n".join(f"**{one.name} {one.split}**\n\n{retrieval_table(one)}" for one in reports)
    return f"### Retrieval\n\n{headline(reports)}\n\n{summary_table(reports)}\n\n{details}"


def headline(reports: Sequence[RetrievalReport]) -> str:
    """The mean share of the gap closed over the headline sets."""
    gaps = [one.gap_closed.value for one in reports if one.name in HEADLINE and one.gap_closed]
    mean = sum(gaps) / len(gaps) if gaps else None
    return (
        f"**Share of the gap from BM25 to perfect stance (fused top {DEPTH}) closed on opposing nDCG@10, mean of "
        f"{len(gaps)} sets ({', '.join(HEADLINE)}): {number(mean)}**"
    )
