"""What makes a sentence worth checking: a table of signs with points, read by ``claims.py``.

The signs follow the reading of check-worthiness in ClaimBuster (Hassan et al., KDD 2017: figures, names, verbs that
report or assert) and add that a claim is quoted alone, so one that leans on the sentence before it loses points. The
points are ours, chosen by reading, not fitted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """Something in a sentence that counts for or against it: ``points`` for each, at most ``times`` of them."""

    name: str
    pattern: re.Pattern[str]
    points: float
    times: int = 1

    def score(self, sentence: str) -> float:
        """The points that this sign gives to a sentence."""
        return self.points * min(self.times, len(self.pattern.findall(sentence)))


def _words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)


_CAUSES = (
    "caus(?:e|es|ed|ing)|led|leads? to|result(?:s|ed)? (?:in|from)|because|due to|driven|creat(?:e|es|ed|ing|ion)|"
    "enabl(?:e|es|ed|ing)|allow(?:s|ed|ing)?|prevent(?:s|ed)?|forc(?:e|es|ed|ing)|justif(?:y|ies|ied|ication)|"
    "in order to|explain(?:s|ed)?|explanation"
)
_DEEDS = (
    "fund(?:s|ed|ing)?|financ(?:e|es|ed|ing)|back(?:s|ed|ing)|support(?:s|ed|ing)?|arm(?:s|ed|ing)|"
    "sponsor(?:s|ed|ship|ing)?|suppl(?:y|ies|ied|ying)|seiz(?:e|es|ed|ing)|attack(?:s|ed|ing)?|kill(?:s|ed|ing)?|"
    "sold|bought|pa(?:y|ys|id|ying)|push(?:es|ed|ing)|replac(?:e|es|ed|ing)|spread(?:s|ing)?|"
    "establish(?:es|ed|ing)|hold(?:s|ing)?|held|smuggl(?:e|es|ed|ing)|sign(?:s|ed)?|beg(?:ins?|an|un)|"
    "increas(?:e|es|ed|ing)|f[ae]ll(?:s|en|ing)?|ris(?:e|es|en|ing)|rose|shr[iau]nk(?:s|ing)?"
)
_REPORTS = (
    "sa(?:y|ys|id)|claim(?:s|ed|ing)?|according to|report(?:s|ed)?|not(?:e|es|ed)|told|stat(?:e|es|ed)|"
    "admit(?:s|ted)?|reveal(?:s|ed)|describ(?:e|es|ed)|alleg(?:e|es|ed|edly)|den(?:y|ies|ied)|impl(?:y|ies|ied)"
)
_LEANING = (
    r"\A[“\"']?(?!It (?:is|was|should be) .*\bthat\b)"
    r"(?:This|That|These|Those|He|She|They|It|Such|Similarly|Thus|So)\b"
)
_FIGURE = r"(?<![\w-])[$€£]?\d[\d.,]*"
_NAME = r"(?<=[^.!?:“\"\s] )[A-Z][\w’'-]+"  # not the first word of the sentence, which has its capital anyway

SIGNS = (
    Sign("a figure", re.compile(_FIGURE), 1, 2),
    Sign("a large sum or share", _words("percent|per cent|(?:m|b|tr)illions?|hundreds of|thousands of"), 1),
    Sign("a name", re.compile(_NAME), 1, 2),
    Sign("an initialism", re.compile(r"\b[A-Z]{2,6}s?\b"), 0.5, 2),
    Sign("a cause or an effect", _words(_CAUSES), 1.5),
    Sign("a deed", _words(_DEEDS), 1, 2),
    Sign("a report", _words(_REPORTS), 1),
    Sign("a sweeping word", _words("only|never|all|every|first|most|none|always|entire|no"), 0.5, 2),
    Sign("a forecast", _words("will|would|cannot|going to"), 0.5),
    Sign("leans on what came before", re.compile(_LEANING), -1.5),
    Sign("the speaker's own person", re.compile(r"\b(?:I|we|We|my|our)\b"), -1),
    Sign("an opinion or a wish", _words("should|must|let us|I think|hopefully"), -1),
)
"""Everything that counts; a sentence's score is the sum."""
