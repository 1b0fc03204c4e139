"""A member who asks without waiting for the answer."""

from __future__ import annotations

from typing import Any

from simcord.interactions import base_payload

from tests.bot.town import Town


def ask_quietly(town: Town, person: int, text: str) -> Any:
    """One person asks, without waiting for the answer, as the gateway tells it."""
    backend = town.env.backend
    command = next(
        c for c in backend.visible_commands(user_id=person, channel_id=town.channel.id) if c["name"] == "claim"
    )
    question = {"name": "question", "type": 3, "value": text}
    data = {
        "id": command["id"],
        "name": "claim",
        "type": 1,
        "options": [{"name": "ask", "type": 1, "options": [question]}],
    }
    record, payload = base_payload(
        backend, type=2, channel_id=town.channel.id, guild_id=town.guild.id, user_id=person, data=data
    )
    backend.emit("INTERACTION_CREATE", payload)
    return record
