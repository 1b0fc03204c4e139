from __future__ import annotations

import pytest

from retrieval.chat.build import open_chat
from retrieval.chat.faults import Fault, Trouble, fault
from retrieval.chat.model import Rung
from retrieval.errors import Misconfigured
from tests.retrieval.chat.server import says, serving


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("openai:gpt-5-mini", "openai:gpt-5-mini"),
        ("gpt-5-mini", "openai:gpt-5-mini"),
        (" openai:llama3:8b ", "openai:llama3:8b"),
    ],
)
def test_a_setting_names_provider_and_model(setting: str, name: str) -> None:
    with serving(says("hello")) as server:
        chat = open_chat(setting, base_url=server.url, seconds=30)
        assert chat.name == name
        assert chat.say((("human", "hi"),), Rung.PLAIN, {}, 30).text == "hello"
        chat.close()
    assert server.requests[0]["model"] == name.removeprefix("openai:")
    assert server.headers[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize(
    ("setting", "hint"),
    [("openai:gpt-5-mini", "OPENAI_API_KEY"), ("nobody:knows", "openai:gpt-5-mini"), ("anthropic:x", "langchain-")],
)
def test_a_setting_that_cannot_work_says_what_to_do(setting: str, hint: str) -> None:
    with pytest.raises(Misconfigured, match=hint):
        open_chat(setting, seconds=1)


def test_a_closed_chat_asks_nobody() -> None:
    with serving(says("hello")) as server:
        chat = open_chat("openai:x", base_url=server.url, seconds=30)
        chat.close()
        with pytest.raises(Fault):
            chat.say((("human", "hi"),), Rung.PLAIN, {}, 30)
    assert server.requests == []


class Told(Exception):
    """An error of some provider, known only by what it carries."""

    def __init__(self, status_code: int, message: str = "", code: str = "") -> None:
        super().__init__(message)
        self.status_code, self.code = status_code, code


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Told(402), Trouble.NO_CREDIT),
        (Told(429, code="insufficient_quota"), Trouble.NO_CREDIT),
        (Told(403, "Your credit balance is too low"), Trouble.NO_CREDIT),
        (Told(408), Trouble.UNREACHABLE),
        (Told(413, "x"), Trouble.CONTEXT),
        (Told(422, "maximum context length is 4096 tokens"), Trouble.CONTEXT),
        (Told(529), Trouble.UNREACHABLE),
        (TimeoutError(), Trouble.LATE),
        (ConnectionResetError(), Trouble.UNREACHABLE),
        (NotImplementedError(), Trouble.UNSUPPORTED),
        (KeyError("choices"), Trouble.UNREADABLE),
    ],
)
def test_errors_of_any_provider_are_read_by_what_they_carry(error: Exception, trouble: Trouble) -> None:
    assert fault(error).trouble is trouble


def test_a_cause_with_a_status_is_found() -> None:
    outer = RuntimeError("wrapped")
    outer.__cause__ = Told(401)
    assert fault(outer).trouble is Trouble.REJECTED_KEY
