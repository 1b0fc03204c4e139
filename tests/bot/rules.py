"""Discord's limits that its OpenAPI file does not state, and the promises that Rejoinder makes about what it sends.

Each rule reads one request and yields what is wrong with it. ``platform/discord.md`` names where Discord states them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.bot.command_rules import command_violations

V2 = 1 << 15
EPHEMERAL = 1 << 6
_V2_TYPES = {9, 10, 11, 12, 13, 14, 17}
_INPUTS = {2, 3, 5, 6, 7, 8}
_SELECTS = {3, 5, 6, 7, 8}
_MENTION = re.compile(r"(?<!\\)<(@|#|/|id:|a?:\w+:)|(?<!\\)@(everyone|here)")


@dataclass(frozen=True)
class Request:
    """One request of the bot; ``interaction`` is the type of the interaction that a callback answers."""

    method: str
    path: str
    body: Any
    interaction: int | None = None
    from_component: bool = False

    @property
    def is_callback(self) -> bool:
        return self.path.endswith("/callback")

    @property
    def is_commands(self) -> bool:
        return self.method == "PUT" and self.path.endswith("/commands")

    @property
    def message(self) -> dict[str, Any] | None:
        """The message in it, if it sends or edits one."""
        if not isinstance(self.body, dict):
            return None
        if self.is_callback:
            return self.body.get("data") or {} if self.body.get("type") in {4, 7} else None
        is_message = re.search(r"/webhooks/\d+/[^/]+(/messages/[^/]+)?$|/channels/\d+/messages(/\d+)?$", self.path)
        return self.body if is_message and self.method in {"POST", "PATCH"} else None

    @property
    def modal(self) -> dict[str, Any] | None:
        if self.is_callback and self.body.get("type") == 9:
            return dict(self.body["data"])
        return None


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every component below a list of components, outermost first."""
    for component in node or []:
        yield component
        yield from walk(component.get("components"))
        yield from walk([component["accessory"]] if component.get("accessory") else [])
        yield from walk([component["component"]] if component.get("component") else [])


def _components(request: Request) -> list[dict[str, Any]]:
    return list(walk((request.message or {}).get("components")))


def content_length(request: Request) -> Iterator[str]:
    if len((request.message or {}).get("content") or "") > 2_000:
        yield "content of more than 2,000 characters"


def not_empty(request: Request) -> Iterator[str]:
    message = request.message
    if message is not None and request.method == "POST":
        parts = ("content", "embeds", "components", "attachments", "poll", "sticker_ids")
        if not any(message.get(part) for part in parts):
            yield "an empty message"


def v2_excludes_content(request: Request) -> Iterator[str]:
    message = request.message or {}
    if (message.get("flags") or 0) & V2:
        for part in ("content", "embeds", "poll", "sticker_ids", "stickers"):
            if message.get(part):
                yield f"{part} beside the Components V2 flag"


def v2_needs_flag(request: Request) -> Iterator[str]:
    flags = (request.message or {}).get("flags") or 0
    if not flags & V2 and any(component["type"] in _V2_TYPES for component in _components(request)):
        yield "Components V2 without their flag"


def forty_components(request: Request) -> Iterator[str]:
    count = len(_components(request))
    if count > 40:
        yield f"{count} components, of which 40 are allowed"


def four_thousand_characters(request: Request) -> Iterator[str]:
    texts = [component["content"] for component in _components(request) if component["type"] == 10]
    if sum(map(len, texts)) > 4_000:
        yield f"{sum(map(len, texts))} characters of text, of which 4,000 are allowed"
    if any(not text.strip() for text in texts):
        yield "an empty text"


def rows(request: Request) -> Iterator[str]:
    for component in _components(request):
        if component["type"] == 1:
            kinds = [child["type"] for child in component.get("components", [])]
            selects = [kind for kind in kinds if kind in _SELECTS]
            if not kinds or len(kinds) > 5 or (selects and len(kinds) > 1):
                yield f"a row of {kinds}; five buttons or one menu are allowed"


def nesting(request: Request) -> Iterator[str]:
    message = request.message or {}
    for component in message.get("components") or []:
        if component["type"] in _INPUTS:
            yield "a button or menu outside a row"
        if component["type"] == 17 and any(child["type"] == 17 for child in walk(component.get("components"))):
            yield "a container in a container"
        if component["type"] == 17 and not component.get("components"):
            yield "an empty container"


def sections(request: Request) -> Iterator[str]:
    for component in _components(request):
        if component["type"] == 9:
            count = len(component.get("components", []))
            if not 1 <= count <= 3 or not component.get("accessory"):
                yield "a section needs one to three texts and an accessory"


def buttons(request: Request) -> Iterator[str]:
    for component in _components(request):
        if component["type"] != 2:
            continue
        is_link = component.get("style") == 5
        if not is_link and not 1 <= len(component.get("custom_id") or "") <= 100:
            yield "a button whose custom_id is not 1 to 100 characters long"
        if is_link and (component.get("custom_id") or not 1 <= len(component.get("url") or "") <= 512):
            yield "a link button with a custom_id, or a url that is not 1 to 512 characters long"
        label = component.get("label") or ""
        if len(label) > 80 or not (label.strip() or component.get("emoji")):
            yield f"a button label of {len(label)} characters"


