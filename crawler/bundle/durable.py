"""Files that outlive a power cut: their content is on the disk before anything says that it is there."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have a file's content, or a folder's list of names, written to the disk. Raises `OSError`.

    Windows cannot open folders; there their names are left to the system.
    """
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, temporary: Path) -> None:
    """Put a finished file in the place of another in one step: a reader sees the old one or the new one, whole.

    Without the sync before it, some file systems keep the new name and lose the content. Raises `OSError`.
    """
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def write(path: Path, content: bytes) -> None:
    """Write a file in one step, with a hidden neighbour as its draft. Raises `OSError`; the old file then stands."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    replace(path, temporary)
