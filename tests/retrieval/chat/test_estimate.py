from __future__ import annotations

import pytest

from retrieval.chat.estimate import tokens, was_cut


def test_the_estimate_counts_words_long_words_and_marks() -> None:
    assert tokens("") == 0
    assert tokens("The harbour was sold.") == 5
    assert tokens("misrepresentations") == 3
    assert tokens("The˗harbour˗sold") == 5


@pytest.mark.parametrize(
    ("expected", "read", "cut"),
    [
        (1000, 1000, False),
        (1000, 1300, False),
        (1000, 800, False),  # another tokenizer
        (1000, 650, False),
        (1000, 500, True),
        (6000, 4096, True),  # exactly a context's size
        (6000, 4090, True),
        (6000, 4200, False),
        (4200, 4096, False),  # so near that it may be chance
        (3000, 2048, True),
    ],
)
def test_a_prompt_read_in_part_is_noticed(expected: int, read: int, cut: bool) -> None:
    assert was_cut(expected, read) is cut
