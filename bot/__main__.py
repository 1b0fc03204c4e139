"""`python -m bot`, the same as the `rejoinder` command."""

from __future__ import annotations

import sys

from bot.terminal.app import main

if __name__ == "__main__":
    sys.exit(main())
