"""No read sees another space, whatever was put where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import NotFound
from retrieval.store.records import Records
from retrieval.types import SHARED, Answer, Role
from tests.retrieval.store.making import document

SPACES = st.sampled_from([SHARED, "g1", "g2"])


def _found(read: Callable[..., object], *arguments: object) -> bool:
    try:
        read(*arguments)
    except NotFound:
        return False
    return True


@settings(max_examples=15, deadline=None)
@given(homes=st.lists(SPACES, min_size=1, max_size=5), seen=st.sets(SPACES))
def test_every_read_shows_exactly_the_asked_spaces(homes: list[str], seen: set[str]) -> None:
    with TemporaryDirectory() as folder:
        records = Records.open(Path(folder))
        made = {
            f"s{place}": document(f"s{place}", "canary word", space=home, claims=1, role=Role.ARTICLE)
            for place, home in enumerate(homes)
        }
        records.sources.put(list(made.values()), "ann")
        records.sources.settle(list(made))
        for name, each in made.items():
            records.answers.keep(Answer(f"answer {name}", "?", None, each.source), each.source.space)
        expected = {name for name, each in made.items() if each.source.space in seen}
        passages = {name: each.passages[0].id for name, each in made.items()}

        assert {source.id for source in records.sources.visible(seen)} == expected
        assert records.sources.counts(seen).sources == records.sources.counts(seen).passages == len(expected)
        assert {claim.source for claim in records.passages.claims(seen)} == expected
        assert {passage.source for passage in records.passages.by_ids(passages.values(), seen)} == expected
        assert {source.id for _, source in records.passages.with_sources(passages.values(), seen)} == expected
        assert {hit.partition(":")[0] for hit, _ in records.passages.lexical("canary", seen)} == expected
        assert records.embeddings.visible(list(passages.values()), seen, None) == {passages[name] for name in expected}
        assert {entry.source for entry in records.audit.entries(seen)} == expected
        for name, passage in passages.items():
            visible = name in expected
            assert _found(records.sources.get, name, seen) == visible
            assert _found(records.passages.text, name, seen) == visible
            assert _found(records.passages.of_source, name, seen) == visible
            assert _found(records.passages.around, passage, seen) == visible
            assert _found(records.answers.get, f"answer {name}", seen) == visible
            assert _found(records.feedback.give, f"answer {name}", seen, "person", True, None) == visible
        records.close()


def test_what_is_hidden_and_what_is_missing_sound_the_same(records: Records) -> None:
    records.sources.put([document("a", "One.", space="g1")], "ann")
    records.sources.settle(["a"])
    with pytest.raises(NotFound) as hidden:
        records.sources.get("a", [SHARED])
    with pytest.raises(NotFound) as missing:
        records.sources.get("b", [SHARED])
    assert str(hidden.value) == str(missing.value)
