"""What an operator is told when a server fails: what it does, and what to check. Each continues "The server ..."."""

from __future__ import annotations

from retrieval.chat.faults import Trouble

_SAYS = {
    Trouble.LATE: "did not answer in time",
    Trouble.UNREACHABLE: "cannot be reached; check that it runs, and OPENAI_BASE_URL",
    Trouble.LIMITED: "has too many requests right now; try again later",
    Trouble.REJECTED_KEY: "refuses the key; check OPENAI_API_KEY",
    Trouble.NO_MODEL: "does not know the model; check its name and OPENAI_BASE_URL",
    Trouble.NO_CREDIT: "says that the account is used up; add credit there",
    Trouble.CONTEXT: "cannot read so long a text",
    Trouble.CUT_PROMPT: "reads only a part of what it is sent; give it a larger context (Ollama: num_ctx)",
    Trouble.UNSUPPORTED: "refuses the request; check that it serves this kind of model",
    Trouble.CUT_REPLY: "cuts its replies short; allow it longer ones",
    Trouble.DECLINED: "would not answer",
    Trouble.RESTING: "failed too often a moment ago and is left alone for a while",
}
_OTHER = "gave nothing that can be used; check OPENAI_BASE_URL"


def advice(trouble: Trouble) -> str:
    """The end of a sentence about a server."""
    return _SAYS.get(trouble, _OTHER)
