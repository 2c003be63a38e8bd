"""Evidence to disk: rows go out as they come, so that memory does not grow with the number of visits."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from crawler.bundle import durable, layout
from crawler.evidence import STREAMS

_LEVEL = 4


class BundleWriter:
    """Writes one run's folder. `close` seals it with hashes; until then the manifest says `"complete": false`.

    `kept` goes on with a folder that `repair` has put in order: the rows that each stream holds. Raises `OSError` when
    the disk refuses; what was written before stays readable.
    """

    def __init__(self, run_dir: Path, kept: Mapping[str, int] | None = None) -> None:
        self.run_dir = run_dir
        (run_dir / layout.SCREENS).mkdir(parents=True, exist_ok=True)
        self._streams = {
            stream: _StreamFile(layout.stream_path(run_dir, stream), append=kept is not None) for stream in STREAMS
        }
        self._counts = dict.fromkeys(STREAMS, 0) | dict(kept or {})
        self._pictures: list[Path] = []

    def add(self, stream: str, row: object) -> int:
        """Append a row to its stream and return its number, 0-based."""
        if type(row) is not STREAMS[stream]:
            raise TypeError(f"{stream} takes {STREAMS[stream].__name__}, not {type(row).__name__}")
        self._streams[stream].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        number = self._counts[stream]
        self._counts[stream] += 1
        return number

    def pending(self) -> dict[str, int]:
        """Rows that were added since the last flush, by stream; none for a stream without."""
        return {name: stream.pending for name, stream in self._streams.items() if stream.pending}

    def flush(self) -> None:
        """Make what was added readable even if the process dies now. Call it once per visit.

        What was added to a stream since the last flush becomes a gzip member of its own, with a checksum. The row of
        the visit goes out last: while it is missing, the visit is not there.
        """
        for name in sorted(self._streams, key=lambda name: name == "visits"):
            self._streams[name].end_member()
        for stream in self._streams.values():
            stream.commit()

    def sync(self) -> None:
        """Make what was flushed outlive a power cut. Slow, and safe to call in a thread while rows are added."""
        pictures, self._pictures = self._pictures, []
        for picture in pictures:
            durable.sync(picture)
        if pictures:
            durable.sync(self.run_dir / layout.SCREENS)
        for stream in self._streams.values():
            stream.sync()

    def screenshot(self, name: str, picture: bytes) -> str:
        """Store a picture and return its path within the run's folder."""
        relative = layout.screen_path(name)
        path = self.run_dir / relative
        path.write_bytes(picture)
        self._pictures.append(path)
        return relative

    def manifest(self, manifest: Mapping[str, Any], *, complete: bool = False) -> None:
        """Write run.json in one step: a reader sees the old one or the new one, never half of it."""
        write_manifest(self.run_dir, manifest, complete=complete)

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Seal the bundle: close the streams, hash every file, write the final manifest."""
        self.flush()
        self.sync()
        self.close_streams()
        paths = (path for name in layout.SEALED for path in (self.run_dir / name, *(self.run_dir / name).rglob("*")))
        files = {
            path.relative_to(self.run_dir).as_posix(): layout.sha256(path)
            for path in sorted(paths)
            if path.is_file() and not path.name.startswith(".")
        }
        self.manifest({**manifest, "rows": self._counts, "files": files}, complete=True)

    def close_streams(self) -> None:
        """Close the files without sealing; what was not flushed is dropped. Safe to call twice."""
        for stream in self._streams.values():
            stream.close()


def write_manifest(run_dir: Path, manifest: Mapping[str, Any], *, complete: bool) -> None:
    """Write run.json in one step. Raises `OSError`; the old one then stands."""
    content = {"schema": layout.SCHEMA, "complete": complete, **manifest}
    data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    durable.write(run_dir / layout.MANIFEST, data)


class _StreamFile:
    """One stream's file: gzip members one after the other, each with the rows of one visit, so that none is torn.

    Any gzip reader takes them for one file.
    """

    def __init__(self, path: Path, *, append: bool) -> None:
        self.pending = 0
        """Rows since the last commit."""
        self._path = path
        self._file = path.open("ab" if append else "wb")
        self._packer: Any = None
        self._whole = self._synced = self._file.tell()
        if not self._whole:  # an empty file is no gzip file
            self._packer = _packer()
            self.end_member()
            self.commit()
            durable.sync(path.parent)

    def write(self, line: bytes) -> None:
        if self._packer is None:
            self._packer = _packer()
        self._file.write(self._packer.compress(line))
        self.pending += 1

    def end_member(self) -> None:
        """Hand everything to the system. Raises `OSError`."""
        if self._packer is not None:
            self._file.write(self._packer.flush())
            self._packer = None
            self._file.flush()

    def commit(self) -> None:
        """What was handed over stays, whatever comes."""
        self._whole, self.pending = self._file.tell(), 0

    def sync(self) -> None:
        whole = self._whole
        if whole > self._synced:
            os.fsync(self._file.fileno())
            self._synced = whole

    def close(self) -> None:
        """Close the file and cut off what was not committed: half of a visit is no evidence."""
        if self._file.closed:
            return
        with contextlib.suppress(OSError):  # a full disk refuses what is still in the buffer, and that is dropped
            self._file.close()
        if self._path.stat().st_size > self._whole:
            os.truncate(self._path, self._whole)


def _packer() -> Any:
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
