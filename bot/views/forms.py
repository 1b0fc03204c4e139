"""The forms of adding a source. Each is answered through its ``custom_id``, so it may be sent after a restart.

Discord allows five fields in a form, so a link and a pasted text share one, and so do publisher and date (see
``published``). What is rarely known beforehand (author, link of a file) is filled in at the preview, where it can be
seen what the source says of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action
from retrieval.curate.types import Draft, Edits
from retrieval.types import Claim, Role

MOST = 10
"""Things handed in at once; as many files as Discord's upload takes."""
HANDED, FILES, ROLE, TITLE, PUBLISHER, PICKED = "handed", "files", "role", "title", "publisher", "picked"
"""The fields' names; ``PUBLISHER`` holds the date as well."""
RECORD = ("title", "author", "publisher", "date", "url")
"""The fields of ``DetailsForm``, named like the fields of a source."""
_LENGTHS = dict(zip(RECORD, (300, 200, 200, 40, 1_000), strict=True))
_LONGEST = 4_000
"""Characters that a field takes (Discord's limit)."""
_PREFILLED = 3_500
"""Characters of claims that are put into a field, so that there is room to write."""
_FIELDS = 5
_ABOUT_RECORD = {
    "title": ("Title", None),
    "author": ("Author", "Empty if it names none"),
    "publisher": ("Publisher", "Who published it: a paper, an agency, a court"),
    "date": ("Date", "As far as it is known: 2016-05-02, 2016-05 or 2016"),
    "url": ("Link", "Where readers find it; begins with http:// or https://"),
}


class AddForm(ui.Modal):
    """The form of ``/source add``."""

    def __init__(self) -> None:
        super().__init__(title="Add a source", custom_id=Action("draftnew", "").id("rj-form"))
        self.add_item(
            _label(
                "Link, or the text itself",
                ui.TextInput(custom_id=HANDED, style=discord.TextStyle.paragraph, required=False, max_length=_LONGEST),
                "One link, or several, one a line; or paste the text. A longer text goes into a file.",
            )
        )
        self.add_item(
            _label(
                "Files",
                ui.FileUpload(custom_id=FILES, required=False, min_values=0, max_values=MOST),
                "Up to ten: web page, PDF, Word, Markdown or plain text",
            )
        )
        for item in _record_fields("Used if you add one thing"):
            self.add_item(item)


class MessageForm(ui.Modal):
    """The form of the message menu "Add as source".

    Args:
        key: Names the things until the form comes back.
        things: What to call the links and files of the message, at most 25.
        remark: Stands there instead of a choice when there is but one thing.
    """

    def __init__(self, key: str, things: Sequence[str], remark: str) -> None:
        super().__init__(title="Add as source", custom_id=Action("draftmenu", key).id("rj-form"))
        if len(things) == 1:
            self.add_item(ui.TextDisplay(f"{remark}\n{text.shorten(things[0], 500)[0] or text.MORE}"))
        else:
            options = [
                discord.SelectOption(label=text.clip(thing, 100) or "link or file", value=str(number))
                for number, thing in enumerate(things)
            ]
            menu: ui.Select[Any] = ui.Select(custom_id=PICKED, options=options, max_values=min(MOST, len(options)))
            self.add_item(_label("What to add", menu, "The links and files of this message"))
        for item in _record_fields("Used if you add one thing" if len(things) > 1 else None):
            self.add_item(item)


