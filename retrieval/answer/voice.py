"""In whose voice a sentence speaks, and which side it says it is on. Words only: no model, no meaning.

What is inside quotation marks is somebody else's voice, so callers take quotes out first (``HOLE`` stands for each).
The lists err on the side of dropping: a good sentence lost costs a line, an allegation in our own voice a promise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HOLE = "\ufffc"
"""Stands where a quotation was (Unicode's own sign for an object that is not text)."""

_SAYS = """
    says said states stated claims claimed argues argued asserts asserted alleges alleged writes wrote written
    contends contended maintains maintained suggests suggested describes described presents presented reports
    reported calls called accuses accused blames blamed portrays portrayed frames framed depicts depicted attributes
    attributed insists insisted concludes concluded declares declared predicts predicted warns warned
    expects expected compares compared implies implied speaks spoke asks asked quotes quoted cites cited refers
    referred adds added saying stating claiming arguing alleging writing calling describing
"""
"""What an article does with what it says: nothing that makes us vouch for it, such as "shows" or "notes"."""
_TAKES = " holds sees links linked casts charges charged puts takes treats treated "
"""What it also does; of others such a verb may be something that they do and do not say."""
_FINDS = """
    say argue write estimates estimated finds found records recorded told
    testif(?:y|ies|ied) announced den(?:y|ies|ied) rejects? rejected notes noted shows? showed shown lists listed
    documents documented counts counted measures measured traces? traced dates dated points pointed
    observes? observed acknowledges? acknowledged explains? explained ascribes? ascribed answers answered responds?
    responded recounts? recounted disputes? disputed contradicts? contradicted summari[sz]es? summari[sz]ed
    identifie[sd] reads describe
"""
"""What other sources do besides: they are quoted as evidence, so they may show."""
_NOT_SAYING = (
    r"(?!\s+(?:to|with|by|in|at|of|as|for|on|among|from|near|only|their|its|and|or|were|was|had|have|has)\b"
    r"(?![^,;]{0,40}\bthat\b))"
)
"""What follows a participle that says nothing: "linked to Turkey", "found in Iraq"; "found in 2015 that" does."""


def _verbs(words: str) -> str:
    """The alternatives of a list of verbs, those that may be participles only where they are none."""
    forms = words.split()
    return "|".join(
        rf"{form}\b{_NOT_SAYING if form.endswith('ed') or form in {'found', 'told'} else ''}" for form in forms
    )


_SAYING = rf"(?:{_verbs(_SAYS + _TAKES)})"
_REPORTING = re.compile(
    rf"(?<!so-)\b(?:{_verbs(_SAYS + _FINDS)}|(?:claim|report|estimate)(?=\s+that\b))|"
    r"\baccording to\b|\bin the words of\b",
    re.IGNORECASE,
)
_NOMINAL = re.compile(
    r"\b(?:the|this|that|these|those|an?|its|his|her|their)\s+(?:claims?|reports?|states?|charges?|records?|lists?|"
    r"notes?|documents?|estimates?|counts?|measures?|dates?|answers?|links?|calls?|quotes?|points?|so-called|alleged|"
    r"reported|claimed|documented|recorded|stated|listed|cited|described)\b|\bso-called\b|"
    rf"\bstates\b(?!\s*(?:that\b|[:,]?\s*{HOLE}))|^(?:alleged|reported|documented|recorded|claimed)\b",
    re.IGNORECASE,
)
"""Words that look like verbs of saying and are none here: "the claims", "Gulf states", "alleged rebels"."""
_NOUNS = "claim|view|account|argument|words|allegation|telling|thesis|reading|version|position|opinion|charge|wording"
_POSSESSED = re.compile(rf"['’]s\s+(?:\w+\s+)?(?:{_NOUNS})\b|['’]s\b", re.IGNORECASE)
_OWNED = re.compile(rf"['’]s\s+(?:\w+\s+)?(?:{_NOUNS})\b(?:\s+that\b)?", re.IGNORECASE)
_LOOSE = re.compile(
    r",\s+(?:because|since|so)\s+(?P<ground>[^,;]*)|"
    r",\s+(?:and|but|yet|while|whereas|for|as)\s+(?!that\b|thus\b)(?P<clause>[^,;]*)|"
    r"\s(?:because|since)\s+(?P<cause>[^,;]*)|,\s+(?P<relative>(?:which|who)\s[^,;]*)",
    re.IGNORECASE,
)
"""Where a sentence goes on with a clause of its own: "the article says that A, and B was so"."""
_INSERTED = re.compile(rf",\s+[^,;]{{1,40}}\s{_SAYING},.*,\s+(?:and|but)\s(?!that\b)", re.IGNORECASE)
"""An attribution put in the middle, which reaches no clause after the next: "what he wants, it says, is A, and B"."""
_SUBJECT = re.compile(
    r"(?:(?:the|a|an|its|his|her|their|this|these|those|it|they|he|she|there|no|some|many)\b|[A-Z])[^,;]{0,60}?"
    r"\b(?:is|are|was|were|has|have|had|does|do|did|will|would|can|cannot|could|must|may|might)\b"
)
"""A subject with a verb, as far as words tell."""
_SCOPED = re.compile(rf"\bthat\b|:|{HOLE}|\baccording to\b", re.IGNORECASE)
"""Signs that an attribution reaches what follows."""

_CERTAIN = re.compile(
    r"\b(?:falsely|wrongly|incorrectly|mistakenly|misleadingly|dishonestly|correctly|rightly|accurately|truthfully|"
    r"undeniably|undoubtedly|obviously|indisputably|unquestionably|clearly|evidently|certainly|actually|indeed|in fact|"
    r"in truth|in reality|of course|needless to say|as a matter of fact|without (?:a )?doubt|no doubt|the truth is|"
    r"the fact (?:is|that|remains)|makes? (?:it )?clear|made (?:it )?clear|uncovers?|uncovered|"
    r"as\s+[^,;]{1,60}?\b(?:shows?|proves?|documents?|confirms?|makes)|"
    r"it is (?:true|a fact|clear|obvious|well[- ]known|known|no secret|undeniable|proven)|"
    r"we (?:now )?know|everyone knows|as (?:the|this) (?:article|author|piece)\b|debunk\w*|disprov\w*|exposed?|exposes|"
    r"reveals?|revealed|proves?|proved|proven|demonstrates?|demonstrated|unmasks?|lies|lied|lying|"
    r"(?:is|was|are|were) (?:right|wrong|correct|mistaken|lying) (?:that|to|in|about|when))\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(
    r"\b(?:claims?|articles?|allegations?|it|this|that|assertions?|accounts?|author|statements?|argument)\b[^,;]{0,40}"
    r"\b(?:is|are|was|were|seems?|remains?|turns? out(?: to be)?)\s+(?:\w+ly |simply |not |entirely |just |partly )*"
    r"(?:false|untrue|true|wrong|right|correct|incorrect|misleading|baseless|unfounded|an? lie|an? myth|an? fact|"
    r"accurate|inaccurate|propaganda|disinformation|misinformation|nonsense|bogus|fake|unsupported|well[- ]founded|"
    r"an? conspiracy(?: theory)?)\b|\bholds? (?:no|any|little) water\b|"
    r"\b(?:misrepresent|misquote|misread|misstate|distort|exaggerate|overstate|twist)(?:s|ed|ing)?\b",
    re.IGNORECASE,
)
_OBJECT = (
    r"(?:(?:the|this|that|its|his|her|their|such|these|those|main|central|article(?:['’]s)?|author(?:['’]s)?)\s+){0,4}"
    r"(?:claims?|article|account|allegations?|arguments?|statements?|view|thesis|assertions?|reading|version|position|"
    r"it|this|that)\b"
)
_AGAINST = re.compile(
    rf"\b(?:oppos(?:es?|ed|ing)|contradict(?:s|ed|ing)?|disput(?:es?|ed|ing)|refut(?:es?|ed|ing)|"
    rf"challeng(?:es?|ed|ing)|reject(?:s|ed|ing)?|den(?:y|ies|ied|ying)|counter(?:s|ed|ing)?|"
    rf"undermin(?:es?|ed|ing)|speaks?\s+against|against|at odds with|cuts? against|conflicts? with|contrary to)\s+"
    rf"{_OBJECT}|\bevidence against\b|\bopposing (?:evidence|source|side)",
    re.IGNORECASE,
)
_FOR = re.compile(
    rf"\b(?:support(?:s|ed|ing)?|back(?:s|ed|ing)?(?: up)?|confirm(?:s|ed|ing)?|corroborat(?:es?|ed|ing)|"
    rf"bear(?:s|ing)? out|agree(?:s|d|ing)? with|consistent with|in line with|in favou?r of|speaks? for|"
    rf"lend(?:s|ing)? (?:weight|support) to|endors(?:es?|ed|ing))\s+{_OBJECT}|\bevidence for\b|"
    r"\bsupporting (?:evidence|source|side)",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"(?:\b(?:not|no|nothing|none|neither|never|without|hardly|fails? to|cannot)\b|n['’]t\b)", re.IGNORECASE
)
_BEFORE = 40
"""Characters before a word of stance in which a negation of the same clause turns it around."""
_REACH = 60
"""Characters between the article and the verb that makes the words its own."""
_NAME = re.compile(r"[^\W\d_][\w’'-]{2,}")


class Attribution:
    """Knows the names by which a sentence can point to the article discussed."""

    def __init__(self, names: Sequence[str | None]) -> None:
        """``names`` are those of the article's author and publisher."""
        words = [word for name in names if name for word in _NAME.findall(name) if word[0].isupper()]
        known = "".join(rf"|\b{re.escape(word)}" for word in dict.fromkeys(words))
        who = (
            rf"(?:\b(?:the|this|that|its)\s+(?:\w+\s+)?(?:article|author|writer|piece|essay|text|digest|column){known})"
        )
        self._pattern = re.compile(
            rf"(?<!what )(?<!so )(?<!how ){who}(?:['’]s)?\b(?:,\s*(?:which|who)\b[^,;]*,)?"
            rf"(?:(?!,\s*(?:which|who)\b)[^;]){{0,{_REACH}}}?\b{_SAYING}|\baccording to {who}|"
            rf"{who}['’]s\s+(?:\w+\s+)?(?:{_NOUNS})\b|"
            rf"\bin {who}['’]s|^(?:it|he|she|they)\s+(?:also |further |then |later |next )?{_SAYING}",
            re.IGNORECASE,
        )

    def to_article(self, sentence: str) -> bool:
        """Whether the sentence says that it is the article that says so."""
        return bool(self._pattern.search(_NOMINAL.sub("it", sentence)))


def topic(sentence: str) -> str:
    """The sentence without the words that tell who says so and on which side: what is left is what it is about."""
    for pattern in (_AGAINST, _FOR, _POSSESSED, _REPORTING):
        sentence = pattern.sub(" ", sentence)
    return sentence


def reported(sentence: str) -> bool:
    """Whether the sentence tells what somebody says or finds."""
    return bool(_REPORTING.search(_NOMINAL.sub("it", _OWNED.sub(" ", sentence))))


def loose(sentence: str) -> bool:
    """Whether a part of the sentence is beyond the reach of whoever is said to say it, and so is said by us."""
    for match in _LOOSE.finditer(sentence):
        ground, clause, cause, relative = match["ground"], match["clause"], match["cause"], match["relative"]
        rest = ground or clause or cause or relative or ""
        if sides_named(rest) or reported(rest):
            continue
        scoped = bool(_SCOPED.search(sentence[: match.start()]))
        if ground or (clause and _SUBJECT.match(clause)) or ((cause or relative) and not scoped):
            return True
    return bool(_INSERTED.search(sentence))


def certain(sentence: str) -> bool:
    """Whether the sentence vouches for, or judges, what it tells."""
    return bool(_CERTAIN.search(sentence))


def verdict(sentence: str) -> bool:
    """Whether the sentence calls a claim true or false."""
    return bool(_VERDICT.search(sentence))


def sides_named(sentence: str) -> frozenset[str]:
    """Which sides ("O", "S") a sentence says its evidence is on; "does not support it" is not on the side "S"."""
    named = set()
    for pattern, side, other in ((_AGAINST, "O", "S"), (_FOR, "S", "O")):
        for match in pattern.finditer(sentence):
            clause = re.split("[,:;–—]", sentence[max(0, match.start() - _BEFORE) : match.start()])[-1]
            named.add(other if _NEGATION.search(clause) else side)
    return frozenset(named)
