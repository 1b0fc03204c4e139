"""The scripted good model: what it writes from real prompts holds at the gate, on every rung and over the wire."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import httpx2
import openai
import pytest
from pydantic import BaseModel

from prompts import load
from retrieval.answer.draft import Draft, read_marked
from retrieval.answer.gate import Gate, enough
from retrieval.answer.hunt import Queries
from retrieval.answer.prompting import Prompter
from retrieval.answer.second import Readings
from retrieval.answer.write import unmarked
from retrieval.chat.marking import Marking
from retrieval.chat.model import Rung
from retrieval.evaluate.scripted import Message, reply
from retrieval.evaluate.speaking import pieces, speaking
from retrieval.types import Wording
from tests.retrieval.writing.story import SPACE, TEXTS, answer, stored
from tests.retrieval.writing.writers import writing


def told(rung: Rung) -> list[Message]:
    prompting = Prompter().prompting(answer(), stored(), SPACE)
    return [{"role": role, "content": text} for role, text in prompting.messages[rung]]


@pytest.mark.parametrize("rung", list(Rung))
def test_what_it_writes_holds_at_the_gate(rung: Rung) -> None:
    prompting = Prompter().prompting(answer(), stored(), SPACE)
    messages = [{"role": role, "content": text} for role, text in prompting.messages[rung]]
    said = reply(messages, structured=rung is not Rung.PLAIN)
    draft = read_marked(said) if rung is Rung.PLAIN else Draft.model_validate_json(said)
    gated = Gate(answer(), stored(), prompting.instructions).check(unmarked(draft, prompting))
    assert gated.dropped == ()
    assert 3 <= len(gated.kept) <= 6
    assert enough(gated.kept, answer())
    assert all(
        quote in TEXTS[label] for item in gated.kept for label, quote in zip(item.labels, item.quotes, strict=True)
    )


def test_words_of_a_summary_of_ours_are_told_and_not_quoted() -> None:
    digest = replace(answer().said[0].source, wording=Wording.DIGEST)
    summed = replace(answer(), said=tuple(replace(item, source=digest) for item in answer().said))
    prompting = Prompter().prompting(summed, stored(), SPACE)
    draft = Draft.model_validate_json(
        reply([{"role": role, "content": text} for role, text in prompting.messages[Rung.SCHEMA]])
    )
    assert "“" not in draft.sentences[0].text
    assert draft.sentences[0].text.startswith("The article says that ")


def test_over_the_wire_it_writes_the_whole_answer() -> None:
    with speaking() as server, writing(server.url) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert (written.mode, written.notice, written.receipt.dropped) == ("model", None, 0)
    assert written.made is not None
    assert written.made.read > 500
    assert [label for label in ("[A1]", "[O1]", "[S1]") if label not in written.text] == []


def test_other_work_gets_an_answer_of_its_shape() -> None:
    marking = Marking.drawn("")

    def asked(prompt: str, **blocks: str) -> str:
        rules = load(prompt).fill(mark=marking.mark, fence=marking.fence)
        blocked = "\n\n".join(marking.block(label.replace("_", "-"), text) for label, text in blocks.items())
        return reply([{"role": "system", "content": rules}, {"role": "user", "content": blocked}])

    class Whole(BaseModel):
        question: str

    class Claims(BaseModel):
        claims: list[str]

    assert "the harbour was sold" in Queries.model_validate_json(asked("counter", CLAIM="the harbour was sold")).negated
    assert Readings.model_validate_json(asked("second", CLAIM="it was sold", P1="It was not.")).stances() == {}
    assert Whole.model_validate_json(asked("followup", FOLLOW_UP="and who paid?")).question == "and who paid?"
    assert Claims.model_validate_json(asked("claims", P1="It was sold.")).claims == []


def test_it_streams_the_same_words_at_its_pace() -> None:
    messages = told(Rung.SCHEMA)
    whole = reply(messages, structured=False)
    with speaking(pace=400) as server:
        client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)
        start = time.monotonic()
        chunks = list(
            client.chat.completions.create(
                model="scripted", messages=messages, stream=True, stream_options={"include_usage": True}
            )  # type: ignore[call-overload]  # plain dictionaries, as on the wire
        )
        took = time.monotonic() - start
        client.close()
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert took >= len(pieces(whole)) / 400


def test_it_lists_its_model_and_knows_no_other_path() -> None:
    with speaking() as server, httpx2.Client() as client:
        listed = client.get(f"{server.url}/models").json()
        missing = client.post(f"{server.url}/embeddings", content=json.dumps({"input": "x"}))
    assert [one["id"] for one in listed["data"]] == ["scripted"]
    assert missing.status_code == 404
