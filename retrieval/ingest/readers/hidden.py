"""Takes out of a page what a person who opens it would not see, and counts it.

A planted instruction is usually hidden one of these ways: not displayed, clipped or moved off the screen, without
size, without contrast, in elements that stay closed. What only a sheet fetched from elsewhere hides is known by the
class names that such sheets commonly use. A page hidden as a whole (until a script shows it) is not held against it.

Alternative texts, tooltips, metadata and structured data are not read as text at all, nor counted: every page has them,
and they show in their way. Comments hold code on most pages; those count that say something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from retrieval.ingest.readers.css import Style, Stylesheet
from retrieval.ingest.readers.values import WHITE, Colour, colour, length, number

_NEVER_SHOWN = frozenset(
    {"template", "noscript", "datalist", "iframe", "object", "audio", "video", "canvas", "noframes"}
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1|\Z)|<[^<>]*>?", re.DOTALL | re.IGNORECASE)
_SENTENCE = re.compile(r"([^.!?。！？]+)([.!?。！？]|\Z)")
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|[^\W\d_]{2,}")
_NO_SENTENCE = re.compile(r"[{}<>=|;_]|/[\w-]+/")
_LONGEST_COMMENT = 20_000
"""Characters that are looked at."""
_SPOKEN, _UNENDED = 8, 20
"""Words of a sentence in a comment from which on it counts; more where nothing ends it, as in most notes on code.
Of 60 pages of news 15 have such a comment; one is remarked on for nothing else."""
_NOT_TEXT = frozenset({"script", "style", "head", "title", "meta", "link"})
_WHOLE_PAGE = frozenset({"html", "body"})

_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden visually-hidden-focusable screen-reader-text screen-reader-only"
    " screenreader-text screenreader sr-text a11y-hidden u-visually-hidden u-sr-only vh is-visually-hidden"
    " hidden-visually visuallyHidden assistive-text hidden hide d-none invisible is-hidden u-hidden".split()
)
_RESPONSIVE = re.compile(r"(?:^|:)(?:sm|md|lg|xl|2xl)[:-]|-(?:sm|md|lg|xl|xxl)-")
"""Classes such as "md:block" and "d-md-block" show on a wide screen what "hidden" and "d-none" hide on a small one."""

_MOST_OF_IT = 0.5
_FAINTEST = 0.06
"""Opacity below which nothing is seen."""
_SMALLEST = 3.0
"""Pixels; smaller letters are dots."""
_LEAST_CONTRAST = 1.2
"""Ratio of WCAG 2; legible text needs 4.5, and grey placeholders have about 1.6."""
_FAR = 500.0
"""Pixels to the left of or above the page from which on nothing is seen."""
_FAR_BEYOND = 9000.0
_FONT_SIZE = re.compile(r"(?:^|\s)(0(?=[\s/]|$)|[\d.]+(?:px|pt|em|rem|%))")
_SHIFTED = re.compile(r"translate(?:3d|x|y)?\(([^)]*)\)")
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\(\s*0*\.?0*\s*[,)]")
_CLIP = re.compile(r"rect\(([^)]*)\)")
_CLIPPED = re.compile(r"inset\(\s*(?:[5-9]\d|100)|(?:circle|ellipse)\(\s*0")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an element passes on to its children. ``background`` is None where a picture lies behind the text."""

    size: float = 16.0
    colour: Colour | None = None
    background: Colour | None = WHITE
    visible: bool = True

    @property
    def legible(self) -> bool:
        if not self.visible or self.size < _SMALLEST:
            return False
        if self.colour is None or self.background is None:
            return True
        return self.colour.alpha >= _FAINTEST and self.colour.contrast(self.background) >= _LEAST_CONTRAST


def remove_hidden(page: HtmlElement) -> tuple[int, bool]:
    """Take the hidden text out of a parsed page, in place.

    Returns:
        How many passages (elements with words in them) were taken out; and whether a part was kept although its style
        hides it, because it holds most of the page: such pages are shown by a script once they have loaded.
    """
    sheet = Stylesheet()
    for block in page.iter("style"):
        sheet.add(block.text_content())
    most = len(_text(page)) * _MOST_OF_IT
    removed, framed = 0, False
    waiting = [(page, _Seen())]
    while waiting:  # not recursive: pages nest deeper than Python does
        element, above = waiting.pop()
        style = sheet.style(element)
        closed = _is_closed(element)
        if element.tag not in _WHOLE_PAGE and (closed or _is_hidden(style)):
            text = _text(element)
            if closed or len(text) <= most:
                removed += _has_words(text)
                element.drop_tree()
                continue
            framed = True
        seen = _look(element, style, above)
        if not seen.legible:
            removed += _blank(element)
        element.attrib.pop("style", None)  # judged here; trafilatura would judge it again, less well
        waiting += [(child, seen) for child in element if child.tag not in _NOT_TEXT]
    return removed, framed


def spoken_comments(text: str) -> int:
    """How many comments of a page, as it came, say something in a sentence; the parser takes all of them out."""
    return sum(_speaks(comment[:_LONGEST_COMMENT]) for comment in _COMMENT.findall(text))


