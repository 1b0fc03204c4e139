"""`rejoinder eval` and `make eval` from end to end, with the tiny models."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import tarfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import typer
from typer.testing import CliRunner

from retrieval.answer.trails import Trails
from retrieval.errors import BadInput, Malformed
from retrieval.evaluate import app
from retrieval.evaluate.__main__ import main
from retrieval.evaluate.command import Asker
from retrieval.evaluate.report import BEGIN, END, markdown_table, number, replace_between_markers
from retrieval.types import SHARED, Answer
from tests.retrieval.evaluate.fakes import write_pairs, write_set
from tests.retrieval.evaluate.test_questions import REFUTING, answered, cited, write_questions
from tests.retrieval.evaluate.test_stance import write_corpus
from tests.retrieval.rank import tiny

T = TypeVar("T")


@dataclass(frozen=True)
class TinySettings:
    models: Path | None
    threads: int = 1


class TinyLibrary:
    async def ask(self, question: str, space: str = SHARED) -> Answer:
        assert (question, space) == ("Who held the town?", SHARED)
        return answered(said=(cited("A1", "x", "The war", 2),), opposing=(cited("O1", REFUTING), cited("O2", "Else.")))


@dataclass(frozen=True)
class TinyWorkplace:
    settings: TinySettings

    def with_model(
        self, model: str, work: Callable[[Asker], Awaitable[T]], *, address: str | None = None, trails: Trails
    ) -> T:
        assert (model, address) == ("", None)
        assert isinstance(trails, Trails)

        async def run() -> T:
            return await work(TinyLibrary())

        return asyncio.run(run())


@pytest.fixture
def workplace(tmp_path: Path) -> TinyWorkplace:
    return TinyWorkplace(TinySettings(tiny.write_folder(tmp_path / "models")))


def run(workplace: TinyWorkplace, *arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], obj=workplace, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_stance_prints_figures_and_writes_predictions(workplace: TinyWorkplace, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    pairs = write_pairs(tmp_path / "four.jsonl")
    table = run(workplace, "stance", pairs, "--predictions", out, "--baselines")
    assert "| four" in table
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert rows[0]["label"] == "refutes"
    assert all(row["refutes"] + row["supports"] + row["neutral"] == pytest.approx(1.0) for row in rows)


def test_stance_prints_json_of_several_files(workplace: TinyWorkplace, tmp_path: Path) -> None:
    paths = [write_pairs(tmp_path / name) for name in ("one.jsonl", "two.jsonl")]
    printed = json.loads(run(workplace, "stance", *paths, "--json", "--pairs", "3"))
    assert printed["judge"] == "tiny-judge"
    assert [(one["name"], one["pairs"]) for one in printed["reports"]] == [("one", 3), ("two", 3)]
    low, high = printed["reports"][0]["macro_f1_interval"]
    assert low <= printed["reports"][0]["macro_f1"] <= high
    assert printed["reports"][0]["pairs_per_second"] > 0


def test_retrieval_prints_every_ranking(workplace: TinyWorkplace, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "little")
    table = run(workplace, "retrieval", folder)
    assert "little test: 2 queries, 1 judged, 5 documents" in table
    printed = json.loads(run(workplace, "retrieval", folder, "--split", "test", "--queries", "1", "--json"))
    assert printed["rows"]["fused"]["recall@100"] == 1.0
    assert 0.0 <= printed["rows"]["fused + judge"]["opposing_ndcg@10"] <= 1.0
    assert printed["gap_closed"] is None or printed["gap_closed"] <= 1.0


def test_questions_are_asked_of_the_library(workplace: TinyWorkplace, tmp_path: Path) -> None:
    path = write_questions(tmp_path)
    table = run(workplace, "questions", path, "--verbose")
    assert "| direct" in table
    assert "1 of 2 shown as opposing are not listed as refuting" in table
    printed = json.loads(run(workplace, "questions", path, "--json"))
    assert printed["all"]["opposing_hit_5"] == 1.0
    assert printed["all"]["wrong_side_strict"] == 0.5


@pytest.mark.parametrize("command", ["stance", "retrieval", "questions"])
def test_a_file_that_is_missing_is_one_sentence_that_names_it(
    workplace: TinyWorkplace, tmp_path: Path, command: str
) -> None:
    with pytest.raises(BadInput) as caught:
        run(workplace, command, tmp_path / "missing")
    assert str(caught.value) == f"There is no file {tmp_path / 'missing'}."


@pytest.mark.parametrize("command", ["stance", "retrieval", "questions"])
def test_a_file_that_is_something_else_is_one_sentence_without_codes(
    workplace: TinyWorkplace, tmp_path: Path, command: str
) -> None:
    (tmp_path / "odd.gz").write_bytes(b"\xff no such thing")
    with pytest.raises(BadInput) as caught:
        run(workplace, command, tmp_path / "odd.gz")
    assert str(caught.value).startswith(f"{tmp_path / 'odd.gz'} ")
    assert "Errno" not in str(caught.value)


def test_a_missing_companion_is_named(workplace: TinyWorkplace, tmp_path: Path) -> None:
    path = write_questions(tmp_path)
    (tmp_path / "references.json").unlink()
    with pytest.raises(BadInput) as caught:
        run(workplace, "questions", path)
    assert str(caught.value) == f"There is no file {tmp_path / 'references.json'}."


def test_predictions_that_cannot_be_written_are_a_sentence(workplace: TinyWorkplace, tmp_path: Path) -> None:
    out = tmp_path / "no folder" / "out.jsonl"
    with pytest.raises(BadInput, match=r"out\.jsonl cannot be written: No such file or directory\."):
        run(workplace, "stance", write_pairs(tmp_path / "pairs.jsonl"), "--predictions", out)


def write_shared(folder: Path) -> Path:
    (folder / "data" / "stance" / "test").mkdir(parents=True)
    (folder / "data" / "retrieval").mkdir()
    (folder / "corpus").mkdir()
    pairs = write_pairs(folder / "pairs.jsonl")
    (folder / "data" / "stance" / "test" / "four.test.jsonl.gz").write_bytes(gzip.compress(pairs.read_bytes()))
    with tarfile.open(folder / "data" / "retrieval" / "check_covid.tar.xz", "w:xz") as archive:
        archive.add(write_set(folder / "check_covid"), "check_covid")
    (folder / "check_covid" / "stance.test.tsv").unlink()
    shutil.copy(folder / "check_covid" / "qrels" / "test.tsv", folder / "check_covid" / "qrels" / "train.tsv")
    with tarfile.open(folder / "data" / "retrieval" / "scifact.tar.xz", "w:xz") as archive:
        archive.add(folder / "check_covid", "scifact")
    write_questions(folder / "corpus").rename(folder / "corpus" / "questions.dev.json")
    write_corpus(folder / "corpus")
    return folder


@pytest.mark.slow
def test_make_eval_writes_every_part_into_the_card(workplace: TinyWorkplace, tmp_path: Path) -> None:
    shared = write_shared(tmp_path / "shared")
    card = tmp_path / "CARD.md"
    card.write_text(f"# Card\n{BEGIN}{END}\n")
    command = typer.Typer()
    command.command()(main)
    arguments = ["--shared", shared, "--card", card, "--models", workplace.settings.models, "--pairs", 3]
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    body = card.read_text()
    headings = ("Stance tests", "The corpus", "Development questions", "Length of a passage", "Retrieval")
    for part in ("four.test", "Calibration", *(f"### {heading}" for heading in headings)):
        assert part in body
    assert "<circle" in (tmp_path / "reliability.svg").read_text()
    assert "mean of 1 sets" in body
    assert "tiny-judge" in body
    assert "stance: four.test.jsonl.gz, 3 pairs" in result.stderr


def test_make_eval_says_in_one_sentence_what_is_missing(tmp_path: Path) -> None:
    command = typer.Typer()
    command.command()(main)
    card = tmp_path / "CARD.md"
    missing = CliRunner().invoke(command, ["--shared", str(tmp_path), "--card", str(card)])
    card.write_text(f"{BEGIN}{END}")
    empty = CliRunner().invoke(command, ["--shared", str(tmp_path), "--card", str(card)])
    assert missing.exit_code == empty.exit_code == 1
    assert "CARD.md cannot be read" in missing.stderr
    assert "has no data folder" in empty.stderr


def test_tables_are_put_between_the_markers_and_nothing_else_changes(tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    replace_between_markers(card, "new")
    replace_between_markers(card, "newer\n")
    assert card.read_text() == f"before\n{BEGIN}\n\nnewer\n\n{END}\nafter\n"


@pytest.mark.parametrize("text", ["", f"{BEGIN}", f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_a_card_without_its_markers_is_refused(tmp_path: Path, text: str) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(text)
    with pytest.raises(Malformed, match="each once"):
        replace_between_markers(card, "new")
    assert card.read_text() == text


def test_tables_are_aligned_markdown() -> None:
    table = markdown_table(["set", "n"], [["short", "1"], ["longer name", number(None)]])
    assert table.splitlines()[1] == "| ----------- | -: |"
    assert len({len(line) for line in table.splitlines()}) == 1
    assert number(0.12345) == "0.123"
