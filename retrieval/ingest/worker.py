"""Parsing in child processes: hostile files may crash, hang or swell those, never the bot.

A child is a fresh interpreter (not a fork of the bot, which has threads), kept warm between files. It runs under a
limit on memory (Linux: address space; macOS: memory held, watched by the child; Windows: none) and on computing time
(not on Windows); everywhere the parent's clock ends it. It gets none of the bot's environment, so no token.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from retrieval.errors import Refused, Unavailable
from retrieval.ingest.extract import Extract
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.told import Piece, extract_of, sources_of
from retrieval.ingest.unpacking import Sources
from retrieval.ingest.wire import FRAME, JOB, KINDS, OUT_OF_MEMORY, TOO_MUCH_MEMORY

log = logging.getLogger(__name__)

T = TypeVar("T")

CRASHED = "That file made the reader crash, so it was not added; save it anew (as PDF, say), or paste its text."
_MODULE = "retrieval.ingest.child"
_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_LONGEST_ANSWER = 120_000_000
"""Bytes; five million characters of any script and their locators take 40 million, all that may be imported 100."""
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What one file may cost a child. ``memory`` in bytes; ``seconds`` by the clock, of which ``computing`` at work."""

    memory: int = 1_000_000_000
    seconds: float = 25.0
    computing: int = 20
    start: float = 60.0
    """Seconds until a child must be ready; imports take about one on a quiet machine."""


class Reader:
    """A small pool of children that read files. Use as a context, or ``close`` it."""

    def __init__(self, *, children: int = 2, limits: ReadLimits | None = None, module: str = _MODULE) -> None:
        """Make a pool; no child is started until it is needed.

        Args:
            children: How many files are read at once.
            limits: For each file.
            module: What a child runs; tests give others.
        """
        self._limits = limits or ReadLimits()
        self._module = module
        self._free = asyncio.Semaphore(children)
        self._idle: list[_Child] = []

    async def __aenter__(self) -> Self:
        """Start with one child warm; where that fails, the first read tries again."""
        try:
            self._idle.append(await self._start())
        except Unavailable as error:
            log.warning("%s", error)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def read(self, data: bytes, hint: Hint | None = None) -> Extract:
        """Read a file in a child.

        Raises:
            Refused: A rule forbids it; or the child crashed, or took too long or too much memory.
            BadInput: It is damaged, or (Empty) there is no text in it.
            Unavailable: No child could be started.
        """
        job = {"hint": asdict(hint or Hint()), "spare": False, "sources": False}
        async with self._free:
            try:
                return await self._attempt(data, job, extract_of)
            except _CrashError:
                # pdfium is native code; its stand-in is not. The mark may come late in a file (see read.is_pdf).
                if b"%PDF-" not in data[:_HEAD]:
                    raise Refused(CRASHED) from None
            try:
                return await self._attempt(data, job | {"spare": True}, extract_of)
            except _CrashError:
                raise Refused(CRASHED) from None

    async def sources(self, data: bytes, name: str) -> Sources:
        """Read sources in the seeds' format, one or a zip of several, in a child; raises as ``read``."""
        job = {"hint": asdict(Hint(name=name)), "spare": False, "sources": True}
        async with self._free:
            try:
                return await self._attempt(data, job, sources_of)
            except _CrashError:
                raise Refused(CRASHED) from None

    async def close(self) -> None:
        """End every idle child; call it when nothing is being read."""
        while self._idle:
            await self._idle.pop().end()

    async def _attempt(self, data: bytes, job: dict[str, Any], made: Callable[[list[Piece]], T]) -> T:
        child = self._idle.pop() if self._idle else await self._start()
        again = False
        try:
            async with asyncio.timeout(self._limits.seconds):
                found, again = await child.read(data, job, made)
        except TimeoutError:
            raise self._too_long() from None
        except _CrashError:
            status = await child.end()
            if status == -getattr(signal, "SIGXCPU", -1):
                raise self._too_long() from None
            if status == OUT_OF_MEMORY:
                raise Refused(TOO_MUCH_MEMORY) from None
            raise
        except _ToldError as told:
            again = told.again
            raise told.error from None
        finally:
            if again:
                self._idle.append(child)
            else:
                await child.end()
        return found

    def _too_long(self) -> Refused:
        seconds = f"{self._limits.seconds:g}"
        return Refused(f"Reading that file takes longer than {seconds} seconds; add the part that matters.")

    async def _start(self) -> _Child:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
        limits = (str(self._limits.memory), str(self._limits.computing))
        command = (sys.executable, "-m", self._module, *limits)
        # In a session of its own, since Ctrl-C is for the bot: what was being read then goes on after the next start.
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment, start_new_session=True
        )
        child = _Child(process)
        try:
            async with asyncio.timeout(self._limits.start):
                await child.ready()
        except (TimeoutError, _CrashError) as error:
            await child.end()
            raise Unavailable("The reader of files could not be started; tell the person who runs the bot.") from error
        except BaseException:
            await child.end()
            raise
        return child


class _CrashError(Exception):
    """A child went away, or answered what no child answers."""


class _ToldError(Exception):
    """A child told an error; ``again`` says whether it can read on."""

    def __init__(self, error: Exception, *, again: bool) -> None:
        super().__init__(str(error))
        self.error, self.again = error, again


class _Child:
    """One process, and its end of the conversation. What it sends is believed no more than a file is."""

    def __init__(self, process: Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a child needs both its pipes")
        self._process, self._jobs, self._answers = process, process.stdin, process.stdout
        self._received = 0

    async def ready(self) -> None:
        """Wait until it has imported what it needs."""
        await self._piece()

    async def read(self, data: bytes, job: dict[str, Any], made: Callable[[list[Piece]], T]) -> tuple[T, bool]:
        """Have one file read; what is made of the pieces of its answer, and whether the child can read on."""
        head = json.dumps(job).encode()
        self._received = 0
        try:
            self._jobs.write(JOB.pack(len(head), len(data)) + head)
            self._jobs.write(data)
            await self._jobs.drain()
        except OSError as error:
            raise _CrashError from error
        pieces = [await self._piece()]
        while not pieces[-1].get("done"):
            pieces.append(await self._piece())
            await asyncio.sleep(0)  # a long answer lets others have their turn
        again = not pieces[-1].get("retire")
        try:
            _raise_told(pieces[0])
            return await asyncio.to_thread(made, pieces), again
        except _ToldError as told:
            told.again = again
            raise
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise _CrashError from error

    async def end(self) -> int | None:
        """End the process, unless it has ended already; its exit status, by which a limit can be told."""
        if self._process.returncode is None:
            self._kill()
        self._jobs.close()
        await self._process.communicate()
        return self._process.returncode

    def _kill(self) -> None:
        """End the process without asking after it.

        ``Process.kill`` would reap one that is just ending by itself, and asyncio's watcher, coming second, would
        report the status 255 instead of how it ended.
        """
        if sys.platform == "win32":
            self._process.kill()
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)

    async def _piece(self) -> Piece:
        try:
            (length,) = FRAME.unpack(await self._answers.readexactly(FRAME.size))
            self._received += length
            if self._received > _LONGEST_ANSWER:
                raise _CrashError
            found = json.loads(await self._answers.readexactly(length))
        except (asyncio.IncompleteReadError, OSError, ValueError) as error:
            raise _CrashError from error
        if not isinstance(found, dict):
            raise _CrashError
        return found


def _raise_told(first: Piece) -> None:
    if "error" in first:
        if "detail" in first:
            log.warning("a reader failed with %s", str(first["detail"])[:80])
        raise _ToldError(KINDS[first["error"]](str(first["sentence"])), again=True)
