"""The picture of a balance: every title in it can be read, whatever letters it is written with."""

from __future__ import annotations

import pytest

from bot.views.picture import picture
from retrieval.curate.types import Balance
from retrieval.types import Claim, Role, Source, Stance
from tests.bot.values import ARTICLE

CLAIM = Claim("a-c1", ARTICLE.id, "C01", "The bridge cost three times the promise.")


def drawn(title: str) -> bytes:
    source = Source("R38", Role.REFERENCE, title)
    cells = {("C01", "R38"): (Stance.REFUTES, 0.9)}
    return picture(Balance(ARTICLE, (CLAIM,), (source,), cells, ()))


@pytest.mark.parametrize(
    ("title", "instead"),
    [
        ("Türkei: Waren für den IS", "Turkei: Waren fur den IS"),
        ("“Łódź” – Ørsted’s straße", '"Lodz" - Orsted\'s strasse'),
        ("港の報告書", "R38"),
        ("Έκθεση του λιμανιού", "R38"),
    ],
)
def test_letters_that_the_font_lacks_are_written_with_those_it_has(title: str, instead: str) -> None:
    assert drawn(title) == drawn(instead) != drawn("Another title")
