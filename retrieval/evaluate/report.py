"""Figures as Markdown: tables that read well in a terminal too, and their place in the model card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import BadInput, Malformed

BEGIN, END = "<!-- eval:begin -->", "<!-- eval:end -->"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns; the first column to the left, the others to the right."""
    widths = [max(2, *(len(row[column]) for row in [header, *rows])) for column in range(len(header))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [header, rule, *rows]
    return "\n".join(f"| {' | '.join(_cells(line, widths))} |" for line in lines)


def _cells(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]


def number(value: float | None, digits: int = 3) -> str:
    """A figure for a cell; a dash when there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def read_marked(path: Path) -> tuple[str, str]:
    """What stands before and after the place between the two marker comments of a file.

    Raises:
        Malformed: The file has not each marker once, in order.
        BadInput: It cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise Malformed(path, None, f"expected {BEGIN} and, after it, {END}, each once")
    return text.split(BEGIN)[0], text.split(END)[1]


def replace_between_markers(path: Path, body: str) -> None:
    """Put ``body`` between the two marker comments of a file; the rest stays as it is.

    Raises:
        BadInput: As in `read_marked`.
    """
    before, after = read_marked(path)
    path.write_text(f"{before}{BEGIN}\n\n{body.strip()}\n\n{END}{after}", encoding="utf-8")
