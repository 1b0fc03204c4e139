"""A model that does what it is told: it writes a sentence about each source, at most six, quoting its beginning.

It reads the prompt as a model would, so it stands for any question; what it writes is plain, and mostly holds.
"""

from __future__ import annotations

import json
import re
from typing import Any

from retrieval.ingest.sentences import sentences

_BLOCK = re.compile(r"<<(\w+) ([AOSN]\d+) \|(.*?)>>\n(.*?)\n<<\1 end>>", re.DOTALL)
_MARK = re.compile(r"the character (\S) stands")
MOST = 2
"""Sources told of each side."""
QUOTED = 12
"""Words of a quote."""
SPEAKS = {
    "A": "The article says that {}.",
    "O": "One source reports that {}, which opposes the claim.",
    "S": "One source reports that {}, which supports the claim.",
}


def answers(request: dict[str, Any]) -> str:
    """What it replies to any of our prompts: a draft to the writing prompt, nothing useful to the others."""
    system, human = (str(message["content"]) for message in request["messages"][:2])
    mark = _MARK.search(system)
    if "Rejoinder gives in a community chat" not in system or mark is None:
        return "{}"
    sources = [(label, text.replace(mark[1], " ")) for _, label, _, text in _BLOCK.findall(human)]
    told = [sentence(label, text) for label, text in sources if label[0] in SPEAKS and int(label[1:]) <= MOST]
    return json.dumps({"sentences": told})


def sentence(label: str, text: str) -> dict[str, Any]:
    """One sentence about a source, in the source's own words."""
    start, end = sentences(text)[0]
    words = text[start:end].split()[:QUOTED]
    quote = " ".join(words).rstrip(".,;:!?")
    return {"text": SPEAKS[label[0]].format(quote), "citations": [{"label": label, "quote": quote}]}
