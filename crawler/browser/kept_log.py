"""Keeps the browser's own log of a visit when somebody asked for it. It holds every secret of the visit."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

from crawler.bundle import layout

_MODE = 0o600


def keep(log: Path, folder: Path, visit: str) -> Path:
    """Pack a log as `<folder>/<visit>.json.gz`, readable by its owner only. Raises `OSError` when the disk refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{layout.safe_name(visit)}.json.gz"
    path.unlink(missing_ok=True)  # of an earlier attempt
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    with (
        os.fdopen(descriptor, "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed,
        log.open("rb") as file,
    ):
        shutil.copyfileobj(file, packed, 1 << 20)
    return path
