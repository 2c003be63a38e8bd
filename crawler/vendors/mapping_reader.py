"""Reads a mapping of a YAML document key by key and says what is wrong with it, place by place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)


class MappingReader:
    """Takes keys out of a mapping; problems are collected in a list, never raised. Call `done` at the end."""

    def __init__(self, value: Any, where: str, problems: list[str]) -> None:
        self._where = where
        self._problems = problems
        self._asked: list[str] = []
        if not isinstance(value, Mapping):
            problems.append(f"{where or 'file'}: must be a mapping")
            value = {}
        self._left: dict[str, Any] = {str(k): v for k, v in value.items()}

    def problem(self, key: str, message: str) -> None:
        """Note a problem with a key."""
        self._problems.append(f"{self._where}{'.' if self._where and key else ''}{key}: {message}")

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._left:
            near = difflib.get_close_matches(key, self._asked, 1)
            self.problem(key, "unknown key" + (f", did you mean `{near[0]}`?" if near else ""))

    def text(self, key: str) -> str:
        """A text that must be there."""
        found = self.optional_text(key)
        if not found:
            self.problem(key, "is missing")
        return found or ""

    def optional_text(self, key: str) -> str | None:
        """A text, or None; a whole number is taken as text."""
        value = self._take(key)
        if value is None:
            return None
        return self._as_text(key, value)

    def texts(self, key: str, *, single: bool = False) -> tuple[str, ...]:
        """A list of texts; with `single`, one text alone stands for a list of one."""
        value = self._take(key)
        if value is None:
            return ()
        if single and not isinstance(value, list):
            value = [value]
        if not isinstance(value, list):
            self.problem(key, "must be a list")
            return ()
        return tuple(text for item in value if (text := self._as_text(key, item)) is not None)

    def text_lists(self, key: str) -> Mapping[str, tuple[str, ...]]:
        """A mapping of names to a text or a list of texts."""
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problem(key, "must be a mapping")
            return {}
        found = {}
        for name, wanted in value.items():
            items = wanted if isinstance(wanted, list) else [wanted]
            found[str(name)] = tuple(t for i in items if (t := self._as_text(f"{key}.{name}", i)) is not None)
        return found

    def choice(self, key: str, kind: type[E], otherwise: E) -> E:
        """One of an enumeration's values."""
        text = self.text(key)
        try:
            return kind(text)
        except ValueError:
            if text:
                self.problem(key, f"`{text}` is none of {', '.join(str(member.value) for member in kind)}")
            return otherwise

    def flag(self, key: str, otherwise: bool) -> bool:
        """true or false."""
        value = self._take(key)
        if value is None:
            return otherwise
        if not isinstance(value, bool):
            self.problem(key, "must be true or false")
            return otherwise
        return value

    def number(self, key: str) -> float | None:
        """A number that is not negative, or None."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.problem(key, "must be a number, 0 or more")
            return None
        return value

    def day(self, key: str) -> date:
        """A day written YYYY-MM-DD that must be there."""
        value = self._take(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if type(value) is not date:
            self.problem(key, "must be a day, YYYY-MM-DD")
            return date.min
        return value

    def node(self, key: str) -> MappingReader | None:
        """A mapping, or None."""
        value = self._take(key)
        return None if value is None else MappingReader(value, f"{self._where}{key}", self._problems)

    def nodes(self, key: str) -> list[MappingReader]:
        """A list of mappings."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.problem(key, "must be a list")
            return []
        return [MappingReader(item, f"{self._where}{key}[{i}]", self._problems) for i, item in enumerate(value)]

    def _take(self, key: str) -> Any:
        self._asked.append(key)
        return self._left.pop(key, None)

    def _as_text(self, key: str, value: Any) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.problem(key, f"`{value}` must be a text; put it in quotes")
        return None
