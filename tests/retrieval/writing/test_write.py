from __future__ import annotations

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from retrieval.answer.fallback import NOTICES
from retrieval.answer.write import Writer
from retrieval.chat.budget import Budget, Limits, Usage
from retrieval.chat.circuit import Circuit
from retrieval.chat.faults import Trouble
from retrieval.chat.ladder import Ladder
from retrieval.chat.model import Messages, Reply, Rung, Schema
from retrieval.types import Abstention
from tests.retrieval.chat.server import (
    Play,
    completion,
    drips,
    fails,
    hangs,
    refuses_formats,
    resets,
    says,
    sends,
    serving,
    truncates,
)
from tests.retrieval.writing.story import AGAINST, FOR, SAID, SPACE, answer, draft, marked_text, sentence, stored
from tests.retrieval.writing.writers import Memory, writing

PROSE = (
    "The article claims that the harbour was sold in secret [A1].\n\n"
    "The Gazette reported that the sale was announced on 3 May 2016, which opposes the claim [O1].\n\n"
    "The union said that its members were not told who bought it [S1]."
)


def test_a_draft_that_holds_becomes_the_answer() -> None:
    with serving(says(draft(), read=2000)) as server, writing(server) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert (written.text, written.mode, written.notice) == (PROSE, "model", None)
    assert (written.said, written.opposing, written.receipt) == (answer().said, answer().opposing, answer().receipt)
    request = server.requests[0]
    assert request["model"] == "scripted"
    schema = request["response_format"]["json_schema"]
    assert (schema["name"], schema["strict"], schema["schema"]["additionalProperties"]) == ("Draft", True, False)
    assert "tools" not in request
    assert server.headers[0]["authorization"] == "Bearer sk-secret-key"


def test_what_does_not_hold_is_dropped_and_counted() -> None:
    invented = sentence("The Gazette reported a secret vote.", ("O1", "a secret vote was held at night"))
    with serving(says(draft(SAID, AGAINST, FOR, invented))) as server, writing(server) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert (written.text, written.receipt.dropped) == (PROSE, 1)


@pytest.mark.parametrize(
    "sentences",
    [[SAID], [SAID, AGAINST], [SAID, FOR], [AGAINST, FOR], [sentence("The harbour was sold."), SAID]],
    ids=["one", "no support", "no opposition", "no article", "uncited"],
)
def test_a_draft_of_which_too_little_holds_gives_the_embedded_answer(sentences: list[dict[str, object]]) -> None:
    with serving(says(draft(*sentences))) as server, writing(server) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert (written.text, written.mode) == ("The embedded answer.", "embedded")
    assert written.notice == NOTICES[Trouble.UNFOUNDED]


def test_a_side_without_evidence_is_said_to_have_none_by_us() -> None:
    with serving(says(draft(SAID, AGAINST))) as server, writing(server) as desk:
        written = desk.writer.write(answer(without="S"), stored(), SPACE)
    assert written.mode == "model"
    assert written.text.endswith("\n\nNothing found in the 90 sources searched clearly supports it.")


def test_an_abstention_is_no_work_for_a_model() -> None:
    declined = replace(answer(), abstention=Abstention.OFF_TOPIC)
    with serving(says(draft())) as server, writing(server) as desk:
        assert desk.writer.write(declined, stored(), SPACE) is declined
        assert server.requests == []


