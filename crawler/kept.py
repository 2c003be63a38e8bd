"""What is worked out once and then kept ready in the user's cache folder, because working it out costs a slow start.

What is kept stands under a name that hashes where its sources are, how large they are and when they were last written;
whatever changes, it is worked out again. Nothing is lost when the folder cannot be written or is emptied. It is a
pickle, as trusted as the byte code that Python keeps beside its modules: who can write there is the user.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar, cast

import platformdirs

VERSIONS = 12
"""Versions of one thing that stay: of several checkouts and environments on one machine."""

T = TypeVar("T")


def kept(
    name: str,
    sources: Iterable[Path],
    work_out: Callable[[], T],
    good: Callable[[object], bool],
    folder: Path | None = None,
) -> T:
    """What `work_out` makes from `sources` (data and code), from `folder` where it stands there and is `good`.

    Raises `OSError` when a source is missing, and what `work_out` raises.
    """
    place = (folder or platformdirs.user_cache_path("tracking-audit")) / f"{name}-{_digest(sources)}.pickle"
    found = _read(place)
    if good(found):
        return cast(T, found)
    made = work_out()
    _keep(place, name, made)
    return made


def _digest(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version} {pickle.HIGHEST_PROTOCOL}".encode())
    for file in sources:
        stat = file.stat()
        digest.update(f"\n{file} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:32]


def _read(place: Path) -> object:
    # Thousands of new objects make the collector look through all of them again and again, which costs two thirds of
    # the time, and nothing among them is garbage.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return pickle.loads(place.read_bytes())
    except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, pickle.PickleError):
        return None
    finally:
        if collecting:
            gc.enable()


def _keep(place: Path, name: str, made: object) -> None:
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.{os.getpid()}")
        unfinished.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        unfinished.replace(place)
        others = sorted(place.parent.glob(f"{name}-*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in others[VERSIONS:]:
            old.unlink(missing_ok=True)
