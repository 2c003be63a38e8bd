"""Many values looked for in many texts, at a cost that a hostile page cannot drive up."""

from __future__ import annotations

from collections.abc import Iterable

GRAM = 8
"""Shortest value that can be looked for."""
_MANY = 200
"""From here on, one walk over the text is cheaper than one search per value."""


class Needles:
    """A fixed set of values of at least `GRAM` characters each; shorter ones are ignored."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = [value for value in dict.fromkeys(values) if len(value) >= GRAM]
        self._by_gram: dict[str, list[str]] = {}
        for value in self._values:
            self._by_gram.setdefault(value[:GRAM], []).append(value)

    def within(self, text: str) -> list[str]:
        """The values that a text contains, in no order."""
        if len(self._values) <= _MANY:
            return [value for value in self._values if value in text]
        grams = self._by_gram.keys() & {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}
        return [value for gram in grams for value in self._by_gram[gram] if value in text]
