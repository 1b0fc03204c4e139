from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.errors import NotFound, Refused
from retrieval.store.records import Records
from retrieval.store.schema import State
from retrieval.store.versions import ChangeKind
from retrieval.types import SHARED, Document, Role
from tests.retrieval.store.making import document

SEEN = (SHARED,)


def _put(records: Records, *documents: Document) -> list[ChangeKind]:
    kinds = [change.kind for change in records.sources.put(documents, "ann")]
    records.sources.settle([each.source.id for each in documents])
    return kinds


def test_a_document_comes_back_exactly_as_it_was_put(records: Records) -> None:
    made = document("a", "One.", "Two \u2013 \U0001f600.", role=Role.ARTICLE, claims=2, heading="H")
    source = replace(
        made.source, author="A", publisher="P", date="2015-05", url="https://e.x/", kind="court record", added_by="ann"
    )
    made = replace(made, source=replace(source, quality="press", date_note="about May"))
    _put(records, made)
    assert records.passages.document("a", SEEN) == made
    assert records.passages.text("a", SEEN) == made.text
    assert records.sources.get("a", SEEN) == made.source
    assert records.passages.of_source("a", SEEN) == list(made.passages)
    assert records.passages.claims(SEEN) == list(made.claims)


def test_putting_says_added_then_unchanged_then_changed(records: Records) -> None:
    first = document("a", "One.")
    assert _put(records, first) == [ChangeKind.ADDED]
    assert _put(records, first) == [ChangeKind.UNCHANGED]
    assert _put(records, replace(first, source=replace(first.source, added_by="someone else"))) == [
        ChangeKind.UNCHANGED
    ]
    assert _put(records, replace(first, source=replace(first.source, title="New"))) == [ChangeKind.CHANGED]
    assert _put(records, document("a", "One.", "Two.", title="New")) == [ChangeKind.CHANGED]
    assert _put(records, document("a", "One.", "Two.", title="New", claims=1)) == [ChangeKind.CHANGED]
    assert _put(records, first) == [ChangeKind.CHANGED]
    assert records.passages.document("a", SEEN) == first


def test_a_new_source_is_pending_and_unseen_until_settled(records: Records) -> None:
    made = document("a", "One.")
    records.sources.put([made], "ann")
    assert records.sources.state("a") == (State.PENDING, None)
    assert records.sources.unfinished() == ["a"]
    assert records.sources.visible(SEEN) == []
    assert records.passages.incoming("a") == made
    records.sources.settle(["a"])
    assert records.sources.state("a") == (State.READY, None)
    assert records.sources.unfinished() == []
    assert records.passages.incoming("a") is None


def test_the_earlier_text_answers_until_the_new_one_is_settled(records: Records) -> None:
    _put(records, document("a", "Old words."))
    records.sources.put([document("a", "New words.")], "ann")
    assert records.passages.text("a", SEEN) == "Old words.\n\n"
    assert [hit for hit, _ in records.passages.lexical("old", SEEN)]
    assert not [hit for hit, _ in records.passages.lexical("new", SEEN)]
    records.sources.settle(["a"])
    assert records.passages.text("a", SEEN) == "New words.\n\n"
    assert not [hit for hit, _ in records.passages.lexical("old", SEEN)]
    assert [hit for hit, _ in records.passages.lexical("new", SEEN)]
    assert records.passages.full_text_consistent()


def test_a_document_that_fails_says_why_and_can_be_put_again(records: Records) -> None:
    made = document("a", "One.")
    records.sources.put([made], "ann")
    records.sources.fail("a", "The model is out.")
    assert records.sources.state("a") == (State.FAILED, "The model is out.")
    assert records.sources.unfinished() == ["a"]
    assert _put(records, made) == [ChangeKind.ADDED]
    assert records.sources.state("a") == (State.READY, None)
    records.sources.fail("a", "nothing is under way")
    assert records.sources.state("a") == (State.READY, None)


def test_a_failing_new_version_leaves_the_earlier_one_answering(records: Records) -> None:
    _put(records, document("a", "Old."))
    records.sources.put([document("a", "New.")], "ann")
    records.sources.fail("a", "The model is out.")
    assert records.sources.state("a")[0] is State.READY
    assert records.passages.text("a", SEEN) == "Old.\n\n"


def test_a_removed_source_that_fails_to_come_back_stays_out_of_sight(records: Records) -> None:
    _put(records, document("a", "Old."))
    records.sources.remove("a", SHARED, "bob")
    records.sources.put([document("a", "New.")], "ann")
    records.sources.fail("a", "The model is out.")
    assert records.sources.state("a")[0] is State.FAILED
    assert records.sources.visible(SEEN) == []
    assert records.passages.full_text_consistent()