FAULTS: dict[str, tuple[Play, Trouble, int]] = {
    "prose": (says("I think the harbour was sold."), Trouble.UNREADABLE, 3),
    "empty": (says(""), Trouble.UNREADABLE, 3),
    "null content": (says(None), Trouble.UNREADABLE, 3),
    "other JSON": (says('{"answer": "yes"}'), Trouble.UNREADABLE, 3),
    "JSON that stops": (says(draft()[:-30]), Trouble.UNREADABLE, 3),
    "length": (says(draft()[:50], finish="length"), Trouble.CUT_REPLY, 1),
    "content filter": (says("", finish="content_filter"), Trouble.DECLINED, 1),
    "refusal": (says(None, refusal="I cannot help with that."), Trouble.DECLINED, 1),
    "no choices": (sends(json.dumps(completion("x") | {"choices": []})), Trouble.UNREADABLE, 3),
    "null choices": (sends(json.dumps(completion("x") | {"choices": None})), Trouble.UNREADABLE, 3),
    "HTML": (sends("<html>log in</html>", "text/html"), Trouble.UNREADABLE, 3),
    "no JSON": (sends("not json"), Trouble.UNREADABLE, 3),
    "wrong key": (fails(401, "Incorrect API key", "invalid_api_key"), Trouble.REJECTED_KEY, 1),
    "forbidden": (fails(403), Trouble.REJECTED_KEY, 1),
    "wrong model": (fails(404, "The model does not exist", "model_not_found"), Trouble.NO_MODEL, 1),
    "wrong model, 400": (fails(400, "model 'x' not found"), Trouble.NO_MODEL, 1),
    "quota": (fails(429, "You exceeded your current quota", "insufficient_quota"), Trouble.NO_CREDIT, 1),
    "too many": (fails(429), Trouble.LIMITED, 3),
    "too many, soon": (fails(429, retry_after="1"), Trouble.LIMITED, 3),
    "too many, for long": (fails(429, retry_after="600"), Trouble.LIMITED, 1),
    "server error": (fails(500), Trouble.UNREACHABLE, 3),
    "overloaded": (fails(503), Trouble.UNREACHABLE, 3),
    "context told": (fails(400, "too long", "context_length_exceeded"), Trouble.CONTEXT, 1),
    "context cut": (says(draft(), read=300), Trouble.CUT_PROMPT, 1),
    "filtered request": (fails(400, "content management policy", "content_filter"), Trouble.DECLINED, 1),
    "nothing supported": (fails(400, "bad request"), Trouble.UNSUPPORTED, 3),
    "reset": (resets, Trouble.UNREACHABLE, 3),
    "truncated": (truncates, Trouble.UNREACHABLE, 3),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_server_gives_the_embedded_answer_with_a_notice(name: str) -> None:
    play, trouble, calls = FAULTS[name]
    start = time.monotonic()
    with serving(play) as server, writing(server) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert written.notice == NOTICES[trouble], desk.trails[0].trouble
    assert replace(written, notice=None, elapsed_ms=5, made=None) == answer()
    assert len(server.requests) == calls
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("play", [hangs, drips])
def test_a_server_without_end_is_left_at_the_deadline(play: Play) -> None:
    late = replace(answer(), elapsed_ms=29_600)
    with serving(says(draft()), play) as server, writing(server, seconds=30) as desk:
        assert desk.writer.write(answer(), stored(), SPACE).mode == "model"
        start = time.monotonic()
        written = desk.writer.write(late, stored(), SPACE)
        took = time.monotonic() - start
    assert written.notice == NOTICES[Trouble.LATE]
    assert took < 3
    assert len(server.requests) == 2
    assert written.elapsed_ms > late.elapsed_ms


def test_the_deadline_counts_what_the_embedded_answer_took() -> None:
    with serving(says(draft())) as server, writing(server, seconds=5) as desk:
        written = desk.writer.write(replace(answer(), elapsed_ms=5000), stored(), SPACE)
    assert written.notice == NOTICES[Trouble.LATE]
    assert server.requests == []


def test_a_server_that_is_not_there_gives_the_embedded_answer() -> None:
    with serving(hangs) as server:
        url = server.url
    with writing(url) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert written.notice == NOTICES[Trouble.UNREACHABLE]
    assert desk.pauses == [0.5, 1.0]


def test_trouble_that_passes_costs_a_pause_and_no_answer() -> None:
    with serving(fails(500), fails(429, retry_after="2"), says(draft())) as server, writing(server) as desk:
        assert desk.writer.write(answer(), stored(), SPACE).text == PROSE
    assert desk.pauses == [0.5, 2.0]


@pytest.mark.parametrize(
    ("formats", "reply", "rung"),
    [
        (("json_schema",), draft(), Rung.OBJECT),
        (("json_schema",), f"Here you are:\n```json\n{draft()}\n```", Rung.OBJECT),
        (("json_schema", "json_object"), marked_text(), Rung.PLAIN),
        (("json_schema", "json_object"), f"<think>[A1: no] hm</think>\n\n{marked_text()}", Rung.PLAIN),
    ],
)
def test_a_server_without_structure_is_asked_more_plainly_and_then_at_once(
    formats: tuple[str, ...], reply: str, rung: Rung
) -> None:
    with serving(refuses_formats(*formats, then=says(reply))) as server, writing(server) as desk:
        first = desk.writer.write(answer(), stored(), SPACE)
        asked = len(server.requests)
        second = desk.writer.write(answer(), stored(), SPACE)
    assert first.text == second.text == PROSE
    assert (asked, len(server.requests)) == (len(formats) + 1, len(formats) + 2)
    assert [trail.rung for trail in desk.trails] == [rung, rung]


@pytest.mark.parametrize(("finish", "trouble"), [("length", Trouble.CUT_REPLY), ("content_filter", Trouble.DECLINED)])
def test_a_reply_that_is_cut_or_filtered_is_not_used_on_any_rung(finish: str, trouble: Trouble) -> None:
    play = refuses_formats("json_schema", "json_object", then=says(marked_text(), finish=finish))
    with serving(play) as server, writing(server) as desk:
        assert desk.writer.write(answer(), stored(), SPACE).notice == NOTICES[trouble]
    assert len(server.requests) == 3


def test_a_fence_around_json_needs_no_second_call() -> None:
    with serving(says(f"```json\n{draft()}\n```")) as server, writing(server) as desk:
        assert desk.writer.write(answer(), stored(), SPACE).text == PROSE
    assert len(server.requests) == 1


def test_repeated_failures_open_the_circuit_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "retrieval.chat")
    now = [0.0]
    with serving(fails(500)) as server, writing(server, clock=lambda: now[0], failures=2) as desk:
        notices = [desk.writer.write(answer(), stored(), SPACE).notice for _ in range(4)]
        assert "resting for 60 s" in desk.writer.condition
        calls = len(server.requests)
        now[0] = 61
        desk.writer.write(answer(), stored(), SPACE)
    assert notices == [NOTICES[Trouble.UNREACHABLE]] * 2 + [NOTICES[Trouble.RESTING]] * 2
    assert (calls, len(server.requests)) == (6, 9)
    assert len([record for record in caplog.records if "left alone" in record.message]) == 1


