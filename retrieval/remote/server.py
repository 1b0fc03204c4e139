"""One call to an embeddings server, within a number of seconds. Imports openai: import it only when one is set.

The openai client is used as it is, not langchain's ``OpenAIEmbeddings``: that one wants to download a tokenizer, sends
arrays of tokens that other servers refuse, and asks for base64 that some do not know (langchain#21318, PR#35252).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import openai

from retrieval.chat.connect import CONNECT, NO_KEY
from retrieval.chat.faults import Fault, Trouble, fault
from retrieval.chat.loop import Loop
from retrieval.errors import Misconfigured
from retrieval.rank.interfaces import Vectors

LONGEST_READ = 60.0
"""Seconds between two bytes after which a connection is given up, whatever the call's own deadline."""
SETTING = "openai:text-embedding-3-small"
"""How the setting is written."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """What a server returned: a row for each text, of any length, and the tokens that it counted, if it told."""

    rows: Vectors
    tokens: int | None


class EmbeddingServer:
    """A model on a server; any number of threads may ask it."""

    def __init__(self, model: str, *, base_url: str | None, api_key: str | None) -> None:
        self.model, self.name = model, f"openai:{model}"
        timeout = openai.Timeout(LONGEST_READ, connect=CONNECT)
        self._client = openai.AsyncOpenAI(
            api_key=api_key or NO_KEY,
            base_url=base_url or None,
            max_retries=0,  # retries are ours: they heed the deadline and know what is hopeless
            timeout=timeout,
            http_client=openai.DefaultAsyncHttpxClient(timeout=timeout),
        )
        self._loop = Loop("embeddings")

    def embed(self, texts: Sequence[str], seconds: float) -> Embedded:
        """The vectors of some texts, as the server gives them, in the order of the texts.

        Raises:
            Fault: there are none, or not in time, or not one for each text.
        """
        asked = self._client.embeddings.create(model=self.model, input=list(texts), encoding_format="float")
        try:
            return _read(self._loop.run(asked, seconds), len(texts))
        except TimeoutError as error:
            raise Fault(Trouble.LATE, f"no vectors within {seconds:.1f} s") from error
        except Fault:
            raise
        except Exception as error:
            raise fault(error) from error

    def close(self) -> None:
        """Give up what is under way and close connections."""
        self._loop.close(self._client.close())


def open_server(setting: str, *, base_url: str | None, api_key: str | None) -> EmbeddingServer:
    """The server of a setting such as ``openai:text-embedding-3-small``, not asked yet.

    Raises:
        Misconfigured: the setting names no model, or there is neither key nor address.
    """
    provider, _, model = setting.strip().partition(":")
    if provider != "openai" or not model.strip():
        raise Misconfigured(
            f"REJOINDER_EMBEDDINGS cannot be used: {setting[:80]!r}; write embedded, or a model like {SETTING}."
        )
    if not api_key and not base_url:
        raise Misconfigured("REJOINDER_EMBEDDINGS needs a key in OPENAI_API_KEY, or a server in OPENAI_BASE_URL.")
    return EmbeddingServer(model.strip(), base_url=base_url, api_key=api_key)


def _read(response: Any, number: int) -> Embedded:
    """Rows in the order of the texts: servers may return them in another, and say so by their index."""
    items = list(response.data)
    places = [item.index for item in items]
    if sorted(places) != list(range(number)):
        raise Fault(Trouble.UNREADABLE, f"vectors with the places {places[:5]} for {number} texts")
    rows: list[Any] = [None] * number
    for item in items:
        rows[item.index] = item.embedding
    with np.errstate(over="ignore"):  # a number beyond float32 becomes infinite, and is refused as such
        return Embedded(np.array(list(_numbers(rows)), np.float32), _tokens(response))


def _numbers(rows: Sequence[Any]) -> Iterator[Vectors]:
    for row in rows:
        if not isinstance(row, list) or len(row) != len(rows[0]):
            raise Fault(Trouble.UNREADABLE, "vectors that are no lists of one length")
        yield np.asarray(row, np.float32)


def _tokens(response: Any) -> int | None:
    counted = getattr(getattr(response, "usage", None), "prompt_tokens", None)
    return counted if isinstance(counted, int) and counted > 0 else None
