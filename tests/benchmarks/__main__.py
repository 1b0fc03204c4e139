"""`make bench`: the figures of the README's speed table, and the usual recipe beside ours."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import asking, baseline, busy, crowd, ingest, reading, scale, soak, writing
from tests.conftest import SHARED


def main() -> None:
    """Measure and print, table by table."""
    parts: list[tuple[str, Callable[[], str]]] = [
        ("Asking", asking.report),
        ("Reading", reading.report),
        ("Fifty at once on Discord", crowd.report),
        ("Written by a model of 30 tokens a second", writing.report),
        ("Fifty at once, and a model that hangs", writing.hanging_report),
        ("Adding", ingest.report),
        ("Asking while adding", busy.report),
        ("Searching among many", scale.report),
        ("A thousand times", soak.report),
    ]
    if SHARED.is_dir():
        parts.append(("Beside the usual recipe", lambda: baseline.report(SHARED)))
    else:
        sys.stderr.write("The comparison on the development questions needs ../shared, which is not here: left out.\n")
    for title, part in parts:
        sys.stderr.write(f"measuring: {title} ...\n")
        sys.stdout.write(f"\n### {title}\n\n{part()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
