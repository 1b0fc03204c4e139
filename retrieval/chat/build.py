"""From settings to a chat model. Imports langchain: import it only when a model is configured."""

from __future__ import annotations

import openai
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from retrieval.chat.connect import CONNECT, NO_KEY
from retrieval.chat.model import LangchainChat
from retrieval.errors import Misconfigured


def open_chat(name: str, *, base_url: str | None = None, api_key: str | None = None, seconds: float) -> LangchainChat:
    """The chat model of a setting such as ``openai:gpt-5-mini``.

    Retries and the deadline are ours (`retrieval.chat.ladder`), so the client's own are off.

    Args:
        name: ``provider:model`` as langchain knows providers; without a provider, openai.
        base_url: address of any OpenAI-compatible server; for the provider ``openai`` only.
        api_key: its key; a server of one's own may need none.
        seconds: longest time for one read.

    Raises:
        Misconfigured: the provider is unknown or not installed, or there is neither key nor address.
    """
    provider, _, model = name.strip().partition(":")
    if not model:
        provider, model = "openai", provider
    if provider == "openai":
        return _openai(model, base_url, api_key, seconds)
    try:
        other: BaseChatModel = init_chat_model(model, model_provider=provider, max_retries=0, timeout=seconds)
    except ImportError:
        raise Misconfigured(f"REJOINDER_CHAT_MODEL needs the package langchain-{provider}; install it.") from None
    except ValueError:
        raise Misconfigured(
            f"REJOINDER_CHAT_MODEL cannot be used: {name[:80]!r}; write it like openai:gpt-5-mini."
        ) from None
    return LangchainChat(f"{provider}:{model}", other, _nothing)


def _openai(model: str, base_url: str | None, api_key: str | None, seconds: float) -> LangchainChat:
    if not api_key and not base_url:
        raise Misconfigured("REJOINDER_CHAT_MODEL needs a key in OPENAI_API_KEY, or a server in OPENAI_BASE_URL.")
    # A client of its own: langchain otherwise shares one among all models, and with it their event loops.
    client = openai.DefaultAsyncHttpxClient(timeout=openai.Timeout(seconds, connect=min(CONNECT, seconds)))
    made: BaseChatModel = init_chat_model(
        model,
        model_provider="openai",
        base_url=base_url or None,
        api_key=api_key or NO_KEY,
        timeout=seconds,
        max_retries=0,
        use_responses_api=False,
        http_async_client=client,
    )
    return LangchainChat(f"openai:{model}", made, client.aclose, strict=True)


async def _nothing() -> None:
    """Providers that hold no connection of ours."""
