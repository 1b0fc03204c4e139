from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from retrieval.errors import Misconfigured, Unavailable
from retrieval.store import migrations, schema
from retrieval.store.database import FILE
from retrieval.store.records import Records


def _make_first_version(folder: Path) -> None:
    """A database as version 1 left it: one ready source, one removed."""
    folder.mkdir()
    engine = create_engine(f"sqlite:///{folder / FILE}")
    with engine.begin() as connection:
        migrations.migrate(connection, migrations.STEPS[:1])
        for name, state in (("kept", "ready"), ("gone", "removed")):
            values = {"name": name, "state": state, "passage": f"{name}:0"}
            connection.execute(
                text(
                    "INSERT INTO sources (id, space, role, title, wording, state, current_document, added_at,"
                    " changed_at) VALUES (:name, 'shared', 'reference', 'Old', 'note', :state, :name, '2026', '2026')"
                ),
                values,
            )
            connection.execute(
                text(
                    "INSERT INTO documents (id, source, text, created_at) VALUES (:name, :name, 'Ada wrote.', '2026')"
                ),
                values,
            )
            connection.execute(
                text(
                    "INSERT INTO passages (id, document, ordinal, starts, ends, text)"
                    " VALUES (:passage, :name, 0, 0, 10, 'Ada wrote.')"
                ),
                values,
            )
    engine.dispose()


def test_a_database_of_version_1_is_brought_up_to_date_with_its_sources(tmp_path: Path) -> None:
    _make_first_version(tmp_path / "data")
    records = Records.open(tmp_path / "data")
    assert [source.id for source in records.sources.visible(["shared"])] == ["kept"]
    assert [passage for passage, _ in records.passages.lexical("ada", ["shared"])] == ["kept:0"]
    assert records.passages.full_text_consistent()
    assert records.passages.alike(["Ada wrote."], ["shared"], 5) == [("kept", 1.0)]
    records.close()


def test_a_draft_of_version_6_that_was_interrupted_is_yet_to_be_told_of_and_no_other(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        migrations.migrate(connection, migrations.STEPS[:6])
        for stage in ("reading", "awaiting confirmation", "being added", "failed"):
            connection.execute(
                text(
                    "INSERT INTO drafts (id, space, who, stage, body, data, created_at)"
                    " VALUES (:stage, '1', '2', :stage, '{}', x'00ff', '2026')"
                ),
                {"stage": stage},
            )
    engine.dispose()
    records = Records.open(tmp_path)
    rows = [records.drafts.get(stage, "1") for stage in ("reading", "awaiting confirmation", "being added", "failed")]
    assert [row.untold for row in rows] == [True, False, True, False]
    assert {(row.who, row.body, row.data, row.created_at) for row in rows} == {("2", "{}", b"\x00\xff", "2026")}
    records.close()


def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        Records.open(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        assert migrations.version(connection) == len(migrations.STEPS)
        assert migrations.migrate(connection) == len(migrations.STEPS)
    engine.dispose()


def test_the_steps_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    found = inspect(engine)
    for table in schema.metadata.sorted_tables:
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert set(columns) == {column.name for column in table.columns}, table.name
        for column in table.columns:
            if not column.primary_key:
                assert columns[column.name]["nullable"] == column.nullable, f"{table.name}.{column.name}"
        indexed = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexed
    engine.dispose()


def test_records_of_a_newer_version_are_refused_in_one_sentence_and_left_alone(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(Misconfigured, match=r"newer Rejoinder \(schema 99, this one knows \d+\): install"):
        Records.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_step_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")

    def broken(connection: Connection) -> None:
        connection.execute(text("DELETE FROM settings"))
        raise RuntimeError

    with pytest.raises(RuntimeError), engine.begin() as connection:
        migrations.migrate(connection, [*migrations.STEPS, broken])
    with engine.begin() as connection:
        assert migrations.version(connection) == len(migrations.STEPS)
    engine.dispose()


def test_a_file_that_is_no_database_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(Unavailable, match="cannot be opened"):
        Records.open(tmp_path)


def test_another_kind_of_database_is_refused_in_one_sentence() -> None:
    with pytest.raises(Misconfigured, match="postgresql are not supported yet"):
        Records.open("postgresql://localhost/rejoinder")
