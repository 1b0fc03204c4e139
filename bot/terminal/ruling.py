"""`rejoinder source rules`: what a server decided, for an operator who is asked to set it or to set it right."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from bot.commands.herald import Herald
from bot.composition import House
from bot.console import plain
from bot.terminal.adding import OPERATOR
from bot.terminal.context import JsonOption, checked_space, is_id, no_id, print_json, terminal
from retrieval.curate.types import Rules
from retrieval.errors import BadInput
from retrieval.types import SHARED

NONE = "none"
"""Clears a rule."""


def rules(
    context: typer.Context,
    space: Annotated[str, typer.Option("--space", metavar="ID", callback=checked_space, help="The server's id.")],
    curators: Annotated[
        str | None,
        typer.Option(
            "--curators", metavar="ROLE", help='Id of the role that may change sources; "none" takes it back.'
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", metavar="CHANNEL", help='Id of the channel that changes go to; "none": no channel.'),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show, or set, who may change a server's sources, and where its changes are posted.

    In Discord: /source curators and /source log. Ids are copied from Discord's menus, in developer mode.

    Examples:

      rejoinder source rules --space 123456789012345678

      rejoinder source rules --space 123456789012345678 --curators 234567890123456789

      rejoinder source rules --space 123456789012345678 --channel none
    """
    if space == SHARED:
        raise BadInput("The shared sources have no rules, as only you change them: name a server with --space.")
    if curators == space:
        raise BadInput("Everybody has that role, so it would let everybody change sources; please name another.")
    changes = {
        name: _id(given, name) for name, given in (("curators", curators), ("channel", channel)) if given is not None
    }

    async def work(house: House) -> Rules:
        before = await house.desk.curator.rules(space)
        wanted = replace(before, **changes)
        if wanted.channel not in {None, before.channel}:  # what came before it was named is not posted there
            await Herald(house.desk.curator, house.library.memory).begin(space)
        await house.desk.curator.set_rules(space, wanted, actor=OPERATOR)
        return wanted

    here = terminal(context)
    found = here.with_house(work, embed=False)
    if as_json:
        print_json({"space": space, "curators": found.curators, "channel": found.channel})
    else:
        here.out.print(plain(_told(found)), soft_wrap=True)


def _id(given: str, name: str) -> str | None:
    """The id that was given; None for the word that clears a rule."""
    if given.casefold() == NONE:
        return None
    if not is_id(given):
        raise no_id(given, "role" if name == "curators" else "channel", also=f', or "{NONE}"')
    return given


def _told(found: Rules) -> str:
    role = (
        f"people with Manage Server, and the role {found.curators}" if found.curators else "people with Manage Server"
    )
    posted = f"posted to the channel {found.channel}" if found.channel else "not posted to any channel"
    return f"May change sources: {role}.\nChanges are {posted}."