def unique_ids(request: Request) -> Iterator[str]:
    found = [component["custom_id"] for component in _components(request) if component.get("custom_id")]
    if len(found) != len(set(found)):
        yield f"a custom_id twice in {found}"


def menus(request: Request) -> Iterator[str]:
    for component in _components(request):
        if component["type"] not in _SELECTS:
            continue
        if not 1 <= len(component.get("custom_id") or "") <= 100 or len(component.get("placeholder") or "") > 150:
            yield "a menu's custom_id or placeholder is too long or missing"
        options = component.get("options", [])
        if component["type"] == 3 and not 1 <= len(options) <= 25:
            yield f"a menu of {len(options)} options"
        if len({option["value"] for option in options}) != len(options):
            yield "a menu's value twice"
        for option in options:
            label, value, about = option["label"], option["value"], option.get("description")
            if not 1 <= len(label) <= 100 or not 1 <= len(value) <= 100 or (about is not None and len(about) > 100):
                yield f"an option whose label, value or description is not 1 to 100 characters long: {option}"
            if not label.strip() or about == "":
                yield "an option with an empty label or description"


def modals(request: Request) -> Iterator[str]:
    modal = request.modal
    if modal is None:
        return
    if not 1 <= len(modal["title"]) <= 45 or not 1 <= len(modal["custom_id"]) <= 100:
        yield "a form's title or custom_id is too long or missing"
    if not 1 <= len(modal["components"]) <= 5:
        yield f"a form of {len(modal['components'])} parts"
    for part in modal["components"]:
        if part["type"] == 18 and not 1 <= len(part["label"]) <= 45:
            yield "a form's label of more than 45 characters"
    found = [part["custom_id"] for part in walk(modal["components"]) if part.get("custom_id")]
    if len(found) != len(set(found)):
        yield "a form's custom_id twice"


def defer_is_bare(request: Request) -> Iterator[str]:
    if request.is_callback and request.body.get("type") == 5:
        data = request.body.get("data") or {}
        if set(data) - {"flags"} or (data.get("flags") or 0) & ~EPHEMERAL:
            yield f"a deferred answer that carries more than the ephemeral flag: {data}"


def callback_fits(request: Request) -> Iterator[str]:
    if not request.is_callback or request.interaction is None:
        return
    kind, asked = request.body.get("type"), request.interaction
    fits = {2: {4, 5, 9}, 3: {4, 5, 6, 7, 9}, 4: {8}, 5: {4, 5} | ({6, 7} if request.from_component else set())}
    if kind not in fits.get(asked, set()):
        yield f"a callback of type {kind} to an interaction of type {asked}"


def autocomplete(request: Request) -> Iterator[str]:
    if not request.is_callback or request.body.get("type") != 8:
        return
    choices = request.body["data"]["choices"]
    if len(choices) > 25:
        yield f"{len(choices)} autocomplete choices"
    for choice in choices:
        value = choice["value"]
        if not 1 <= len(choice["name"]) <= 100 or (isinstance(value, str) and not 1 <= len(value) <= 100):
            yield f"an autocomplete choice that is not 1 to 100 characters long: {choice}"


def commands(request: Request) -> Iterator[str]:
    if request.is_commands:
        yield from command_violations(request.body)


def pings_nobody(request: Request) -> Iterator[str]:
    """Rejoinder's own promise: whatever it says, nobody is notified."""
    if request.message is not None and request.message.get("allowed_mentions") != {"parse": []}:
        yield f"allowed_mentions is {json.dumps(request.message.get('allowed_mentions'))}"


def no_live_mention(request: Request) -> Iterator[str]:
    """Rejoinder's own promise: it never writes a mention, a command link or an emoji that a source wrote."""
    message = request.message or {}
    texts = [message.get("content") or ""]
    texts += [component.get("content") or "" for component in _components(request)]
    for text in texts:
        if found := _MENTION.search(text):
            yield f"a live mention: {text[found.start() :][:40]!r}"


def no_embeds(request: Request) -> Iterator[str]:
    """Rejoinder's own promise: answers are Components V2, so no link unfolds into an embed."""
    if (request.message or {}).get("embeds"):
        yield "an embed"


RULES: tuple[Callable[[Request], Iterator[str]], ...] = (
    content_length,
    not_empty,
    v2_excludes_content,
    v2_needs_flag,
    forty_components,
    four_thousand_characters,
    rows,
    nesting,
    sections,
    buttons,
    unique_ids,
    menus,
    modals,
    defer_is_bare,
    callback_fits,
    autocomplete,
    commands,
    pings_nobody,
    no_live_mention,
    no_embeds,
)


def violations(request: Request) -> list[str]:
    """Everything that is wrong with a request by the hand rules."""
    return [f"{rule.__name__}: {wrong}" for rule in RULES for wrong in rule(request)]
