"""The decision table: who may do what with something of Harbour's, and how each row is tried."""

from __future__ import annotations

import io
import zipfile

from bot.views.buttons import source_key
from retrieval.types import Role, Source
from tests.bot.values import ARTICLE
from tests.bot.ways import Way, command, menu_command, picking, picking_role, pressing, sending

TABLE = """
what                     member      curator    administrator  alone     stranger
command claim ask        yes         yes        yes            yes       yes
command claim list       yes         yes        yes            yes       yes
command claim show       yes         yes        yes            yes       yes
command claim budget     moderators  yes        yes            server    yes
command privacy show     yes         yes        yes            yes       yes
command privacy forget   yes         yes        yes            yes       yes
command source list      yes         yes        yes            yes       yes
command source show      yes         yes        yes            gone      gone
command source add       moderators  yes        yes            server    yes
command source remove    moderators  yes        yes            server    gone
command source removed   moderators  yes        yes            server    yes
command source waiting   moderators  yes        yes            server    yes
command source refresh   moderators  yes        yes            server    gone
command source export    moderators  yes        yes            server    gone
command source import    moderators  yes        yes            server    yes
command source curators  managers    managers   yes            server    yes
command source log       moderators  yes        yes            server    yes
command source balance   moderators  yes        yes            server    yes
menu Check this claim    yes         yes        yes            yes       yes
menu Add as source       moderators  yes        yes            server    yes
press more               yes         yes        yes            gone      gone
press page               yes         yes        yes            gone      gone
press context            yes         yes        yes            gone      gone
press share              yes         yes        yes            nowhere   gone
press helpful            yes         yes        yes            gone      gone
press unhelpful          yes         yes        yes            yes       yes
press follow             yes         yes        yes            yes       yes
press claim              yes         yes        yes            yes       yes
press claims             yes         yes        yes            yes       yes
press sources            yes         yes        yes            yes       yes
press source             yes         yes        yes            gone      gone
press sourcepage         yes         yes        yes            gone      gone
press remove             moderators  yes        yes            server    gone
press removeyes          moderators  yes        yes            server    gone
press removeno           moderators  yes        yes            server    yes
press removed            moderators  yes        yes            server    yes
press restore            moderators  yes        yes            server    gone
press refresh            moderators  yes        yes            server    gone
press export             moderators  yes        yes            server    gone
press importyes          moderators  yes        yes            server    yes
press importno           moderators  yes        yes            server    yes
press curators           managers    managers   yes            server    yes
press curatorsnone       managers    managers   yes            server    yes
press log                moderators  yes        yes            server    yes
press logstop            managers    managers   yes            server    yes
press forgetyes          yes         yes        yes            yes       yes
press forgetno           yes         yes        yes            yes       yes
press draftadd           moderators  yes        yes            server    gone
press draftshow          moderators  yes        yes            server    gone
press draftpage          moderators  yes        yes            server    gone
press draftedit          moderators  yes        yes            server    gone
press draftclaims        moderators  yes        yes            server    gone
press draftrole          moderators  yes        yes            server    gone
press draftdrop          moderators  yes        yes            server    gone
form unhelpful           yes         yes        yes            gone      gone
form follow              yes         yes        yes            gone      gone
form draftnew            moderators  yes        yes            server    yes
form draftmenu           moderators  again      again          server    again
form draftedit           moderators  yes        yes            server    gone
form draftclaims         moderators  yes        yes            server    gone
"""
"""What comes of a try on something of Harbour's, by row and by who: "stranger" manages another server and is there,
"alone" is in direct messages with the bot.

- "yes": it is done, or there is nothing of Harbour's in it;
- "moderators", "managers", "server": refused, with that sentence;
- "nowhere": a conversation with the bot is no channel to share in;
- "gone": as if it were not there;
- "again": the forged form names no offer, and a moderator may begin anew.
"""

SENTENCES = {
    "moderators": ("Only moderators may do this",),
    "managers": ("Only people with the permission Manage Server may do this",),
    "server": ("Sources belong to a server", "A budget is a server's"),
    "nowhere": ("You may not write in this channel",),
    "again": ("I was restarted in between",),
    "gone": (
        "There is no such source here",
        "There is no such preview here",
        "That answer is no longer kept",
        "That source is not among the removed ones",
    ),
}
SECRET = "Quillwhisker"
OWN = Source("own-1", Role.REFERENCE, f"The {SECRET} papers", url="https://a.example/own")
GONE = Source("gone-1", Role.REFERENCE, f"The {SECRET} letters")
ANSWER, DRAFT = "answer-of-harbour", "draft-of-harbour"


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("new-1.md", "A new source")
    return made.getvalue()


FILE = ("sources.zip", archive())
OWN_KEY, GONE_KEY = source_key(OWN.id), source_key(GONE.id)
SUBJECTS = {
    **dict.fromkeys(("more", "page", "share", "helpful", "unhelpful", "follow"), ANSWER),
    **dict.fromkeys(("sourcepage", "remove", "removeyes", "refresh", "export"), OWN_KEY),
    **{f"draft{step}": DRAFT for step in ("add", "show", "page", "edit", "claims", "role", "drop")},
    "restore": GONE_KEY,
    "log": "99",
    "sources": "-",
}
"""What of Harbour's a button names."""
OTHERWISE: dict[str, Way] = {
    "command claim ask": command("claim ask", question="What did the bridge cost?"),
    "command claim show": command("claim show", number="C03"),
    **{f"command source {verb}": command(f"source {verb}", source=OWN_KEY) for verb in ("show", "remove", "refresh")},
    "command source export": command("source export", source=OWN_KEY),
    "command source import": command("source import", file=FILE),
    "menu Check this claim": menu_command("Check this claim", "The bridge cost three times the promise."),
    "menu Add as source": menu_command("Add as source", "See https://a.example/x"),
    "press context": picking("context", ANSWER, "O1"),
    "press claim": picking("claim", "", f"C03@{source_key(ARTICLE.id)}"),
    "press source": picking("source", "", OWN_KEY),
    "press curators": picking_role("curators"),
    "press importyes": pressing("importyes", files=(FILE,)),
    "press importno": pressing("importno", files=(FILE,)),
    "form unhelpful": sending("unhelpful", ANSWER, "reason", "It is off."),
    "form follow": sending("follow", ANSWER, "question", "And who paid?"),
    "form draftnew": sending("draftnew", "", "handed", "Some text."),
    "form draftmenu": sending("draftmenu", "key", "title", "T"),
    "form draftedit": sending("draftedit", DRAFT, "title", "T", in_place=True),
    "form draftclaims": sending("draftclaims", DRAFT, "claims0", "C01 A claim.", in_place=True),
}


def rows(table: str = TABLE) -> dict[str, dict[str, str]]:
    """The table by its first column, then by who."""
    head, *lines = table.strip().splitlines()
    people = head.split()[1:]
    return {
        " ".join(line.split()[: -len(people)]): dict(zip(people, line.split()[-len(people) :], strict=True))
        for line in lines
    }


def way_of(row: str) -> Way:
    """How a row is tried."""
    kind, name = row.split(" ", 1)
    return OTHERWISE.get(row) or (command(name) if kind == "command" else pressing(name, SUBJECTS.get(name, "")))
