"""A page's instructions for pypdf's reader, with those of each form that it paints (ISO 32000-1, 8.10) in their place.

What an instruction names is looked up here, where the resources are at hand: a note says what it comes to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, DictionaryObject, NameObject

ENTER, LEAVE = b"enter", b"leave"
"""Around a form's instructions; the note of the first is whether the form's layer is switched off."""
INLINE = b"INLINE IMAGE"
"""What pypdf calls a picture among the instructions."""

_DEEPEST = 12
_MOST_FORMS = 1_000
"""Painted by one page."""
_MOST_INSTRUCTIONS = 300_000
"""Of the forms that one page paints."""
_BLENDED = 0.5
"""How much is covered by what lets through nobody knows how much."""
_DEVICE = {"/DeviceGray": 1, "/CalGray": 1, "/G": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/RGB": 3, "/DeviceCMYK": 4}
_DAMAGE = (PyPdfError, ValueError, TypeError, LookupError, AttributeError, OSError)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An operator with its operands.

    ``note`` is, of ``Tf`` how much larger than its size a font's letters may be; of ``cs`` the number of channels of a
    colour space whose colours are understood, or None; of ``gs`` and pictures how much what is painted covers what is
    below, from 0 to 1; of ``BDC`` and ``enter`` whether the layer is switched off.
    """

    operands: list[Any]
    operator: bytes
    note: Any = None


class Layers:
    """Which groups of optional content (ISO 32000-1, 8.11) are switched off when the document is opened."""

    def __init__(self, reader: PdfReader) -> None:
        self._off: set[int] = set()
        properties = _entry(reader.root_object, "/OCProperties")
        default = _entry(properties, "/D")
        if _entry(default, "/BaseState") == "/OFF":
            self._off |= _numbers(_entry(properties, "/OCGs"))
        self._off |= _numbers(_entry(default, "/OFF"))
        self._off -= _numbers(_entry(default, "/ON")) - _numbers(_entry(default, "/OFF"))

    def hides(self, group: Any) -> bool:
        """Whether what belongs to a group, or to a membership of several, is not shown."""
        if not isinstance(group, DictionaryObject):
            return False
        groups = _entry(group, "/OCGs")
        members = groups if isinstance(groups, list) else [groups or group]
        off = [number in self._off for member in members for number in _numbers([member])]
        if not off:
            return False
        policy = str(_entry(group, "/P") or "/AnyOn")
        shown = {"/AllOn": not any(off), "/AnyOff": any(off), "/AllOff": all(off)}.get(policy, not all(off))
        return not shown


