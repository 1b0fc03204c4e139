"""The embedder and the judge on tiny models whose answers are known."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.errors import Misconfigured
from retrieval.rank.embed import OnnxEmbedder
from retrieval.rank.judge import LexicalJudge, OnnxJudge, Thresholds, sigmoid, softmax
from retrieval.rank.manifest import Manifest
from retrieval.rank.models import open_models
from retrieval.types import Stance
from tests.retrieval.rank import tiny


def make_embedder(folder: Path, **change: Any) -> OnnxEmbedder:
    entry = Manifest.load(tiny.write_folder(folder, embedder=change)).embedder
    assert entry is not None
    return OnnxEmbedder(entry, threads=2)


def make_judge(folder: Path, **change: Any) -> OnnxJudge:
    entry = Manifest.load(tiny.write_folder(folder, judge=change)).judge
    assert entry is not None
    return OnnxJudge(entry, threads=2)


def test_vectors_have_length_one_and_keep_their_order(tmp_path: Path) -> None:
    embedder = make_embedder(tmp_path)
    vectors = embedder.embed_passages(["cheese cheese cheese cheese", "moon", "rock rock"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, embedder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    assert vectors[:, :3].argmax(axis=1).tolist() == [1, 0, 2]


def test_a_text_alone_and_in_company_has_the_same_vector(tmp_path: Path) -> None:
    embedder = make_embedder(tmp_path)
    texts = ["moon is rock", "moon " * 20, "cheese"]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_token_vectors_are_averaged_when_the_graph_does_not(tmp_path: Path) -> None:
    pooled = make_embedder(tmp_path / "a").embed_passages(["moon moon rock"])
    tiny.write_folder(tmp_path / "b")
    entry = tiny.place(tmp_path / "b", "tokens", tiny.embedder(pooled=False), dimensions=4)
    raw = make_embedder(tmp_path / "b", **entry).embed_passages(["moon moon rock"])
    assert np.allclose(pooled, raw)


def test_questions_and_passages_get_their_own_prefix(tmp_path: Path) -> None:
    embedder = make_embedder(tmp_path, query_prefix="moon ", passage_prefix="rock ")
    plain = make_embedder(tmp_path / "plain")
    assert np.array_equal(embedder.embed_queries(["cheese"]), plain.embed_queries(["moon cheese"]))
    assert np.array_equal(embedder.embed_passages(["cheese"]), plain.embed_passages(["rock cheese"]))


def test_no_texts_give_no_vectors_and_load_nothing(tmp_path: Path) -> None:
    embedder = make_embedder(tmp_path)
    (tmp_path / "embedder.onnx").unlink()
    assert embedder.embed_passages([]).shape == (0, 4)
    with pytest.raises(Misconfigured):
        embedder.warm()


def test_a_wrong_size_in_the_manifest_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="gives vectors of length 4, its manifest says 5"):
        make_embedder(tmp_path, dimensions=5).embed_queries(["moon"])


def test_an_output_that_the_graph_lacks_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no output called sentence"):
        make_embedder(tmp_path, output="sentence").warm()


def test_a_file_that_is_no_model_is_said(tmp_path: Path) -> None:
    entry = tiny.place(tmp_path, "broken", b"not a model")
    with pytest.raises(Misconfigured, match=r"tiny-broken.*cannot be loaded"):
        make_judge(tmp_path, **entry).warm()


def test_the_judge_reads_claim_then_passage(tmp_path: Path) -> None:
    judge = make_judge(tmp_path)
    refuting, supporting, unsure, swapped = judge.judge(
        [
            ("moon is cheese", "moon is not cheese"),
            ("moon is cheese", "indeed moon is cheese"),
            ("moon is cheese", "perhaps moon perhaps"),
            ("moon is not not cheese", "moon is cheese"),
        ]
    )
    assert [refuting.stance, supporting.stance, unsure.stance] == [Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL]
    assert refuting.refutes == pytest.approx(math.exp(2) / (math.exp(2) + 2))
    assert refuting.refutes + refuting.supports + refuting.neutral == pytest.approx(1.0)
    assert swapped.refutes == pytest.approx(1 / 3)
    assert refuting.relevance == pytest.approx(1 / (1 + math.exp(-(3.0 - 0.5 * 4))))


def test_temperature_softens_without_changing_the_stance(tmp_path: Path) -> None:
    pair = ("moon is cheese", "moon is not cheese")
    sharp = make_judge(tmp_path / "a").judge([pair])[0]
    soft = make_judge(tmp_path / "b", temperature=2.0).judge([pair])[0]
    assert soft.stance == sharp.stance
    assert soft.refutes == pytest.approx(math.exp(1) / (math.exp(1) + 2))
    assert soft.relevance == sharp.relevance


def test_another_judge_may_order_its_labels_and_inputs_differently(tmp_path: Path) -> None:
    entry = tiny.place(tmp_path, "foreign", tiny.judge(relevance=False))
    labels = ["neutral", "refutes", "supports"]
    judge = make_judge(tmp_path, **entry, labels=labels, relevance_output=None, claim_first=False)
    verdict = judge.judge([("not not", "moon")])[0]
    assert verdict.stance is Stance.NEUTRAL
    assert verdict.relevance == pytest.approx(1.0 - verdict.neutral)


def test_a_long_passage_is_cut_and_the_claim_is_kept(tmp_path: Path) -> None:
    judge = make_judge(tmp_path, max_tokens=12)
    kept, lost = judge.judge([("moon is rock", "not" + " is" * 40), ("moon is rock", "is " * 40 + "not")])
    assert kept.refutes > 0.5
    assert lost.refutes == pytest.approx(1 / 3)
    swapped = make_judge(tmp_path / "b", max_tokens=12, claim_first=False)
    assert swapped.judge([("is is not", "is " * 40)])[0].refutes > 0.5


def test_many_threads_may_ask_at_once_and_the_model_is_loaded_once(tmp_path: Path) -> None:
    judge = make_judge(tmp_path)
    pairs = [("moon is cheese", "not " * (count % 5)) for count in range(20)]
    expected = judge.judge(pairs)
    fresh = make_judge(tmp_path / "fresh")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: fresh.judge(pairs), range(8))) == [expected] * 8


def test_ids_and_thresholds_come_from_the_manifest(tmp_path: Path) -> None:
    judge = make_judge(tmp_path)
    assert judge.id == "tiny-judge"
    assert judge.thresholds == Thresholds(side=0.6, relevance=0.5)
    assert make_embedder(tmp_path).id == "tiny-embedder"


def test_the_lexical_judge_takes_no_side() -> None:
    judge = LexicalJudge()
    same, other = judge.judge(
        [("The moon is made of cheese", "No moon was ever made of cheese"), ("The moon", "A rock")]
    )
    assert same.stance is other.stance is Stance.NEUTRAL
    assert max(same.refutes, same.supports) < judge.thresholds.side
    assert same.refutes == same.supports == same.neutral
    assert same.relevance == 1.0
    assert other.relevance == 0.0
    assert "lexical" in judge.id


def test_without_a_judge_relevance_is_the_share_of_the_claim_s_words_and_no_side_is_taken() -> None:
    near, empty = LexicalJudge().judge([("The army retreated from Mosul", "Soldiers retreating"), ("of the", "of the")])
    assert near.relevance == pytest.approx(1 / 3)
    assert empty.relevance == 0.0
    assert near.refutes == near.supports == near.neutral


def test_softmax_and_sigmoid_survive_extremes() -> None:
    assert softmax(np.array([1000.0, 0.0, -1000.0], dtype=np.float32)).tolist() == [1.0, 0.0, 0.0]
    assert sigmoid(np.array([-1000.0, 0.0, 1000.0], dtype=np.float32)).tolist() == [0.0, 0.5, 1.0]


def test_a_folder_may_replace_one_model_and_leave_the_other(tmp_path: Path) -> None:
    entry = tiny.place(tmp_path, "judge", tiny.judge(), side_threshold=0.7, relevance_threshold=0.4)
    (tmp_path / "manifest.json").write_text(json.dumps({"judge": entry}))
    models = open_models(tmp_path, 1)
    assert models.reader.id == "tiny-judge"
    assert models.judge.id == "tiny-judge with cues"
    assert models.embedder.id == open_models().embedder.id
