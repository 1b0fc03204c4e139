"""Prompt templates as data: one Markdown file each, with declared variables and a version.

A file begins with front matter (``version``, ``variables``); the rest is text with ``$name`` placeholders. A variable
that the text does not use, or a placeholder that is not declared, is an error when the file is loaded, and so is a
missing or unknown variable when it is filled in: a prompt never goes out with a hole in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

FOLDER = Path(__file__).resolve().parent


class PromptError(Exception):
    """A prompt file or its use is wrong; a mistake of ours, not of a person who asks."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template. ``version`` goes into the record of every answer that was made with it."""

    name: str
    version: int
    variables: frozenset[str]
    text: str

    def fill(self, **values: str) -> str:
        """The text with every variable put in.

        Raises:
            PromptError: a variable is missing, or one is not declared.
        """
        if values.keys() != self.variables:
            missing, unknown = sorted(self.variables - values.keys()), sorted(values.keys() - self.variables)
            raise PromptError(f"prompt {self.name}: missing {missing}, unknown {unknown}")
        return Template(self.text).substitute(values)


def load(name: str, folder: Path = FOLDER) -> Prompt:
    """The prompt in ``name.md``.

    Raises:
        PromptError: there is none, or it contradicts its own front matter.
    """
    path = folder / f"{name}.md"
    try:
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        meta = yaml.safe_load(head)
        declared, version = frozenset(meta["variables"]), int(meta["version"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise PromptError(f"prompt {name} cannot be read: {error}") from error
    text = body.strip()
    template = Template(text)
    if not template.is_valid() or frozenset(template.get_identifiers()) != declared:
        used = sorted(template.get_identifiers())
        raise PromptError(f"prompt {name} declares {sorted(declared)} and uses {used}")
    return Prompt(name, version, declared, text)


def names(folder: Path = FOLDER) -> Iterable[str]:
    """The names of all prompts."""
    return sorted(path.stem for path in folder.glob("*.md") if path.stem != "README")