def test_removing_hides_and_restoring_brings_back(records: Records) -> None:
    made = document("a", "One.", claims=1, role=Role.ARTICLE)
    _put(records, made)
    records.sources.remove("a", SHARED, "bob")
    assert records.sources.visible(SEEN) == []
    assert records.passages.by_ids([made.passages[0].id], SEEN) == []
    assert records.passages.claims(SEEN) == []
    assert records.passages.lexical("one", SEEN) == []
    assert [removed.source for removed in records.sources.removed(SHARED)] == [made.source]
    with pytest.raises(NotFound):
        records.sources.remove("a", SHARED, "bob")
    records.sources.restore("a", SHARED, "bob")
    records.sources.settle(["a"])
    assert records.passages.document("a", SEEN) == made
    assert records.sources.removed(SHARED) == []
    with pytest.raises(NotFound):
        records.sources.restore("a", SHARED, "bob")
    assert records.passages.full_text_consistent()


def test_putting_a_removed_source_again_adds_it(records: Records) -> None:
    made = document("a", "One.")
    _put(records, made)
    records.sources.remove("a", SHARED, "bob")
    assert _put(records, made) == [ChangeKind.ADDED]
    assert records.passages.document("a", SEEN) == made


def test_a_removed_source_is_not_finished_behind_the_moderators_back(records: Records) -> None:
    records.sources.put([document("a", "One.")], "ann")
    records.sources.remove("a", SHARED, "bob")
    assert records.sources.unfinished() == []
    records.sources.settle(["a"])
    assert records.sources.state("a")[0] is State.REMOVED


def test_one_space_cannot_take_change_or_remove_the_source_of_another(records: Records) -> None:
    _put(records, document("a", "Theirs.", space="g1"))
    with pytest.raises(Refused):
        records.sources.put([document("a", "Mine.", space="g2")], "eve")
    for verb in (records.sources.remove, records.sources.restore, records.sources.erase):
        with pytest.raises(NotFound):
            verb("a", "g2", "eve")
    assert records.passages.text("a", ["g1"]) == "Theirs.\n\n"


def test_putting_several_keeps_all_or_none(records: Records) -> None:
    _put(records, document("taken", "Theirs.", space="g1"))
    with pytest.raises(Refused):
        records.sources.put([document("a", "One."), document("taken", "Mine.")], "ann")
    with pytest.raises(NotFound):
        records.sources.state("a")


def test_a_document_that_contradicts_itself_is_refused(records: Records) -> None:
    made = document("a", "One.", "Two.", claims=1)
    moved = replace(made.passages[0], start=1)
    twin = replace(made.passages[1], id=made.passages[0].id)
    stray = replace(made.claims[0], source="b")
    for wrong in (
        replace(made, passages=(moved, made.passages[1])),
        replace(made, passages=(made.passages[0], twin)),
        replace(made, claims=(stray,)),
    ):
        with pytest.raises(ValueError, match=r"passage|claim"):
            records.sources.put([wrong], "ann")


def test_counts_are_of_what_can_be_searched(records: Records) -> None:
    _put(records, document("a", "1.", "2."), document("b", "3.", role=Role.ARTICLE), document("c", "4.", space="g"))
    records.sources.put([document("d", "5.")], "ann")
    counts = records.sources.counts(SEEN)
    assert (counts.sources, counts.passages) == (2, 3)
    counts = records.sources.counts([SHARED, "g"], Role.REFERENCE)
    assert (counts.sources, counts.passages) == (2, 3)


def test_neighbours_come_in_reading_order_and_from_the_version_that_was_quoted(records: Records) -> None:
    old = document("a", "One.", "Two.", "Three.", "Four.")
    _put(records, old)
    before, middle, after = records.passages.around(old.passages[1].id, SEEN, before=2, after=1)
    assert ([each.text for each in before], middle.text, [each.text for each in after]) == (
        ["One."],
        "Two.",
        ["Three."],
    )
    _put(records, document("a", "Zero.", "One.", "Other."))
    before, middle, after = records.passages.around(old.passages[1].id, SEEN, quote="Two")
    assert ([each.text for each in before], middle.text, [each.text for each in after]) == (
        ["One."],
        "Two.",
        ["Three."],
    )
    with pytest.raises(NotFound):
        records.passages.around(old.passages[1].id, SEEN, quote="never said")


def test_every_change_leaves_its_entry_in_the_trail(records: Records) -> None:
    _put(records, document("a", "One."))
    _put(records, document("a", "One."))
    _put(records, document("a", "Two."))
    records.sources.remove("a", SHARED, "bob")
    records.sources.restore("a", SHARED, "cat")
    records.sources.erase("a", SHARED, "dan")
    entries = records.audit.entries(SEEN)
    assert [(entry.who, entry.what) for entry in reversed(entries)] == [
        ("ann", "added"),
        ("ann", "changed"),
        ("bob", "removed"),
        ("cat", "restored"),
        ("dan", "erased"),
    ]
    assert {entry.source for entry in entries} == {"a"}
    assert records.audit.entries(["g1"]) == []
