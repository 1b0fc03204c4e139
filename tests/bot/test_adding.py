"""Journeys of a moderator who adds sources, on a small desk in memory."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from bot.client import RejoinderClient
from retrieval.curate.types import Stage
from retrieval.errors import Unavailable
from retrieval.ingest.intake import LARGEST, Given
from retrieval.types import Role
from tests.bot.desk import HOSTILE, DeskStandIn, draft
from tests.bot.rules import walk
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import READING, WRITING, Town, labels, read
from tests.bot.wire import Wire

TEXT = "The bridge cost three times the promise. The mayor's brother owned the cement works."
MINUTES = 60.0
PACE = 2 * MINUTES
"""Longer than SimCord waits for a bot to settle, so that only ``advance_time`` moves it on."""


@pytest.fixture
def fresh(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> Callable[[], RejoinderClient]:
    """A client as after a start, on the same desk."""
    return lambda: RejoinderClient(shelf, notebook, desk, pace=PACE)


@pytest.fixture
def simcord_bot(fresh: Callable[[], RejoinderClient]) -> RejoinderClient:
    return fresh()


async def hand_in(town: Town, mod: Any, **values: Any) -> Any:
    """Submit the form of /source add."""
    shown = await mod.slash(town.channel, "source add")
    return await mod.submit_modal(shown, {"role": "reference", **values})


async def preview(town: Town, mod: Any, words: str = TEXT, role: str = "reference") -> Any:
    return (await hand_in(town, mod, handed=words, role=role)).response


async def test_a_pasted_text_is_previewed_and_added(town: Town, mod: Any, desk: DeskStandIn) -> None:
    shown = (await hand_in(town, mod, handed=TEXT, title="The Cement", publisher="The Harbour Paper")).response
    assert shown.ephemeral
    assert "**Title** The Cement" in read(shown)
    assert "**Publisher** The Harbour Paper" in read(shown)
    assert "**Left out**\n- 2 hidden passages" in read(shown)
    assert desk.drafts.kept == {}
    await mod.click(shown, label="Add")
    assert read(shown).startswith("The Cement is added (1 passage). Answers quote it from now on")
    assert labels(shown) == []
    assert desk.drafts.kept["draft-1"].who == str(mod.id)
    [(item, given, who, channel)] = desk.drafts.proposed
    assert (item.link, item.name, item.data) == (None, None, TEXT.encode())
    said = Given(Role.REFERENCE, str(town.guild.id), str(mod.id), title="The Cement", publisher="The Harbour Paper")
    assert given == said
    assert (who, channel) == (str(mod.id), str(town.channel.id))
    assert town.channel.history(viewer=town.ben) == []


async def test_the_form_asks_five_things(town: Town, mod: Any) -> None:
    shown = await mod.slash(town.channel, "source add")
    fields = [part["custom_id"] for part in walk(shown.modal["components"]) if "custom_id" in part]
    assert fields == ["handed", "files", "role", "title", "publisher"]


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("https://a.example/x", ["https://a.example/x"]),
        ("  <https://a.example/x>  ", ["https://a.example/x"]),
        ("https://a.example/x\n\nhttp://b.example", ["https://a.example/x", "http://b.example"]),
        ("https://a.example/x\nhttps://a.example/x", ["https://a.example/x"]),
        ("a.example/page", ["https://a.example/page"]),
        ("file:///etc/passwd", ["file:///etc/passwd"]),
        ("See https://a.example/x for more", [None]),
        ("Word", [None]),
    ],
)
async def test_what_is_a_link_and_what_is_text(
    typed: str, links: list[str | None], town: Town, mod: Any, desk: DeskStandIn
) -> None:
    await hand_in(town, mod, handed=typed)
    assert [item.link for item, *_ in desk.drafts.proposed] == links


async def test_several_files_get_a_preview_each_and_one_sentence_for_what_is_hostile(
    town: Town, mod: Any, desk: DeskStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    files = [("a.txt", b"First text."), ("b.pdf", HOSTILE), ("c.md", b"Third text.")]
    with caplog.at_level(logging.INFO, logger="bot"):
        result = await hand_in(town, mod, files=files, title="Unused", publisher="The Paper")
    lines = read(result.response).split("\n")
    assert lines[:2] == ["**2 of 3 are read**", "a.txt: read; its preview is below."]
    assert lines[2].startswith("b.pdf: That file is built to break its reader, so it is not read. (id ")
    assert lines[2][-9:-1] in caplog.text
    assert [message.ephemeral for message in result.followups] == [True, True]
    assert ["**Title** First text." in read(result.followups[0]), "Third" in read(result.followups[1])] == [True, True]
    assert [given.publisher for _, given, *_ in desk.drafts.proposed] == ["The Paper"] * 3
    await mod.click(result.followups[1], label="Add")
    assert len(desk.drafts.kept) == 1


async def test_a_hostile_file_costs_one_clear_sentence(town: Town, mod: Any, desk: DeskStandIn) -> None:
    result = await hand_in(town, mod, files=[("b.pdf", HOSTILE)])
    assert read(result.response).startswith("That file is built to break its reader, so it is not read.\n-# id ")
    assert result.response.ephemeral
    assert result.followups == []
    assert desk.drafts.drafts == {}


async def test_a_file_that_is_too_large_is_not_fetched(town: Town, mod: Any, desk: DeskStandIn) -> None:
    result = await hand_in(town, mod, files=[("big.pdf", b"x" * (LARGEST + 1))])
    assert read(result.response).startswith("That file is larger than 20 MB; please hand in the part that matters.")
    assert desk.drafts.proposed == []


async def test_a_file_that_discord_does_not_give_is_said(town: Town, mod: Any) -> None:
    town.env.backend.cdn.get = lambda _url: None
    result = await hand_in(town, mod, files=[("a.txt", b"x")])
    assert read(result.response).startswith("Discord did not give me that file; please hand it in again.")


@pytest.mark.parametrize("values", [{}, {"handed": "  \n "}])
async def test_an_empty_form_says_so(values: dict[str, str], town: Town, mod: Any) -> None:
    result = await hand_in(town, mod, **values)
    assert result.response.content.startswith("Nothing was handed in: please give a link, a file or the text itself.")


async def test_too_many_things_are_refused(town: Town, mod: Any, desk: DeskStandIn) -> None:
    result = await hand_in(town, mod, handed="\n".join(f"https://a.example/{n}" for n in range(11)))
    assert result.response.content.startswith("That is 11 at once; please hand in at most 10.")
    assert desk.drafts.proposed == []


async def test_the_form_is_acknowledged_before_anything_is_read(town: Town, mod: Any, wire: Wire) -> None:
    shown = await mod.slash(town.channel, "source add")
    before = len(wire.requests)
    await mod.submit_modal(shown, {"role": "reference", "handed": TEXT})
    first, second = wire.requests[before:]
    assert first.body == {"type": 5, "data": {"flags": 64}}
    assert (second.method, second.path.rsplit("/", 1)[-1]) == ("PATCH", "@original")


async def test_progress_is_told_while_it_works(town: Town, mod: Any, desk: DeskStandIn) -> None:
    desk.drafts.slow = 5 * MINUTES
    result = await hand_in(town, mod, files=[("a.txt", b"A text.")])
    assert result.deferred
    await town.env.advance_time(PACE)
    assert read(result.response) == "a.txt: reading, 3 of 12"
    await town.env.advance_time(5 * MINUTES)
    assert "**Title** A text." in read(result.response)
    await mod.click(result.response, label="Add")
    assert labels(result.response) == []
    await town.env.advance_time(PACE)
    assert read(result.response) == "a.txt: making it searchable, 3 of 12"
    await town.env.advance_time(5 * MINUTES)
    assert "is added" in read(result.response)


async def test_an_articles_claims_are_shown_and_edited(town: Town, mod: Any) -> None:
    shown = await preview(town, mod, role="article")
    assert "### Claims of the article: 2" in read(shown)
    assert "**C02** The mayor's brother owned the cement works." in read(shown)
    opened = await mod.click(shown, label="Edit claims")
    [field] = [part for part in walk(opened.modal["components"]) if part["type"] == 4]
    assert field["value"].startswith("C01 The bridge cost")
    assert len(field["value"].split("\n")) == 2
    await mod.submit_modal(opened, {"claims0": "C01 The bridge was dear."})
    assert "### Claims of the article: 1" in read(shown)
    await mod.click(shown, label="Add")
    assert "(1 passage, 1 claim)" in read(shown)


async def test_a_role_can_be_changed_back_and_forth(town: Town, mod: Any) -> None:
    shown = await preview(town, mod)
    assert "Edit claims" not in labels(shown)
    await mod.click(shown, label="Make it an article")
    assert "Edit claims" in labels(shown)
    assert "### Claims of the article: 2" in read(shown)
    await mod.click(shown, label="Make it a reference")
    assert "Claims of the article" not in read(shown)


async def test_details_are_edited_in_a_form_that_shows_what_is_there(town: Town, mod: Any) -> None:
    shown = await preview(town, mod)
    opened = await mod.click(shown, label="Edit details")
    fields = {part["custom_id"]: part.get("value") for part in walk(opened.modal["components"]) if part["type"] == 4}
    assert list(fields) == ["title", "author", "publisher", "date", "url"]
    assert fields["author"] == "A. Writer"
    await mod.submit_modal(opened, {"title": "Cement", "author": "", "date": "2016-05", "url": "https://c.example/"})
    assert "**Title** [Cement](https://c.example/)" in read(shown)
    assert "**Author** not found" in read(shown)
    assert "**Date** 2016-05" in read(shown)


async def test_a_date_that_is_none_is_a_sentence_beside_the_preview(town: Town, mod: Any) -> None:
    shown = await preview(town, mod)
    opened = await mod.click(shown, label="Edit details")
    result = await mod.submit_modal(opened, {"title": "Cement", "date": "yesterday"})
    [told] = result.followups
    assert told.content.startswith("A date is written like 2016-05-02, 2016-05 or 2016.")
    assert told.ephemeral
    assert "**Date** not found" in read(shown)


@pytest.mark.parametrize(
    "words",
    [
        "@everyone <@1> <#2> <:x:3>",
        "[x](https://evil.example) `code` # h",
        "w" * 300,
        "\u202egnp.exe",
        "> - 1. || ** __",
    ],
)
async def test_no_name_title_or_text_breaks_a_journey(words: str, town: Town, mod: Any) -> None:
    text = (words * 4_000)[:4_000]
    shown = (await hand_in(town, mod, handed=text, title=words, role="article")).response
    opened = await mod.click(shown, label="Edit details")
    await mod.submit_modal(opened, {"title": words, "author": words[:200], "publisher": words[:200]})
    await mod.click(shown, label="Add")
    assert "is added" in read(shown)
    files = [(f"{words}.txt", words.encode() * 3), (f"{words}.pdf", HOSTILE)]
    result = await hand_in(town, mod, files=files, publisher=words[:200])
    assert "1 of 2 are read" in read(result.response)


async def test_the_commands_of_moderators_are_published_beside_the_others(town: Town, wire: Wire) -> None:
    [published] = wire.sent("PUT", "/commands")
    assert {"source", "Add as source"} <= {command["name"] for command in published.body}
    assert {"source add", "claim ask"} <= set(town.ada.available_commands(town.channel))


async def test_cancelling_forgets_the_draft(town: Town, mod: Any, desk: DeskStandIn) -> None:
    shown = await preview(town, mod)
    await mod.click(shown, label="Cancel")
    assert read(shown) == "Cancelled: nothing was added, and what was read is forgotten."
    assert desk.drafts.drafts == {}


async def test_long_claims_are_paged_in_place(town: Town, mod: Any) -> None:
    words = " ".join(f"The council said that sum number {n} was far above what had been promised." for n in range(40))
    shown = await preview(town, mod, words, role="article")
    assert "page 1 of " in read(shown)
    assert "**C40**" not in read(shown)
    while not read(shown).startswith("## Preview") or "**C40**" not in read(shown):
        before = read(shown)
        await mod.click(shown, label="Next")
        assert read(shown) != before
    await mod.click(shown, label="Back")
    await mod.click(shown, label="Add")
    assert "40 claims" in read(shown)


async def test_every_button_and_form_works_after_a_restart(
    town: Town, mod: Any, desk: DeskStandIn, fresh: Callable[[], RejoinderClient]
) -> None:
    opened = await mod.slash(town.channel, "source add")
    await town.env.restart_bot(fresh())
    shown = (await mod.submit_modal(opened, {"role": "article", "handed": TEXT})).response
    details = await mod.click(shown, label="Edit details")
    await town.env.restart_bot(fresh())
    await mod.submit_modal(details, {"title": "After a restart"})
    assert "**Title** After a restart" in read(shown)
    claims = await mod.click(shown, label="Edit claims")
    await town.env.restart_bot(fresh())
    await mod.submit_modal(claims, {"claims0": "C01 One."})
    assert "### Claims of the article: 1" in read(shown)
    await mod.click(shown, label="Make it a reference")
    await town.env.restart_bot(fresh())
    await mod.click(shown, label="Add")
    assert "After a restart is added" in read(shown)
    assert desk.drafts.resumed == 5


async def test_a_preview_whose_reply_has_expired_is_offered_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    desk.drafts.slow = 20 * MINUTES
    await hand_in(town, mod, handed=TEXT, title="A secret draft")
    await town.env.advance_time(21 * MINUTES)
    [posted] = town.channel.history(viewer=town.ben)
    assert read(posted).startswith("A source that was handed in is read; a moderator can look at it")
    assert "secret" not in read(posted)
    assert labels_of(posted) == ["Show the preview"]
    denied = (await town.ben.click(posted, label="Show the preview")).response
    assert denied.content.startswith("Only moderators may do this")
    shown = (await mod.click(posted, label="Show the preview")).response
    assert shown.ephemeral
    assert "**Title** A secret draft" in read(shown)


async def test_several_previews_whose_reply_has_expired_are_offered_in_one_message(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    desk.drafts.slow = 20 * MINUTES
    await hand_in(town, mod, files=[("a.txt", b"First."), ("b.txt", HOSTILE), ("c.txt", b"Third.")])
    await town.env.advance_time(21 * MINUTES)
    [posted] = town.channel.history(viewer=town.ben)
    assert read(posted).startswith("2 sources that were handed in are read")
    assert labels_of(posted) == ["Show preview 1", "Show preview 2"]
    assert "Third." in read((await mod.click(posted, label="Show preview 2")).response)


async def test_progress_that_cannot_be_told_does_not_stop_the_work(town: Town, mod: Any, desk: DeskStandIn) -> None:
    desk.drafts.slow = 5 * MINUTES
    result = await hand_in(town, mod, handed=TEXT)
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=400, code=50_035)
    await town.env.advance_time(PACE)
    await town.env.advance_time(5 * MINUTES)
    assert "## Preview" in read(result.response)


async def test_a_preview_that_is_dismissed_right_after_add_is_added_all_the_same(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    shown = await preview(town, mod)
    desk.drafts.slow = 5 * MINUTES
    result = await mod.click(shown, label="Add")
    town.env.backend.delete_message(town.channel.id, shown.id)
    await town.env.advance_time(6 * MINUTES)
    assert len(desk.drafts.kept) == 1
    assert "is added" in read(result.followups[0])


async def test_an_addition_whose_reply_has_expired_is_told_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    shown = await preview(town, mod)
    desk.drafts.slow = 20 * MINUTES
    await mod.click(shown, label="Add")
    await town.env.advance_time(21 * MINUTES)
    [posted] = town.channel.history(viewer=town.ben)
    assert "is added (1 passage)" in read(posted)


async def test_a_failure_whose_reply_has_expired_is_told_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    desk.drafts.slow = 20 * MINUTES
    await hand_in(town, mod, handed=TEXT)
    desk.drafts.fault = Unavailable("The site could not be reached.")
    await town.env.advance_time(21 * MINUTES)
    [posted] = town.channel.history(viewer=town.ben)
    assert read(posted).startswith("A source was not added: The site could not be reached.\n-# id ")


async def test_where_the_bot_may_not_write_the_log_says_that_nobody_was_told(
    town: Town, mod: Any, desk: DeskStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    desk.drafts.slow = 20 * MINUTES
    await hand_in(town, mod, handed=TEXT)
    town.permit(bot=READING, members=WRITING)
    await town.env.advance_time(21 * MINUTES)
    assert town.channel.history(viewer=town.ben) == []
    assert "nobody told in channel" in caplog.text


async def test_a_dismissed_progress_is_followed_by_the_preview(town: Town, mod: Any, desk: DeskStandIn) -> None:
    desk.drafts.slow = 5 * MINUTES
    result = await hand_in(town, mod, handed=TEXT)
    await town.env.advance_time(PACE)
    town.env.backend.delete_message(town.channel.id, result.response.id)
    await town.env.advance_time(6 * MINUTES)
    [shown] = result.followups
    assert shown.ephemeral
    assert "## Preview" in read(shown)


async def test_a_failed_addition_brings_the_preview_back(town: Town, mod: Any, desk: DeskStandIn) -> None:
    shown = await preview(town, mod)
    desk.drafts.fault = Unavailable("It is kept, but cannot be made searchable now; please press Add again.")
    [told] = (await mod.click(shown, label="Add")).followups
    assert read(told).startswith("It is kept, but cannot be made searchable now; please press Add again.\n-# id ")
    assert told.ephemeral
    assert "## Preview" in read(shown)
    desk.drafts.fault = None
    await mod.click(shown, label="Add")
    assert "is added" in read(shown)


async def test_moderators_are_told_of_what_a_restart_interrupted(
    town: Town, mod: Any, desk: DeskStandIn, fresh: Callable[[], RejoinderClient]
) -> None:
    given, channel = Given(Role.REFERENCE, str(town.guild.id)), str(town.channel.id)
    waiting = draft("draft-7", given, "A secret text.", channel=channel)
    desk.drafts.drafts["draft-7"] = waiting
    kept = draft("draft-8", given, "x", channel=channel, stage=Stage.KEPT, document=None, where="kept.pdf")
    failed = draft("draft-9", given, "x", channel=channel, stage=Stage.FAILED, why="The site is gone.", where="f.pdf")
    nowhere = draft("draft-10", given, "x", channel=None)
    desk.drafts.interrupted = [waiting, kept, failed, nowhere]
    await town.env.restart_bot(fresh())
    [posted] = town.channel.history(viewer=town.ben)
    lines = read(posted).split("\n")
    assert lines[0].startswith("I was restarted while sources were being added.")
    assert lines[1:] == [
        "1. One is read and waits for a moderator to look at it.",
        "2. kept.pdf is added.",
        "3. One could not be added. The site is gone.",
    ]
    assert "secret" not in read(posted)
    shown = (await mod.click(posted, label="Show preview 1")).response
    assert "A secret text." in read(shown)


@pytest.mark.parametrize(("status", "code"), [(503, 0), (403, 50_013), (404, 10_003), (400, 50_035)])
async def test_a_channel_that_cannot_be_told_keeps_no_other_from_being_told(
    status: int,
    code: int,
    town: Town,
    desk: DeskStandIn,
    fresh: Callable[[], RejoinderClient],
    caplog: pytest.LogCaptureFixture,
) -> None:
    given, other = Given(Role.REFERENCE, str(town.guild.id)), town.guild.create_text_channel("side")
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=status, code=code, times=None)
    desk.drafts.interrupted = [
        draft("draft-7", given, "A secret text.", channel=str(town.channel.id)),
        draft("draft-8", given, "x", channel=str(other.id)),
    ]
    await town.env.restart_bot(fresh())
    [posted] = other.history(viewer=town.ben)
    assert read(posted).startswith("I was restarted while sources were being added.")
    assert town.channel.history(viewer=town.ben) == []
    assert str(town.channel.id) in caplog.text
    assert "secret" not in caplog.text


async def test_an_interrupted_draft_that_cannot_be_shown_keeps_no_other_from_being_told(
    town: Town,
    desk: DeskStandIn,
    fresh: Callable[[], RejoinderClient],
    caplog: pytest.LogCaptureFixture,
) -> None:
    given, other = Given(Role.REFERENCE, str(town.guild.id)), town.guild.create_text_channel("side")
    desk.drafts.interrupted = [
        draft("d" * 100, given, "x", channel=str(town.channel.id)),
        draft("draft-8", given, "x", channel=str(other.id)),
    ]
    await town.env.restart_bot(fresh())
    assert len(other.history(viewer=town.ben)) == 1
    assert f"channel {town.channel.id} could not be told of 1 interrupted drafts" in caplog.text


async def test_what_cannot_be_resumed_keeps_nobody_from_asking(
    town: Town, desk: DeskStandIn, fresh: Callable[[], RejoinderClient], caplog: pytest.LogCaptureFixture
) -> None:
    desk.drafts.trouble = KeyError("x")
    await town.env.restart_bot(fresh())
    assert "interrupted drafts could not be resumed" in caplog.text
    shown = (await town.ada.slash(town.channel, "claim ask", question="What did the bridge cost?")).response
    assert "O1" in read(shown)


def labels_of(message: Any) -> list[str]:
    """The labels of the buttons of a channel's message."""
    parts = [part.to_dict() for part in message.components]
    return [part["label"] for part in walk(parts) if part["type"] == 2]
