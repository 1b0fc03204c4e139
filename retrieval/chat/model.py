"""One call to a chat model, within a number of seconds, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from retrieval.chat.budget import Usage
from retrieval.chat.faults import Fault, Trouble, fault
from retrieval.chat.loop import Loop

if TYPE_CHECKING:  # importing langchain takes seconds, which nobody without a model should wait for
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

Messages = Sequence[tuple[str, str]]
"""(role, text), the roles being "system" and "human"."""
Schema = Mapping[str, Any]
"""A JSON schema with a title."""


class Rung(StrEnum):
    """A way to ask for structure, from the strictest to the one that every server understands."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model returned: its text, the object in it if the client found one, and the tokens if it told them."""

    text: str
    data: object = None
    usage: Usage | None = None


LONGEST_REPLY = 50_000
"""Characters; what is longer is no answer but a model that rambles."""


class Chat(Protocol):
    """A chat model that can be asked from any thread."""

    @property
    def name(self) -> str:
        """Provider and model, as configured."""

    def say(self, messages: Messages, rung: Rung, schema: Schema, seconds: float) -> Reply:
        """One reply; raises `Fault`."""

    def close(self) -> None:
        """Give up what is under way and close connections."""


class LangchainChat:
    """A langchain chat model behind the `Chat` interface. It has no tools and no memory."""

    def __init__(
        self, name: str, model: BaseChatModel, close: Callable[[], Coroutine[Any, Any, None]], *, strict: bool = False
    ) -> None:
        """``close`` ends the model's connections, on the loop that made them; ``strict`` is openai's for schemas."""
        self._name, self._model, self._close = name, model, close
        self._options: dict[Rung, dict[str, Any]] = {
            Rung.SCHEMA: {"method": "json_schema", **({"strict": True} if strict else {})},
            Rung.OBJECT: {"method": "json_mode"},
        }
        self._loop = Loop("chat")

    @property
    def name(self) -> str:
        """Provider and model, as configured."""
        return self._name

    def say(self, messages: Messages, rung: Rung, schema: Schema, seconds: float) -> Reply:
        """One reply.

        Raises:
            Fault: there is none, or not in time, or it is cut or declined.
        """
        try:
            found = self._loop.run(self._ask(messages, rung, schema), seconds)
        except TimeoutError as error:
            raise Fault(Trouble.LATE, f"no reply within {seconds:.1f} s") from error
        except Exception as error:
            raise fault(error) from error
        _complete(found)
        if len(found.text) > LONGEST_REPLY:
            raise Fault(Trouble.UNREADABLE, f"a reply of {len(found.text)} characters")
        return Reply(found.text, found.tool_calls[0]["args"] if found.tool_calls else None, _usage(found))

    def close(self) -> None:
        """Give up what is under way and close connections."""
        self._loop.close(self._close())

    async def _ask(self, messages: Messages, rung: Rung, schema: Schema) -> AIMessage:
        if rung is Rung.PLAIN:
            return await self._model.ainvoke([*messages])
        asked: Any = self._model.with_structured_output(dict(schema), include_raw=True, **self._options[rung])
        # Only the first step, which asks. The second, langchain's parser, tries every shorter piece of a reply that is
        # no JSON, on a thread that nothing can stop: minutes for a model that rambles.
        found: dict[str, AIMessage] = await asked.first.ainvoke([*messages])
        return found["raw"]


def _complete(message: AIMessage) -> None:
    """Refuse a reply that was cut, filtered or declined; servers tell it in different places."""
    reason = str(message.response_metadata.get("finish_reason") or message.response_metadata.get("stop_reason") or "")
    if reason in {"length", "max_tokens"}:
        raise Fault(Trouble.CUT_REPLY, reason)
    if reason in {"content_filter", "refusal"} or message.additional_kwargs.get("refusal"):
        raise Fault(Trouble.DECLINED, reason)


def _usage(message: AIMessage) -> Usage | None:
    told = getattr(message, "usage_metadata", None)
    if not told or not told.get("input_tokens"):
        return None
    return Usage(int(told["input_tokens"]), int(told.get("output_tokens") or 0))
