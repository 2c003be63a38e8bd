"""Evidence to disk: rows go out as they come, so that memory does not grow with the number of visits."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from crawler.bundle import layout
from crawler.evidence import STREAMS


class BundleWriter:
    """Writes one run's folder. `close` seals it with hashes; until then the manifest says `"complete": false`.

    Raises `OSError` when the disk refuses; what was written before stays readable.
    """

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        (run_dir / layout.SCREENS).mkdir(parents=True, exist_ok=True)
        self._files = {
            stream: gzip.open(layout.stream_path(run_dir, stream), "wb", compresslevel=4)  # noqa: SIM115
            for stream in STREAMS
        }
        self._counts = dict.fromkeys(STREAMS, 0)

    def add(self, stream: str, row: object) -> int:
        """Append a row to its stream and return its number, 0-based."""
        if type(row) is not STREAMS[stream]:
            raise TypeError(f"{stream} takes {STREAMS[stream].__name__}, not {type(row).__name__}")
        self._files[stream].write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        number = self._counts[stream]
        self._counts[stream] += 1
        return number

    def flush(self) -> None:
        """Make what was added readable even if the process dies now. Call it once per visit."""
        for file in self._files.values():
            file.flush()

    def screenshot(self, name: str, picture: bytes) -> str:
        """Store a picture and return its path within the run's folder."""
        relative = f"{layout.SCREENS}/{layout.safe_name(name)}.jpg"
        (self.run_dir / relative).write_bytes(picture)
        return relative

    def manifest(self, manifest: Mapping[str, Any], *, complete: bool = False) -> None:
        """Write run.json in one step: a reader sees the old one or the new one, never half of it."""
        content = {"schema": layout.SCHEMA, "complete": complete, **manifest}
        temporary = self.run_dir / f".{layout.MANIFEST}.new"
        temporary.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        temporary.replace(self.run_dir / layout.MANIFEST)

    def close(self, manifest: Mapping[str, Any]) -> None:
        """Seal the bundle: close the streams, hash every file, write the final manifest."""
        self.close_streams()
        files = {
            path.relative_to(self.run_dir).as_posix(): layout.sha256(path)
            for path in sorted(self.run_dir.rglob("*"))
            if path.is_file() and path.name != layout.MANIFEST and not path.name.startswith(".")
        }
        self.manifest({**manifest, "rows": self._counts, "files": files}, complete=True)

    def close_streams(self) -> None:
        """Close the files without sealing; safe to call twice."""
        for file in self._files.values():
            file.close()
