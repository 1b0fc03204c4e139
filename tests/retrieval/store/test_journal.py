from __future__ import annotations

import pytest

from retrieval.errors import NotFound
from retrieval.store.journal import Tally
from retrieval.store.records import Records
from retrieval.store.schema import now
from retrieval.types import SHARED, Answer

SEEN = (SHARED,)


@pytest.fixture
def answered(records: Records) -> Records:
    records.answers.keep(Answer("x", "?", None, None), SHARED)
    records.answers.keep(Answer("y", "?", None, None), SHARED)
    return records


def test_a_person_has_one_voice_per_answer_and_the_last_word_counts(answered: Records) -> None:
    answered.feedback.give("x", SEEN, "ann", helpful=True, reason=None)
    answered.feedback.give("x", SEEN, "ann", helpful=False, reason="wrong \ud800 claim")
    answered.feedback.give("x", SEEN, "bob", helpful=True, reason=None)
    assert answered.feedback.tally("x") == Tally(helpful=1, unhelpful=1)
    assert answered.feedback.tally("y") == Tally(0, 0)


def test_feedback_needs_an_answer_that_is_visible(answered: Records) -> None:
    with pytest.raises(NotFound):
        answered.feedback.give("x", ["g1"], "ann", helpful=True, reason=None)
    with pytest.raises(NotFound):
        answered.feedback.give("z", SEEN, "ann", helpful=True, reason=None)


def test_who_spoke_is_nowhere_in_the_file(answered: Records) -> None:
    answered.feedback.give("x", SEEN, "person-123456789", helpful=True, reason=None)
    answered.close()
    assert answered.path is not None
    assert b"123456789" not in answered.path.read_bytes()


def test_a_person_can_be_forgotten(answered: Records) -> None:
    for answer in ("x", "y"):
        answered.feedback.give(answer, SEEN, "ann", helpful=True, reason=None)
    answered.feedback.give("x", SEEN, "bob", helpful=True, reason=None)
    assert answered.feedback.forget("ann") == 2
    assert answered.feedback.tally("x") == Tally(1, 0)


def test_settings_are_kept_replaced_and_forgotten(records: Records) -> None:
    assert records.settings.get("k") is None
    records.settings.set("k", "one")
    records.settings.set("k", "two")
    assert records.settings.get("k") == "two"
    records.settings.set("k", None)
    assert records.settings.get("k") is None


def test_the_trail_shows_the_newest_first_and_no_more_than_asked(records: Records) -> None:
    for number in range(5):
        records.audit.note(f"who {number}", "published the commands", SHARED)
    entries = records.audit.entries(SEEN, limit=2)
    assert [entry.who for entry in entries] == ["who 4", "who 3"]
    assert entries[0].source is None


def test_entries_have_a_term_but_the_newest_of_each_space_stays(records: Records) -> None:
    for who, space in (("a", SHARED), ("b", "g1"), ("c", SHARED), ("d", SHARED), ("e", "g2")):
        records.audit.note(who, "exported", space)
    term = now()
    records.audit.note("f", "exported", "g2")
    assert records.audit.expire(term) == 3
    assert [entry.who for entry in records.audit.entries([SHARED, "g1", "g2"])] == ["f", "d", "b"]
    assert records.audit.expire(term) == 0


def test_no_entry_gets_the_key_of_one_whose_term_was_over(records: Records) -> None:
    given = set[int]()
    for number in range(4):
        records.audit.note(f"who {number}", "exported", SHARED)
        ((key, entry),) = records.audit.page(SHARED, None, 1)
        assert entry.who == f"who {number}"
        assert all(key > earlier for earlier in given)
        given.add(key)
        records.audit.expire("9999")
        assert [kept for kept, _ in records.audit.page(SHARED, None, 9)] == [key]
