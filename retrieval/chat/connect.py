"""What every client of a server that speaks openai's protocol starts with."""

from __future__ import annotations

CONNECT = 5.0
"""Seconds to reach a server; reading is bounded by the deadline of the call."""
NO_KEY = "none"
"""Sent to a server of one's own that wants no key: the client insists on one."""
