"""An event loop on a thread of its own, so that a caller on any thread can wait for a call and give it up in time.

A timeout of the HTTP client counts from byte to byte, so a body that drips outlives it; cancelling the call ends it
wherever it waits, and closes its connection.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")

_GRACE = 0.25
"""Seconds that a cancelled call has to end before the caller goes on without it."""
_LAST = 2.0
"""Seconds that closing waits for the thread."""


class Loop:
    """Runs coroutines for other threads; the thread starts with the first one."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._starting = threading.Lock()
        self._closed = False

    def run(self, call: Coroutine[Any, Any, R], seconds: float) -> R:
        """The result of ``call``.

        Raises:
            TimeoutError: it took longer than ``seconds``; it is cancelled.
            RuntimeError: the loop is closed.
        """
        with self._starting:
            if self._closed:
                call.close()
                raise RuntimeError("the loop is closed")
            if self._thread.ident is None:
                self._thread.start()
            future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(call, seconds), self._loop)
        try:
            return future.result(seconds + _GRACE)
        finally:
            future.cancel()

    def close(self, last: Coroutine[Any, Any, None] | None = None) -> None:
        """Cancel what still runs, run ``last``, stop the thread. Closing twice is closing once."""
        with self._starting:
            if self._closed:
                if last:
                    last.close()
                return
            self._closed = True
        if self._thread.ident is None:
            self._loop.run_until_complete(self._finish(last))
        else:
            asyncio.run_coroutine_threadsafe(self._stop(last), self._loop)
            self._thread.join(_LAST)
        if not self._thread.is_alive():
            self._loop.close()

    async def _stop(self, last: Coroutine[Any, Any, None] | None) -> None:
        try:
            await self._finish(last)
        finally:
            self._loop.stop()

    async def _finish(self, last: Coroutine[Any, Any, None] | None) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if last:
            await last
        await self._loop.shutdown_default_executor()
