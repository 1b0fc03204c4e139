"""`rejoinder source balance --picture`: the picture that Discord shows, in a file, never over another one unasked."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.terminal.files import write_new
from retrieval.errors import BadInput
from tests.terminal.conftest import Run


def test_the_picture_is_drawn_beside_the_words_and_overwritten_only_by_force(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.curate.balance.DEPTH", 1)
    drawn = run("source", "balance", "A01", "--picture", "balance.png")
    assert (drawn.status, drawn.err) == (0, "")
    assert drawn.out.endswith("\nThe picture is in balance.png.\n")
    data = (tmp_path / "balance.png").read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.height > 36 * 26
    (tmp_path / "balance.png").write_bytes(b"mine")
    refused = run("source", "balance", "A01", "--picture", "balance.png")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "balance.png is there already: name another file, or add --force to overwrite it.\n"
    assert (tmp_path / "balance.png").read_bytes() == b"mine"
    (found,) = run("source", "balance", "A01", "--picture", "balance.png", "--force", "--json").objects
    assert found["article"]["id"] == "A01"
    assert (tmp_path / "balance.png").read_bytes() == data


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("no/balance.png", "There is no folder no: make it first, or name another file."),
        ("balance.jpg", "The picture is a PNG file: name it balance.png."),
        ("balance", "The picture is a PNG file: name it balance.png."),
        ("folder.png", "folder.png is a folder: name a file in it."),
    ],
)
def test_a_place_that_cannot_be_is_refused_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, sentence: str
) -> None:
    (tmp_path / "folder.png").mkdir()
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "untouched"))
    ran = run("source", "balance", "A01", "--picture", place)
    assert (ran.status, ran.out, ran.err) == (1, "", f"{sentence}\n")
    assert not (tmp_path / "untouched").exists()


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be written: File name too long\."):
        write_new(tmp_path / ("x" * 400), b"", instead="name another")
