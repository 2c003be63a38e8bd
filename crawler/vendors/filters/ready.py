"""Lists made ready to be searched, kept in the user's cache folder: reading a list takes a third of a second, this a
tenth of that. As the catalogue (`compiled.py`), but JSON: a list may come from anywhere.

What is kept stands under a name that hashes the list and the code that reads it; whatever changes, it is read again.
Nothing is lost when the folder cannot be written or is emptied.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import platformdirs

from crawler.vendors.filters import index, pattern, regex_cost, rule
from crawler.vendors.filters.index import Compiled, compiled

_CODE = (index, pattern, rule, regex_cost)
_PREFIX = "filter-list-"
_KEPT = 8
_PARTS = ("important", "block", "allow")
_KINDS = ("host", "token", "page", "rest")


def load(digest: str, lines: Callable[[], Iterable[str]], folder: Path | None = None) -> Compiled:
    """A list by the SHA-256 of its file: from `folder` (the user's cache) where it stands there, else its lines."""
    name = hashlib.sha256(f"{_code()} {digest}".encode()).hexdigest()[:32]
    kept = (folder or platformdirs.user_cache_path("tracking-audit")) / f"{_PREFIX}{name}.json"
    found = _read(kept)
    if found is None:
        found = compiled(lines())
        _keep(kept, found)
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


def _keep(path: Path, found: Compiled) -> None:
    with contextlib.suppress(OSError, ValueError):  # a lone surrogate cannot be written
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_bytes(orjson.dumps(found))
        unfinished.replace(path)
        others = sorted(path.parent.glob(f"{_PREFIX}*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in others[_KEPT:]:
            old.unlink(missing_ok=True)
