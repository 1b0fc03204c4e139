"""Wording an article's claims in one's own editor: nothing that is written there is lost, whatever goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.conftest import Run
from tests.terminal.test_adding import STORY

ARTICLE = ("source", "add", "story.txt", "--role", "article", "--url", "https://velm.example/story")
GOOD = "C01 Velm sold oil to ISIS in 2014.\nThe ledger was written twice."
Editor = Callable[[str], None]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Makes an editor of a few lines of Python, in which ``file`` is what it is to edit; the story lies beside it."""
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} editor.py")
    monkeypatch.delenv("VISUAL", raising=False)

    def make(code: str) -> None:
        before = "import os, pathlib, signal, sys\nfile = pathlib.Path(sys.argv[1])\nthere = file.read_text()\n"
        (tmp_path / "editor.py").write_text(before + code, encoding="utf-8")

    return make


def test_an_article_s_claims_are_edited_before_it_is_added_and_outlive_a_new_version(
    run: Run, tmp_path: Path, editor: Editor
) -> None:
    editor(
        "lines = there.splitlines()\n"
        "assert lines[0].startswith('# One claim a line') and lines[1].startswith('C01 ')\n"
        f"file.write_text({GOOD!r})"
    )
    ran = run(*ARTICLE, typed="e\ny\n")
    assert (ran.status, ran.err) == (0, "")
    assert "C02  The ledger was written twice." in ran.out
    source_id = ran.out.splitlines()[-1].split("added: ")[1].split()[0]
    (tmp_path / "story.txt").write_text(STORY.replace("40,000", "50,000"), encoding="utf-8")
    assert run(*ARTICLE, "--yes").out.startswith(f"changed: {source_id} ")
    claims = run("source", "show", source_id, "--json").objects[0]["claims"]
    assert [one["text"] for one in claims] == ["Velm sold oil to ISIS in 2014.", "The ledger was written twice."]


def test_what_was_written_and_cannot_be_used_is_opened_again(run: Run, editor: Editor) -> None:
    editor(f"file.write_text(there.replace('Xylo', 'The ledger') if 'Xylo' in there else {GOOD!r} + '\\nXylo xylo.')")
    ran = run(*ARTICLE, typed="e\ne\nn\n")
    assert ran.err == (
        "Line 3 is not to be found in the article; say it closer to the article's own words. "
        "No claim is changed yet; type e to go on editing.\n"
    )
    assert "C03  The ledger xylo." in ran.out


def test_a_text_with_no_claim_left_begins_anew(run: Run, editor: Editor, tmp_path: Path) -> None:
    editor("pathlib.Path('seen.txt').write_text(there)\nfile.write_text('# nothing\\n \\n')")
    ran = run(*ARTICLE, typed="e\ne\nn\n")
    assert ran.err.count("An article needs at least one claim") == 2
    assert "\nC01 " in (tmp_path / "seen.txt").read_text()


def test_an_interrupt_while_the_editor_is_open_is_the_editor_s(run: Run, editor: Editor) -> None:
    editor(f"os.kill(os.getppid(), signal.SIGINT)\nfile.write_text({GOOD!r})")
    ran = run(*ARTICLE, typed="e\ny\n")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("Add it?")
    assert ran.out.splitlines()[-1].endswith("(2 passages, 2 claims)")


def test_what_an_editor_that_failed_left_is_not_used(run: Run, editor: Editor) -> None:
    editor(f"file.write_text({GOOD!r})\nsys.exit(3)")
    ran = run(*ARTICLE, typed="e\nn\n")
    assert ran.err == (
        f"The editor {sys.executable} editor.py says that it failed, so what it left is not used. "
        "No claim is changed yet; type e to go on editing.\n"
    )
    assert "Velm sold oil" not in ran.out


@pytest.mark.parametrize("name", ["no-such-editor --wait", "'", " "])
def test_an_editor_that_is_not_there_costs_a_sentence_and_the_question_stays(
    run: Run, editor: Editor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    editor("")
    monkeypatch.setenv("VISUAL", name)
    ran = run(*ARTICLE, typed="what\ne\nn\n")
    assert ran.status == 0
    assert ran.err == (
        f"The editor {name} cannot be started; set EDITOR to one that is there. "
        "No claim is changed yet; type e to go on editing.\n"
    )
    assert "Please type y, n or e." in ran.out
    assert "added" not in ran.out
