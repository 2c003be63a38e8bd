"""Walks a YAML tree along a shape: fills what is right, notes what is wrong, and goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crawler.claims.kinds import KEYS
from crawler.claims.model import Claim, ClaimKind, Purpose
from crawler.claims.problems import Problems, did_you_mean, printable
from crawler.claims.shape import Choice, Day, ListOf, Record, Shape, Text, Truth
from crawler.claims.yaml_marks import Node, Scalar, Sequence, Table

ROOT = "the file"
"""What the outermost group of keys is called."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Value:
    """One value and where it stands."""

    value: str | bool | date
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Values:
    """The items of a list that could be read."""

    items: tuple[Read, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Filled:
    """The keys of a record that could be read."""

    fields: Mapping[str, Read]
    line: int
    column: int
    given: frozenset[str]
    """Every key that is there, readable or not."""

    def value(self, key: str) -> Value | None:
        """The single value under a key."""
        found = self.fields.get(key)
        return found if isinstance(found, Value) else None

    def text(self, key: str) -> str:
        """The text under a key, empty when there is none."""
        found = self.value(key)
        return found.value if found and isinstance(found.value, str) else ""

    def values(self, key: str) -> tuple[Value, ...]:
        """The single values of the list under a key."""
        found = self.fields.get(key)
        return tuple(one for one in found.items if isinstance(one, Value)) if isinstance(found, Values) else ()

    def records(self, key: str) -> tuple[Filled, ...]:
        """The records of the list under a key."""
        found = self.fields.get(key)
        return tuple(one for one in found.items if isinstance(one, Filled)) if isinstance(found, Values) else ()


Read = Value | Values | Filled


def read(node: Node, shape: Shape, what: str, problems: Problems) -> Read | None:
    """What stands there, or None after noting why it cannot be read. `what` names it in messages."""
    if isinstance(shape, Record):
        return _record(node, shape, what, problems)
    if isinstance(shape, ListOf):
        return _list(node, shape, what, problems)
    if not isinstance(node, Scalar):
        items = "a list" if isinstance(node, Sequence) else "a group of keys"
        problems.add(node.line, node.column, f"{what} must be {_wanted(shape)}, and here stands {items}.")
        return None
    if node.type == "null":
        problems.add(node.line, node.column, f"{what} has no value; write {_wanted(shape)}, or leave the key out.")
        return None
    if isinstance(shape, Truth):
        return _truth(node, what, problems)
    if isinstance(shape, Day):
        return _day(node, what, problems)
    return _text(node, shape, what, problems)


def _record(node: Node, shape: Record, what: str, problems: Problems) -> Filled | None:
    if not isinstance(node, Table):
        here = "a list" if isinstance(node, Sequence) else "a single value"
        keys = ", ".join(key for key, field in shape.fields.items() if field.required)
        problems.add(node.line, node.column, f"{what} must be a group of keys ({keys}), and here stands {here}.")
        return None
    found: dict[str, Read] = {}
    seen: dict[str, int] = {}
    for key, child in node.entries:
        if key.text in seen:
            message = f'{what} has the key "{printable(key.text)}" twice, first in line {seen[key.text]}; delete one.'
            problems.add(key.line, key.column, message)
            continue
        seen[key.text] = key.line
        field = shape.fields.get(key.text)
        if field is None:
            problems.add(key.line, key.column, _unknown_key(key.text, shape, what))
            continue
        value = read(child, field.shape, _inside(what, key.text, field.shape), problems)
        if value is not None:
            found[key.text] = value
    for name, field in shape.fields.items():
        if field.required and name not in seen:
            message = f'{what} lacks the key "{name}"; add it: {_wanted(field.shape)}.'
            problems.add(node.line, node.column, message)
    if shape.model is Claim:
        _kind_keys(node, found, what, problems)
    return Filled(found, node.line, node.column, frozenset(seen))


def _inside(what: str, key: str, shape: Shape) -> str:
    if isinstance(shape, Record):
        return f"the {key}"
    return f'"{key}"' if what == ROOT else f'{what}: "{key}"'


def _kind_keys(node: Table, found: Mapping[str, Read], what: str, problems: Problems) -> None:
    kind = found.get("kind")
    if not isinstance(kind, Value):
        return
    name = ClaimKind(str(kind.value))
    keys = KEYS[name]
    there = {key.text for key, _ in node.entries}
    for missing in (key for key in keys.required if key not in there):
        problems.add(node.line, node.column, f'{what} is of kind "{name}" and lacks "{missing}"; add it.')
    if keys.one_of and there.isdisjoint(keys.one_of):
        options = ", ".join(keys.one_of)
        message = f'{what} is of kind "{name}" and needs at least one of {options}; say what must not be seen.'
        problems.add(node.line, node.column, message)
    known = set().union(*(one.allowed for one in KEYS.values()))
    for key, _ in node.entries:
        if key.text in known and key.text not in keys.allowed:
            fitting = ", ".join(str(one) for one, other in KEYS.items() if key.text in other.allowed)
            message = f'{what} is of kind "{name}", which has no "{key.text}"; delete it (it goes with: {fitting}).'
            problems.add(key.line, key.column, message)


def _list(node: Node, shape: ListOf, what: str, problems: Problems) -> Values | None:
    if not isinstance(node, Sequence):
        empty = isinstance(node, Scalar) and node.type == "null"
        way_out = "write [] for none" if empty and not shape.at_least else "put square brackets around it"
        problems.add(node.line, node.column, f"{what} must be a list; {way_out}.")
        return None
    if len(node.items) < shape.at_least:
        message = f"{what} must have at least {shape.at_least} item; add one, or leave an optional key out."
        problems.add(node.line, node.column, message)
        return None
    if len(node.items) > shape.at_most:
        problems.add(node.line, node.column, f"{what} has more than {shape.at_most} items; is it the right file?")
        return None
    items: list[Read] = []
    seen: dict[object, int] = {}
    for number, child in enumerate(node.items, 1):
        label = _label(child, shape.item, number) if isinstance(shape.item, Record) else f"{what} item {number}"
        item = read(child, shape.item, label, problems)
        if item is None:
            continue
        if shape.unique and isinstance(item, Value):
            if item.value in seen:
                message = (
                    f'{what} has "{printable(str(item.value))}" twice, first in line {seen[item.value]}; delete one.'
                )
                problems.add(item.line, item.column, message)
                continue
            seen[item.value] = item.line
        items.append(item)
    return Values(tuple(items), node.line, node.column)


def _label(node: Node, shape: Record, number: int) -> str:
    for key, child in node.entries if isinstance(node, Table) else ():
        if key.text == "id" and isinstance(child, Scalar) and child.text:
            return f"{shape.name} {printable(child.text, 40)}"
    return f"{shape.name} {number}"


def _truth(node: Scalar, what: str, problems: Problems) -> Value | None:
    if node.type == "bool" and node.text in ("true", "false"):
        return Value(node.text == "true", node.line, node.column)
    message = f'{what} must be true or false, without quotes, and here stands "{printable(node.text)}".'
    problems.add(node.line, node.column, message)
    return None


def _day(node: Scalar, what: str, problems: Problems) -> Value | None:
    if _DAY.fullmatch(node.text):
        try:
            return Value(date.fromisoformat(node.text), node.line, node.column)
        except ValueError:
            problems.add(node.line, node.column, f"{what}: there is no day {node.text} in the calendar; correct it.")
            return None
    message = f'{what} must be a date as 2026-12-31 (year-month-day), and here stands "{printable(node.text)}".'
    problems.add(node.line, node.column, message)
    return None


def _text(node: Scalar, shape: Text | Choice, what: str, problems: Problems) -> Value | None:
    if node.type != "str" and not (isinstance(shape, Text) and shape.numbers and node.type in ("int", "float")):
        problems.add(node.line, node.column, _not_text(node, what))
        return None
    text = node.text
    if isinstance(shape, Choice):
        if text in shape.words:
            return Value(shape.enum(text) if shape.enum else text, node.line, node.column)
        problems.add(node.line, node.column, _not_a_choice(text, shape, what))
    elif not text.strip():
        problems.add(node.line, node.column, f"{what} is empty; write {shape.wanted}, or leave an optional key out.")
    elif len(text) < shape.at_least or len(text) > shape.at_most:
        bounds = dict.fromkeys((str(shape.at_least), str(shape.at_most)))
        message = f"{what} has {len(text)} characters; it must have {' to '.join(bounds)}."
        problems.add(node.line, node.column, message)
    elif shape.pattern and not re.fullmatch(shape.pattern, text):
        message = f'{what} must be {shape.wanted}, and here stands "{printable(text)}".'
        problems.add(node.line, node.column, message)
    else:
        return Value(text, node.line, node.column)
    return None


def _not_text(node: Scalar, what: str) -> str:
    shown = printable(node.text)
    if node.type == "bool":
        return f'{what} must be text, but YAML reads an unquoted {shown} as true or false; put it in quotes: "{shown}".'
    return f'{what} must be text, but YAML reads {shown} as {_article(node.type)}; put it in quotes: "{shown}".'


def _article(kind: str) -> str:
    return {"int": "a number", "float": "a number", "timestamp": "a date"}.get(kind, "something else")


def _not_a_choice(text: str, shape: Choice, what: str) -> str:
    if text == Purpose.UNKNOWN and shape.enum is Purpose:
        return f'{what}: "unknown" is what a report calls third parties that nobody knows; name a real purpose.'
    return f'{what}: "{printable(text)}" is not one of {", ".join(shape.words)}.{did_you_mean(text, shape.words)}'


def _unknown_key(key: str, shape: Record, what: str) -> str:
    hint = did_you_mean(key, list(shape.fields))
    way_out = hint or f" Delete it; known are {', '.join(shape.fields)}."
    return f'{what} has an unknown key "{printable(key)}".{way_out}'


def _wanted(shape: Shape) -> str:
    match shape:
        case Text():
            return shape.wanted
        case Choice():
            return f"one of {', '.join(shape.words)}"
        case Truth():
            return "true or false"
        case Day():
            return "a date as 2026-12-31"
        case ListOf():
            return "a list"
        case _:
            return "a group of keys"


def build(filled: Filled, shape: Record, **given: Any) -> Any:
    """The model's object from a record that is whole; `given` are the fields that the file does not carry."""
    values: dict[str, Any] = {}
    for key, field in shape.fields.items():
        if key in given:
            continue
        found = filled.fields.get(key)
        if isinstance(found, Value):
            values[key] = found.value
        elif isinstance(found, Values) and isinstance(field.shape, ListOf):
            inner = field.shape.item
            values[key] = tuple(
                build(one, inner, line=one.line) if isinstance(one, Filled) and isinstance(inner, Record) else one.value
                for one in found.items
                if isinstance(one, (Value, Filled))
            )
        elif isinstance(field.shape, ListOf):
            values[key] = ()
        elif not isinstance(field.shape, Truth):
            values[key] = None
    return shape.model(**values, **given)
