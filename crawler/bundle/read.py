"""Evidence from disk: the manifest, the rows stream by stream, and whether the files are what was written."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from crawler.bundle import layout
from crawler.evidence import STREAMS, from_row

_AGAIN = "copy the run's folder again, or make the run anew"
_KINDS: Mapping[str, type] = {
    "arms": list, "files": dict, "pages": list, "rows": dict, "sites": list, "skipped": dict, "visits": list,
}  # fmt: skip
"""What the parts of a manifest are, where they are there."""


class NotARun(ValueError):
    """The folder holds no readable run; the text says why and what to give instead."""


class Bundle:
    """One run's folder, read only. Raises `NotARun` when run.json is missing, broken or of a newer schema."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir
        path = run_dir / layout.MANIFEST
        try:
            manifest = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            raise NotARun(
                f"{run_dir}: no {layout.MANIFEST} here; give a run's folder, reports/<company>/<time> "
                "(a run that was stopped before it had one holds nothing: start it anew)"
            ) from None
        except (OSError, orjson.JSONDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise NotARun(f"{path}: cannot be read: {why}; {_AGAIN}") from error
        if not isinstance(manifest, dict) or "schema" not in manifest:
            raise NotARun(f"{path}: is not the {layout.MANIFEST} of a run; give a run's folder")
        if (found := manifest["schema"]) != layout.SCHEMA:
            raise NotARun(
                f"{path}: schema {found!r}, but this version reads {layout.SCHEMA!r}; use the version that wrote it"
            )
        if changed := [name for name, kind in _KINDS.items() if not isinstance(manifest.get(name, kind()), kind)]:
            raise NotARun(f"{path}: was changed since it was written: {', '.join(changed)}; {_AGAIN}")
        self.manifest: dict[str, Any] = manifest
        self.damage: list[str] = []
        """What could not be read so far; an audit of a damaged bundle cannot pass."""

    @property
    def finished(self) -> bool:
        """Sealed, and not stopped before its end."""
        return bool(self.manifest.get("complete")) and not self.manifest.get("interrupted")

    def rows(self, stream: str) -> Iterator[tuple[int, Any]]:
        """Each row with its number. Stops at the first unreadable row and notes it in `damage`."""
        path = layout.stream_path(self.run_dir, stream)
        if not path.exists() and stream not in self.manifest.get("rows", {stream}):
            return  # sealed by a version that did not know this stream
        number = 0
        try:
            with gzip.open(path, "rb") as file:
                for line in file:
                    yield number, from_row(STREAMS[stream], orjson.loads(line))
                    number += 1
        except (OSError, EOFError, zlib.error, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            self._note(f"{stream}: row {number}: {type(error).__name__}: {error}")
            return
        expected = self.manifest.get("rows", {}).get(stream)
        if expected is not None and number != expected:
            self._note(f"{stream}: {number} rows, but {expected} were written")

    def _note(self, problem: str) -> None:
        if problem not in self.damage:
            self.damage.append(problem)

    def verify(self) -> list[str]:
        """What differs from what was written: missing, changed or never sealed files. Empty when all is as it was."""
        problems = [] if self.manifest.get("complete") else ["the run was not finished: run.json says complete = false"]
        for name, digest in self.manifest.get("files", {}).items():
            path = (self.run_dir / name).resolve()
            if not path.is_relative_to(self.run_dir.resolve()):
                problems.append(f"{name}: lies outside the run's folder")
            elif not path.is_file():
                problems.append(f"{name}: missing")
            elif layout.sha256(path) != digest:
                problems.append(f"{name}: changed since it was written")
        return problems
