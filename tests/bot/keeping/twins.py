"""Two servers that know a word each which the other must never see, and all that a person of either can do."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Sequence
from typing import Any

import discord

from bot.views.buttons import source_key
from tests.bot.rules import walk
from tests.bot.test_adding_shop import Premises, hand_in
from tests.bot.town import Town, labels
from tests.bot.ways import command, menu_command, pressing, scene_alone, scene_in, sending
from tests.bot.wire import Wire

STORY = """{canary} and the {topic}

The {canary} {topic} sank on 3 March 2014 because the {canary} office had paid for no repairs since the flood.

According to {canary} Moss, the mayor sold twelve {topic} engines to a company in Lisbon before the inquiry began.

The {canary} inquiry of the parliament heard forty witnesses, and nobody had checked the {topic} for nine years.
"""
FILE = """---
id: {id}
role: reference
title: {canary} import
publisher: {canary} Press
wording: full text
---

{words}
"""
"""A source as ``/source import`` takes it."""
QUESTIONS = ("Did the mayor sell twelve engines?", "Why did it sink in March 2014?", "C01", "Who was heard?", "2")


class Side:
    """One of the servers: everything that its people write has its canary in it."""

    def __init__(self, premises: Premises, env: Any, name: str, canary: str, topic: str) -> None:
        self.premises, self.canary, self.topic = premises, canary, topic
        self.town = Town(env, f"{name} {canary}")
        role = self.town.guild.create_role(f"{canary} chiefs", permissions=discord.Permissions(manage_guild=True))
        roles = [self.town._members, role]
        self.mod = self.town.guild.add_member(env.create_user(f"{canary} mod"), roles=roles)
        self.posts = self.town.guild.create_text_channel(f"{canary}-changes".lower())
        self.space = str(self.town.guild.id)
        self.added = 0
        self.answers: list[Any] = []
        self.offers: list[str] = []
        """Keys of what messages offered in forms of "Add as source" that nobody has sent."""

    @property
    def channels(self) -> set[int]:
        return {self.town.channel.id, self.posts.id}

    async def slash(self, name: str, **options: Any) -> Any:
        return await self.mod.slash(self.town.channel, name, **options)

    async def names(self, command_name: str, option: str, typed: str) -> list[str]:
        """The values that autocomplete offers."""
        offered = await self.mod.autocomplete(self.town.channel, command_name, option, typed)
        return [choice["value"] for choice in offered]

    async def add(self, role: str, then: str) -> None:
        """Hand in a text of its own; add it, cancel it, or leave it waiting."""
        self.added += 1
        words = STORY.format(canary=self.canary, topic=self.topic) + f"\n{self.canary} part {self.added}.\n"
        given = {"title": f"{self.canary} {self.added}", "publisher": f"{self.canary} Press"}
        if self.added % 2:
            files = [(f"{self.canary}-{self.added}.txt", words.encode())]
            shown = (await hand_in(self.town, self.mod, role, files=files, **given)).response
        else:
            shown = (await hand_in(self.town, self.mod, role, handed=words, **given)).response
        if then:
            await self.mod.click(shown, label=then)

    async def fetch(self, changed: bool) -> None:
        """Add a page of a site; later fetch it again, changed or not."""
        path = f"/{self.canary}.txt"
        words = STORY.format(canary=self.canary, topic=self.topic) + ("\nA word more.\n" if changed else "")
        link = self.premises.site.page(path, words.encode(), Content_Type="text/plain")
        own = await self.premises.open.library.sources(self.space)
        there = next((source for source in own if source.url == link), None)
        if there is None:
            shown = (await hand_in(self.town, self.mod, handed=link, title=f"{self.canary} page")).response
            await self.mod.click(shown, label="Add")
            return
        result = await self.slash("source refresh", source=there.id)
        for preview in result.followups:
            await self.mod.click(preview, label="Add")

    async def look(self, typed: str) -> None:
        """List, show and export what there is, by what typing offers, and what waits."""
        for option_of in ("source show", "source remove", "source refresh", "source export"):
            await self.names(option_of, "source", typed)
        shown = (await self.slash("source list", words=typed) if typed else await self.slash("source list")).response
        for part in walk(shown.components):
            if part["type"] == 3:
                await self.mod.select(shown, [part["options"][-1]["value"]], custom_id=part["custom_id"])
        await self.wait()
        for key in (await self.names("source show", "source", ""))[:2]:
            await self.slash("source show", source=key)

    async def wait(self) -> None:
        """A moderator sees what waits, and its first preview; a member is told that they may not."""
        shown = (await self.slash("source waiting")).response
        if "Show preview 1" in labels(shown):
            await self.mod.click(shown, label="Show preview 1")
        await self.town.ada.slash(self.town.channel, "source waiting")

    async def export(self) -> list[str]:
        """The words of its own export."""
        return await words_in(await self.slash("source export"))

    def file(self, source_id: str) -> tuple[str, bytes]:
        """A file of its own with one source, which says that it has this id."""
        words = STORY.format(canary=self.canary, topic=self.topic).strip()
        return f"{self.canary}.md", FILE.format(id=source_id, canary=self.canary, words=words).encode()

    async def take_in(self, then: str, *, exported: bool) -> list[str]:
        """Import its own export or a file of its own; take it in, call it off, or leave it lying. The file's words."""
        files = await files_in(await self.slash("source export")) if exported else []
        result = await self.slash("source import", file=next(iter(files), self.file(f"new-{self.added}")))
        kept = await words_in(result)
        if then:
            await self.mod.click(result.response, label=then)
        return kept

    async def pick(self, then: str, *, several: bool) -> None:
        """Hand in a message by its menu: its words, or a link and a file; add the previews, cancel or leave them.

        Without ``then`` the form is left open, so that there is an offer which somebody else could take.
        """
        self.added += 1
        words = STORY.format(canary=self.canary, topic=self.topic) + f"\n{self.canary} message {self.added}.\n"
        link = self.premises.site.page(f"/{self.canary}-{self.added}", words.encode(), Content_Type="text/plain")
        files = [(f"{self.canary}-{self.added}.txt", f"{words}\nAttached.".encode())]
        said, attached = (f"{self.canary} says {link}", files) if several else (words, [])
        message = await self.town.ada.send(self.town.channel, said, attachments=attached)
        form = await self.mod.context_menu(self.town.channel, "Add as source", message)
        if not then:
            self.offers.append(form.modal["custom_id"].split(":", 3)[3])
            return
        picked = {"picked": ["0", "1"]} if several else {"title": f"{self.canary} {self.added}"}
        result = await self.mod.submit_modal(form, {"role": "reference", "publisher": f"{self.canary} Press", **picked})
        for shown in result.followups if several else [result.response]:
            await self.mod.click(shown, label=then)

    async def check(self, question: str) -> None:
        """Somebody has a message of somebody else checked by its menu, and shares what comes."""
        message = await self.town.ada.send(self.town.channel, f"{question} {self.canary}!")
        shown = (await self.town.ben.context_menu(self.town.channel, "Check this claim", message)).response
        self.answers.append(shown)
        if any(part.get("label") == "Share" for part in walk(shown.components)):
            await self.town.ben.click(shown, label="Share")

    async def read_up(self) -> None:
        """A moderator and a member look at what the chat model cost and at what is kept of people."""
        for person in (self.mod, self.town.ada):
            await person.slash(self.town.channel, "claim budget")
            await person.slash(self.town.channel, "privacy show")

    async def remove(self, undo: bool) -> None:
        keys = await self.names("source remove", "source", "")
        if keys:
            shown = (await self.slash("source remove", source=keys[0])).response
            await self.mod.click(shown, label="Remove")
            if undo:
                await self.mod.click(shown, label="Undo")
        await self.slash("source removed")

    async def ask(self, question: str, follow: bool) -> None:
        shown = (await self.town.ada.slash(self.town.channel, "claim ask", question=question)).response
        self.answers.append(shown)
        labels = [part.get("label") for part in walk(shown.components) if part["type"] == 2]
        if follow and "Ask a follow-up" in labels:
            form = await self.town.ada.click(shown, label="Ask a follow-up")
            await self.town.ada.submit_modal(form, {"question": f"And who paid for it, {self.canary}?"})
        if "Not helpful" in labels:
            form = await self.town.ada.click(shown, label="Not helpful")
            await self.town.ada.submit_modal(form, {"reason": f"{self.canary} says otherwise."})

    async def claims(self, typed: str) -> None:
        await self.slash("claim list")
        await self.names("claim ask", "question", typed)
        await self.names("claim list", "article", typed)
        for number in (await self.names("claim show", "number", typed))[:1]:
            await self.slash("claim show", number=number)

    async def rule(self, post: bool) -> None:
        """Name a role, read the log, have changes posted."""
        shown = (await self.slash("source curators")).response
        role = self.town.guild.roles[f"{self.canary} chiefs"]
        await self.mod.select(shown, [role], custom_id="rj-menu:curators:0:")
        await (self.slash("source log", channel=self.posts) if post else self.slash("source log"))

    async def weigh(self) -> None:
        for key in (await self.names("source balance", "article", ""))[:1]:
            await self.slash("source balance", article=key)

    async def things(self) -> list[str]:
        """Ids of all that is its own: sources, removed ones, drafts, answers, what a message offered."""
        desk = self.premises.open
        sources = [source.id for source in await desk.library.sources(self.space)]
        gone = [one.source.id for one in await desk.curator.removed(self.space)]
        drafts = [row.id for row in desk.shelf.records.drafts.at(("awaiting confirmation", "added"))]
        answers = [
            part["custom_id"].split(":", 3)[3]
            for shown in self.answers[-2:]
            for part in walk(shown.components)
            if part.get("label") == "Helpful"
        ]
        return [*sources, *map(source_key, [*sources, *gone]), *drafts, *answers, *self.offers[-1:]]


