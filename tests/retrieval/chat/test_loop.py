from __future__ import annotations

import asyncio
import threading
import time

import pytest

from retrieval.chat.loop import Loop


async def value(number: int) -> int:
    await asyncio.sleep(0)
    return number


def test_calls_run_on_one_thread_of_its_own() -> None:
    async def here() -> str:
        return threading.current_thread().name

    loop = Loop("chat")
    assert {loop.run(here(), 10) for _ in range(3)} == {"chat"}
    loop.close()


def test_a_call_that_takes_too_long_is_cancelled_where_it_waits() -> None:
    ended = threading.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    loop = Loop("chat")
    with pytest.raises(TimeoutError):
        loop.run(waits(), 0.05)
    assert ended.wait(5)
    assert loop.run(value(2), 10) == 2
    loop.close()


def test_a_call_that_will_not_be_cancelled_does_not_hold_its_caller() -> None:
    release = threading.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    loop = Loop("chat")
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        loop.run(stubborn(), 0.05)
    assert time.monotonic() - start < 5
    release.set()
    loop.close()


def test_an_exception_reaches_the_caller() -> None:
    async def fails() -> None:
        raise LookupError("gone")

    loop = Loop("chat")
    with pytest.raises(LookupError, match="gone"):
        loop.run(fails(), 10)
    loop.close()


def test_closing_cancels_what_runs_and_runs_the_last_call() -> None:
    started, ended, last = threading.Event(), threading.Event(), threading.Event()

    async def waits() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def finish() -> None:
        last.set()

    loop = Loop("chat")
    errors: list[BaseException] = []

    def call() -> None:
        try:
            loop.run(waits(), 30)
        except BaseException as error:  # noqa: BLE001 - whatever ends the call is looked at below
            errors.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert started.wait(5)
    loop.close(finish())
    thread.join(5)
    assert ended.is_set()
    assert last.is_set()
    assert isinstance(errors[0], Exception)
    with pytest.raises(RuntimeError, match="closed"):
        loop.run(value(1), 1)


@pytest.mark.parametrize("used", [False, True])
def test_closing_twice_is_closing_once(used: bool) -> None:
    calls: list[int] = []

    async def finish() -> None:
        calls.append(1)

    loop = Loop("chat")
    if used:
        loop.run(value(1), 10)
    loop.close(finish())
    loop.close(finish())
    assert calls == [1]
