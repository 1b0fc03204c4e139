"""Who may do what: every command, button, menu and form by every kind of person, as one table; each cell is driven."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.client import RejoinderClient
from retrieval.curate.types import Rules
from retrieval.ingest.intake import Given
from retrieval.types import Role, Source
from tests.bot.desk import DeskStandIn, draft
from tests.bot.standin import Notebook, StandIn
from tests.bot.table import ANSWER, DRAFT, GONE, OWN, SECRET, SENTENCES, rows, way_of
from tests.bot.town import Town, read
from tests.bot.values import answer
from tests.bot.ways import Scene, Way, scene_alone, scene_in


def ways_in(client: RejoinderClient) -> set[str]:
    """All that the bot answers to."""
    tree = client.tree
    leaves = {
        f"command {found.qualified_name}"
        for found in tree.walk_commands(type=discord.AppCommandType.chat_input)
        if isinstance(found, app_commands.Command)
    }
    menus = {
        f"menu {found.name}"
        for kind in (discord.AppCommandType.message, discord.AppCommandType.user)
        for found in tree.walk_commands(type=kind)
    }
    presses = {f"press {verb}" for verb in client.presses._verbs}
    return leaves | menus | presses | {f"form {verb}" for verb in client.presses._forms}


@pytest.fixture
def desk(shelf: StandIn) -> DeskStandIn:
    return DeskStandIn(shelf)


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> RejoinderClient:
    return RejoinderClient(shelf, notebook, desk, asks_per_minute=1_000)


class Harbour:
    """What there is of Harbour's, laid out anew for each cell."""

    def __init__(self, space: str, curators: int, shelf: StandIn, desk: DeskStandIn) -> None:
        self.space, self.curators, self.shelf, self.desk = space, str(curators), shelf, desk

    def lay_out(self) -> None:
        self.shelf.shelved = {self.space: {OWN.id: _of(OWN, self.space)}}
        self.shelf.gone = {self.space: {GONE.id: _of(GONE, self.space)}}
        self.shelf._answers = {(self.space, ANSWER): answer(ANSWER, f"Who wrote the {SECRET} papers?")}
        self.shelf.feedbacks = []
        drafts = self.desk.drafts.drafts
        drafts.clear()
        drafts[DRAFT] = draft(DRAFT, Given(Role.ARTICLE, self.space), f"The {SECRET} draft.", who="7")
        self.desk.drafts.kept.clear()
        self.desk.drafts.proposed.clear()
        self.desk.curator.kept = {self.space: Rules(curators=self.curators)}
        self.desk.curator.entries = {}
        self.desk.curator.note(self.space, "7", "added", OWN)

    def state(self) -> Any:
        """All that a try could change."""
        shelf, desk = self.shelf, self.desk
        kept = (shelf.shelved, shelf.gone, shelf.feedbacks, desk.drafts.drafts, desk.drafts.kept)
        return deepcopy((*kept, desk.drafts.proposed, desk.curator.kept, desk.curator.entries))

    def own(self) -> Any:
        """All of it that is Harbour's."""
        by_space = (self.shelf.shelved, self.shelf.gone, self.desk.curator.kept, self.desk.curator.entries)
        mine = tuple(kept.get(self.space) for kept in by_space)
        return deepcopy((*mine, self.desk.drafts.drafts.get(DRAFT), self.desk.drafts.kept))


def _of(source: Source, space: str) -> Source:
    return Source(source.id, source.role, source.title, url=source.url, space=space)


async def scene_of(who: str, town: Town, curators: Any) -> Scene:
    """A person of that kind, where they are."""
    if who == "member":
        return await scene_in(town, town.ada)
    if who == "curator":
        lee = town.guild.add_member(town.env.create_user("lee"), roles=[town._members, curators])
        return await scene_in(town, lee)
    if who == "administrator":
        return await scene_in(town, town.moderator(discord.Permissions(administrator=True)))
    if who == "alone":
        return await scene_alone(town, town.moderator().user)
    inland = Town(town.env, "Inland")
    return await scene_in(inland, inland.moderator())


async def tried(scene: Scene, way: Way) -> tuple[str, str]:
    """What came of a try, in the table's words, and all that the person was told."""
    result = await way(scene)
    if result.modal:
        return "yes", str(result.modal)
    messages = [message for message in (result.response, *result.followups) if message]
    told = [read(message) for message in messages] + [str(scene.stored.components)]
    files = [f"{file.filename} {await file.read()!r}" for message in messages for file in message.attachments]
    everything = "\n".join([*told, *files])
    errors = [words for words in told if "-# id " in words]
    if not errors:
        return "yes", everything
    known = [name for name, sentences in SENTENCES.items() if errors[0].startswith(sentences)]
    return (known or [f"told: {errors[0]}"])[0], everything


@pytest.mark.parametrize("who", rows()["command claim ask"])
async def test_every_cell_of_the_table_holds(who: str, town: Town, shelf: StandIn, desk: DeskStandIn) -> None:
    curators = town.guild.create_role("librarians")
    harbour = Harbour(str(town.guild.id), curators.id, shelf, desk)
    scene = await scene_of(who, town, curators)
    expected = {row: cells[who] for row, cells in rows().items()}
    found: dict[str, str] = {}
    for row, outcome in expected.items():
        harbour.lay_out()
        before, own = harbour.state(), harbour.own()
        found[row], told = await tried(scene, way_of(row))
        if outcome != "yes":
            assert harbour.state() == before, f"{row} by {who} was refused, yet changed something"
        if outcome != "yes" or who in {"alone", "stranger"}:
            assert SECRET not in told, f"{row} told {who} of Harbour's"
            assert harbour.own() == own, f"{row} by {who} changed something of Harbour's"
    assert found == expected
    refused = [row for row, outcome in expected.items() if outcome != "yes" and row.split()[0] in {"command", "menu"}]
    assert len(town.env.errors) == len(refused)


def test_the_table_has_a_row_for_every_way_in(simcord_bot: RejoinderClient) -> None:
    assert ways_in(simcord_bot) == set(rows())


def test_a_way_in_without_a_row_is_noticed(simcord_bot: RejoinderClient) -> None:
    @simcord_bot.tree.command(name="planted", description="Not in the table")
    async def planted(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer()

    assert ways_in(simcord_bot) - set(rows()) == {"command planted"}
