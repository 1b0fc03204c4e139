"""`rejoinder eval`: stance, retrieval, questions."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import typer

from retrieval.answer.trails import Trails
from retrieval.errors import BadInput
from retrieval.evaluate.data import read_pairs, read_set, sample
from retrieval.evaluate.questions import Gold, Score, measure_questions, read_questions
from retrieval.evaluate.retrieval import RetrievalReport, measure, retrieval_table
from retrieval.evaluate.scripted import NAME as SCRIPTED
from retrieval.evaluate.speaking import speaking
from retrieval.evaluate.stance import StanceReport, measure_stance, stance_table
from retrieval.evaluate.tally import by_category, misses, questions_table, tally
from retrieval.evaluate.workbench import ACTOR
from retrieval.evaluate.written import Written, ask_written
from retrieval.evaluate.written_report import written_object, written_report
from retrieval.rank.models import Models, open_models
from retrieval.types import SHARED, Answer

T = TypeVar("T")


class Asker(Protocol):
    """The library's verb that a question set needs."""

    async def ask(self, question: str, space: str = SHARED) -> Answer:
        """Answer a question."""


class ModelSettings(Protocol):
    """Which models serve."""

    @property
    def models(self) -> Path | None:
        """A folder instead of ours."""

    @property
    def threads(self) -> int:
        """0 means all cores."""


class Workplace(Protocol):
    """What the command that this one is mounted under keeps in ``context.obj``."""

    @property
    def settings(self) -> ModelSettings:
        """Of this run."""

    def with_model(
        self, model: str, work: Callable[[Asker], Awaitable[T]], *, address: str | None = None, trails: Trails
    ) -> T:
        """Open the library with a chat model, or without one if the name is empty; run ``work`` on it, close it.

        An ``address`` is that of a server of ours, which wants no key and costs nothing.
        """


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables for people.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Measure the judge, the search, and question sets from end to end.",
    epilog="Example: rejoinder eval stance pairs.jsonl.gz --predictions out.jsonl",
)


@app.command()
def stance(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="JSON lines {claim, evidence, label}, plain or .gz.")],
    predictions: Annotated[
        Path | None, typer.Option(help="Write id, label and the three probabilities of each pair here, as JSON lines.")
    ] = None,
    with_baselines: Annotated[
        bool, typer.Option("--baselines", help="Also feed the judge claim or evidence alone.")
    ] = False,
    pairs: Annotated[int | None, typer.Option(help="At most this many pairs a file, drawn with a fixed seed.")] = None,
    as_json: JsonOption = False,
) -> None:
    """How well the judge tells refutes, supports and neutral.

    Examples:

      rejoinder eval stance pairs.jsonl.gz

      rejoinder eval stance pairs.jsonl.gz --baselines --predictions out.jsonl
    """
    judge = _models(context).reader
    reports, rows = [], []
    for path in files:
        drawn = sample(read_pairs(path), pairs) if pairs else read_pairs(path)
        _say(f"{path.name}: judging {len(drawn)} pairs")
        one, predicted = measure_stance(
            judge, judge.thresholds.side, path.name.split(".jsonl")[0], drawn, blind=with_baselines
        )
        reports.append(one)
        rows += predicted
    if predictions:
        _write(predictions, rows)
    objects = [stance_object(one) for one in reports]
    typer.echo(_json({"judge": judge.id, "reports": objects}) if as_json else stance_table(reports))


