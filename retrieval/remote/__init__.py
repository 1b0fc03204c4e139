"""Vectors from a server: an embedder behind any endpoint that speaks openai's protocol."""
