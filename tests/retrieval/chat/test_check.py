"""One short question to the model: what the doctor learns from the real client against a local server."""

from __future__ import annotations

import pytest

from retrieval.chat.build import open_chat
from retrieval.chat.check import check
from tests.retrieval.chat.server import Play, fails, hangs, refuses_formats, resets, says, sends, serving

READY = '{"word": "ready"}'


@pytest.mark.parametrize(
    ("play", "way"),
    [
        (says(READY, read=31), "json_schema"),
        (refuses_formats("json_schema", then=says(READY)), "json_object"),
        (says("I am here."), "plain"),
    ],
    ids=["schema", "object", "prose"],
)
def test_a_model_that_answers_is_told_with_the_way_in_which_it_has_to_be_asked(play: Play, way: str) -> None:
    with serving(play) as server:
        chat = open_chat("openai:m", base_url=server.url, seconds=30)
        found = check(chat, 30)
        chat.close()
    assert found.ok is True
    assert f"asked by {way}" in found.says
    assert found.usage.total > 0
    assert "rules" not in str(server.requests)


@pytest.mark.parametrize(
    ("play", "ok", "says"),
    [
        (fails(401), False, "refuses the key; check OPENAI_API_KEY."),
        (fails(404), False, "does not know the model"),
        (fails(402), False, "account is used up"),
        (fails(429, Retry_After="60"), None, "too many requests"),
        (resets, False, "cannot be reached; check that it runs, and OPENAI_BASE_URL."),
        (hangs, None, "did not answer in time."),
        (sends("<html></html>", "text/html"), False, "check OPENAI_BASE_URL."),
        (says(""), False, "gave nothing that can be used"),
        (says(READY, "length"), False, "cuts its replies short"),
    ],
    ids=["key", "model", "credit", "busy", "broken", "hangs", "html", "empty", "cut"],
)
def test_a_model_that_does_not_answer_is_told_with_what_to_check(play: Play, ok: bool | None, says: str) -> None:
    with serving(play) as server:
        chat = open_chat("openai:m", base_url=server.url, api_key="sk-secret", seconds=30)
        found = check(chat, 0.5 if play is hangs else 5)
        chat.close()
    assert found.ok is ok
    assert says in found.says
    assert "secret" not in found.says
