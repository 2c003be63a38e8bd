"""A recorded value taken apart: JSON, or `name=value` pairs. Never raises."""

from __future__ import annotations

from typing import Any

import orjson

MAX_CHARS = 8_192
_MAX_PAIRS = 300


def document(value: str) -> Any:
    """The JSON that a value is; None when it is none, or too large."""
    if len(value) > MAX_CHARS or value[:1] not in ("{", "["):
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


def members(value: str) -> dict[str, Any]:
    """The members of the JSON object that a value is; none when it is none."""
    found = document(value)
    return found if isinstance(found, dict) else {}


def text(found: dict[str, Any], *names: str) -> str:
    """The first member of these names that is a text and not empty."""
    return next((str(found[n]) for n in names if isinstance(found.get(n), str) and found[n]), "")


def flags(found: dict[str, Any], at: tuple[str, ...] = ()) -> dict[str, bool]:
    """Members that are true or false, by their names; `at` leads to the object that holds them."""
    inner: Any = found
    for name in at:
        inner = inner.get(name) if isinstance(inner, dict) else None
    return {str(k): v for k, v in inner.items() if isinstance(v, bool)} if isinstance(inner, dict) else {}


def pairs(value: str) -> dict[str, str]:
    """`name=value` pairs joined by `&`; the first of a name stands."""
    found: dict[str, str] = {}
    for pair in value[:MAX_CHARS].split("&", _MAX_PAIRS)[:_MAX_PAIRS]:
        name, equals, given = pair.partition("=")
        if equals:
            found.setdefault(name, given)
    return found


def said(states: dict[str, bool], most: int = 8) -> str:
    """`marketing=off, statistics=on`, by name."""
    shown = [f"{name}={'on' if on else 'off'}" for name, on in sorted(states.items())[:most]]
    return ", ".join(shown) + (f" and {len(states) - most} more" if len(states) > most else "")
