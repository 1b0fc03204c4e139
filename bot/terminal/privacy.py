"""`rejoinder privacy`: what is kept about a person, and its removal, for an operator whom somebody asks by mail."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.privacy import kept
from bot.composition import House
from bot.console import plain
from bot.terminal.asking_back import asked, check_somebody
from bot.terminal.context import JsonOption, Terminal, is_id, no_id, print_json, terminal
from retrieval.errors import BadInput
from retrieval.store.people import Kept

app = typer.Typer(no_args_is_help=True, help="What is kept about people, and its removal.")


def checked_person(person: str | None) -> str | None:
    """A person's Discord id as it was given; BadInput when it cannot be one, such as a name."""
    if person is not None and not is_id(person):
        raise no_id(person, "person", menu="user")
    return person


@app.command("show", short_help="Show what is kept about people, or about one.")
def show(
    context: typer.Context,
    person: Annotated[
        str | None,
        typer.Argument(
            help="Discord id of a person.", metavar="PERSON", callback=checked_person, show_default="people in general"
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is kept about people and for how long, or how much is kept about one person.

    Examples:

      rejoinder privacy show

      rejoinder privacy show 345678901234567890
    """
    here = terminal(context)
    if person is None:
        if as_json:
            raise BadInput("--json counts what is kept about one person: add the person's Discord id.")
        here.out.print(plain(kept(here.settings.keep_days).replace("**", "")))
        return
    found = _about(here, person)
    if as_json:
        print_json({"person": person, **asdict(found)})
    else:
        here.out.print(plain(_told(found)))


@app.command("forget", short_help="Delete what is kept about a person.")
def forget(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help="Discord id of the person.", metavar="PERSON", callback=checked_person)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Forget without asking.")] = False,
) -> None:
    """Delete what is kept about a person, in every server; what they did stays in the logs, without who it was.

    The same as /privacy forget in Discord, which is each person's own. This cannot be undone.

    Examples:

      rejoinder privacy forget 345678901234567890

      rejoinder privacy forget 345678901234567890 --yes
    """
    here = terminal(context)
    if not yes:
        check_somebody()
        here.out.print(plain(_told(_about(here, person))))
        if not asked(f"Forget {person}? This cannot be undone."):
            return

    async def work(house: House) -> int:
        return await house.library.forget(person) + await house.desk.drafts.forget(person)

    count = here.with_house(work, embed=False)
    entries = f"{count:,} entr{'y' if count == 1 else 'ies'}"
    told = (
        f"forgotten: {entries} about {person} deleted or made nameless" if count else f"nothing is kept about {person}"
    )
    here.out.print(plain(told), soft_wrap=True)


def _about(here: Terminal, person: str) -> Kept:
    return here.with_house(lambda house: house.desk.drafts.about(person), embed=False)


def _told(about: Kept) -> str:
    counts = (
        (about.drafts, "things that they handed in, kept for a day or two"),
        (about.log, "entries of servers' logs"),
        (about.sources, "sources that say that they added them"),
        (about.answers, "answers that quote such sources"),
        (about.previews, "previews of others that name them"),
        (about.feedback, "answers that they found helpful or not, under a salted hash"),
    )
    lines = [f"{count:>6,}  {what}" for count, what in counts if count]
    return "\n".join(["About them, in all servers together:", *(lines or ["  nothing"])])
