"""The judge itself: what Discord takes passes, and each planted violation is caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from discord.http import MultipartParameters

from tests.bot.openapi import normalised, specification
from tests.bot.rules import RULES, Request, violations

PATCH = "/webhooks/1/token/messages/@original"
CALLBACK = "/interactions/1/token/callback"
COMMANDS = "/applications/1/commands"
NOBODY: dict[str, Any] = {"allowed_mentions": {"parse": []}}


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Press", "custom_id": "a", "disabled": False, **changes}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def box(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 17, "components": list(components), "spoiler": False}


def menu(*options: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "m", "options": list(options or [option()]), **changes}


def option(**changes: Any) -> dict[str, Any]:
    return {"label": "O1", "value": "O1", **changes}


def v2(*components: dict[str, Any], **changes: Any) -> Request:
    return Request("PATCH", PATCH, {"flags": 1 << 15, "components": list(components), **NOBODY, **changes})


def callback(kind: int, data: dict[str, Any] | None = None, asked: int = 2, **rest: Any) -> Request:
    return Request("POST", CALLBACK, {"type": kind, **({"data": data} if data is not None else {})}, asked, **rest)


def form(**changes: Any) -> Request:
    field = {"type": 4, "custom_id": "why", "style": 2}
    part = {"type": 18, "label": "Why", "component": field}
    return callback(9, {"title": "T", "custom_id": "f", "components": [part], **changes})


def command(**changes: Any) -> Request:
    return Request("PUT", COMMANDS, [{"name": "ask", "description": "Ask", "type": 1, "options": [], **changes}])


def taking(*options: dict[str, Any]) -> Request:
    return command(options=[{"type": 3, "name": "a", "description": "A", **changes} for changes in options])


GOOD = (
    v2(box(text("### One"), text("> two")), row(menu()), row(button(), button(custom_id="b"))),
    v2(row({"type": 2, "style": 5, "label": "Link", "url": "https://a.example/"})),
    Request("PATCH", PATCH, {"content": "A sentence.", **NOBODY}),
    Request("POST", "/channels/1/messages", {"content": r"\<\@1\> \@everyone", **NOBODY}),
    callback(5),
    callback(5, {"flags": 64}),
    callback(6, asked=3),
    callback(8, {"choices": [{"name": "C01", "value": "C01"}]}, asked=4),
    form(),
    command(),
    taking({"required": True}, {"name": "b", "autocomplete": True}),
)
BAD = {
    "content_length": Request("PATCH", PATCH, {"content": "x" * 2_001, **NOBODY}),
    "not_empty": Request("POST", "/channels/1/messages", {"content": "", **NOBODY}),
    "v2_excludes_content": v2(text(), content="beside"),
    "v2_needs_flag": Request("PATCH", PATCH, {"components": [text()], **NOBODY}),
    "forty_components": v2(*(box(*(text() for _ in range(9))) for _ in range(5))),
    "four_thousand_characters": v2(text("x" * 2_001), text("y" * 2_000)),
    "four_thousand_characters (empty)": v2(text(" ")),
    "rows (six)": v2(row(*(button(custom_id=str(n)) for n in range(6)))),
    "rows (mixed)": v2(row(button(), menu())),
    "nesting (bare)": v2(button()),
    "nesting (boxes)": v2(box(box(text()))),
    "sections": v2({"type": 9, "components": [text()]}),
    "buttons (id)": v2(row(button(custom_id="x" * 101))),
    "buttons (no id)": v2(row({"type": 2, "style": 2, "label": "L"})),
    "buttons (link)": v2(row({"type": 2, "style": 5, "label": "L", "url": "https://a.example/" + "x" * 512})),
    "buttons (label)": v2(row(button(label="x" * 81))),
    "unique_ids": v2(row(button(), button())),
    "menus (none)": v2(row({**menu(), "options": []})),
    "menus (many)": v2(row(menu(*(option(value=str(n)) for n in range(26))))),
    "menus (twice)": v2(row(menu(option(), option()))),
    "menus (label)": v2(row(menu(option(label="x" * 101)))),
    "menus (blank)": v2(row(menu(option(description="")))),
    "modals (title)": form(title="x" * 46),
    "modals (parts)": form(components=[text() for _ in range(6)]),
    "modals (label)": form(components=[{"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": "w"}}]),
    "defer_is_bare": callback(5, {"flags": 1 << 15}),
    "callback_fits (message to autocomplete)": callback(4, {"content": "x", **NOBODY}, asked=4),
    "callback_fits (silent to command)": callback(6),
    "callback_fits (form to form)": callback(9, form().modal, asked=5),
    "autocomplete (many)": callback(8, {"choices": [{"name": "n", "value": str(n)} for n in range(26)]}, asked=4),
    "autocomplete (name)": callback(8, {"choices": [{"name": "n" * 101, "value": "v"}]}, asked=4),
    "autocomplete (value)": callback(8, {"choices": [{"name": "n", "value": ""}]}, asked=4),
    "commands (name)": command(name="Ask"),
    "commands (no description)": command(description=""),
    "commands (description)": command(description="x" * 101),
    "commands (order)": taking({}, {"name": "b", "required": True}),
    "commands (option twice)": taking({}, {}),
    "commands (both)": taking({"autocomplete": True, "choices": [{"name": "a", "value": "a"}]}),
    "commands (choice)": taking({"choices": [{"name": "a", "value": "x" * 101}]}),
    "commands (total)": taking(
        *({"name": f"o{n}", "choices": [{"name": "x" * 90, "value": "y" * 90}] * 5} for n in range(9))
    ),
    "commands (twice)": Request("PUT", COMMANDS, [*command().body, *command().body]),
    "commands (menus)": Request("PUT", COMMANDS, [{"name": f"m{n}", "type": 3} for n in range(6)]),
    "pings_nobody": Request("PATCH", PATCH, {"content": "x"}),
    "no_live_mention (person)": v2(text("hello <@123>")),
    "no_live_mention (everyone)": v2(text("hello @everyone")),
    "no_live_mention (command)": v2(text("</ban:1>")),
    "no_embeds": Request("PATCH", PATCH, {"embeds": [{"title": "t"}], **NOBODY}),
}


@pytest.mark.parametrize("request_", GOOD, ids=lambda request: f"{request.method} {request.path}")
def test_what_discord_takes_breaks_no_rule(request_: Request) -> None:
    assert violations(request_) == []


@pytest.mark.parametrize("name", BAD)
def test_a_planted_violation_breaks_its_rule(name: str) -> None:
    broken = {wrong.split(":")[0] for wrong in violations(BAD[name])}
    assert name.split(" ", maxsplit=1)[0] in broken


def test_every_rule_has_a_planted_violation() -> None:
    assert {name.split(" ")[0] for name in BAD} == {rule.__name__ for rule in RULES}


@pytest.mark.shared
@pytest.mark.parametrize("request_", GOOD, ids=lambda request: f"{request.method} {request.path}")
def test_what_discord_takes_fits_its_own_file(request_: Request, shared: Path) -> None:
    judge = specification(shared / "platform" / "discord-openapi.json")
    assert judge.violations(request_.method, request_.path, request_.body) == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "request_",
    [
        v2(text("x" * 4_001)),
        v2(row(button(label="x" * 81))),
        v2(row(menu(*(option(value=str(n)) for n in range(26))))),
        v2({"type": 99}),
        v2(text(), colour=3),
        callback(8, {"choices": [{"name": "n", "value": str(n)} for n in range(26)]}),
        form(title="x" * 46),
        command(description="x" * 101),
        command(name="x" * 33),
        Request("POST", "/no/such/route", {}),
        Request("GET", "/users/@me", {"a": 1}),
    ],
    ids=lambda request: f"{request.method} {request.path}",
)
def test_discords_own_file_catches_a_planted_violation(request_: Request, shared: Path) -> None:
    judge = specification(shared / "platform" / "discord-openapi.json")
    assert judge.violations(request_.method, request_.path, request_.body) != []


def test_numbers_and_texts_that_discord_takes_alike_are_made_one_form() -> None:
    sent = {"message_id": 2**60, "default_member_permissions": "8", "type": 3, "tags": [{"role_id": 5}]}
    wanted = {"message_id": str(2**60), "default_member_permissions": 8, "type": 3, "tags": [{"role_id": "5"}]}
    assert normalised(sent) == wanted


async def test_a_planted_violation_of_the_running_bot_is_noticed(town: Any, wire: Any) -> None:
    await town.ada.slash(town.channel, "privacy show")
    assert wire.wrong == []
    await unguarded_message(town)
    assert any("pings_nobody" in wrong for wrong in wire.wrong)
    wire.wrong.clear()


async def unguarded_message(town: Any) -> None:
    """The bot writes to the channel past its own client settings."""
    hello = MultipartParameters(payload={"content": "hello"}, multipart=None, files=None)
    await town.env.bot.http.send_message(town.channel.id, params=hello)