class DetailsForm(ui.Modal):
    """The form that changes what is said of a draft."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(title="Edit details", custom_id=Action("draftedit", draft.id).id("rj-form"))
        for field, value in details(draft).items():
            name, about = _ABOUT_RECORD[field]
            self.add_item(
                _label(
                    name,
                    ui.TextInput(custom_id=field, default=value, required=field == "title", max_length=_LENGTHS[field]),
                    about,
                )
            )


class ClaimsForm(ui.Modal):
    """The form that changes a draft's claims, one a line, in as many fields as they take."""

    def __init__(self, draft: Draft) -> None:
        claims = draft.document.claims if draft.document else ()
        spread = _spread(claims)
        shown = sum(map(len, spread))
        super().__init__(
            title="Edit claims" if shown == len(claims) else f"Edit the first {shown} of {len(claims)} claims",
            custom_id=Action("draftclaims", draft.id, shown).id("rj-form"),
        )
        for number, group in enumerate(spread):
            names = [text.clip(claim.number, 10) for claim in (group[0], group[-1])] if group else []
            self.add_item(
                _label(
                    f"Claims {' to '.join(names)}" if names else "Claims",
                    ui.TextInput(
                        custom_id=f"claims{number}",
                        style=discord.TextStyle.paragraph,
                        default="\n".join(map(claim_words, group)),
                        required=False,
                        max_length=_LONGEST,
                    ),
                    "One a line. Drop a line to drop it; the same number twice merges; no number: a new one.",
                )
            )


def details(draft: Draft) -> dict[str, str]:
    """What a draft's record says, as ``DetailsForm`` shows it."""
    source = draft.document.source if draft.document else None
    known = {field: text.clean(getattr(source, field, None) or "") for field in RECORD}
    return {field: value[: _LENGTHS[field]] for field, value in known.items()}


def edits(draft: Draft, typed: dict[str, str]) -> Edits:
    """What was changed in a ``DetailsForm`` of a draft; a field that shows what it showed before is left alone."""
    shown = details(draft)
    changed: dict[str, str | None] = {
        field: value for field in RECORD if (value := typed.get(field, shown[field]).strip()) != shown[field].strip()
    }
    title, author, publisher, date, url = (changed.get(field) for field in RECORD)
    return Edits(title, author, publisher, date, url)


def claims_text(draft: Draft, typed: dict[str, str], shown: int) -> str:
    """All claims of a draft as one text: those of a ``ClaimsForm`` as typed, and the rest as they are.

    Args:
        draft: The draft.
        typed: The fields of the form.
        shown: How many claims the form showed.
    """
    rest = draft.document.claims[shown:] if draft.document else ()
    fields = [typed.get(f"claims{number}", "") for number in range(_FIELDS)]
    return "\n".join([*filter(None, fields), *map(claim_words, rest)])


def claim_words(claim: Claim) -> str:
    """A claim as a line to edit."""
    return f"{claim.number} {' '.join(claim.text.split())}"


def _label(name: str, field: ui.Item[Any], about: str | None = None) -> ui.Label[Any]:
    return ui.Label(text=name, component=field, description=about)


def _record_fields(about_title: str | None) -> tuple[ui.Label[Any], ...]:
    """Role, title, and publisher with date: the same in both forms, so that people learn it once."""
    roles = [
        discord.RadioGroupOption(
            label="Reference",
            value=Role.REFERENCE.value,
            description="Evidence: answers quote it for or against a claim",
            default=True,
        ),
        discord.RadioGroupOption(
            label="Article", value=Role.ARTICLE.value, description="Its claims are numbered and discussed"
        ),
    ]
    title: ui.TextInput[Any] = ui.TextInput(custom_id=TITLE, required=False, max_length=_LENGTHS["title"])
    publisher: ui.TextInput[Any] = ui.TextInput(custom_id=PUBLISHER, required=False, max_length=_LENGTHS["publisher"])
    return (
        _label("What it is", ui.RadioGroup(custom_id=ROLE, options=roles)),
        _label("Title (optional)", title, about_title),
        _label(
            "Publisher, date (optional)",
            publisher,
            "If the source does not say so itself: World Health Organization, 2021-03-05",
        ),
    )


def _spread(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims over the form's fields, in order, as many as have room; at least one field, even without claims."""
    fields: list[list[Claim]] = [[]]
    room = _PREFILLED
    for claim in claims:
        size = len(claim_words(claim)) + 1
        if size > _PREFILLED or (size > room and len(fields) == _FIELDS):
            break
        if size > room:
            fields.append([])
            room = _PREFILLED
        fields[-1].append(claim)
        room -= size
    return fields
