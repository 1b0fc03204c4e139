"""Journeys of a person through the real bot on a simulated Discord."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.client import RejoinderClient
from bot.commands.privacy import kept
from bot.views.buttons import source_key
from retrieval.types import SHARED
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, blocks, labels, menu_id, options, read
from tests.bot.values import ARTICLE, CLAIMS
from tests.bot.wire import Wire

QUESTION = "What did the bridge cost?"


async def ask(town: Town, question: str = QUESTION, **rest: Any) -> Any:
    return (await town.ada.slash(town.channel, "claim ask", question=question, **rest)).response


async def test_asking_shows_the_article_and_both_sides_apart(town: Town, shelf: StandIn) -> None:
    shown = await ask(town)
    article, against, evidence_for, *_ = blocks(shown)
    assert "The article claims: The" in read(shown)
    assert "A1" in article
    assert "O1" in against
    assert "S1" not in against
    assert "S1" in evidence_for
    assert "O1" not in evidence_for
    assert "[Audit report 1 on the bridge](https://audit.example/reports/1)" in against
    assert "2018-03" in against
    assert "(after the article)" in against
    assert "Searched 90 sources, 334 passages: 5 oppose, 2 support." in read(shown)
    assert not shown.ephemeral
    assert shelf.asked == [(QUESTION, str(town.guild.id), None, None)]


async def test_the_first_request_after_a_question_acknowledges_it(town: Town, wire: Wire) -> None:
    before = len(wire.requests)
    await ask(town)
    first, second = wire.requests[before:]
    assert (first.path.rsplit("/", 1)[-1], first.body) == ("callback", {"type": 5})
    assert (second.method, second.path.rsplit("/", 1)[-1]) == ("PATCH", "@original")


async def test_a_claims_number_asks_about_that_claim(town: Town, shelf: StandIn) -> None:
    for typed in ("C06", "c6", " 6 ", "claim 6", "Is claim 6 true?"):
        await ask(town, typed)
    assert shelf.asked == [(CLAIMS[5].text, str(town.guild.id), ARTICLE.id, "C06")] * 5


async def test_an_article_narrows_the_question(town: Town, shelf: StandIn) -> None:
    await ask(town, article=source_key(ARTICLE.id))
    await ask(town, article="bridge nobody")
    assert [asked[2] for asked in shelf.asked] == [ARTICLE.id, ARTICLE.id]


async def test_more_evidence_shows_the_rest_to_the_one_who_pressed(town: Town) -> None:
    more = (await town.ben.click(await ask(town), label="More evidence (2)")).response
    assert more.ephemeral
    assert "O4" in read(more)
    assert "O1" not in read(more)


async def test_more_evidence_turns_pages_in_place(town: Town, shelf: StandIn) -> None:
    shown = await ask(town)
    kept = await shelf.answer("answer-1", str(town.guild.id))
    many = tuple(replace(kept.opposing[0], label=f"O{n}", quote=f"Quote number {n}. " * 30) for n in range(1, 16))
    shelf._answers[str(town.guild.id), "answer-1"] = replace(kept, opposing=many)
    first = (await town.ada.click(shown, custom_id="rj:more:1:answer-1")).response
    seen = [read(first)]
    for _ in range(10):
        if re.search(r"Page (\d+) of \1\b", seen[-1]):
            break
        await town.ada.click(first, label="Next")
        seen.append(read(first))
    await town.ada.click(first, label="Back")
    assert read(first) == seen[-2]
    assert len(set(seen)) == len(seen) > 2
    assert all(f"O{n}**" in "".join(seen) for n in range(4, 16))


async def test_a_quote_is_shown_in_context_with_the_quote_marked(town: Town) -> None:
    shown = await ask(town)
    assert options(shown) == ["A1", "A2", "O1", "O2", "O3", "S1", "S2", "N1"]
    context = (await town.ben.select(shown, ["O2"], custom_id=menu_id(shown))).response
    assert context.ephemeral
    assert "**The final account number 2 shows eleven million in all.**" in read(context)
    assert "What stands before." in read(context)
    assert "What stands after." in read(context)


async def test_a_private_answer_is_shared_only_when_its_reader_says_so(town: Town) -> None:
    shown = await ask(town, private=True)
    assert shown.ephemeral
    assert town.channel.history(viewer=town.ben) == []
    await town.ada.click(shown, label="Share")
    [public] = town.channel.history(viewer=town.ben)
    assert not public.flags.ephemeral
    assert "Share" not in labels(shown)
    assert "Shared in this channel." in read(shown)
    again = (await town.ben.click(public, label="More evidence (2)")).response
    assert "O4" in read(again)


async def test_a_public_answer_has_no_share_button(town: Town) -> None:
    assert "Share" not in labels(await ask(town))


async def test_helpful_is_kept(town: Town, shelf: StandIn) -> None:
    thanks = (await town.ben.click(await ask(town), label="Helpful")).response
    assert thanks.ephemeral
    assert "Thank you" in thanks.content
    assert shelf.feedbacks == [("answer-1", str(town.guild.id), str(town.ben.id), True, None)]


async def test_not_helpful_asks_why_and_keeps_the_reason(town: Town, shelf: StandIn) -> None:
    form = await town.ben.click(await ask(town), label="Not helpful")
    thanks = await town.ben.submit_modal(form, {"reason": "  The quote is off the point. "})
    assert "Thank you" in thanks.response.content
    assert shelf.feedbacks[0][3:] == (False, "The quote is off the point.")


async def test_not_helpful_needs_no_reason(town: Town, shelf: StandIn) -> None:
    form = await town.ben.click(await ask(town), label="Not helpful")
    await town.ben.submit_modal(form, {})
    assert shelf.feedbacks[0][3:] == (False, None)


async def test_every_button_works_after_a_restart(
    town: Town, simcord_env: Any, shelf: StandIn, notebook: Notebook, wire: Wire
) -> None:
    shown = await ask(town, private=True)
    form = await town.ada.click(shown, label="Not helpful")
    await simcord_env.restart_bot(RejoinderClient(shelf, notebook))
    assert len(wire.sent("PUT", "/commands")) == 1, "unchanged commands are published once"
    assert "O4" in read((await town.ada.click(shown, label="More evidence (2)")).response)
    assert "**" in read((await town.ada.select(shown, ["S1"], custom_id=menu_id(shown))).response)
    assert "Thank you" in (await town.ada.click(shown, label="Helpful")).response.content
    assert "Thank you" in (await town.ada.submit_modal(form, {"reason": "late"})).response.content
    await town.ada.click(shown, label="Share")
    assert len(town.channel.history(viewer=town.ben)) == 1


async def test_an_abstention_says_why_and_offers_claims(town: Town, shelf: StandIn) -> None:
    shown = await ask(town, "Zebras?")
    assert "The article does not say who painted the bridge." in read(shown)
    assert "oppose" not in read(shown)
    assert labels(shown)[:2] == ["C01", "C08"]
    picked = (await town.ben.click(shown, label="C08")).response
    assert picked.ephemeral
    assert f"The article claims: {CLAIMS[7].text}" in read(picked)
    assert shelf.asked[-1] == (CLAIMS[7].text, str(town.guild.id), ARTICLE.id, "C08")


async def test_the_list_is_paged_and_a_claim_is_picked_from_it(town: Town) -> None:
    shown = (await town.ada.slash(town.channel, "claim list")).response
    assert shown.ephemeral
    assert "C08" in read(shown)
    assert "C09" not in read(shown)
    await town.ada.click(shown, label="Next")
    assert "C09" in read(shown)
    assert "C08" not in read(shown)
    picked = (await town.ada.select(shown, [options(shown)[1]], custom_id=menu_id(shown))).response
    assert CLAIMS[9].text in read(picked)
    await town.ada.click(shown, label="Back")
    assert "C01" in read(shown)


async def test_the_list_of_one_article_stays_with_it(town: Town, shelf: StandIn) -> None:
    other = replace(ARTICLE, id="other", title="Another Article")
    shelf.local[str(town.guild.id)] = (other, tuple(replace(c, source="other", number=f"X{c.number}") for c in CLAIMS))
    shown = (await town.ada.slash(town.channel, "claim list", article=source_key("other"))).response
    await town.ada.click(shown, label="Next")
    assert "XC11" in read(shown)
    assert "Page 2 of 2" in read(shown)
    assert "Another Article" in read(shown)


async def test_one_claim_is_shown_with_its_place_and_its_evidence_is_a_press_away(town: Town) -> None:
    shown = (await town.ada.slash(town.channel, "claim show", number="C03")).response
    assert f"The article claims: {CLAIMS[2].text}" in read(shown)
    assert "“The vote”, paragraph 3" in read(shown)
    evidence = (await town.ben.click(shown, label="Show the evidence")).response
    assert "O1" in read(evidence)


async def test_the_message_menu_checks_a_messages_words_privately(town: Town, shelf: StandIn) -> None:
    message = await town.ben.send(town.channel, "They say the bridge cost three times the promise!")
    shown = (await town.ada.context_menu(town.channel, "Check this claim", message)).response
    assert shown.ephemeral
    assert "Share" in labels(shown)
    assert shelf.asked[0][0] == "They say the bridge cost three times the promise!"


async def test_the_words_of_a_forwarded_message_are_checked(town: Town, shelf: StandIn) -> None:
    message = await town.ben.send(town.channel, "They say the bridge cost three times the promise!")
    forwarded = await town.ben.forward(message, town.channel)
    await town.ada.context_menu(town.channel, "Check this claim", forwarded)
    assert shelf.asked[0][0] == "They say the bridge cost three times the promise!"


async def test_a_message_without_words_gets_a_sentence(town: Town, shelf: StandIn) -> None:
    message = await town.ben.send(town.channel, "", attachments=[("photo.png", b"x")])
    shown = (await town.ada.context_menu(town.channel, "Check this claim", message)).response
    assert shown.content == "This message has no words that I could check."
    assert shelf.asked == []


async def test_autocomplete_matches_numbers_and_words(town: Town) -> None:
    by_number = await town.ada.autocomplete(town.channel, "claim show", "number", "c6")
    assert by_number[0]["value"] == "C06"
    by_words = await town.ada.autocomplete(town.channel, "claim ask", "question", "BRIDGE autumn")
    assert [choice["value"] for choice in by_words] == ["C08"]
    assert by_words[0]["name"] == "C08 · The bridge sways in every autumn storm."
    titles = await town.ada.autocomplete(town.channel, "claim list", "article", "nobody")
    assert [choice["name"] for choice in titles] == [ARTICLE.title]
    assert await town.ada.autocomplete(town.channel, "claim ask", "question", "zebra") == []


async def test_autocomplete_goes_by_the_article_chosen(town: Town) -> None:
    chosen = source_key(ARTICLE.id)
    assert len(await town.ada.autocomplete(town.channel, "claim show", "number", "", article=chosen)) == 11
    assert await town.ada.autocomplete(town.channel, "claim show", "number", "", article="no such") == []


async def test_autocomplete_is_empty_when_the_library_fails(town: Town, shelf: StandIn) -> None:
    shelf.trouble = RuntimeError("the disk is gone")
    assert await town.ada.autocomplete(town.channel, "claim show", "number", "1") == []


async def test_two_servers_do_not_see_each_others_claims_or_answers(
    town: Town, simcord_env: Any, shelf: StandIn
) -> None:
    other = Town(simcord_env, "Inland")
    mine = replace(CLAIMS[0], id="own", source="own", number="Z01", text="The quarry was sold in secret.")
    shelf.local[str(town.guild.id)] = (replace(ARTICLE, id="own", title="The Quarry"), (mine,))
    assert "O1" in read(await ask(town, "Was the quarry sold?"))
    assert "does not say" in read(await ask(other, "quarry sold secret"))
    assert await other.ada.autocomplete(other.channel, "claim show", "number", "quarry") == []
    assert [asked[1] for asked in shelf.asked] == [str(town.guild.id), str(other.guild.id)]
    foreign = await ask(other)
    shelf._answers[str(town.guild.id), "answer-3"] = shelf._answers.pop((str(other.guild.id), "answer-3"))
    gone = (await other.ada.click(foreign, label="More evidence (2)")).response
    assert "no longer kept" in gone.content


async def test_direct_messages_have_the_shared_sources_alone(simcord_env: Any, shelf: StandIn) -> None:
    ada = simcord_env.create_user("ada")
    shown = (await ada.slash("claim ask", question=QUESTION, private=True)).response
    assert "O1" in read(shown)
    assert "Share" not in labels(shown)
    assert shelf.asked[0][1] == SHARED
    assert "O4" in read((await ada.click(shown, label="More evidence (2)")).response)


async def test_privacy_says_what_is_kept_to_the_one_who_asks(town: Town) -> None:
    shown = (await town.ada.slash(town.channel, "privacy show")).response
    assert shown.ephemeral
    assert read(shown) == kept(90)
    assert "for 90 days" in read(shown)
