"""What language a text seems to be in: told by its script, or by the small words that only one language uses much.

A guess from at most a few thousand words, for a preview that a person looks at. It knows few languages, and says so by
knowing none rather than naming the nearest.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

SAMPLE = 2_000
"""Words that are looked at; more would not change the guess."""
FEWEST = 8
"""Words below which nothing is said."""
SHARE = 0.15
"""Least part of the words that are small words of the language; running prose has 0.2 to 0.5."""
AHEAD = 1.5
"""How many times more of them than of any other language's."""
MOST_FOREIGN = 0.5
"""Part of the letters in another script from which the script tells."""

ENGLISH = "English"
SMALL = {
    ENGLISH: "the of and to in a is that for it was on as with by at from this be are have has not were which",
    "German": "der die das und in den von zu mit ist des im dem nicht ein eine als auch es an werden aus sich auf",
    "French": "le la les de des et un une du en est que dans qui pour pas sur au par ce il sont aux plus avec",
    "Spanish": "el la los las de y en que un una es por con para del se no al su lo como más fue entre",
    "Italian": "il la di che e un una per non con del della sono da le gli nel alla si come anche dei più al",
    "Portuguese": "o a os as de e que em um uma do da para com não por no na se dos mais como ao foi são",
    "Dutch": "de het een en van in is dat op te met voor zijn niet aan door er om ook als bij naar werd uit",
    "Swedish": "och i att det som en på är av för med den till inte om ett har de från var sig kan men",
    "Polish": "w i na z do że się nie jest to o jak po przez od za dla są oraz był przy tym który ale",
    "Turkish": "ve bir bu da de için ile olarak çok daha olan gibi kadar ne ise en sonra var ancak hem göre",
    "Indonesian": "yang dan di untuk dengan dari pada ini itu dalam tidak akan oleh juga telah sebagai adalah ke para",
    "Filipino": "ang ng sa na mga at ay si ni para ito ng kay hindi kung nang mula may isang siya kanyang",
}
_SETS = {name: frozenset(words.split()) for name, words in SMALL.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "CJK": "Chinese or Japanese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "GREEK": "Greek",
    "HEBREW": "Hebrew or another language in its script",
    "THAI": "Thai",
    "CYRILLIC": "a language in Cyrillic script",
    "ARABIC": "a language in Arabic script",
    "DEVANAGARI": "a language in Devanagari script",
}


def guess(text: str) -> str | None:
    """A name for people, such as "English" or "a language in Arabic script"; None when it cannot be told."""
    words = _WORD.findall(text[: SAMPLE * 12].casefold())[:SAMPLE]
    return _by_script("".join(words)) or _by_small_words(words)


def _by_script(letters: str) -> str | None:
    scripts = Counter[str]()
    for letter, times in Counter(letters).items():
        scripts[unicodedata.name(letter, "?").split(" ")[0]] += times
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > MOST_FOREIGN / 5 * len(letters) > 0:
        return _SCRIPTS["HIRAGANA"]  # Japanese writes its nouns in Chinese characters
    script, count = max(scripts.items(), key=lambda item: item[1], default=("", 0))
    return _SCRIPTS.get(script) if count > MOST_FOREIGN * len(letters) else None


def _by_small_words(words: list[str]) -> str | None:
    if len(words) < FEWEST:
        return None
    seen = Counter(words)
    shares = sorted(((sum(seen[word] for word in small) / len(words), name) for name, small in _SETS.items()))
    (second, _), (first, name) = shares[-2:]
    return name if first >= SHARE and first >= AHEAD * second else None
