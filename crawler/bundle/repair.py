"""What of a stopped run's evidence can be trusted, and a folder that holds just that, so that the run can go on.

A visit stands when its row of `visits` is there, says itself how many rows each other stream holds of it, and those are
there, too, each in a gzip member whose checksum holds. Everything else goes: halves of visits, and gaps that are no
visit's (the run writes them at its end). Each stream is written anew beside the old one and put in its place in one
step; being stopped between two streams does no harm, because what makes a visit stand is in all of them either way.
"""

from __future__ import annotations

import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from crawler.bundle import durable, layout
from crawler.evidence import STREAMS, Visit, from_row

_PIECE_BYTES = 1 << 14
"""Read at a time; what one piece unpacks to is at most a thousand times as much."""
_LOOKED_INTO = ("visits", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a repaired folder holds."""

    visits: frozenset[str]
    """Ids."""
    rows: dict[str, int]
    """By stream, as `BundleWriter` takes them."""


@dataclass(slots=True, kw_only=True)
class _Member:
    """A whole gzip member: the rows that one visit brought to a stream."""

    start: int
    end: int
    """Bytes from the beginning of the file."""
    rows: int = 0
    visit: str | None = None
    """None for rows that belong to no visit."""
    row: dict[str, Any] | None = None
    """The last one, of streams that are looked into."""


def repair(run_dir: Path, stands: Callable[[Visit], bool]) -> Kept:
    """Leave what can be trusted of the visits that `stands` wants to keep, and nothing else.

    Never raises for what the files hold. Raises `OSError` when the disk refuses; nothing that stands is lost then, nor
    when the process dies on the way.
    """
    members = {stream: list(_members(layout.stream_path(run_dir, stream), stream)) for stream in STREAMS}
    kept = _standing(run_dir, members, stands)
    rows = {}
    for stream, found in members.items():
        good = [member for member in found if member.visit in kept or not member.rows]
        _rewrite(layout.stream_path(run_dir, stream), good)
        rows[stream] = sum(member.rows for member in good)
    pictures = {run_dir / layout.screen_path(visit) for visit in kept}
    for path in (run_dir / layout.SCREENS).glob("*"):
        if path not in pictures:
            path.unlink()
    return Kept(visits=kept, rows=rows)


def _standing(run_dir: Path, members: dict[str, list[_Member]], stands: Callable[[Visit], bool]) -> frozenset[str]:
    """The ids of visits that are whole and wanted."""
    there: dict[str | None, Counter[str]] = {}
    for stream, found in members.items():
        for member in found:
            there.setdefault(member.visit, Counter())[stream] += member.rows
    lost = {page.visit for page in members["pages"] if page.row and not _has_picture(run_dir, page.row)}
    standing = set()
    for member in members["visits"]:
        if member.visit is None or member.visit in lost or member.row is None:
            continue
        try:
            visit = from_row(Visit, member.row)
            whole = there[member.visit] == Counter({**visit.rows, "visits": 1})
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if whole and stands(visit):
            standing.add(member.visit)
    return frozenset(standing)


def _has_picture(run_dir: Path, page: dict[str, Any]) -> bool:
    name = page.get("screenshot")
    if name is None:
        return True
    path = run_dir / layout.screen_path(str(page.get("visit")))
    return path.is_file() and path.stat().st_size > 0


def _members(path: Path, stream: str) -> Iterator[_Member]:
    """The whole members from the file's beginning to the first that is cut off, broken, or not as we write them."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        start, ahead = 0, b""
        while True:
            unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            member, line, read = _Member(start=start, end=start), b"", 0
            while not unpacker.eof:
                piece = ahead or file.read(_PIECE_BYTES)
                if not piece:
                    return
                ahead, read = b"", read + len(piece)
                try:
                    *lines, line = (line + unpacker.decompress(piece)).split(b"\n")
                    for whole in lines:
                        _take(member, orjson.loads(whole), stream)
                except (zlib.error, ValueError):
                    return
            if line:
                return
            ahead = unpacker.unused_data
            start = member.end = start + read - len(ahead)
            yield member


def _take(member: _Member, row: object, stream: str) -> None:
    """Count a row. Raises `ValueError` for one that cannot stand in this member."""
    visit = row.get("id" if stream == "visits" else "visit") if isinstance(row, dict) else row
    if not isinstance(row, dict) or not (visit is None or isinstance(visit, str)):
        raise ValueError("no row")
    if member.rows and (visit != member.visit or stream == "visits"):
        raise ValueError("rows of two visits in one member")
    member.visit = visit
    member.rows += 1
    member.row = row if stream in _LOOKED_INTO else None


def _rewrite(path: Path, members: list[_Member]) -> None:
    """Leave these members in the file and no other byte, in one step. A file that holds just them is left alone."""
    if not path.exists():
        return
    whole = sum(member.end - member.start for member in members)
    if path.stat().st_size == whole:
        return
    temporary = path.with_name(f".{path.name}.new")
    with path.open("rb") as old, temporary.open("wb") as new:
        for member in members:
            old.seek(member.start)
            for begin in range(member.start, member.end, 1 << 20):
                new.write(old.read(min(1 << 20, member.end - begin)))
    shutil.copymode(path, temporary)
    durable.replace(path, temporary)
