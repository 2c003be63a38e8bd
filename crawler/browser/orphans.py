"""A private folder for a run's profiles, and the clearing away of what a killed run left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psutil

from crawler.browser.process_tree import alive, every_process
from crawler.bundle.lock import lock

PREFIX = "tracking-audit"
_NAME = re.compile(rf"{PREFIX}-(\d+)-\w{{8}}")
_OWNER = "owner.json"
_UNFINISHED_S = 60.0
"""A folder without a readable owner is left alone for this long: its run may be about to write it."""
_START_TOLERANCE_S = 2.0


@contextlib.contextmanager
def workspace(parent: Path | None = None) -> Iterator[Path]:
    """Clear leftovers of dead runs, then give a folder that only this user can read and that is gone afterwards.

    Raises `OSError` when no temporary folder can be made.
    """
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-", dir=parent)).resolve()
    owner = _own(folder)
    try:
        yield folder
    finally:
        _end_browsers(folder)
        owner.close()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path | None = None) -> list[Path]:
    """End the browsers and delete the folders of runs that are no more; returns the folders. Never raises.

    Only folders of this user with our name are looked at, and only processes whose profile lies in such a folder.
    """
    swept: list[Path] = []
    try:
        candidates = sorted((parent or Path(tempfile.gettempdir())).resolve().iterdir())
    except OSError:
        return swept
    for folder in candidates:
        if _NAME.fullmatch(folder.name) and _is_ours(folder) and _is_dead(folder):
            _end_browsers(folder)
            shutil.rmtree(folder, ignore_errors=True)
            swept.append(folder)
    return swept


def _own(folder: Path) -> IO[str]:
    """Write who owns the folder, and hold a lock for as long as the run lives; the system releases it at death."""
    file = (folder / _OWNER).open("w+", encoding="utf-8")
    lock(file)
    json.dump({"pid": os.getpid(), "started": psutil.Process().create_time()}, file)
    file.flush()
    return file


def _is_ours(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return not folder.is_symlink() and folder.is_dir() and (not hasattr(os, "getuid") or facts.st_uid == os.getuid())


def _is_dead(folder: Path) -> bool:
    """True only when nobody holds the lock and the owning process is gone (its number may have been given again)."""
    try:
        with (folder / _OWNER).open("r+", encoding="utf-8") as file:
            # The lock also tells of runs that our process table does not show, in another container for example.
            if not lock(file):
                return False
            owner: dict[str, Any] = json.load(file)
        pid, started = int(owner["pid"]), float(owner["started"])
    except (OSError, ValueError, KeyError, TypeError):
        named = _NAME.fullmatch(folder.name)
        return named is not None and not psutil.pid_exists(int(named.group(1))) and _age_s(folder) > _UNFINISHED_S
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) <= _START_TOLERANCE_S
    except psutil.Error:
        return True
    return not (same and alive(process))


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _end_browsers(folder: Path) -> None:
    """Kill every process of ours whose profile lies in the folder, with its descendants."""
    doomed: dict[int, psutil.Process] = {}
    inside = f"--user-data-dir={folder}{os.sep}"
    for process in every_process():
        try:
            if any(argument.startswith(inside) for argument in process.cmdline()):
                doomed[process.pid] = process
                doomed.update((child.pid, child) for child in process.children(recursive=True))
        except psutil.Error:
            continue
    doomed.pop(os.getpid(), None)
    for process in doomed.values():
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(list(doomed.values()), timeout=3)
