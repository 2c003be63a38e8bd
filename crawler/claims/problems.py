"""What is wrong with an expectations file, said to a person: where, what, and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

SHOWN = 200
"""Problems listed at most; a file with more has one cause that is among the first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend; line and column are 1-based, 1:1 when the file as a whole is meant."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class InvalidExpectations(Exception):
    """An expectations file that cannot be used; `problems` lists everything that is wrong, sorted by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda p: (p.line, p.column)))
        super().__init__("\n".join(map(str, self.problems)))


class Unreadable(Exception):
    """A text that nothing more can be said about: unreadable from this line and column on."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(f"{line}:{column}: {message}")


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = printable(file, limit=1000)
        self.found: list[Problem] = []

    def add(self, line: int, column: int, message: str) -> None:
        """Notes one problem."""
        self.found.append(Problem(self.file, line, column, message))

    def raise_if_any(self) -> None:
        """Raises `InvalidExpectations` when something was noted; a long list is cut and says so."""
        if not self.found:
            return
        self.found.sort(key=lambda p: (p.line, p.column))
        shown = self.found[:SHOWN]
        if left := len(self.found) - len(shown):
            last = shown[-1]
            more = f"and {left} more problems below; mend the ones above and check again."
            shown.append(Problem(self.file, last.line, last.column, more))
        raise InvalidExpectations(shown)


def printable(text: str, limit: int = 80) -> str:
    """The text on one line, cut at `limit` characters, with a `?` for each character that a terminal might obey."""
    cut = text[: limit + 1]
    if len(cut) > limit:
        cut = cut[: limit - 3] + "..."
    return "".join(c if c.isprintable() else " " if c in "\t\n\r" else "?" for c in cut)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """` Did you mean ...?` for the nearest known word, or nothing."""
    if len(word) > 80:
        return ""
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""