async def pry(side: Side, thing: str, verb: str) -> list[str]:
    """Somebody of one server uses an id of the other's, in a command, a button, a form or a file to import.

    Returns:
        The words of all files that came of it.
    """
    scene = await scene_in(side.town, side.mod)
    ways = [pressing(verb, thing)]
    if verb.startswith("draft"):
        ways += [sending("draftedit", thing, "title", "Mine", in_place=True), sending("draftmenu", thing, "title", "X")]
    else:
        ways += [command(f"source {name}", source=thing) for name in ("show", "export")]
    results = [await way(scene) for way in ways]
    if not verb.startswith("draft"):
        results.append(await side.slash("source import", file=side.file(thing)))
        if "Import" in labels(results[-1].response):
            results.append(await side.mod.click(results[-1].response, label="Import"))
    return [words for result in results for words in await words_in(result)]


async def alone(side: Side, thing: str) -> None:
    """Somebody in direct messages sees neither server's sources, even by their ids."""
    scene = await scene_alone(side.town, side.town.ada.user)
    for name in ("source list", "claim list", "claim budget", "privacy show", "source export", "source waiting"):
        await command(name)(scene)
    await command("source show", source=thing)(scene)
    await command("claim ask", question=QUESTIONS[0])(scene)
    for name in ("Check this claim", "Add as source"):
        await menu_command(name, QUESTIONS[0])(scene)
    await pressing("source", thing)(scene)


