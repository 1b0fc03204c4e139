"""Bytes become text: by their mark, as UTF-8, by what they or their sender declare, else by what they look like.

The order is that of the HTML standard's sniffing (13.2.3), except that valid UTF-8 outranks a declaration: text that
is not UTF-8 is hardly ever valid by chance.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD = 4096
_SAMPLE = 200_000

_LARGER = {
    # Sets that are often meant where a smaller one is declared, as browsers read the same labels.
    **dict.fromkeys(("x-sjis", "shift_jis", "shift-jis", "sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "chinese"), "gb18030"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
    **dict.fromkeys(("big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac-cyrillic"),
    "x-euc-jp": "euc-jp",
    "macintosh": "mac-roman",
    "tis-620": "cp874",
    "iso-8859-9": "cp1254",
}
_CONTROLS = re.compile("[\x80-\x9f]")

_ALPHABETS = {
    # Letters beyond ASCII of languages written in more than one single-byte encoding, which only differ in them.
    "cp1252": ("àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "áâãàçéêíóôõú", "àèéìíîòóùú", "åäöé", "åæøéò", "àçèéíïòóúü"),
    "iso8859-2": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "cp1250": ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "cp1254": ("çğıİöşüâî",),
}
_PUNCTUATION = set("\xa0\xad«»‘’‚“”„–—…")
_ENOUGH = 0.97
_IN_WORDS = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")


def decode(data: bytes, hint: str | None = None) -> str:
    """The text of a file in whatever encoding; what cannot be decoded becomes U+FFFD.

    Args:
        data: The whole file.
        hint: The charset that came with it (in an HTTP header), if any.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace")
    declared = _DECLARED.search(data[:_HEAD])
    labels = ["utf-8", hint or "", declared[1].decode("ascii") if declared else ""]
    if b"\x1b$" in data:
        labels[:0] = ["iso-2022-kr" if b"\x1b$)C" in data else "iso-2022-jp-2"]
    for label in labels:
        text = _strictly(data, label)
        if text is not None:
            return text
    return _guess(data)


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: its zeros stand in every second or in three of four places."""
    sample = data[:_HEAD]
    if len(sample) < 8 or sample.count(0) * 4 < len(sample):  # noqa: PLR2004 - two characters of UTF-32
        return None
    zeros = [sample[at::4].count(0) * 4 / len(sample) > 0.7 for at in range(4)]  # noqa: PLR2004
    shapes = {
        (True, True, True, False): "utf-32-be",
        (False, True, True, True): "utf-32-le",
        (True, False, True, False): "utf-16-be",
        (False, True, False, True): "utf-16-le",
    }
    return shapes.get((zeros[0], zeros[1], zeros[2], zeros[3]))


def _strictly(data: bytes, label: str) -> str | None:
    """The text, if the label is known and every byte fits it, or fits the larger set that goes by its name."""
    label = label.strip().lower()
    for name in filter(None, (label, _LARGER.get(label))):
        try:
            text = data.decode(name)
        except (LookupError, UnicodeError):
            continue
        if not _CONTROLS.search(text) or name != label or label not in _LARGER:
            return text
    return None


def _guess(data: bytes) -> str:
    sample = data[:_SAMPLE]
    best = from_bytes(sample).best()
    name = best.encoding if best else "cp1252"
    if best is None or _is_latin(str(best)):
        name = max(_ALPHABETS, key=lambda known: _share(sample, known)) if _fits_any(sample) else name
    return data.decode(name, errors="replace")


def _is_latin(text: str) -> bool:
    """Whether the letters of a guess are mostly ASCII, so that the guess hangs on a few accented ones."""
    letters = [character for character in text if character.isalpha()]
    return sum(character.isascii() for character in letters) * 2 > len(letters)


def _fits_any(sample: bytes) -> bool:
    return any(_share(sample, name) >= _ENOUGH for name in _ALPHABETS)


def _share(sample: bytes, name: str) -> float:
    """How many of the accented letters in words belong to one language's alphabet, at best."""
    text = sample.decode(name, errors="replace")
    found = [letter.lower()[0] for letter in _IN_WORDS.findall(text) if letter not in _PUNCTUATION]
    if not found or _CONTROLS.search(text):
        return 0.0
    counts = Counter(found)
    return max(sum(counts[letter] for letter in letters) / len(found) for letters in _ALPHABETS[name])
