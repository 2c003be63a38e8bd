"""How long a regular expression of a list can take at worst, told from its form, before it is ever used.

Python's engine goes back and tries again, and it knows no time limit. What makes that explode is a repetition that can
end in several places, again and again: `(a+)+`, `.*x.*x.*x`. The estimate counts those places. It is deliberately
coarse: it refuses some that would do no harm, and never depends on the clock, so that a verdict is the same everywhere.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

MAX_LENGTH = 1_024
"""Characters of a URL that regular expressions are asked about."""
MAX_STEPS = 48 * MAX_LENGTH**2
"""Steps for one URL at the very worst: about a second."""
MAX_TEXT = 1_000
"""Characters of a regular expression."""
MAX_BRANCHES = 100

_MANY = 64
"""A repetition of this and more counts as endless."""
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_GROUPS = frozenset({"SUBPATTERN", "ASSERT", "ASSERT_NOT"})
_ALL = frozenset(range(256))
_CLASSES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s", "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip

Item = tuple[Any, Any]
"""An operation and its arguments, as Python's own reader of regular expressions gives them."""


class CostlyRegex(ValueError):
    """It could take too long, or nobody can tell."""


def examine(text: str, flags: int = 0) -> str:
    """The longest text, in lower case, that everything that matches must hold; empty for none.

    Raises `CostlyRegex` when one URL may need more than `MAX_STEPS`, and `re.error` when it is no regex.
    """
    if len(text) > MAX_TEXT:
        raise CostlyRegex
    try:
        # Not public, and the same since 3.11; without it no regular expression is taken.
        items = list(importlib.import_module("re._parser").parse(text, flags))
    except (ImportError, AttributeError, RecursionError, OverflowError) as error:
        raise CostlyRegex from error
    anchored = bool(items) and str(items[0][0]) == "AT" and str(items[0][1]).startswith("AT_BEGINNING")
    steps = _ways(items, []) * (1 if anchored else _places(items))
    # A repetition that can end in one place only is still gone through each time.
    if steps * (MAX_LENGTH if _goes_through(items, []) else 1) > MAX_STEPS:
        raise CostlyRegex
    return _needle(items)


def _needle(items: list[Item]) -> str:
    runs = [""]
    for operation, argument in items:
        if str(operation) == "LITERAL" and argument < 128:
            runs[-1] += chr(argument)
        else:
            runs.append("")
    return max(runs, key=len).lower()


def _ways(items: list[Item], rest: list[Item]) -> int:
    """Ways in which a sequence can be matched from one place on, at most; `rest` is what follows it."""
    steps = 1
    for number, (operation, argument) in enumerate(items):
        name = str(operation)
        after = items[number + 1 :] + rest
        if name in _REPEATS:
            steps *= _of_repeat(argument, after)
        elif name == "BRANCH":
            steps *= _of_branch([list(branch) for branch in argument[1]], after)
        elif name == "SUBPATTERN":
            steps *= _ways(list(argument[3]), after)
        elif name in ("ASSERT", "ASSERT_NOT"):
            steps *= _ways(list(argument[1]), [])
        elif name == "ATOMIC_GROUP":
            steps *= _ways(list(argument), [])
        elif name not in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"):
            raise CostlyRegex  # a reference to a group, a condition, or something newer
        if steps > MAX_STEPS:
            raise CostlyRegex
    return steps


def _of_repeat(argument: tuple[Any, Any, Any], after: list[Item]) -> int:
    least, most, body = int(argument[0]), int(argument[1]), list(argument[2])
    inside = _ways(body, _again(body, after) if most > 1 else after)
    if inside > 1 and most > 1:
        # Each round can go several ways.
        if most >= _MANY:
            raise CostlyRegex
        return int(min(inside**most, MAX_STEPS + 1))
    if most == least or most <= 1:
        return inside * (most - least + 1)
    if _ends_in_one_place(body, after):
        return 1
    return _places(after) if most >= _MANY else most - least + 1


def _again(body: list[Item], after: list[Item]) -> list[Item]:
    """What follows a round of a repetition: another one, or what follows it all."""
    return [("BRANCH", (None, [body, after]))]