def _speaks(comment: str) -> bool:
    return any(
        len(_WORD.findall(words)) >= (_SPOKEN if mark else _UNENDED) and not _NO_SENTENCE.search(words)
        for words, mark in _SENTENCE.findall(_CODE.sub(" ", comment))
    )


def _text(element: HtmlElement) -> str:
    """The words in an element, without its code."""
    return "".join(element.xpath(".//text()[not(ancestor::style or ancestor::script)]"))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _blank(element: HtmlElement) -> bool:
    """Empty an element's own text; its children are judged for themselves."""
    own = [element.text or "", *((child.tail or "") for child in element)]
    element.text = None
    for child in element:
        child.tail = None
    return _has_words("".join(own))


def _is_closed(element: HtmlElement) -> bool:
    """Whether the element itself says, or its class names tell, that it is not shown."""
    tag = element.tag
    if (
        tag in _NEVER_SHOWN
        or element.get("hidden") is not None
        or element.get("popover") is not None
        or element.get("aria-hidden", "").lower() == "true"
    ):
        return True
    if tag == "dialog" and element.get("open") is None:
        return True
    parent = element.getparent()
    if parent is not None and parent.tag == "details" and parent.get("open") is None and tag != "summary":
        return True
    classes = element.get("class", "").split()
    return not _CLASSES.isdisjoint(classes) and not any(_RESPONSIVE.search(name) for name in classes)


def _is_hidden(style: Style) -> bool:
    """Whether a style hides an element with all that is in it."""
    if not style:
        return False
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    if number(style.get("opacity"), 1.0) < _FAINTEST or _is_clipped(style):
        return True
    if re.search(r"opacity\(\s*0*\.?0*%?\s*\)", style.get("filter", "")):
        return True
    return _is_elsewhere(style) or _has_no_room(style)


def _is_clipped(style: Style) -> bool:
    if _CLIPPED.search(style.get("clip-path", "")):
        return True
    match = _CLIP.search(style.get("clip", ""))
    sides = [length(side) for side in re.split(r"[\s,]+", match[1].strip())] if match else []
    if len(sides) != 4:  # noqa: PLR2004 - top, right, bottom, left
        return False
    top, right, bottom, left = sides
    across = right is not None and left is not None and right - left <= 1
    return across or (bottom is not None and top is not None and bottom - top <= 1)


def _is_elsewhere(style: Style) -> bool:
    shift = _SHIFTED.search(style.get("transform", ""))
    moves = [style.get(name) for name in ("text-indent", "margin-left", "margin-top")]
    moves += shift[1].split(",") if shift else []
    if style.get("position", "static") != "static":
        moves += [style.get(name) for name in ("left", "right", "top", "bottom")]
    # Percentages are of the page's width here, near enough to tell "off the screen".
    lengths = [length(move.strip(), 1280 if "%" in move else 16) for move in moves if move]
    return any(move is not None and (move <= -_FAR or move >= _FAR_BEYOND) for move in lengths)


def _has_no_room(style: Style) -> bool:
    if _SHRUNK.search(style.get("transform", "")) or style.get("scale") == "0":
        return True
    overflow = style.get("overflow", "") + style.get("overflow-x", "") + style.get("overflow-y", "")
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    sides = [length(style.get(name)) for name in ("width", "height", "max-width", "max-height")]
    return any(side is not None and 0 <= side <= 1 for side in sides)


def _look(element: HtmlElement, style: Style, above: _Seen) -> _Seen:
    """How the element's own text looks: size, colour and ground, each inherited unless declared."""
    seen = above
    if "visibility" in style:
        seen = replace(seen, visible=style["visibility"] not in {"hidden", "collapse"} or element.tag in _WHOLE_PAGE)
    size = length(style.get("font-size") or _size_of(style.get("font")), above.size)
    if size is not None and size >= 0:
        seen = replace(seen, size=size)
    ink = _ink(element, style)
    ground = colour(style.get("background-color") or style.get("background") or element.get("bgcolor", "").lower())
    if element.tag in _WHOLE_PAGE and ink and not ground:
        ink = None  # the sheet that gives the ground is not here
    if ink:
        seen = replace(seen, colour=ink)
    if ground and ground.alpha >= 0.5:  # noqa: PLR2004 - half of it shines through
        seen = replace(seen, background=ground)
    painted = style.get("background", "") + style.get("background-image", "")
    if "url(" in painted or "gradient(" in painted or element.get("background"):
        seen = replace(seen, background=None)
    return seen


def _ink(element: HtmlElement, style: Style) -> Colour | None:
    if "text" in style.get("background-clip", "") + style.get("-webkit-background-clip", ""):
        return None  # the background is cut to the letters: they show
    declared = style.get("-webkit-text-fill-color") or style.get("color")
    attribute = (
        element.get("color") if element.tag == "font" else element.get("text") if element.tag == "body" else None
    )
    return colour(declared or (attribute or "").lower())


def _size_of(font: str | None) -> str | None:
    """The size inside the "font" shorthand: its first length."""
    match = _FONT_SIZE.search(font or "")
    return match[1] if match else None
