"""The field "Publisher, date" of the forms that hand a source in, told apart; five fields leave no room for each.

What looks like a date and is none stays with the publisher, so that nothing of the form is lost; the preview says so.
"""

from __future__ import annotations

import re

from retrieval.ingest.seed import known_date

_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join([*_MONTHS.split(), "sept", *(month[:3] for month in _MONTHS.split())])
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_LIKE_A_DATE = re.compile(
    rf"(?:^|,)\s*((?:{_DAY}[\s.]+)?(?:{_MONTH})[\s.]+(?:{_DAY}[\s,.]+)?\d{{2,4}}|\d[\d\s./:T-]*\d)$", re.IGNORECASE
)
_DIGITS = 4
"""Digits of a date at least; "Channel 5, 54" has none."""
_AFTER = " ,;."


def published(typed: str | None) -> tuple[str | None, str | None]:
    """The publisher and the date that were typed together: "World Health Organization, 2021-03-05".

    What follows the last comma is the date, if it is one as ``known_date`` has it (2021-03-05, 2021-03 or 2021); so is
    the whole. Anything else is the publisher, as it stands.
    """
    if not typed:
        return None, None
    before, _, last = typed.strip(_AFTER).rpartition(",")
    date = last.strip()
    if known_date(date) != date or unusable_date(typed):
        return typed, None
    return before.strip(" ,") or None, date


def unusable_date(publisher: str | None) -> str | None:
    """What a publisher ends with that looks like a date, yet is none in the record's form: "2021-13-45", "May 2021"."""
    found = _LIKE_A_DATE.search((publisher or "").strip(_AFTER))
    date = found[1] if found else ""
    digits = sum(character.isdigit() for character in date)
    return date if digits >= _DIGITS and known_date(date) != date else None
