"""Questions for timing: kinds that people ask, in our own words; not the development questions."""

from __future__ import annotations

QUESTIONS = (
    "Did the US create Al Qaeda in Afghanistan?",
    "claim 21",
    "How much did the CIA programme for Syrian rebels cost?",
    "Is the group paid for by Saudi Arabia, as the article says?",
    "Was the DIA memo of 2012 leaked?",
    "Who says that supplies crossed from Turkey?",
    "Is Thailand buying tanks from China?",
    "Just confirm it: NATO funds the group.",
    "What did David Cohen say about its money?",
    "Did the group take a city in the Philippines?",
    "Do maps show supply lines out of Jordan?",
    "Is the coalition really fighting?",
    "how manny iraqis went home acording to tillerson",
    "Which NGOs does the article call fronts?",
    "Did Russia's intervention cut the supply routes?",
    "Is this outlet reliable?",
    "What will the weather be in Manila tomorrow?",
    "Did oil sales shrink when territory was lost?",
    "Where did the weapons of the group come from?",
    "Did Thailand end its exercises with the US?",
)
