"""Buttons and menus that outlive the process: what a press means is written in the ``custom_id``, nowhere else.

discord.py only logs an exception in a dynamic item, and nobody answers the person; so every press goes through
``Presses.press``, which the client gives and which ends in an answer or a sentence.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar, cast

import discord
from discord import ui
from discord.ui.select import BaseSelect

from retrieval.types import Claim

ItemT = TypeVar("ItemT", bound=ui.Item[Any])
_LONGEST_ID = 100
"""Of a ``custom_id`` (Discord's reference of components)."""
_LONGEST_LABEL = 80
_BUTTON, _MENU, _FORM = (
    re.compile(prefix + r":(?P<verb>[a-z]+):(?P<page>\d{1,4}):(?P<subject>.*)", re.DOTALL)
    for prefix in ("rj", "rj-menu", "rj-form")
)
_NEVER = re.compile(r"(?!)")
REASON = "reason"
"""The ``custom_id`` of the one field of the form "not helpful"."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a press means: a verb, the answer's or claim's id, and a page where there are several."""

    verb: str
    subject: str
    page: int = 0

    def id(self, prefix: str = "rj") -> str:
        """The ``custom_id``.

        Raises:
            ValueError: it is longer than Discord takes.
        """
        text = f"{prefix}:{self.verb}:{self.page}:{self.subject}"
        if len(text) > _LONGEST_ID:
            raise ValueError(f"a custom_id of {len(text)} characters is longer than {_LONGEST_ID}: {text!r}")
        return text

    @classmethod
    def of(cls, match: re.Match[str]) -> Self:
        """The action that a matched ``custom_id`` carries."""
        return cls(match["verb"], match["subject"], int(match["page"]))


def form_action(custom_id: str) -> Action | None:
    """The action of a submitted form, or None when the form is not ours."""
    match = _FORM.fullmatch(custom_id)
    return Action.of(match) if match else None


class Presses(Protocol):
    """Whoever answers presses."""

    async def press(self, interaction: discord.Interaction, action: Action, values: list[str]) -> None:
        """Answer one press; never raises. ``values`` are what was picked in a menu."""


class _Client(Protocol):
    presses: Presses


class _Pressable(ui.DynamicItem[ItemT], template=_NEVER):
    """An item that works after a restart: rebuilt from its message, it hands the press over."""

    def __init__(self, item: ItemT, action: Action) -> None:
        super().__init__(item)
        self.action = action

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: discord.Interaction[Any],
        item: ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Rebuild the item from its message."""
        return cls(cast("ItemT", item), Action.of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press over, with what was picked if it is a menu."""
        picked: list[Any] = self.item.values if isinstance(self.item, BaseSelect) else []
        values = [value if isinstance(value, str) else str(value.id) for value in picked]
        await cast("_Client", interaction.client).presses.press(interaction, self.action, values)


class Press(_Pressable[ui.Button[Any]], template=_BUTTON):
    """A button that works after a restart."""


class Pick(_Pressable[BaseSelect[Any]], template=_MENU):
    """A menu of words or, as ``role_menu``, of a server's roles, that works after a restart."""


ITEMS: tuple[type[ui.DynamicItem[Any]], ...] = (Press, Pick)
"""What the client registers at its start."""


def button(
    label: str, action: Action, *, style: discord.ButtonStyle = discord.ButtonStyle.secondary, disabled: bool = False
) -> Press:
    """A button; ``label`` is at most 80 characters."""
    return Press(ui.Button(label=label[:_LONGEST_LABEL], custom_id=action.id(), style=style, disabled=disabled), action)


def menu(placeholder: str, options: list[discord.SelectOption], action: Action) -> Pick:
    """A menu of 1 to 25 options, of which one is picked."""
    return Pick(ui.Select(placeholder=placeholder, options=options, custom_id=action.id("rj-menu")), action)


def role_menu(placeholder: str, action: Action) -> Pick:
    """A menu of the server's roles, of which one is picked; its value is the role's id."""
    return Pick(ui.RoleSelect(placeholder=placeholder, custom_id=action.id("rj-menu")), action)


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """A row of up to five buttons, or one menu."""
    return ui.ActionRow(*items)


def source_key(source_id: str) -> str:
    """A source's id, short enough for any button: the first 12 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(source_id.encode()).hexdigest()[:12]


def claim_subject(claim: Claim) -> str:
    """What names a claim in a button: its number and its article's key."""
    return f"{claim.number[:40]}@{source_key(claim.source)}"


class WhyNot(ui.Modal):
    """The form that asks why an answer did not help.

    It is answered through its ``custom_id`` by the client (discord.py forgets an open form at a restart).
    """

    def __init__(self, answer_id: str) -> None:
        super().__init__(title="What was not helpful?", custom_id=Action("unhelpful", answer_id).id("rj-form"))
        self.add_item(
            ui.Label(
                text="In a few words (optional)",
                component=ui.TextInput(
                    custom_id=REASON, style=discord.TextStyle.paragraph, required=False, max_length=500
                ),
            )
        )
