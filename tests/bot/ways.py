"""Every way in: commands, menus, buttons and forms, driven by a person wherever they are, forged where need be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.builders import ChannelHandle
from simcord.enums import AppCommandType, InteractionType

from tests.bot.town import Town


@dataclass
class Scene:
    """Somebody somewhere, with a message of the bot before them."""

    town: Town
    person: Any
    channel: Any
    message: Any

    @property
    def in_server(self) -> bool:
        return hasattr(self.person, "guild")

    @property
    def stored(self) -> Any:
        """The message as Discord has it."""
        return self.backend.get_message(self.message.channel_id, self.message.id)

    @property
    def backend(self) -> Any:
        return self.town.env.backend


Way = Callable[[Scene], Awaitable[Any]]


async def scene_in(town: Town, person: Any) -> Scene:
    """A member in the server's channel, with the bot's message on a claim."""
    shown = (await person.slash(town.channel, "claim show", number="C03")).response
    return Scene(town, person, town.channel, shown)


async def scene_alone(town: Town, user: Any) -> Scene:
    """Somebody in direct messages with the bot."""
    shown = (await user.slash("claim show", number="C03")).response
    channel = ChannelHandle(town.env, None, town.env.backend.get_channel(shown.channel_id))
    return Scene(town, user, channel, shown)


def command(name: str, **options: Any) -> Way:
    """A slash command."""

    async def way(scene: Scene) -> Any:
        place = (scene.channel,) if scene.in_server else ()
        return await scene.person.slash(*place, name, **options)

    return way


def menu_command(name: str, words: str) -> Way:
    """A message menu, on a message of the person."""

    async def way(scene: Scene) -> Any:
        target = scene.backend.create_message(scene.channel.id, scene.person.id, words)
        data = {
            "id": scene.backend.find_command(name, None, type=AppCommandType.MESSAGE)["id"],
            "name": name,
            "type": AppCommandType.MESSAGE,
            "target_id": str(target.id),
            "resolved": {"messages": {str(target.id): dict(serializers.message_payload(scene.backend, target))}},
        }
        return await _dispatch_actor_interaction(scene.person, InteractionType.APPLICATION_COMMAND, scene.channel, data)

    return way


def pressing(verb: str, subject: str = "", files: tuple[tuple[str, bytes], ...] = ()) -> Way:
    """A press on a button with a forged ``custom_id``, on a message with these files."""

    async def way(scene: Scene) -> Any:
        forged = f"rj:{verb}:0:{subject}"
        _forge(scene, {"type": 2, "style": 1, "label": "x", "custom_id": forged})
        scene.stored.attachments = list(scene.backend.store_attachments(scene.channel.id, files))
        return await scene.person.click(scene.message, custom_id=forged)

    return way


def picking(verb: str, subject: str, value: str) -> Way:
    """A pick in a menu of words with a forged ``custom_id``."""

    async def way(scene: Scene) -> Any:
        forged = f"rj-menu:{verb}:0:{subject}"
        _forge(scene, {"type": 3, "custom_id": forged, "options": [{"label": "x", "value": value}]})
        return await scene.person.select(scene.message, [value], custom_id=forged)

    return way


def picking_role(verb: str) -> Way:
    """A pick in a menu of roles; in direct messages, where nobody can pick one, as it would be sent."""

    async def way(scene: Scene) -> Any:
        forged = f"rj-menu:{verb}:0:"
        _forge(scene, {"type": 6, "custom_id": forged})
        if scene.in_server:
            return await scene.person.select(scene.message, [scene.town.guild.roles["members"]], custom_id=forged)
        data = {"custom_id": forged, "component_type": 6, "values": ["1"], "resolved": {}}
        payload = dict(serializers.message_payload(scene.backend, scene.stored))
        return await _dispatch_actor_interaction(
            scene.person,
            InteractionType.MESSAGE_COMPONENT,
            scene.channel,
            data,
            extra={"message": payload},
            source_message_id=scene.message.id,
        )

    return way


def sending(verb: str, subject: str, field: str, value: str, *, in_place: bool = False) -> Way:
    """A form with a forged ``custom_id``, whoever opened it; ``in_place``: opened from the message."""

    async def way(scene: Scene) -> Any:
        text = {"type": 4, "id": 2, "custom_id": field, "value": value}
        data = {"custom_id": f"rj-form:{verb}:0:{subject}", "components": [{"type": 18, "id": 1, "component": text}]}
        message = dict(serializers.message_payload(scene.backend, scene.stored))
        return await _dispatch_actor_interaction(
            scene.person,
            InteractionType.MODAL_SUBMIT,
            scene.channel,
            data,
            extra={"message": message} if in_place else {},
            source_message_id=scene.message.id if in_place else None,
        )

    return way


def _forge(scene: Scene, component: dict[str, Any]) -> None:
    scene.stored.content, scene.stored.flags = "", scene.stored.flags | 1 << 15
    scene.stored.components = [{"type": 1, "components": [component]}]
