"""Lists made ready to be searched, kept in the user's cache folder: reading a list takes a third of a second, this a
tenth of that. As the catalogue (`compiled.py`), but JSON and by the hash of the list: it may come from anywhere.

What is kept stands under a name that hashes the list and the code that reads it; whatever changes, it is read again.
Nothing is lost when the folder cannot be written or is emptied.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from crawler import kept
from crawler.vendors.filters import index, pattern, regex_cost, rule
from crawler.vendors.filters.index import Compiled, compiled

_CODE = (index, pattern, rule, regex_cost)
_PARTS = ("important", "block", "allow")
_KINDS = ("host", "token", "page", "rest")


def load(digest: str, lines: Callable[[], Iterable[str]], folder: Path | None = None) -> Compiled:
    """A list by the SHA-256 of its file: from `folder` (the user's cache) where it stands there, else its lines."""
    version = hashlib.sha256(f"{_code()} {digest}".encode()).hexdigest()[:32]
    place = (folder or kept.usual_folder()) / f"filter-list-{version}.json"
    found = _read(place)
    if found is None:
        found = compiled(lines())
        with contextlib.suppress(orjson.JSONEncodeError):  # a lone surrogate cannot be written
            kept.keep(place, orjson.dumps(found))
    return found


@cache
def _code() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for module in _CODE:
        digest.update(Path(module.__file__ or "").read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> Compiled | None:
    try:
        found: Any = orjson.loads(path.read_bytes())
        good = (
            isinstance(found["rules"], int) and isinstance(found["skipped"], dict) and isinstance(found["plain"], str)
        )
        good = good and all(kind in found[part] for part in _PARTS for kind in _KINDS)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found if good else None
