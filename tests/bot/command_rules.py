"""Discord's rules for published commands; its OpenAPI file states few of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NAME = re.compile(r"[-_'\w]{1,32}")


def command_violations(commands: list[dict[str, Any]]) -> Iterator[str]:
    """What Discord would refuse of the commands that are published together."""
    names = [(command.get("type", 1), command["name"]) for command in commands]
    if len(names) != len(set(names)):
        yield "a command's name twice"
    for kind, most in ((1, 100), (2, 5), (3, 5)):
        if sum(found == kind for found, _ in names) > most:
            yield f"more than {most} commands of type {kind}"
    for command in commands:
        if len(_spoken(command)) > 8_000:
            yield f"/{command['name']} has more than 8,000 characters"
        if command.get("type", 1) == 1:
            yield from _command(command, command["name"])
        elif not 1 <= len(command["name"]) <= 32 or command.get("description"):
            yield f"a menu command named {command['name']!r}"


def _command(node: dict[str, Any], path: str) -> Iterator[str]:
    if not _NAME.fullmatch(node["name"]) or node["name"] != node["name"].lower():
        yield f"/{path}: the name is not lower case, or not 1 to 32 letters"
    if not 1 <= len(node.get("description") or "") <= 100:
        yield f"/{path}: the description is not 1 to 100 characters long"
    options = node.get("options") or []
    names = [option["name"] for option in options]
    if len(options) > 25 or len(names) != len(set(names)):
        yield f"/{path}: more than 25 options, or a name twice"
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        yield f"/{path}: a required option after an optional one"
    for option in options:
        if option.get("choices") and option.get("autocomplete"):
            yield f"/{path} {option['name']}: choices and autocomplete exclude each other"
        for choice in option.get("choices") or []:
            if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
                yield f"/{path} {option['name']}: a choice is too long"
        yield from _command(option, f"{path} {option['name']}")


def _spoken(node: Any) -> str:
    """What counts toward the 8,000: names, descriptions and string values."""
    if isinstance(node, list):
        return "".join(map(_spoken, node))
    own = f"{node.get('name', '')}{node.get('description') or ''}"
    value = node.get("value")
    nested = _spoken(node.get("options") or []) + _spoken(node.get("choices") or [])
    return own + (value if isinstance(value, str) else "") + nested
