"""`/source list` and `/source show`, for members, over the real stores."""

from __future__ import annotations

from typing import Any

from bot.views.buttons import source_key
from retrieval.types import SHARED, Role
from tests.bot.keeping.refusals import refusal
from tests.bot.test_adding_shop import Premises
from tests.bot.town import Town, labels, menu_id, options, read
from tests.retrieval.curate.shop import STORY


async def listed(town: Town, **wanted: str) -> Any:
    return (await town.ada.slash(town.channel, "source list", **wanted)).response


async def test_a_member_lists_and_narrows_the_sources(town: Town, premises: Premises, here: str) -> None:
    await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await premises.open.add("The register of the port.", here, title="A register", publisher="Port of Faro")
    await premises.open.add("A note that all may see.", SHARED, title="A shared note")
    shown = await listed(town)
    assert shown.ephemeral
    assert "1 article, 2 references" in read(shown)
    assert read(shown).index("The ferry report") < read(shown).index("A register") < read(shown).index("A shared note")
    assert "reference · this server's own · Port of Faro" in read(shown)
    assert "reference · shared with every server" in read(shown)
    assert "The ferry report" not in read(await listed(town, role="reference"))
    by_words = await listed(town, words="faro REGISTER")
    assert "A register" in read(by_words)
    assert "A shared note" not in read(by_words)
    assert "No source here fits this" in read(await listed(town, words="zebra"))


async def test_the_pages_of_a_list_keep_what_it_is_narrowed_to(town: Town, premises: Premises, here: str) -> None:
    for number in range(19):
        await premises.open.add(f"Note number {number}.", here, title=f"Note {number:02} of the harbour")
    await premises.open.add("Another.", here, title="A zebra crossing")
    shown = await listed(town, words="harbour", role="reference")
    seen = [read(shown)]
    for _ in range(2):
        await town.ada.click(shown, label="Next")
        seen.append(read(shown))
    assert "page 3 of 3" in seen[-1]
    assert all(sum(f"Note {number:02} of" in page for page in seen) == 1 for number in range(19))
    assert "zebra" not in "".join(seen)
    await town.ada.click(shown, label="Back")
    assert read(shown) == seen[1]


async def test_a_source_is_shown_with_its_passages_and_how_often_it_is_quoted(
    town: Town, premises: Premises, here: str
) -> None:
    source = await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await town.ada.slash(town.channel, "claim ask", question="Did the mayor sell twelve lifeboats?")
    shown = (await town.ada.slash(town.channel, "source show", source=source.lower())).response
    assert shown.ephemeral
    for part in ("## The ferry report", f"{source} · article · this server's own", "**Holds** 3 passages, 2 claims"):
        assert part in read(shown), part
    assert "**Cited** quoted in 1 answer kept here" in read(shown)
    assert "sold twelve lifeboats" in read(shown)
    assert labels(shown) == [], "a member gets no buttons to change it"


async def test_a_source_is_picked_from_the_list_and_its_passages_are_turned(
    town: Town, premises: Premises, here: str
) -> None:
    words = "\n\n".join(f"# Part {n}\n\n" + f"Paragraph {n} of the register. " * 60 for n in range(12))
    source = await premises.open.add(words, here, title="A long register")
    shown = await listed(town)
    assert options(shown) == [source_key(source)]
    one = (await town.ada.select(shown, [source_key(source)], custom_id=menu_id(shown))).response
    seen = [read(one)]
    while "Next" in _enabled(one):
        await town.ada.click(one, label="Next")
        seen.append(read(one))
    assert len(seen) > 1
    assert "Paragraph 0 of" in seen[0]
    assert "Paragraph 11 of" in seen[-1]


async def test_a_moderator_sees_buttons_at_the_servers_own_sources_alone(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    own = await premises.open.add("A note.", here, title="Own", url="https://a.example/x")
    shared = await premises.open.add("Another note.", SHARED, title="Shared")
    at_own = (await mod.slash(town.channel, "source show", source=own)).response
    assert labels(at_own) == ["Fetch again", "Export", "Remove"]
    assert labels((await mod.slash(town.channel, "source show", source=shared)).response) == []


async def test_what_is_not_there_is_said_in_one_sentence(town: Town) -> None:
    told = refusal(town, await town.ada.slash(town.channel, "source show", source="no such"))
    assert told.startswith("There is no such source here; /source list shows those that are.")


async def test_typing_finds_sources_by_id_and_words(town: Town, mod: Any, premises: Premises, here: str) -> None:
    own = await premises.open.add("A note.", here, title="The harbour register", publisher="Port of Faro")
    await premises.open.add("Another note.", SHARED, title="A shared harbour")
    both = await town.ada.autocomplete(town.channel, "source show", "source", "harbour")
    assert [choice["name"].split(" · ")[1] for choice in both] == ["A shared harbour", "The harbour register"]
    for typed in ("faro", own.lower()):
        [found] = await town.ada.autocomplete(town.channel, "source show", "source", typed)
        assert (found["name"], found["value"]) == (f"{own} · The harbour register", source_key(own))
    for command in ("source remove", "source refresh", "source export"):
        [only] = await mod.autocomplete(town.channel, command, "source", "harbour")
        assert only["value"] == source_key(own)


async def test_direct_messages_show_the_shared_sources_alone(town: Town, premises: Premises, here: str) -> None:
    await premises.open.add("A note.", here, title="Own")
    await premises.open.add("Another note.", SHARED, title="Shared")
    shown = (await town.ada.user.slash("source list")).response
    assert "Shared" in read(shown)
    assert "Own" not in read(shown)


def _enabled(message: Any) -> list[str]:
    rows = [component for component in message.components if component["type"] == 1]
    return [child["label"] for row in rows for child in row["components"] if not child.get("disabled")]
