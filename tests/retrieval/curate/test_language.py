"""The language that a text seems to be in, and that a doubtful one is not named."""

from __future__ import annotations

import pytest

from retrieval.curate.language import guess
from retrieval.ingest.seed import load_folder
from tests.conftest import ROOT

# The first article of the Universal Declaration of Human Rights, and a sentence more where that is needed.
SAMPLES = {
    "English": "All human beings are born free and equal in dignity and rights. They are endowed with reason and "
    "conscience and should act towards one another in a spirit of brotherhood.",
    "German": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen "
    "begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
    "French": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de "
    "conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    "Spanish": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y "
    "conciencia, deben comportarse fraternalmente los unos con los otros.",
    "Indonesian": "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama. Mereka dikaruniai akal "
    "dan hati nurani dan hendaknya bergaul satu sama lain dalam semangat persaudaraan yang ada di dunia ini.",
    "Filipino": "Ang lahat ng tao ay isinilang na malaya at pantay-pantay sa karangalan at mga karapatan. Sila ay "
    "pinagkalooban ng katwiran at budhi at dapat magpalagayan ang isa't isa sa diwa ng pagkakapatiran.",
    "a language in Cyrillic script": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
    "a language in Arabic script": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
    "Chinese or Japanese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "Japanese": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "Thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_paragraph_is_enough_to_tell(language: str) -> None:
    assert guess(SAMPLES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 345 - 67",
        "Yes.",
        "ferry harbour Lisbon mayor lifeboat hull inquiry witness parliament",
        "İ" * 50,
        "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki.",
    ],
)
def test_what_cannot_be_told_is_not_named(text: str) -> None:
    assert guess(text) is None


def test_all_our_own_seeds_are_english() -> None:
    texts = [document.text for document in load_folder(ROOT / "seeds")]
    assert {guess(text) for text in texts} == {"English"}
