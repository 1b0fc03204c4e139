"""The same answers in a terminal: headings, indented quotes, one block a side; plain text when piped."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from retrieval.answer.compose import about_whole, credit, place, receipt_line
from retrieval.ingest.readers.invisible import clean
from retrieval.library import Watch
from retrieval.types import Answer, Citation, Claim, Source, Wording

WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal."""
_FILLED = re.compile(r"[ \t]+(?=\n)")
SHOWN = 3
"""Citations a side before "and more"."""


def make_console(file: TextIO | None = None, *, stderr: bool = False) -> Console:
    """A console as wide as the terminal, at most `WIDEST`; plain lines without colour when piped."""
    stream = file or (sys.stderr if stderr else sys.stdout)
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        return Console(file=stream, highlight=False, markup=False, emoji=False, width=min(console.width, WIDEST))
    return Console(file=_Trimmed(stream), highlight=False, markup=False, emoji=False, width=WIDEST, color_system=None)


class _Trimmed(io.StringIO):
    """A stream that gets lines without the blanks with which tables fill them up."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(_FILLED.sub("", text))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Progress bars for long work, gone when it is done; silent when nobody is watching."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def watch(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done, total=total)

    with bar:
        yield watch


def plain(text: str) -> str:
    """Text of a source as a terminal may show it: without control characters, which could command the terminal."""
    return clean(text)[0]


def render_answer(answer: Answer, *, everything: bool = False) -> RenderableType:
    """An answer as blocks: claim, article, against, for, related, receipt."""
    if answer.abstained:
        return _abstention(answer)
    limit = len(answer.citations) if everything else SHOWN
    blocks: list[RenderableType] = [_read_as(answer)] if answer.asked else []
    if answer.claim:
        blocks.append(_claim_line(answer.claim))
    blocks += [
        _side("The article says", answer.said, limit, "No passage of the article speaks of it."),
        _side("Evidence against", answer.opposing, limit, "Nothing found clearly opposes it."),
        _side("Evidence for", answer.supporting, limit, "Nothing found clearly supports it."),
    ]
    if answer.context:
        blocks.append(_side("Related, neither clearly for nor against", answer.context, limit, ""))
    blocks.append(_receipt(answer))
    return Group(*_spaced(blocks))


def render_claims(claims: Sequence[Claim]) -> RenderableType:
    """Numbered claims, attributed once at the top."""
    return claim_tables(claims)


def claim_tables(claims: Sequence[Claim]) -> RenderableType:
    """What the article claims; and apart from it what is said about the article as a whole."""
    whole = [claim for claim in claims if about_whole(claim)]
    stated = [claim for claim in claims if not about_whole(claim)]
    headed = (
        ("The article claims (as this list words them; a listing is not an endorsement):", stated),
        ("About the article as a whole (as this list words it):", whole),
    )
    blocks: list[RenderableType] = []
    for heading, listed in headed:
        if listed:
            blocks.append(Group(Text(heading), Text(), claim_grid(listed)))
    return Group(*_spaced(blocks)) if blocks else Text("No claims are listed here.")


def claim_grid(claims: Sequence[Claim]) -> Table:
    """Claims below each other, each beside its number."""
    table = Table.grid(padding=(0, 2))
    for claim in claims:
        table.add_row(Text(claim.number, style="bold"), Text(plain(claim.text)))
    return table


def counted(number: int, noun: str) -> str:
    """A number of things in words: "1 source", "2 sources"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def render_sources(sources: Sequence[Source]) -> RenderableType:
    """One line a source."""
    table = Table.grid(padding=(0, 2))
    for source in sources:
        words = f"{source.role.value}, {source.wording.value}"
        table.add_row(
            Text(source.id, style="bold"),
            Text(source.date or "undated"),
            Text(words),
            Text(plain(f"{source.title} — {source.publisher or source.author or 'unknown'}")),
        )
    return table


def _abstention(answer: Answer) -> RenderableType:
    blocks: list[RenderableType] = [_read_as(answer)] if answer.asked else []
    blocks.append(Text(answer.reason or "", style="bold"))
    if answer.nearest:
        lines = [Text.assemble((claim.number, "bold"), "  ", plain(claim.text)) for claim in answer.nearest]
        blocks.append(Group(Text("Nearest claims of the article:"), *(Padding(line, (0, 0, 0, 2)) for line in lines)))
    if answer.context:
        blocks.append(_side("What the references say nearby", answer.context, SHOWN, ""))
    blocks.append(_receipt(answer))
    return Group(*_spaced(blocks))


def _read_as(answer: Answer) -> RenderableType:
    """How a follow-up was understood."""
    return Text(f"Read as: {plain(answer.question)}", style="dim")


def _claim_line(claim: Claim) -> RenderableType:
    what = "About the article" if about_whole(claim) else "Claim of the article"
    return Text.assemble((f"{what}, in our words", "bold"), f" ({claim.number}): ", plain(claim.text))


def _side(heading: str, citations: Sequence[Citation], limit: int, nothing: str) -> RenderableType:
    title = Text(heading, style="bold cyan")
    if not citations:
        return Group(title, Padding(Text(nothing, style="dim"), (0, 0, 0, 2)))
    shown = [_citation(citation) for citation in citations[:limit]]
    left = len(citations) - limit
    more = [Padding(Text(f"and {left} more (--all shows them)", style="dim"), (0, 0, 0, 2))] if left > 0 else []
    return Group(title, *shown, *more)


def _citation(citation: Citation) -> RenderableType:
    source = citation.source
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=4, no_wrap=True)
    grid.add_column()
    grid.add_row(Text(citation.label, style="bold"), Text(f"“{plain(citation.quote)}”"))
    grid.add_row("", Text(plain(_origin(citation)), style="dim"))
    if source.url:
        grid.add_row("", Text(plain(source.url), style="dim", overflow="fold"))
    return Padding(grid, (0, 0, 0, 2))


def _origin(citation: Citation) -> str:
    source = citation.source
    if citation.label.startswith("A"):
        whose = "our digest of the article" if source.wording is Wording.DIGEST else "the article's own words"
        return ", ".join(part for part in (whose, place(citation)) if part)
    remarks = [source.quality or "", "our notes of it" if source.wording is Wording.NOTE else ""]
    remark = "; ".join(part for part in remarks if part)
    return f"{credit(citation)}: {source.title}{f' ({remark})' if remark else ''}"


def _receipt(answer: Answer) -> RenderableType:
    line = f"{receipt_line(answer.receipt, abstained=answer.abstained)}. {answer.elapsed_ms} ms."
    return Text(f"{line} {answer.notice}" if answer.notice else line, style="dim")


def _spaced(blocks: Iterable[RenderableType]) -> list[RenderableType]:
    spaced: list[RenderableType] = []
    for block in blocks:
        spaced += [block, Text()]
    return spaced[:-1]
