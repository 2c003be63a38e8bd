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
    place = (folder or usual_folder()) / f"{name}-{_digest(sources)}.pickle"
    found = _read(place)
    if good(found):
        return cast(T, found)
    made = work_out()
    keep(place, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    return made


def usual_folder() -> Path:
    """The folder in the user's cache; it need not exist."""
    return platformdirs.user_cache_path("tracking-audit")


def keep(place: Path, data: bytes) -> None:
    """Write a file whole or not at all, and clear away the oldest versions: `place` is named `thing-version.kind`.

    A folder that cannot be written is no error: then nothing is kept.
    """
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}.{os.getpid()}")
        unfinished.write_bytes(data)
        unfinished.replace(place)
        thing = place.stem.rpartition("-")[0]
        versions = place.parent.glob(f"{thing}-*{place.suffix}")
        for old in sorted(versions, key=lambda p: p.stat().st_mtime, reverse=True)[VERSIONS:]:
            old.unlink(missing_ok=True)


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
