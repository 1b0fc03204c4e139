"""Who may add sources: every person at every command, menu, form and button, and what each of them is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import pytest
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.builders import ChannelHandle
from simcord.enums import AppCommandType, InteractionType

from bot.client import RejoinderClient
from bot.commands.moderation import Moderation
from retrieval.curate.types import Draft, Rules
from retrieval.ingest.intake import Given
from retrieval.types import Role
from tests.bot.desk import DeskStandIn, draft
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, read

MODERATORS = "Only moderators may do this"
SERVER = "Sources belong to a server"
UNKNOWN = "There is no such preview here"


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> RejoinderClient:
    return RejoinderClient(shelf, notebook, desk)


@dataclass
class Scene:
    """Somebody somewhere, with a message of the bot before them and a draft of Harbour on the desk."""

    person: Any
    channel: Any
    message: Any
    desk: DeskStandIn
    home: str

    def lay_out(self) -> Draft:
        """The draft as it was."""
        made = draft("d1", Given(Role.ARTICLE, self.home), "A claim.")
        self.desk.drafts.drafts = {"d1": made}
        self.desk.drafts.kept = {}
        self.desk.drafts.proposed = []
        return made

    @property
    def in_server(self) -> bool:
        return hasattr(self.person, "guild")


Way = Callable[[Scene], Awaitable[Any]]


async def command(scene: Scene) -> Any:
    place = (scene.channel,) if scene.in_server else ()
    return await scene.person.slash(*place, "source add")


async def menu(scene: Scene) -> Any:
    backend = scene.person._env.backend
    target = backend.create_message(scene.channel.id, scene.person.id, "See https://a.example/x")
    data = {
        "id": backend.find_command("Add as source", None, type=AppCommandType.MESSAGE)["id"],
        "name": "Add as source",
        "type": AppCommandType.MESSAGE,
        "target_id": str(target.id),
        "resolved": {"messages": {str(target.id): dict(serializers.message_payload(backend, target))}},
    }
    return await _dispatch_actor_interaction(scene.person, InteractionType.APPLICATION_COMMAND, scene.channel, data)


def pressing(verb: str) -> Way:
    """A press on a button with a forged ``custom_id``."""

    async def press(scene: Scene) -> Any:
        stored = scene.person._env.backend.get_message(scene.message.channel_id, scene.message.id)
        forged = f"rj:{verb}:0:d1"
        stored.components = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": forged}]}]
        return await scene.person.click(scene.message, custom_id=forged)

    return press


def sending(verb: str, subject: str, field: str) -> Way:
    """A form with a forged ``custom_id``, whoever opened it."""

    async def send(scene: Scene) -> Any:
        field_data = {"type": 4, "id": 2, "custom_id": field, "value": "C01 A claim."}
        data = {
            "custom_id": f"rj-form:{verb}:0:{subject}",
            "components": [{"type": 18, "id": 1, "component": field_data}],
        }
        channel = scene.channel
        extra = {}
        if verb in {"draftedit", "draftclaims"}:
            backend = scene.person._env.backend
            stored = backend.get_message(scene.message.channel_id, scene.message.id)
            extra = {"message": dict(serializers.message_payload(backend, stored))}
        return await _dispatch_actor_interaction(
            scene.person,
            InteractionType.MODAL_SUBMIT,
            channel,
            data,
            extra=extra,
            source_message_id=scene.message.id if extra else None,
        )

    return send


ON_DRAFT: dict[str, Way] = {
    **{f"button {verb}": pressing(verb) for verb in Moderation(DeskStandIn(), 1.0).handlers if verb[:5] == "draft"},
    "form draftedit": sending("draftedit", "d1", "title"),
    "form draftclaims": sending("draftclaims", "d1", "claims0"),
}
WAYS: dict[str, Way] = {
    "command": command,
    "menu": menu,
    "form draftnew": sending("draftnew", "", "handed"),
    "form draftmenu": sending("draftmenu", "key", "title"),
    **ON_DRAFT,
}


async def outcome(way: Way, scene: Scene) -> str:
    """All that the person is told, or "form" when one opens."""
    result = await way(scene)
    if result.modal:
        return "form"
    told = [read(message) for message in (result.response, *result.followups) if message]
    stored = scene.person._env.backend.get_message(scene.message.channel_id, scene.message.id)
    return "\n".join([*told, str(stored.components)])


async def scene_in(town: Town, person: Any, desk: DeskStandIn, home: str) -> Scene:
    shown = (await person.slash(town.channel, "claim show", number="C03")).response
    return Scene(person, town.channel, shown, desk, home)


def test_the_table_has_every_button_and_form_of_adding() -> None:
    moderation = Moderation(DeskStandIn(), 1.0)
    buttons = {f"button {verb}" for verb in moderation.handlers if verb.startswith("draft")}
    forms = {f"form {verb}" for verb in moderation.forms if verb.startswith("draft")}
    assert buttons | forms | {"command", "menu"} == set(WAYS)
    assert len(buttons) == 7


@pytest.mark.parametrize("who", ["manager", "administrator", "curator"])
async def test_moderators_may_do_everything(who: str, town: Town, desk: DeskStandIn) -> None:
    if who == "curator":
        role = town.guild.create_role("librarians")
        person = town.guild.add_member(town.env.create_user("lee"), roles=[town._members, role])
        desk.curator.kept[str(town.guild.id)] = Rules(curators=str(role.id))
    else:
        rights = {"manager": discord.Permissions(manage_guild=True), "administrator": discord.Permissions(8)}
        person = town.moderator(rights[who])
    scene = await scene_in(town, person, desk, str(town.guild.id))
    for name, way in WAYS.items():
        scene.lay_out()
        told = await outcome(way, scene)
        assert MODERATORS not in told, name
        if name == "form draftmenu":
            assert told.startswith("I was restarted in between"), "the offer was forged, the person may"
        else:
            assert "-# id" not in told, name


async def test_members_may_do_nothing(town: Town, desk: DeskStandIn) -> None:
    other = town.guild.create_role("gardeners")
    desk.curator.kept[str(town.guild.id)] = Rules(curators=str(other.id))
    scene = await scene_in(town, town.ada, desk, str(town.guild.id))
    await refused(scene, WAYS, MODERATORS)


async def test_in_direct_messages_nobody_may(town: Town, desk: DeskStandIn, simcord_env: Any) -> None:
    person = town.moderator()
    shown = (await person.user.slash("claim show", number="C03")).response
    channel = ChannelHandle(simcord_env, None, simcord_env.backend.get_channel(shown.channel_id))
    await refused(Scene(person.user, channel, shown, desk, str(town.guild.id)), WAYS, SERVER)


async def test_another_servers_moderator_finds_no_draft_of_this_one(
    town: Town, desk: DeskStandIn, simcord_env: Any
) -> None:
    inland = Town(simcord_env, "Inland")
    stranger = inland.guild.add_member(
        simcord_env.create_user("stranger"),
        roles=[inland._members, inland.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))],
    )
    scene = await scene_in(inland, stranger, desk, str(town.guild.id))
    await refused(scene, ON_DRAFT, UNKNOWN)


async def test_a_role_of_the_same_id_in_another_servers_rules_opens_nothing(town: Town, desk: DeskStandIn) -> None:
    role = town.guild.create_role("librarians")
    person = town.guild.add_member(town.env.create_user("lee"), roles=[town._members, role])
    desk.curator.kept["1"] = Rules(curators=str(role.id))
    await refused(await scene_in(town, person, desk, str(town.guild.id)), WAYS, MODERATORS)


async def test_a_right_that_is_lost_after_the_form_opened_is_lost(town: Town, desk: DeskStandIn) -> None:
    person = town.moderator()
    form = await person.slash(town.channel, "source add")
    for role in town.env.backend.guilds[town.guild.id].roles.values():
        if role.name == "role 32":
            role.permissions = 0
    told = (await person.submit_modal(form, {"role": "reference", "handed": "A text."})).response
    assert told.ephemeral
    assert told.content.startswith(MODERATORS)
    assert desk.drafts.proposed == []


async def refused(scene: Scene, ways: dict[str, Way], sentence: str) -> None:
    """Nothing happens on any way, and each ends in one sentence that only the person sees."""
    for name, way in ways.items():
        before = scene.lay_out()
        result = await way(scene)
        assert not result.modal, name
        [told] = [message for message in (result.response, *result.followups) if message and "-# id" in read(message)]
        assert told.content.startswith(sentence), name
        assert told.ephemeral, name
        assert scene.desk.drafts.drafts == {"d1": before}, name
        assert scene.desk.drafts.kept == {}, name
        assert scene.desk.drafts.proposed == [], name
    # The tree's own door reports to discord.py what a command and a menu were refused.
    assert len(scene.person._env.errors) == len(ways.keys() & {"command", "menu"})