@app.command()
def retrieval(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A BEIR folder, or a .tar.xz of one.")],
    split: Annotated[str | None, typer.Option(help="Which qrels; by default test, or the only one.")] = None,
    queries: Annotated[
        int | None, typer.Option(help="At most this many queries are judged, drawn with a fixed seed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """How well search and judge find passages, and those that refute.

    Examples:

      rejoinder eval retrieval scifact/

      rejoinder eval retrieval scifact.tar.xz --split test --queries 100 --json
    """
    models = _models(context)
    data = read_set(folder, split)
    found = measure(data, models.embedder, models.reader, judged_queries=queries, progress=_say)
    if as_json:
        typer.echo(_json({"judge": models.reader.id, "embedder": models.embedder.id, **retrieval_object(found)}))
        return
    typer.echo(
        f"{found.name} {found.split}: {found.queries} queries, {found.judged} judged, {found.documents} documents"
    )
    typer.echo(retrieval_table(found))
    if found.gap_closed:
        typer.echo(f"share of the gap from bm25 to perfect stance closed: {found.gap_closed}")


@app.command()
def questions(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A question set with references.json beside it.")],
    model: Annotated[
        str | None,
        typer.Option(
            help="Also ask with this chat model, such as openai:gpt-5-mini (key and address as set), or with "
            '"scripted": ours, which writes by rule and needs no key. Tokens count on a budget of their own.'
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="List every question that lost something, and every sentence.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask a set of questions and score the answers against its gold.

    No chat model is asked, whatever is set; with --model the questions are also written by that one: whether each
    quote supports its sentence (by the embedded judge), what the gate dropped and why, how often the embedded answer
    was given instead, tokens and time.

    Examples:

      rejoinder eval questions questions.json

      rejoinder eval questions questions.json --model scripted

      rejoinder eval questions questions.json --model openai:gpt-5-mini --json
    """
    asked = read_questions(file)
    workplace: Workplace = context.obj

    async def work(library: Asker) -> list[Score]:
        return await measure_questions(library.ask, asked)

    # The model first: one that cannot be used is told before the long part.
    found = None if model is None else _written(context, model, asked)
    scores = workplace.with_model("", work, trails=Trails())
    if model is not None and found is not None:
        report = written_object(model, scores, found) if as_json else None
        typer.echo(_json(report) if report else written_report(model, scores, found, verbose=verbose))
        return
    if as_json:
        typer.echo(_json({"all": tally(scores), "categories": by_category(scores), "misses": misses(scores)}))
        return
    typer.echo(questions_table(scores))
    if verbose:
        typer.echo("\n".join(["", *misses(scores)]))


def _written(context: typer.Context, model: str, asked: Sequence[Gold]) -> list[Written]:
    """The questions asked with a model, in a space of their own: its budget pays, and nobody's answers are touched."""
    workplace: Workplace = context.obj
    trails, judge = Trails(), _models(context).reader

    async def work(library: Asker) -> list[Written]:
        return await ask_written(lambda question: library.ask(question, ACTOR), asked, trails, judge)

    if model != SCRIPTED:
        return workplace.with_model(model, work, trails=trails)
    with speaking() as server:
        return workplace.with_model(f"openai:{model}", work, address=server.url, trails=trails)


def stance_object(one: StanceReport) -> dict[str, Any]:
    """A file's figures; the macro-F1 as a number with its interval beside it."""
    interval = [one.macro_f1.low, one.macro_f1.high]
    return {**asdict(one), "macro_f1": one.macro_f1.value, "macro_f1_interval": interval}


def retrieval_object(found: RetrievalReport) -> dict[str, Any]:
    """A set's figures under the names that the literature uses."""
    rows = {
        row.name: {
            "ndcg@10": row.ndcg,
            "recall@100": row.recall,
            "opposing_ndcg@10": row.opposing.value if row.opposing else None,
            "opposing_interval": [row.opposing.low, row.opposing.high] if row.opposing else None,
        }
        for row in found.rows
    }
    gap = found.gap_closed
    closed = {"gap_closed": gap.value if gap else None, "gap_interval": [gap.low, gap.high] if gap else None}
    return {**asdict(found), "rows": rows, **closed}


def _models(context: typer.Context) -> Models:
    workplace: Workplace | None = context.obj
    return open_models(workplace.settings.models, workplace.settings.threads) if workplace else open_models()


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    try:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def _say(what: str) -> None:
    """Progress, on standard error, where somebody looks."""
    if sys.stderr.isatty():
        typer.echo(what, err=True)


def _json(content: object) -> str:
    return json.dumps(content, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Reports are dataclasses."""
    return asdict(value)