class Watcher:
    """Reads all that the bot sends and logs, and tells what of it came to the wrong server."""

    def __init__(self, wire: Wire, records: list[logging.LogRecord], sides: Sequence[Side]) -> None:
        self._wire, self._records, self._sides = wire, records, sides
        self._sent, self._logged = len(wire.requests), len(records)
        self.own = 0
        """Requests in which a server was told of its own: what shows that there was something to leak."""

    def leaks(self, acting: Side | None, more: Sequence[str] = ()) -> list[str]:
        """What was sent or logged since the last time and has a canary of another server than the one acting.

        A fault of ours counts as well: after one, nothing would be left to see.
        """
        requests, self._sent = self._wire.requests[self._sent :], len(self._wire.requests)
        records, self._logged = self._records[self._logged :], len(self._records)
        found = []
        for request in requests:
            body, side = json.dumps(request.body, default=str), self._owner(request.path) or acting
            self.own += side is not None and side.canary in body
            if self._foreign(body, side) or "on our side" in body:
                found.append(f"{request.method} {request.path}: {body[:300]}")
        logged = [f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}" for record in records]
        found += [f"log: {line[:200]}" for line in logged if self._foreign(line, acting)]
        return found + [f"file: {words[:200]}" for words in more if self._foreign(words, acting)]

    def _owner(self, path: str) -> Side | None:
        parts = path.strip("/").split("/")
        if parts[0] != "channels":
            return None
        return next((side for side in self._sides if int(parts[1]) in side.channels), None)

    def _foreign(self, words: str, side: Side | None) -> bool:
        return any(other.canary.casefold() in words.casefold() for other in self._sides if other is not side)


async def files_in(result: Any) -> list[tuple[str, bytes]]:
    """The files with what the bot answered."""
    shown = [message for message in (result.response, *result.followups) if message]
    return [(file.filename, await file.read()) for message in shown for file in message.attachments]


async def words_in(result: Any) -> list[str]:
    """The names and words of the files with what the bot answered."""
    return [f"{name} {words}" for name, data in await files_in(result) for words in unpacked(data)]


def unpacked(data: bytes) -> list[str]:
    """The words in a file: those of an archive's members, and its own."""
    if not data.startswith(b"PK"):
        return [data.decode()]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [f"{name} {archive.read(name).decode()}" for name in archive.namelist()]
