"""As much of CSS as it takes to tell what a page's own style blocks and attributes hide.

Followed: selectors of tags, classes, ids and attributes with all four combinators, the cascade (importance,
specificity, order), and media queries as a desktop screen answers them. Not followed: sheets fetched from elsewhere,
pseudo-classes, nesting and variables. The grammar is that of CSS Syntax 3 and Selectors 4, much abridged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

Style = dict[str, str]
"""Property to value, both in lower case."""

RELEVANT = frozenset(
    "display visibility content-visibility opacity filter font font-size color -webkit-text-fill-color background"
    " background-color background-image background-clip -webkit-background-clip position left right top bottom"
    " text-indent margin-left margin-top clip clip-path width height max-width max-height overflow overflow-x"
    " overflow-y transform scale".split()
)

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
_COMPOUND = re.compile(r"(?P<tag>\*|[a-z][\w-]*)?(?P<rest>(?:[.#][\w-]+|\[[^\]]*\])*)\Z", re.IGNORECASE)
_PART = re.compile(r"""([.#])([\w-]+)|\[\s*([\w:-]+)\s*(?:([~|^$*]?=)\s*["']?([^"'\]]*)["']?\s*)?\]""")
_COMBINATOR = re.compile(r"\s*([>+~])\s*|\s+")
_WIDTH_QUERY = re.compile(r"(min|max)-width\s*:\s*([\d.]+)(px|em|rem)")
_SCREEN_WIDTH = 1280
_MOST_CSS = 3_000_000
_MOST_RULES = 20_000
_MOST_SIBLINGS = 50
_MOST_NESTING = 4


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must be: ``tag``, all of ``classes``, ``ids`` and ``attributes`` (name, operator, value)."""

    tag: str | None
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]

    def fits(self, element: HtmlElement) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and element.get("id") not in self.ids:
            return False
        if self.classes and not self.classes <= set(element.get("class", "").split()):
            return False
        return all(_has(element.get(name), operator, value) for name, operator, value in self.attributes)

    @property
    def key(self) -> str:
        """One thing that an element must have for this to fit, to look rules up by."""
        for mark, names in (("#", self.ids), (".", self.classes)):
            if names:
                return mark + min(names)
        return self.tag or "*"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Compounds from right to left, each with the combinator that joins it to the next one leftward."""

    compounds: tuple[tuple[_Compound, str], ...]
    specificity: tuple[int, int, int]
    order: int
    declared: tuple[tuple[str, str, bool], ...]

    def fits(self, element: HtmlElement) -> bool:
        return self._fits(element, 0)

    def _fits(self, element: HtmlElement, at: int) -> bool:
        compound, combinator = self.compounds[at]
        if not compound.fits(element):
            return False
        if at + 1 == len(self.compounds):
            return True
        return any(self._fits(other, at + 1) for other in _related(element, combinator))


@dataclass(slots=True)
class Stylesheet:
    """The rules of a page that can hide something, looked up by what their last compound needs."""

    _rules: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    def add(self, css: str) -> None:
        """Read a style block, up to a limit on its size and on the number of rules."""
        for selectors, declared in _rules(_COMMENT.sub("", css[:_MOST_CSS])):
            for selector in selectors.split(","):
                compounds = _compounds(selector.strip())
                if compounds and self._count < _MOST_RULES:
                    self._count += 1
                    rule = _Rule(compounds, _specificity(compounds), self._count, declared)
                    self._rules[compounds[0][0].key].append(rule)

    def style(self, element: HtmlElement) -> Style:
        """What the rules and the element's own attribute declare for it, the strongest of each property."""
        declared: list[tuple[tuple[bool, tuple[int, int, int], int], str, str]] = []
        for rule in self._candidates(element):
            if rule.fits(element):
                declared += [
                    ((strong, rule.specificity, rule.order), name, text) for name, text, strong in rule.declared
                ]
        own = element.get("style")
        if own:
            declared += [((strong, (9999, 0, 0), 0), name, text) for name, text, strong in declarations(own)]
        return {name: text for _, name, text in sorted(declared, key=lambda item: item[0])}

    def _candidates(self, element: HtmlElement) -> Iterator[_Rule]:
        if not self._rules:
            return
        keys = {"*", str(element.tag), "#" + element.get("id", "")}
        for key in keys | {"." + name for name in element.get("class", "").split()}:
            yield from self._rules.get(key, ())


def declarations(text: str) -> tuple[tuple[str, str, bool], ...]:
    """The relevant declarations of a style attribute or a block: property, value, whether it is important."""
    found = []
    for declaration in _unescape(_COMMENT.sub("", text)).lower().split(";"):
        name, colon, text_of_it = declaration.partition(":")
        if colon and name.strip() in RELEVANT:
            value, bang, _ = text_of_it.partition("!")
            found.append((name.strip(), value.strip(), bool(bang)))
    return tuple(found)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else None
        return match[2] if number is None else chr(number) if 0 < number <= 0x10FFFF else ""  # noqa: PLR2004

    return _ESCAPE.sub(character, text)


def _rules(css: str, depth: int = 0) -> Iterator[tuple[str, tuple[tuple[str, str, bool], ...]]]:
    for prelude, body in _blocks(css):
        if not prelude.startswith("@"):
            declared = declarations(body.partition("{")[0])
            if declared:
                yield _unescape(prelude), declared
        elif depth < _MOST_NESTING and _applies(prelude.lower()):
            yield from _rules(body, depth + 1)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each outermost ``prelude {body}``, in one pass."""
    depth = start = body = 0
    for brace in re.finditer(r"[{};]", css):
        if brace[0] == ";":
            start = brace.end() if depth == 0 else start  # "@import ...;" has no block
        elif brace[0] == "{":
            body = brace.end() if depth == 0 else body
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield css[start : body - 1].strip(), css[body : brace.start()]
                start = brace.end()


def _applies(prelude: str) -> bool:
    """Whether the rules inside an at-rule count on a desktop screen."""
    if prelude.startswith(("@layer", "@container")):
        return True
    if prelude.startswith("@supports"):
        return "not" not in prelude
    return prelude.startswith("@media") and any(_matches(query) for query in prelude[6:].split(","))


def _matches(query: str) -> bool:
    if re.search(r"\bnot\b|print|speech|dark|reduce|portrait|hover\s*:\s*none|max-device|\bheight", query):
        return False
    for bound, number, unit in _WIDTH_QUERY.findall(query):
        width = float(number) * (1 if unit == "px" else 16)
        if (bound == "min") != (width <= _SCREEN_WIDTH) and width != _SCREEN_WIDTH:
            return False
    return True


def _compounds(selector: str) -> tuple[tuple[_Compound, str], ...] | None:
    """A selector from right to left; None where it holds what is not followed here."""
    pieces = _COMBINATOR.split(selector)
    found: list[tuple[_Compound, str]] = []
    for at in range(0, len(pieces), 2):
        match = _COMPOUND.match(pieces[at])
        if not pieces[at] or not match:
            return None
        parts = _PART.findall(match["rest"])
        if _PART.sub("", match["rest"]):
            return None
        tag = (match["tag"] or "*").lower()
        compound = _Compound(
            tag=None if tag == "*" else tag,
            classes=frozenset(name for mark, name, *_ in parts if mark == "."),
            ids=frozenset(name for mark, name, *_ in parts if mark == "#"),
            attributes=tuple((name.lower(), *rest) for _, _, name, *rest in parts if name),
        )
        joined = (pieces[at - 1] or " ") if at else ""
        found.append((compound, joined))
    # Each compound was stored with the combinator to its left, which is what reading from the right needs.
    return tuple(reversed(found))


def _has(found: str | None, operator: str, value: str) -> bool:
    """Whether an attribute has a value as a selector's operator means it."""
    if found is None or not operator:
        return found is not None
    return {
        "=": found == value,
        "~=": value in found.split(),
        "|=": found.split("-")[0] == value,
        "^=": bool(value) and found.startswith(value),
        "$=": bool(value) and found.endswith(value),
        "*=": bool(value) and value in found,
    }[operator]


def _specificity(compounds: tuple[tuple[_Compound, str], ...]) -> tuple[int, int, int]:
    parts = [compound for compound, _ in compounds]
    return (
        sum(len(part.ids) for part in parts),
        sum(len(part.classes) + len(part.attributes) for part in parts),
        sum(part.tag is not None for part in parts),
    )


def _related(element: HtmlElement, combinator: str) -> Iterator[HtmlElement]:
    if combinator == " ":
        yield from element.iterancestors()
    elif combinator == ">":
        parent = element.getparent()
        if parent is not None:
            yield parent
    else:
        most = 1 if combinator == "+" else _MOST_SIBLINGS
        for _, sibling in zip(range(most), element.itersiblings(preceding=True), strict=False):
            yield sibling