def test_past_the_budget_the_model_is_not_asked() -> None:
    with serving(says(draft(), read=2000)) as server, writing(server, limits=Limits(tokens=3000)) as desk:
        first, second, third = (desk.writer.write(answer(), stored(), SPACE) for _ in range(3))
        other = desk.writer.write(answer(), stored(), "guild-2")
        assert desk.budget.used(SPACE) == Usage(2000, 90)
    assert (first.mode, second.notice, third.notice) == ("model", NOTICES[Trouble.SPENT], NOTICES[Trouble.SPENT])
    assert other.mode == "model"
    assert len(server.requests) == 2


def test_calls_that_came_to_nothing_are_paid_for() -> None:
    with serving(says("no", read=2000)) as server, writing(server) as desk:
        desk.writer.write(answer(), stored(), SPACE)
        assert desk.budget.used(SPACE) == Usage(6000, 270)
        assert len(server.requests) == 3


def test_the_trail_explains_an_answer() -> None:
    invented = sentence("The Gazette reported a secret vote.", ("O1", "a secret vote was held at night"))
    with serving(says(draft(SAID, AGAINST, FOR, invented), read=2000)) as server, writing(server) as desk:
        desk.writer.write(answer(), stored(), SPACE)
    (trail,) = desk.trails
    assert (trail.answer, trail.model, trail.rung) == ("a1", "openai:scripted", Rung.SCHEMA)
    assert trail.prompts == "write 1, write_plain 1, write_evidence 1"
    assert trail.shown == ("A1", "A2", "O1", "O2", "S1", "N1")
    assert trail.usage == Usage(2000, 90)
    assert trail.gated is not None
    assert trail.gated.dropped == ((invented["text"], "a quote is not in the passage"),)
    assert [text for _, text in trail.messages] == [message["content"] for message in server.requests[0]["messages"]]


def test_many_threads_share_a_writer() -> None:
    with serving(says(draft(), read=2000)) as server, writing(server) as desk, ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda _: desk.writer.write(answer(), stored(), SPACE).text, range(24)))
        assert desk.budget.used(SPACE) == Usage(48000, 2160)
    assert texts == [PROSE] * 24
    assert len(server.requests) == 24


def test_a_fault_of_ours_costs_prose_and_not_the_answer() -> None:
    with serving(says(draft())) as server, writing(server) as desk:
        broken = replace(answer(), question=None)  # type: ignore[arg-type]  # on purpose: no such question exists
        written = desk.writer.write(broken, stored(), SPACE)
    assert written.notice == NOTICES[Trouble.UNREADABLE]
    assert server.requests == []


class Broken:
    """A chat with a mistake in it."""

    name = "broken"
    calls = 0

    def say(self, messages: Messages, rung: Rung, schema: Schema, seconds: float) -> Reply:
        self.calls += 1
        raise LookupError(f"{len(messages)} {rung} {len(schema)} {seconds}")

    def close(self) -> None:
        """Nothing is open."""


def test_a_mistake_in_a_chat_counts_as_a_failure_and_is_tried_again_after_the_rest() -> None:
    now = [0.0]
    chat, budget = Broken(), Budget(Memory(), Limits(), lambda: date(2026, 1, 1))
    writer = Writer("broken", Ladder(chat), Circuit(lambda: now[0], failures=1), budget)
    notices = []
    for now[0] in (0.0, 1.0, 61.0):
        notices.append(writer.write(answer(), stored(), SPACE).notice)
    assert notices == [NOTICES[trouble] for trouble in (Trouble.UNREADABLE, Trouble.RESTING, Trouble.UNREADABLE)]
    assert chat.calls == 2


@pytest.mark.parametrize("play", [says(draft()), fails(401, "Incorrect API key"), resets])
def test_the_key_is_in_no_log(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(play) as server, writing(server) as desk:
        desk.writer.write(answer(), stored(), SPACE)
        assert "secret" not in desk.writer.condition
    assert caplog.text
    assert "sk-secret-key" not in caplog.text
