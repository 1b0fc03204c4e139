"""While a model writes, the plain answer stands there; then the written one takes its place."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.http import router

from retrieval.answering import WRITING
from tests.bot.standin import StandIn
from tests.bot.town import Town, read
from tests.bot.wire import Wire

QUESTION = "What did the bridge cost?"


async def test_the_plain_answer_is_shown_first_and_replaced(town: Town, shelf: StandIn, wire: Wire) -> None:
    shelf.writing = True
    shown = (await town.ada.slash(town.channel, "claim ask", question=QUESTION)).response
    edits = [request.body for request in wire.requests if request.method == "PATCH"]
    assert [WRITING in str(edit) for edit in edits] == [True, False]
    assert "O1" in read(shown)
    assert WRITING not in read(shown)


async def test_that_the_plain_answer_cannot_be_shown_costs_nothing(
    town: Town, shelf: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.writing = True
    dispatch = router.dispatch

    def broken(backend: Any, method: str, path: str, **rest: Any) -> Any:
        if method == "PATCH" and WRITING in str(rest):
            raise OSError("broken off")
        return dispatch(backend, method, path, **rest)

    monkeypatch.setattr(router, "dispatch", broken)
    shown = (await town.ada.slash(town.channel, "claim ask", question=QUESTION)).response
    assert "O1" in read(shown)
