"""Where sources, vectors and answers are kept: SQL holds the truth, Chroma an index that can be made again."""
