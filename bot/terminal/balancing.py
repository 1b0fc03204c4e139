"""`rejoinder source balance`: how the references cover an article's claims, in words and as a picture."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.composition import House
from bot.console import plain, watching
from bot.contract import balance_object
from bot.terminal.context import DEFAULT_SPACE, JsonOption, SpaceOption, print_json, terminal
from bot.terminal.files import check_new, write_new
from bot.views.picture import picture
from retrieval.curate.types import Balance
from retrieval.errors import BadInput
from retrieval.types import Stance

_INSTEAD = "name another file, or add --force to overwrite it"


def balance(
    context: typer.Context,
    article: Annotated[str, typer.Argument(help="Id of the article, such as A01.", metavar="ID")],
    space: SpaceOption = DEFAULT_SPACE,
    as_json: JsonOption = False,
    drawn: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.png", help="Draw it as well: claims down, sources across.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the picture's file if it is there.")] = False,
) -> None:
    """Show how the references cover an article's claims, and where they leave gaps.

    Examples:

      rejoinder source balance A01

      rejoinder source balance A01 --picture balance.png

      rejoinder source balance A01 --json
    """
    here = terminal(context)
    if drawn:
        if drawn.suffix.lower() != ".png":
            raise BadInput(f"The picture is a PNG file: name it {drawn.with_suffix('.png')}.")
        check_new(drawn, instead=_INSTEAD, force=force)

    async def work(house: House) -> Balance:
        with watching(here.err) as watch:
            return await house.desk.curator.balance(space, article, watch=watch)

    found = here.with_house(work)
    if drawn:
        write_new(drawn, picture(found), instead=_INSTEAD, force=force)
    if as_json:
        print_json(balance_object(found))
        return
    here.out.print(_balance(found))
    if drawn:
        here.out.print(plain(f"\nThe picture is in {drawn}."), soft_wrap=True)


def _balance(found: Balance) -> RenderableType:
    """Claims down, how many references stand where across; then what to look out for."""
    table = Table.grid(padding=(0, 2))
    table.add_row("", *(Text(name, style="bold") for name in ("against", "for", "related")), "")
    for claim in found.claims:
        counts = Counter(stance for (number, _), (stance, _) in found.cells.items() if number == claim.number)
        sides = (str(counts[side] or "·") for side in (Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL))
        table.add_row(Text(claim.number, style="bold"), *sides, Text(plain(claim.text)))
    intro = Text("References that the embedded judge reads as bearing on each claim; it can be wrong.")
    warned = [Text(plain(f"- {warning}")) for warning in found.warnings]
    return Group(intro, Text(), table, *([Text(), *warned] if warned else []))
