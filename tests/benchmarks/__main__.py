"""`make bench`: the figures of the README's speed table, and the usual recipe beside ours."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.benchmarks import asking, baseline, crowd
from tests.conftest import SHARED


def main() -> None:
    """Measure and print, table by table."""
    parts: list[tuple[str, Callable[[], str]]] = [("Asking", asking.report), ("Fifty at once on Discord", crowd.report)]
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
