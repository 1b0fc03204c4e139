"""How a written question set is scored: support by the judge, voices, what was dropped, and the tables."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from retrieval.answer.gate import Gated, Sentence
from retrieval.answer.trails import Explained, Trails
from retrieval.answer.write import Trail
from retrieval.chat.budget import Usage
from retrieval.chat.faults import Trouble
from retrieval.evaluate.prose import backed, content, voices
from retrieval.evaluate.questions import Gold, score
from retrieval.evaluate.written import Written, ask_written, prose
from retrieval.evaluate.written_report import SCRIPTED_NOTE, written_object, written_report
from retrieval.types import Abstention, Answer, Made, Stance
from tests.retrieval.evaluate.fakes import WordJudge
from tests.retrieval.writing.story import answer

GOLD = Gold("Q1", "Was the harbour sold in secret?", "direct", True, (), {})
SAID = Sentence("The article says that it was sold", ("A1",), ("indeed it was sold",))
AGAINST = Sentence("The Gazette reported a sale", ("O1",), ("it was not secret",))
TEXT = "The article says that it was sold [A1].\n\nThe Gazette reported a sale [O1].\n\nNothing found in the 9 sources."


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The article says that the harbour was sold.", "The harbour was sold."),
        ("The article says: “The harbour was sold”.", "The harbour was sold."),
        ("According to the Gazette, it was sold, which speaks against the claim.", "It was sold."),
        ("As for what stays open, according to the Gazette, ships come.", "Ships come."),
        ("The union said that its members were not told, which supports the claim.", "Its members were not told."),
        ("The harbour was sold.", "The harbour was sold."),
    ],
)
def test_the_content_of_a_sentence_is_what_it_tells(sentence: str, told: str) -> None:
    assert content(sentence) == told


def test_the_judge_reads_each_quote_all_together_and_a_strangers() -> None:
    both = replace(AGAINST, labels=("O1", "O2"), quotes=("it was not secret", "indeed it was sold"))
    first, empty, second = backed([[SAID, both], [], [AGAINST]], WordJudge())
    assert [held.alone for held in first] == [(True,), (False, True)]
    assert [held.together for held in first] == [Stance.SUPPORTS, Stance.REFUTES]
    assert [held.stranger for held in first] == [False, False]
    assert (empty, second[0].supported, second[0].stranger) == ([], False, True)


def test_an_answer_alone_has_no_stranger() -> None:
    assert backed([[SAID]], WordJudge())[0][0].stranger is None


def test_voices_finds_what_is_uncited_and_what_is_ours() -> None:
    good = replace(answer(), text=TEXT)
    assert voices(good) == voices(replace(good, text="Nothing found in the 9 sources searched clearly supports it."))
    bad = voices(replace(good, text="The harbour was sold [A1]. It rained. The Gazette’s sale was secret [O1]."))
    assert bad.uncited == ("It rained.",)
    assert len(bad.own) == 2


class Scene:
    """Answers in order, with their trails."""

    def __init__(self, *told: tuple[Answer, Trail | None]) -> None:
        self.told = list(told)
        self.trails = Took([trail for _, trail in told])

    async def ask(self, question: str) -> Answer:
        assert question == GOLD.question
        return self.told.pop(0)[0]


class Took(Trails):
    """Gives the trails of a scene."""

    def __init__(self, trails: list[Trail | None]) -> None:
        super().__init__()
        self._left = trails

    def take(self, answer: str) -> Explained:
        assert answer
        return Explained(None, (), self._left.pop(0))  # type: ignore[arg-type]  # what was found is not looked at


def trail(*kept: Sentence, trouble: Trouble | None = None, dropped: tuple[tuple[str, str], ...] = ()) -> Trail:
    return Trail("a1", "m", "write 1", (), (), None, "", Gated(kept, dropped), Usage(), 1, trouble)


async def asked() -> list[Written]:
    made = Made("e", "j", "m", "write 1", (), 900, 100, 2)
    scene = Scene(
        (replace(answer(), text=TEXT, mode="model", made=made, elapsed_ms=30), trail(SAID, AGAINST)),
        (replace(answer(), made=made), trail(trouble=Trouble.UNFOUNDED, dropped=(("It is so.", "it cites nothing"),))),
        (replace(answer(), abstention=Abstention.OFF_TOPIC), None),
    )
    return await ask_written(scene.ask, [GOLD] * 3, scene.trails, WordJudge())


async def test_a_set_is_asked_and_added_up() -> None:
    told = prose(await asked())
    assert (told.answers, told.written, told.fallbacks, told.fallback_share) == (2, 1, {"unfounded": 1}, 0.5)
    assert (told.sentences, told.precision, told.recall, told.contradicted) == (2, 0.5, 0.5, 0.5)
    assert (told.uncited, told.own_voice, told.dropped) == (0, 0, {"it cites nothing": 1})
    assert (told.read, told.wrote, told.calls, told.slowest_ms) == (1800, 200, 4, 30)


def test_nothing_asked_is_nothing_added_up() -> None:
    told = prose([])
    assert (told.fallback_share, told.precision, told.recall, told.median_ms) == (None, None, None, 0.0)


async def test_the_report_says_what_was_dropped_and_whose_figures_these_are() -> None:
    found = await asked()
    embedded = [score(GOLD, answer())]
    told = written_report("scripted", embedded, found, verbose=True)
    for part in ("| embedded ", "| it cites nothing", "| unfounded", SCRIPTED_NOTE, "Q1 fell back: unfounded"):
        assert part in told
    assert "Q1 dropped, it cites nothing: It is so." in told
    assert "Q1 refutes by its quotes, says the judge: The Gazette reported a sale" in told
    assert SCRIPTED_NOTE not in written_report("openai:x", embedded, found, verbose=False)


async def test_scripts_get_one_object() -> None:
    found = await asked()
    told = json.loads(json.dumps(written_object("scripted", [score(GOLD, answer())], found)))
    assert (told["scripted"], told["prose"]["fallback_share"], told["embedded"]["questions"]) == (True, 0.5, 1)
    assert [one["mode"] for one in told["answers"]] == ["model", "embedded", "embedded"]
    assert told["answers"][0]["sentences"][0]["together"] == "supports"
    assert told["answers"][1]["dropped"] == [{"text": "It is so.", "reason": "it cites nothing"}]
