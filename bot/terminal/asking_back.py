"""Asking whoever is at the terminal: whether to do something, whether to add a source, how to word its claims."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import typer
from rich.text import Text

from bot.console import plain
from bot.terminal.context import Terminal, interruptible, uninterrupted
from bot.terminal.preview import render_claims_found, render_preview
from retrieval.curate import claim_lines
from retrieval.curate.preview import Understood
from retrieval.curate.together import Read
from retrieval.errors import BadInput
from retrieval.types import Role

_HELP = (
    "One claim a line: its number, then its words. Take a line out to drop the claim, give two lines one number to "
    "make one claim of them, write a line without a number for a new one."
)
_EDITOR = "notepad" if sys.platform == "win32" else "vi"


def check_somebody() -> None:
    """Go on when somebody is there to be asked; BadInput when nobody is."""
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to confirm: add --yes.")


def asked(question: str) -> bool:
    """Whether a person says yes.

    Raises:
        BadInput: there is nobody to ask.
    """
    check_somebody()
    with interruptible():
        return typer.confirm(question)


def decided(here: Terminal, place: str, read: Read) -> Read | None:
    """What was read, as a person wants it added; None when they do not. What could not be read stays as it is.

    Args:
        here: where the preview is shown, and the person asked.
        place: which of several it is, such as "2 of 3"; empty for one alone.
        read: a link or a file.
    """
    taken = read.taken
    if not isinstance(taken, Understood):
        return read
    heading = Text(plain(f"{read.place} ({place})" if place else read.place), style="bold cyan")
    here.out.print(heading, render_preview(taken), sep="\n")
    if taken.document.source.role is not Role.ARTICLE:
        return read if asked("Add it?") else None
    lines = ""  # what a person wrote and cannot be used yet: it is not lost, but opened again
    while (said := _said("Add it? yes, no, or edit its claims first (y/n/e)")) == "e":
        try:
            lines = edited(lines or claim_lines.written(taken.document.claims))
            taken = reworded(taken, lines)
        except BadInput as error:
            here.err.print(plain(f"{error} No claim is changed yet; type e to go on editing."), soft_wrap=True)
        else:
            lines = ""
            here.out.print(render_claims_found(taken))
    return Read(read.place, taken) if said == "y" else None


def reworded(taken: Understood, lines: str) -> Understood:
    """An article with the claims that a person wrote, one a line; BadInput when a line cannot be used."""
    document = taken.document
    claims = claim_lines.edited(document.source.id, lines, document.claims, document.passages)
    return replace(taken, document=replace(document, claims=claims))


def edited(lines: str) -> str:
    """Lines as a person left them in the editor that VISUAL or EDITOR names, without those that begin with "#".

    Raises:
        BadInput: it cannot be started, or says that it failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _EDITOR
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "claims.txt"
        file.write_text(f"# {_HELP}\n{lines}\n", encoding="utf-8")
        try:
            with uninterrupted():
                # The person's own editor, as their own settings name it.
                status = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603
        except (OSError, ValueError):
            raise BadInput(f"The editor {editor} cannot be started; set EDITOR to one that is there.") from None
        if status != 0:
            raise BadInput(f"The editor {editor} says that it failed, so what it left is not used.")
        left = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(line for line in left if not line.startswith("#")).strip()


def _said(question: str) -> str:
    """One of the letters y, n and e; n when nothing is typed."""
    check_somebody()
    with interruptible():
        while (said := str(typer.prompt(question, default="n")).strip()[:1].casefold()) not in {"y", "n", "e"}:
            typer.echo("Please type y, n or e.")
    return said
