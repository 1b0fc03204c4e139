"""What is kept about a person is counted as it is forgotten: the same entries, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.store.drafts import DraftRow
from retrieval.store.people import Kept
from retrieval.store.records import Records
from retrieval.store.schema import now
from retrieval.types import SHARED, Answer
from tests.retrieval.store.making import hand_in

ADA, BEN = "918273645546372819", "918273645546372820"
NOBODY = Kept(0, 0, 0, 0, 0, 0)


def draft(draft_id: str, who: str, body: str = "{}") -> DraftRow:
    return DraftRow(draft_id, "g1", who, "awaiting confirmation", body, now())


@pytest.fixture
def kept(records: Records) -> Records:
    """Ada handed in twice, did three things, spoke once, and is named in two drafts of Ben's."""
    hand_in(records, draft("d1", ADA, f'{{"added_by":"{ADA}"}}'))
    hand_in(records, draft("d2", ADA))
    hand_in(records, draft("d3", BEN, f'{{"added_by":"{ADA}"}}'))
    hand_in(records, draft("d4", BEN, f'{{"added_by":"{BEN}","actor":"{ADA}"}}'))
    hand_in(records, draft("d5", BEN, f'{{"text":"the id {ADA} in a text"}}'))
    for space in ("g1", "g1", "g2"):
        records.audit.note(ADA, "exported", space)
    records.audit.note(BEN, "exported", "g1")
    for answer in ("x", "y"):
        records.answers.keep(Answer(answer, "?", None, None), SHARED)
        records.feedback.give(answer, (SHARED,), BEN, helpful=True, reason=None)
    records.feedback.give("x", (SHARED,), ADA, helpful=False, reason="no")
    return records


def test_what_is_kept_about_a_person_is_counted_in_every_space(kept: Records) -> None:
    assert kept.people.kept(ADA) == Kept(drafts=2, log=3, sources=0, answers=0, previews=2, feedback=1)
    assert kept.people.kept(BEN) == Kept(drafts=3, log=1, sources=0, answers=0, previews=0, feedback=2)
    assert kept.people.kept("918") == NOBODY


def test_as_much_is_forgotten_as_was_counted_and_nothing_is_left(kept: Records) -> None:
    about, others = kept.people.kept(ADA), kept.people.kept(BEN)
    assert kept.people.forget(ADA) == about.drafts + about.log + about.sources + about.answers + about.previews
    assert kept.feedback.forget(ADA) == about.feedback
    assert kept.people.kept(ADA) == NOBODY
    assert kept.people.kept(BEN) == others


def test_counting_writes_nothing(records: Records, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        """All but the marks of who reads the log of changes."""
        found = [path for path in tmp_path.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
        return {path.name: path.read_bytes() for path in found}

    before = files()
    assert before
    assert records.people.kept(ADA) == NOBODY
    assert files() == before
    assert records.settings.get("salt of persons") is None
