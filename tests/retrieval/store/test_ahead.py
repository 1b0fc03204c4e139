"""Vectors made before they are asked for: each once, waited for while it is made, and no failure that stays."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import numpy as np
import pytest

from retrieval.rank.interfaces import Vectors
from retrieval.store import ahead
from retrieval.store.ahead import Ahead


class Maker:
    """Embeds a text as its length, when it may."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.begun, self.may = threading.Event(), threading.Event()
        self.may.set()

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        self.begun.set()
        assert self.may.wait(10)
        return np.array([[len(text)] for text in texts], np.float32)


def test_what_was_made_is_taken_once() -> None:
    made, maker = Ahead(), Maker()
    made.make({"a": "x", "b": "xx"}, maker.embed)
    assert {digest: vector[0] for digest, vector in made.take(["a", "b", "c"]).items()} == {"a": 1, "b": 2}
    assert made.take(["a", "b"]) == {}


def test_what_is_there_is_not_made_again_and_what_is_many_is_made_in_parts() -> None:
    made, maker = Ahead(), Maker()
    texts = {str(number): "x" * number for number in range(ahead.BATCH + 1)}
    made.make(texts, maker.embed)
    made.make(texts, maker.embed)
    assert [len(call) for call in maker.calls] == [ahead.BATCH, 1]
    assert {digest: vector[0] for digest, vector in made.take(texts).items()} == {one: int(one) for one in texts}


def test_what_is_being_made_is_waited_for() -> None:
    made, maker = Ahead(), Maker()
    maker.may.clear()
    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(made.make, {"a": "x"}, maker.embed)
        assert maker.begun.wait(10)
        taking = pool.submit(made.take, ["a"])
        maker.may.set()
        assert taking.result(10)["a"][0] == 1
        making.result(10)
    assert maker.calls == [["x"]]


def test_a_failure_is_told_to_whoever_makes_and_the_next_may_try_again() -> None:
    made, maker = Ahead(), Maker()

    with pytest.raises(MemoryError):
        made.make({"a": "x"}, mock.Mock(spec=maker.embed, side_effect=MemoryError))
    assert made.take(["a"]) == {}
    made.make({"a": "x"}, maker.embed)
    assert made.take(["a"])["a"][0] == 1


def test_who_waits_for_what_fails_goes_without() -> None:
    made, maker = Ahead(), Maker()
    maker.may.clear()

    def failing(texts: Sequence[str]) -> Vectors:
        maker.embed(texts)
        raise MemoryError

    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(made.make, {"a": "x"}, failing)
        assert maker.begun.wait(10)
        taking = pool.submit(made.take, ["a"])
        maker.may.set()
        assert taking.result(10) == {}
        assert isinstance(making.exception(10), MemoryError)


def test_what_nobody_takes_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "MOST", 2)
    made, maker = Ahead(), Maker()
    made.make({"a": "x", "b": "x", "c": "x"}, maker.embed)
    made.make({"d": "xx"}, maker.embed)
    assert set(made.take("abcd")) == {"d"}
