"""How good it is, in figures: the judge, the search, and questions from end to end."""

from retrieval.evaluate.command import app

__all__ = ["app"]