class Forms:
    """The instructions of one page.

    ``fonts`` are those that forms use, by the names that they have in the instructions; ``left_out`` says that some
    forms were not followed, since there are too many.
    """

    def __init__(self, page: PageObject, reader: PdfReader, layers: Layers) -> None:
        self._page, self._reader, self._layers = page, reader, layers
        self.fonts: dict[str, Any] = {}
        self.left_out = False
        self._named: dict[int, str] = {}
        self._read: dict[int, list[tuple[Any, bytes]]] = {}
        self._forms = self._instructions = 0

    def instructions(self, contents: ContentStream) -> Iterator[Instruction]:
        """Those of the page's contents, and of the forms in them."""
        return self._walk(contents.operations, _entry(self._page, "/Resources"), ())

    def _walk(
        self, operations: list[tuple[Any, bytes]], resources: Any, above: tuple[int, ...]
    ) -> Iterator[Instruction]:
        for operands, operator in operations:
            name = operands[-1] if isinstance(operands, list) and operands else None
            if operator == b"Do":
                yield from self._painted(_entry(_entry(resources, "/XObject"), name), resources, above)
            elif operator == b"Tf" and operands:
                font = _entry(_entry(resources, "/Font"), operands[0])
                named = [NameObject(self._font(font)), *operands[1:]] if above else operands
                yield Instruction(named, operator, _scale(font))
            else:
                yield Instruction(operands, operator, self._note(operator, operands, name, resources))

    def _note(self, operator: bytes, operands: Any, name: Any, resources: Any) -> Any:
        if operator == b"cs":
            return _channels(_entry(_entry(resources, "/ColorSpace"), name) or name)
        if operator == b"gs":
            return _covering(_entry(_entry(resources, "/ExtGState"), name))
        if operator == b"BDC":
            return self._layers.hides(_entry(_entry(resources, "/Properties"), name))
        if operator == INLINE:
            settings = operands.get("settings") if isinstance(operands, dict) else None
            return _BLENDED if any(_entry(settings, mask) for mask in ("/IM", "/ImageMask")) else 1.0
        return None

    def _painted(self, thing: Any, resources: Any, above: tuple[int, ...]) -> Iterator[Instruction]:
        """A form's own instructions between two marks; for a picture, one that says where it is."""
        if _entry(thing, "/Subtype") == "/Image":
            masked = any(_entry(thing, mask) for mask in ("/SMask", "/Mask", "/ImageMask"))
            hides = self._layers.hides(_entry(thing, "/OC"))
            yield Instruction([], b"Do", 0.0 if hides else _BLENDED if masked else 1.0)
        elif _entry(thing, "/Subtype") == "/Form" and id(thing) not in above:
            operations = self._of_form(thing)
            if len(above) >= _DEEPEST or self._forms > _MOST_FORMS or self._instructions > _MOST_INSTRUCTIONS:
                self.left_out = True
                return
            yield Instruction([], ENTER, self._layers.hides(_entry(thing, "/OC")))
            yield Instruction(_sides(_entry(thing, "/Matrix")) or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], b"cm")
            yield from _clipped(_sides(_entry(thing, "/BBox")))
            yield from self._walk(operations, _entry(thing, "/Resources") or resources, (*above, id(thing)))
            yield Instruction([], LEAVE)

    def _of_form(self, form: Any) -> list[tuple[Any, bytes]]:
        if id(form) not in self._read:
            try:
                self._read[id(form)] = ContentStream(form, self._reader, "bytes").operations
            except _DAMAGE:
                self._read[id(form)] = []
        self._forms += 1
        self._instructions += len(self._read[id(form)])
        return self._read[id(form)]

    def _font(self, font: Any) -> str:
        """The name of a form's font, under which ``fonts`` has it."""
        name = self._named.setdefault(id(font), f"/FormFont{len(self._named)}")
        self.fonts[name] = font
        return name


def _entry(holder: Any, name: Any) -> Any:
    """What a dictionary has under a name; None where it has nothing, or is none, or is damaged there."""
    try:
        return holder[name].get_object() if isinstance(holder, DictionaryObject) and name in holder else None
    except _DAMAGE:
        return None


def _numbers(references: Any) -> set[int]:
    """The numbers of the objects in a list, by which two references to one are known."""
    found = references if isinstance(references, list) else []
    places = (getattr(item, "indirect_reference", None) or item for item in found)
    return {place.idnum for place in places if hasattr(place, "idnum")}


def _channels(space: Any) -> int | None:
    """How many numbers make a colour of a space; None where they are not light or ink as in a device's own space."""
    if not isinstance(space, list):
        return _DEVICE.get(str(space))
    kind, *rest = space or [None]
    if str(kind) != "/ICCBased":
        return _DEVICE.get(str(kind))
    number = _entry(rest[0].get_object(), "/N") if rest and hasattr(rest[0], "get_object") else None
    return number if isinstance(number, int) else None


def _scale(font: Any) -> float:
    """Of letters that a file draws itself (Type 3), whose measure need not be a thousandth of the font's size."""
    return max([1.0, *(abs(side) * 1000 for side in _sides(_entry(font, "/FontMatrix"))[:4])])


def _covering(state: Any) -> float | None:
    """How much a graphics state lets what is painted cover what is there, from 0 to 1; None where it does not say."""
    alpha, blend = _sides([_entry(state, "/ca")]), _entry(state, "/BM")
    if not alpha and blend is None:
        return None
    most = 1.0 if str(blend or "/Normal") in {"/Normal", "/Compatible"} else _BLENDED
    return min([most, *alpha])


def _clipped(box: list[float]) -> Iterator[Instruction]:
    """The instructions that clip to a box."""
    if len(box) == 4:  # noqa: PLR2004 - two corners
        left, bottom, right, top = box
        yield Instruction([left, bottom, right - left, top - bottom], b"re")
        yield Instruction([], b"W")
        yield Instruction([], b"n")


def _sides(numbers: Any) -> list[float]:
    """A list of numbers; an empty one where it is none."""
    try:
        return [float(number) for number in numbers or ()]
    except _DAMAGE:
        return []
