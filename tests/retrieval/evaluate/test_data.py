from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest

from retrieval.errors import BadInput, Malformed
from retrieval.evaluate.data import Pair, read_pairs, read_set, sample
from retrieval.types import Stance
from tests.retrieval.evaluate.fakes import write_pairs, write_set


def test_pairs_are_read_plain_and_compressed(tmp_path: Path) -> None:
    plain = write_pairs(tmp_path / "p.jsonl")
    packed = tmp_path / "p.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_pairs(plain) == read_pairs(packed)
    assert read_pairs(plain)[0] == Pair("a", "the moon is cheese", "the moon is not cheese", Stance.REFUTES)


def test_a_pair_without_id_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('\n{"claim": "c", "evidence": "e", "label": "neutral"}\n')
    assert read_pairs(path)[0].id == "2"


@pytest.mark.parametrize("line", ["{", "[]", '{"claim": "c", "evidence": "e", "label": "maybe"}', '{"claim": "c"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"claim": "c", "evidence": "e", "label": "neutral"}\n' + line)
    with pytest.raises(Malformed, match="line 2"):
        read_pairs(path)


def test_a_line_ends_at_its_end_and_nowhere_inside_a_text(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes('{"claim": "c", "evidence": "a\u2028b\u0085c", "label": "neutral"}\r\n'.encode())
    assert read_pairs(path)[0].evidence == "a\u2028b\u0085c"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl.gz").write_bytes(b"no gzip")
    whole = gzip.compress(b"{}" * 99, mtime=0)
    (tmp_path / "damaged.jsonl.gz").write_bytes(whole[:12] + b"\xff\xff\xff" + whole[15:])
    for name in ("missing.jsonl", "broken.jsonl.gz", "damaged.jsonl.gz"):
        with pytest.raises(BadInput, match=name):
            read_pairs(tmp_path / name)


def test_a_set_is_read_from_a_folder_and_from_an_archive(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "tiny")
    with tarfile.open(tmp_path / "tiny.tar.xz", "w:xz") as archive:
        archive.add(folder, "tiny")
    data = read_set(folder)
    assert data == read_set(tmp_path / "tiny.tar.xz")
    assert (data.name, data.split) == ("tiny", "test")
    assert set(data.queries) == {"q1", "q2"}
    assert data.relevant["q1"] == {"d2": 1.0, "d3": 1.0}
    assert data.opposing("q1") == {"d2": 1.0}
    assert data.opposing("q2") == {}
    assert data.own == {"q1": "d1"}


def test_a_split_can_be_named_and_a_wrong_one_lists_what_there_is(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "tiny")
    assert set(read_set(folder, "dev").queries) == {"other"}
    assert read_set(folder, "dev").stances == {}
    with pytest.raises(BadInput, match="splits dev, test"):
        read_set(folder, "train")


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.tar.xz").write_bytes(b"no archive")
    with pytest.raises(BadInput, match="neither"):
        read_set(tmp_path / "file.tar.xz")
    with pytest.raises(BadInput, match="splits none"):
        read_set(tmp_path)
    folder = write_set(tmp_path / "cut")
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(BadInput, match="not a BEIR folder"):
        read_set(folder)


def test_queries_to_judge_are_those_with_opposition(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "tiny")
    assert read_set(folder).to_judge(None) == ["q1"]
    assert read_set(folder, "dev").to_judge(5) == ["other"]


def test_a_sample_is_the_same_every_time() -> None:
    items = list(range(100))
    assert sample(items, 10) == sample(items, 10)
    assert len(set(sample(items, 10))) == 10
    assert sorted(sample(items, None)) == sorted(sample(items, 500)) == items
