from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from retrieval.errors import BadInput
from retrieval.evaluate.corpus import corpus_table, measure_corpus, read_labelled
from retrieval.evaluate.data import read_pairs
from retrieval.evaluate.metrics import Bin
from retrieval.evaluate.plot import pooled, reliability_picture
from retrieval.evaluate.stance import measure_stance, reliability_table, side, stance_table
from retrieval.types import Stance, Verdict
from tests.retrieval.evaluate.fakes import WordJudge, write_pairs


def test_the_figures_of_four_pairs(tmp_path: Path) -> None:
    pairs = read_pairs(write_pairs(tmp_path / "p.jsonl"))
    report, rows = measure_stance(WordJudge(), 0.6, "four", pairs, blind=True)
    assert report.pairs == 4
    assert report.f1 == pytest.approx({"refutes": 2 / 3, "supports": 2 / 3, "neutral": 1.0})
    assert report.macro_f1.value == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert report.accuracy == 0.75
    assert report.side_accuracy == pytest.approx(2 / 3)
    assert report.shown == 0.75
    assert report.shown_wrong == pytest.approx(1 / 3)
    assert report.calibration_error == pytest.approx(0.05)
    assert report.pairs_per_second > 0
    assert report.baselines is not None
    assert report.baselines.evidence_only == report.macro_f1.value
    assert report.baselines.claim_only < 0.3
    assert rows[3] == {
        "id": "d", "label": "supports", "refutes": 0.1, "supports": 0.8, "neutral": 0.1, "relevance": 0.9,
        "gold": "refutes", "set": "four",
    }  # fmt: skip


def test_no_side_is_given_below_the_threshold() -> None:
    assert side(Verdict(0.8, 0.1, 0.1, 1.0), 0.8) is Stance.REFUTES
    assert side(Verdict(0.8, 0.1, 0.1, 1.0), 0.81) is Stance.NEUTRAL
    assert side(Verdict(0.1, 0.2, 0.7, 1.0), 0.0) is Stance.NEUTRAL


def test_a_set_without_neutrals_or_sides_has_figures_too(tmp_path: Path) -> None:
    pairs = read_pairs(write_pairs(tmp_path / "p.jsonl"))
    neutral, _ = measure_stance(WordJudge(), 0.6, "neutral", pairs[2:3], blind=False)
    assert neutral.side_accuracy is None
    assert neutral.shown_wrong is None
    assert neutral.baselines is None
    assert "–" in stance_table([neutral])


def test_the_tables_have_a_row_for_each_file_and_level(tmp_path: Path) -> None:
    report, _ = measure_stance(WordJudge(), 0.6, "four", read_pairs(write_pairs(tmp_path / "p.jsonl")), blind=False)
    assert len(stance_table([report, report]).splitlines()) == 4
    assert reliability_table(pooled([*report.reliability, *report.reliability])).splitlines()[2].split("|")[1:5] == [
        " 0.8-0.9     ", "     8 ", "             0.80 ", "  0.75 ",
    ]  # fmt: skip


def test_the_reliability_plot_has_a_point_for_each_range_that_is_not_empty() -> None:
    bins = [Bin(0.5, 0.6, 10, 0.55, 0.4), Bin(0.6, 0.7, 0, 0.0, 0.0), Bin(0.9, 1.0, 40, 0.95, 0.9)]
    picture = ET.fromstring(reliability_picture(bins, "A plot"))  # noqa: S314 (our own)
    points = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert len(points) == 2
    left, right = ((float(point.attrib["cx"]), float(point.attrib["cy"])) for point in points)
    assert left[0] < right[0]
    assert left[1] > right[1]


def write_corpus(folder: Path) -> Path:
    claims = {"claims": [{"id": "C01", "claim": "the moon is cheese"}]}
    texts = {"R01.s1": "it is not", "R01.s2": "indeed it is", "R01.s3": "some say not", "R01.s4": "it never was"}
    notes = {"references": [{"statements": [{"id": name, "text": text} for name, text in texts.items()]}]}
    stances = {"R01.s1": "refutes", "R01.s2": "supports", "R01.s3": "qualifies", "R01.s4": "refutes"}
    labels = {"labels": [{"claim_id": "C01", "statement_id": name, "stance": one} for name, one in stances.items()]}
    for name, content in {"claims": claims, "references": notes, "stance.dev": labels}.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder / "stance.dev.json"


def test_the_corpus_tells_refuting_statements_from_the_others(tmp_path: Path) -> None:
    plain, strict = measure_corpus(WordJudge(), read_labelled(write_corpus(tmp_path)), [0.0, 0.9])
    assert plain.refutes_f1.value == pytest.approx(0.5)
    assert (plain.precision, plain.recall, plain.wrong_side, plain.qualifies_called) == (0.5, 0.5, 0.0, 1.0)
    assert strict.precision is None
    assert strict.refutes_f1.value == 0.0
    assert "most probable" in corpus_table([plain, strict])


def test_a_stance_file_without_its_neighbours_is_refused(tmp_path: Path) -> None:
    path = write_corpus(tmp_path)
    (tmp_path / "claims.json").unlink()
    with pytest.raises(BadInput, match=r"There is no file .*claims\.json"):
        read_labelled(path)
