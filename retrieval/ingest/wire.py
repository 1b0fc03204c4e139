"""How a bot and its parsing children talk: the shapes that both ends must agree on, and nothing heavy to import."""

from __future__ import annotations

import struct

from retrieval.errors import BadInput, Refused
from retrieval.ingest.readers.outcome import Empty

JOB = struct.Struct(">II")
"""Before each job: the lengths of its JSON head and of the file."""

FRAME = struct.Struct(">I")
"""Before each piece of an answer: its length. A piece is a JSON object."""

BATCH = 200
"""Blocks in a piece."""

KINDS: dict[str, type[BadInput]] = {"empty": Empty, "refused": Refused, "bad": BadInput}
"""The errors that a child may tell, by the name they travel under; the last is the base of the others."""

OUT_OF_MEMORY = 77
"""Exit status of a child that found itself too large."""

TOO_MUCH_MEMORY = "Reading that file takes more memory than is allowed; add the part that matters."
