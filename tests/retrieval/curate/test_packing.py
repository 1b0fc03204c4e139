"""Exports come back as they went; what else is handed in as one costs one sentence."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.curate.packing import packed
from retrieval.curate.types import Item
from retrieval.errors import Malformed, Refused
from retrieval.ingest import seed
from retrieval.ingest.intake import Given
from retrieval.ingest.readers.invisible import clean
from retrieval.ingest.unpacking import LARGEST, LARGEST_FILE, MOST_FILES, MOST_PASSAGES, unpacked
from retrieval.types import SHARED, Document, Role, Wording
from tests.conftest import ROOT
from tests.retrieval.curate.shop import ADA, HERE, STORY, THERE, Shop
from tests.retrieval.ingest.test_seed_text import full_texts

TODAY = date(2026, 11, 22)
NOTE = "---\nid: {}\nrole: reference\ntitle: Note {}\n---\n\n- The ferry sank.\n"


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return whole.getvalue()


@settings(deadline=None, max_examples=25)
@given(st.lists(full_texts(), min_size=1, max_size=4))
def test_what_is_packed_is_unpacked_as_it_was(made: list[Document]) -> None:
    documents = [_named(document, f"X-{number}") for number, document in enumerate(made)]
    export = packed(documents, TODAY)
    assert export == packed(documents, TODAY)
    assert export.sources == len(documents)
    assert export.name.endswith(".zip" if len(documents) > 1 else ".md")
    assert unpacked(export.name, export.data).documents == tuple(documents)


def _named(document: Document, source_id: str) -> Document:
    """The document under another id, read anew so that the ids of its passages follow."""
    written = seed.dump(replace(document, source=replace(document.source, id=source_id)))
    text, _ = clean(written.replace("\0", "0"))  # what is stored holds no NUL, and nothing that cannot be seen
    return seed.parse(text)


def test_our_own_seeds_can_be_packed_and_unpacked() -> None:
    documents = seed.load_folder(ROOT / "seeds")
    export = packed(documents, TODAY)
    assert unpacked(export.name, export.data).documents == tuple(documents)
    assert {document.source.wording for document in documents} == {Wording.DIGEST, Wording.NOTE}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.md", b"x" * (LARGEST + 1), "larger than 20 MB"),
        ("a.md", b"\xff\xfe", "UTF-8"),
        ("a.md", b"Just text.", "does not begin with '---'"),
        ("a.md", b"---\nid: X\n", "never closed"),
        ("a\x1b[31m.md", b"Just text.", r"a\?\[31m.md"),
        ("a.zip", b"PK\x03\x04 nothing", "damaged"),
        ("a.zip", _zip({}), "no source"),
        ("a.zip", _zip({"a.md": b""}), "does not begin"),
        ("a.zip", _zip({"a.txt": b"x"}), "a.txt is no source"),
        ("a.zip", _zip({"../../etc/cron.md": NOTE.format(1, 1).encode()}), "not allowed"),
        ("a.zip", _zip({"/etc/cron.md": NOTE.format(1, 1).encode()}), "not allowed"),
        ("a.zip", _zip({"C:\\x.md": NOTE.format(1, 1).encode()}), "not allowed"),
        ("a.zip", _zip({"a\x1b]0;b.md": NOTE.format(1, 1).encode()}), "not allowed"),
        ("a.zip", _zip({"x" * 300 + ".md": NOTE.format(1, 1).encode()}), "not allowed"),
        ("a.zip", _zip({"a.md": NOTE.format("X", 1).encode(), "b.md": NOTE.format("X", 2).encode()}), "taken"),
        ("a.zip", _zip({"a.md": NOTE.format(1, 1).encode()}, zipfile.ZIP_LZMA), "unusual"),
        ("a.zip", _zip({"a.zip.md": _zip({"b.md": b"x"})}), "UTF-8|does not begin"),
        ("a.zip", _zip({f"{number}.md": b"" for number in range(MOST_FILES + 1)}), "more than 2,000"),
    ],
)
def test_what_is_no_export_costs_one_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises((Malformed, Refused), match=words) as caught:
        unpacked(name, data)
    assert str(caught.value).isprintable()


def _linked() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        entry = zipfile.ZipInfo("a.md")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return whole.getvalue()


def _encrypted() -> bytes:
    data = bytearray(_zip({"a.md": NOTE.format(1, 1).encode()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + offset
        struct.pack_into("<H", data, place, 1)
    return bytes(data)


def _lying() -> bytes:
    """Says in its directory that a file of 30 MB has ten bytes."""
    data = bytearray(_zip({"a.md": NOTE.format(1, 1).encode() + b"x" * 30_000_000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + offset, 10)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"), [(_linked(), "no source"), (_encrypted(), "encrypted"), (_lying(), "damaged")]
)
def test_what_an_export_never_holds_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        unpacked("a.zip", data)


def test_what_cannot_be_seen_is_taken_out_and_counted() -> None:
    note = NOTE.format(1, 1).replace("title: ", "title: \u202e").encode()
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "obey").encode()
    found = unpacked("a.md", note.rstrip() + hidden + b"\n")
    assert found.left_out == ("5 invisible characters",)
    assert found.documents[0] == unpacked("a.md", NOTE.format(1, 1).encode()).documents[0]


def test_a_source_of_more_passages_than_are_read_is_refused() -> None:
    note = NOTE.format(1, 1).encode() + b"- a\n" * (MOST_PASSAGES + 1)
    with pytest.raises(Refused, match="beyond 20,000 passages"):
        unpacked("a.md", note)


@pytest.mark.parametrize("files", [1, 8])
def test_a_bomb_is_stopped_while_it_unpacks(files: int) -> None:
    bomb = _zip(
        {f"{number}.md": b"---\n" + b"\0" * (LARGEST_FILE + (10**7 if files == 1 else -10)) for number in range(files)}
    )
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    with pytest.raises(Refused, match=r"unpacks to more than 60 MB|larger than 8 MB"):
        unpacked("a.zip", bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000_000


def test_what_a_packer_adds_by_itself_is_passed_over() -> None:
    files = {"seeds/N1.md": NOTE.format("N1", 1).encode(), "__MACOSX/seeds/._N1.md": b"\0", "seeds/.DS_Store": b"\0"}
    found = unpacked("a.zip", _zip(files | {"seeds/README.md": b"# Hi"}))
    assert [document.source.id for document in found.documents] == ["N1"]


async def test_an_export_comes_back_to_its_place_and_elsewhere_gets_fresh_ids(shop: Shop) -> None:
    article = await shop.add(role=Role.ARTICLE, title="The ferry", publisher="Harbour Post")
    await shop.add("Another report\n\nIt says that the hull was checked each spring by two men.", title="Checks")
    before = [await shop.library.document(source.id, HERE) for source in await shop.library.sources(HERE)]
    export = await shop.curator.export(HERE, actor=ADA)
    assert (export.sources, export.name.endswith(".zip")) == (2, True)

    again = await shop.curator.import_(HERE, export.name, export.data, actor=ADA)
    assert {change.kind.value for change in again} == {"unchanged"}

    moved = await shop.curator.import_(THERE, export.name, export.data, actor=ADA)
    assert {change.kind.value for change in moved} == {"added"}
    there = [await shop.library.document(source.id, THERE) for source in await shop.library.sources(THERE)]
    assert [document.text for document in there] == [document.text for document in before]
    assert {d.source.id for d in there}.isdisjoint(d.source.id for d in before)
    claims = next(document.claims for document in there if document.claims)
    originals = (await shop.library.document(article, HERE)).claims
    assert [(c.number, c.text, c.locators) for c in claims] == [(c.number, c.text, c.locators) for c in originals]
    assert await shop.curator.import_(THERE, export.name, export.data, actor=ADA) == [
        replace(change, kind=change.kind.UNCHANGED) for change in moved
    ]
    assert [await shop.library.document(source.id, HERE) for source in await shop.library.sources(HERE)] == before


async def test_an_import_with_one_faulty_file_adds_nothing(shop: Shop) -> None:
    data = _zip({"a.md": NOTE.format("N1", 1).encode(), "b.md": b"no head"})
    with pytest.raises(Malformed, match=r"b\.md"):
        await shop.curator.import_(HERE, "a.zip", data, actor=ADA)
    assert await shop.library.sources(HERE) == []


async def test_an_export_holds_only_what_was_asked_for(shop: Shop) -> None:
    wanted = await shop.add(title="Wanted")
    await shop.add("Another report\n\nXylocanary was seen on the pier by two men.", title="Other")
    await shop.add("A third one\n\nXylocanary was seen in the park by two women.", space=THERE)
    export = await shop.curator.export(HERE, [wanted], actor=ADA)
    assert export.name == f"{wanted}-wanted.md"
    assert STORY.split("\n\n")[1].encode() in export.data
    assert b"Xylocanary" not in export.data
    assert (await shop.curator.log(HERE))[0].what == "exported"


DIGEST = """---
id: D1
role: article
title: The ferry
---

## One

### C01

In our words, the ferry sank.

- paragraph 1
"""
FULL = """---
id: D1
role: article
title: The ferry
wording: full text
---

## One

The ferry sank in March.
"""


async def test_a_digest_that_comes_in_leaves_the_article_s_own_text(shop: Shop) -> None:
    await shop.curator.import_(SHARED, "full.md", FULL.encode(), actor=ADA)
    await shop.curator.import_(SHARED, "digest.md", DIGEST.encode(), actor=ADA)
    document = await shop.library.document("D1", SHARED)
    assert (document.source.wording, document.text) == (Wording.FULL_TEXT, "The ferry sank in March.")
    assert [claim.text for claim in document.claims] == ["In our words, the ferry sank."]
    draft = await shop.drafts.propose(
        Item(name="d.md", data=DIGEST.replace("the ferry sank", "it sank").encode()), Given(Role.ARTICLE), who=ADA
    )
    assert draft.document
    assert draft.document.text == document.text
    assert [claim.text for claim in draft.document.claims] == ["In our words, it sank."]
