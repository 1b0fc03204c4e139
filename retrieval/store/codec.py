"""Frozen values to JSON and back, exactly: ``read(kind, write(value)) == value``.

Fields that a stored value lacks take their defaults, and fields that the class no longer has are passed over, so old
answers stay readable when the values grow. JSON is plain ASCII, so any string survives, even one that no database
would take.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def write(value: Any) -> str:
    """A dataclass as JSON. Numbers of other libraries (numpy's) become plain floats."""
    return json.dumps(asdict(value), default=float, separators=(",", ":"))


def read(kind: type[T], text: str) -> T:
    """A dataclass from what ``write`` made of it."""
    return built(kind, json.loads(text))


def built(kind: type[T], value: Any) -> T:
    """A dataclass from what ``asdict`` made of it, after JSON or not."""
    made: T = _build(kind, value)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if is_dataclass(kind):
        return _dataclass(kind, value)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _build(next(option for option in arguments if option is not type(None)), value)
    if origin is tuple:
        return tuple(_build(arguments[0], item) for item in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


def _dataclass(kind: Any, value: dict[str, Any]) -> Any:
    hints = _hints(kind)
    known = (item.name for item in fields(kind) if item.init and item.name in value)
    return kind(**{name: _build(hints[name], value[name]) for name in known})
