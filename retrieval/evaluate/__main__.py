"""`python -m retrieval.evaluate --shared DIR`: measure everything, write it into the model card."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from retrieval.errors import RejoinderError
from retrieval.evaluate.report import read_marked, replace_between_markers
from retrieval.evaluate.suite import Limits, run_suite
from retrieval.rank.manifest import SHIPPED
from retrieval.rank.models import open_models

PLOT = "reliability.svg"
"""The reliability plot's file, beside the card."""


def main(
    shared: Annotated[Path, typer.Option(help="Folder of the shared development material.")] = Path("../shared"),
    card: Annotated[Path, typer.Option(help="File that gets the tables between its markers.")] = SHIPPED / "CARD.md",
    models: Annotated[
        Path | None, typer.Option(envvar="REJOINDER_MODELS", help="Folder of the models; ours by default.")
    ] = None,
    pairs: Annotated[int, typer.Option(help="Pairs a stance file.")] = Limits().pairs,
    queries: Annotated[int, typer.Option(help="Judged queries a retrieval set.")] = Limits().queries,
) -> None:
    """Measure everything and write the tables into the model card."""
    begun = time.monotonic()

    def progress(what: str) -> None:
        typer.echo(f"{time.monotonic() - begun:6.0f} s  {what}", err=True)

    try:
        read_marked(card)  # A card without markers is better known before the measuring than after it.
        opened = open_models(models)
        found = run_suite(shared, opened, progress, Limits(pairs, queries))
        typer.echo(found.tables)
        replace_between_markers(card, found.tables)
        card.with_name(PLOT).write_text(found.reliability, encoding="utf-8")
    except RejoinderError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.status) from error
    progress(f"written to {card}")


if __name__ == "__main__":
    typer.run(main)