def _ends_in_one_place(body: list[Item], after: list[Item]) -> bool:
    """What must follow a repetition tells where it ends, unless the repetition could be that too.

    At the end of all nothing follows, and nothing can fail there.
    """
    nothing, first = _first(after)
    return not after or (not nothing and not first & _first(body)[1])


def _places(items: list[Item]) -> int:
    """Places in a URL where a sequence can begin: few when it begins with a text that cannot overlap itself."""
    text: list[int] = []
    for operation, argument in items:
        if str(operation) != "LITERAL":
            break
        text.append(argument)
    period = next((n for n in range(1, len(text)) if text[n:] == text[:-n]), len(text))
    return MAX_LENGTH // max(period, 1) + 1


def _goes_through(items: list[Item], rest: list[Item]) -> bool:
    """Whether there is an endless repetition that can end in one place only."""
    for number, (operation, argument) in enumerate(items):
        name, after = str(operation), items[number + 1 :] + rest
        if name in _REPEATS:
            body = list(argument[2])
            if int(argument[1]) >= _MANY and _ends_in_one_place(body, after) and after:
                return True
            parts, after = [body], _again(body, after)
        elif name == "BRANCH":
            parts = [list(branch) for branch in argument[1]]
        else:
            parts = [list(argument[{"SUBPATTERN": 3, "ASSERT": 1, "ASSERT_NOT": 1}[name]])] if name in _GROUPS else []
        if any(_goes_through(part, after) for part in parts):
            return True
    return False


def _of_branch(branches: list[list[Item]], after: list[Item]) -> int:
    """Branches that begin alike can both be tried; the others exclude each other."""
    if len(branches) > MAX_BRANCHES:
        raise CostlyRegex
    firsts = [_first(branch) for branch in branches]
    alike = max(sum(1 for other in firsts if _may_be_alike(one, other)) for one in firsts)
    return alike * max(_ways(branch, after) for branch in branches)


def _may_be_alike(one: tuple[bool, frozenset[int]], other: tuple[bool, frozenset[int]]) -> bool:
    return one[0] or other[0] or bool(one[1] & other[1])


def _first(items: Iterable[Item]) -> tuple[bool, frozenset[int]]:
    """Whether a sequence can be empty, and the characters with which it can begin."""
    found: frozenset[int] = frozenset()
    for operation, argument in items:
        empty, begins = _first_of(str(operation), argument)
        found |= begins
        if not empty:
            return False, found
    return True, found


def _first_of(name: str, argument: Any) -> tuple[bool, frozenset[int]]:
    if name == "LITERAL":
        return False, _both_cases([argument])
    if name == "NOT_LITERAL":
        return False, _ALL - {argument}
    if name == "IN":
        return False, _of_class(argument)
    if name in _REPEATS:
        empty, begins = _first(argument[2])
        return empty or argument[0] == 0, begins
    if name == "SUBPATTERN":
        return _first(argument[3])
    if name == "ATOMIC_GROUP":
        return _first(argument)
    if name == "BRANCH":
        parts = [_first(branch) for branch in argument[1]]
        return any(empty for empty, _ in parts), frozenset[int]().union(*(begins for _, begins in parts))
    if name in ("AT", "ASSERT", "ASSERT_NOT"):
        return True, frozenset()
    return False, _ALL


def _of_class(parts: list[Item]) -> frozenset[int]:
    found = _both_cases(_members(parts))
    # Beyond Latin-1 nothing is told apart: such characters stand for all.
    if any(code > 255 for code in found):
        return _ALL
    return _ALL - found if parts and str(parts[0][0]) == "NEGATE" else found


def _members(parts: list[Item]) -> Iterator[int]:
    for operation, argument in parts:
        name = str(operation)
        if name == "LITERAL":
            yield argument
        elif name == "RANGE":
            yield from range(argument[0], min(argument[1], 256) + 1)
        elif name == "CATEGORY":
            of_class = _CLASSES.get(str(argument))
            yield from (c for c in _ALL if of_class is None or re.match(of_class, chr(c), re.ASCII))


def _both_cases(codes: Iterable[int]) -> frozenset[int]:
    return frozenset(code for c in codes for code in (c, ord(chr(c).lower()[0]), ord(chr(c).upper()[0])))
