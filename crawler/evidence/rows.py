"""The streams of a bundle by name, and rows to and from JSON objects."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar, Union

from crawler.evidence.arm import Arm
from crawler.evidence.behaviour import ApiCall, StorageItem
from crawler.evidence.consent import ConsentState
from crawler.evidence.cookies import Cookie, CookieEvent
from crawler.evidence.names import HostName
from crawler.evidence.requests import Message, Request
from crawler.evidence.visits import Gap, Page, Visit

STREAMS: Mapping[str, type] = types.MappingProxyType(
    {
        "requests": Request,
        "messages": Message,
        "cookies": Cookie,
        "cookie_events": CookieEvent,
        "storage": StorageItem,
        "api_calls": ApiCall,
        "host_names": HostName,
        "consent": ConsentState,
        "pages": Page,
        "visits": Visit,
        "gaps": Gap,
    }
)
"""Name of each stream in a bundle and the shape of its rows."""

T = TypeVar("T")


def to_row(item: Any) -> dict[str, Any]:
    """The JSON object of a row; `from_row` is its inverse."""
    return asdict(item)


def from_row(kind: type[T], row: Mapping[str, Any]) -> T:
    """Build a row of `kind` from a JSON object. Unknown keys are ignored, so that a newer bundle can be read; a part
    that is built already is taken as it is.

    Raises `KeyError` with the column's name when one is missing that has no default, `ValueError` for a bad arm.
    """
    return typing.cast(T, _build(kind, row))


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if is_dataclass(kind):
        if isinstance(value, typing.cast(type, kind)):
            return value
        hints = _hints(typing.cast(type, kind))
        given = {f.name: _build(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value}
        try:
            return typing.cast(type, kind)(**given)
        except TypeError as error:
            raise KeyError(f"{typing.cast(type, kind).__name__}: {error}") from error
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_build(inner, v) for v in value)
    if origin in (Union, types.UnionType):
        inner = next(a for a in typing.get_args(kind) if a is not type(None))
        return _build(inner, value)
    if kind is Arm:
        return Arm(value)
    return value


_HINTS: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]
