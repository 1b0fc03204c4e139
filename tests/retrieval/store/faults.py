"""Faults and kills at any call of the store: each statement of the records, each call of the index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from retrieval.store.index import Index, IndexFailed
from retrieval.store.shelf import Shelf

INDEX_CALLS = ("create", "upsert", "delete", "places", "close")


class Killed(BaseException):
    """The process is no more."""


class _Count:
    """Counts calls down, and does something at the last one."""

    def __init__(self, calls: int, act: Callable[[bool], None]) -> None:
        self._left, self._act = calls, act
        self.over = False

    def __call__(self, of_index: bool) -> None:
        self._left -= 1
        if self._left == 0:
            self._act(of_index)


@contextmanager
def _watched(shelf: Shelf, count: Callable[[bool], None]) -> Iterator[None]:
    """Calls ``count`` before each statement of the records and before each call of the index."""

    def before_statement(*_: object) -> None:
        count(False)

    def before_commit(_: object) -> None:
        count(False)

    engine = shelf.records._database.engine
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", before_commit)
    with pytest.MonkeyPatch.context() as patches:
        for name in INDEX_CALLS:
            patches.setattr(Index, name, _before(Index.__dict__[name], count))
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", before_statement)
            event.remove(engine, "commit", before_commit)


def _before(method: Any, count: Callable[[bool], None]) -> Any:
    if isinstance(method, classmethod):
        inner = method.__func__

        def made(kind: type[Index], *given: Any) -> Any:
            count(True)
            return inner(kind, *given)

        return classmethod(made)

    def called(index: Index, *given: Any) -> Any:
        count(True)
        return method(index, *given)

    return called


@contextmanager
def stumbling_at(shelf: Shelf, call: int) -> Iterator[None]:
    """The nth call of the store from here on fails, once."""

    def fail(of_index: bool) -> None:
        if of_index:
            raise IndexFailed("the index fails")
        raise OperationalError("the disk fails", None, Exception())

    with _watched(shelf, _Count(call, fail)):
        yield


@contextmanager
def killed_at(shelf: Shelf, call: int, data: Path, after: Path) -> Iterator[None]:
    """At the nth call of the store from here on the process ends: ``after`` is what then lies on the disk.

    The files are copied as they stand at that instant, in the middle of a transaction or not, which is what the
    system keeps of a process that is killed; whoever goes on, goes on with the copy.
    """
    dead = False

    def kill(_: bool) -> None:
        nonlocal dead
        dead = True
        shutil.copytree(data, after)
        raise Killed

    count = _Count(call, kill)

    def before(of_index: bool) -> None:
        if dead and not of_index:
            raise Killed  # whoever caught the first one gets no further
        count(of_index)

    with _watched(shelf, before):
        yield
