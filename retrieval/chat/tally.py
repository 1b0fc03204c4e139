"""Which errands a piece of work caused: several questions are worked on at once, and each answer names its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from retrieval.chat.errand import Errand, Watch, ignore

P = ParamSpec("P")
R = TypeVar("R")


class Tally:
    """A `Watch` that hands each errand to the work that is going on in the errand's thread."""

    def __init__(self, then: Watch = ignore) -> None:
        """``then`` is told of every errand as well."""
        self._then = then
        self._working = threading.local()

    def __call__(self, errand: Errand) -> None:
        """One more errand."""
        noted: list[Errand] | None = getattr(self._working, "errands", None)
        if noted is not None:
            noted.append(errand)
        self._then(errand)

    def noted(self, errands: list[Errand], work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do some work; what it sends goes into ``errands``."""
        self._working.errands = errands
        try:
            return work(*args, **kwargs)
        finally:
            del self._working.errands
