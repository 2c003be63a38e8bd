"""Finds the processes of one browser by its profile folder, and ends them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil


def every_process() -> Iterator[psutil.Process]:
    """All processes of the machine, each looked at anew.

    `psutil.process_iter` remembers: where a number was given again it hands out the process that had it before, which
    has the new one's command line and refuses to be killed.
    """
    for pid in psutil.pids():
        try:
            yield psutil.Process(pid)
        except psutil.Error:
            continue


def processes_of(profile: Path, within: Iterable[psutil.Process] | None = None) -> list[psutil.Process]:
    """Every process that was started with `--user-data-dir=<profile>`, parents before children.

    Looks through `within`, or through all processes of the machine.
    """
    switch = f"--user-data-dir={profile}"
    found: list[tuple[float, psutil.Process]] = []
    for process in within if within is not None else every_process():
        try:
            if switch in process.cmdline():
                found.append((process.create_time(), process))
        except psutil.Error:
            continue
    return [process for _, process in sorted(found, key=lambda pair: (pair[0], pair[1].pid))]


def browser_process(profile: Path) -> psutil.Process | None:
    """The browser process itself: neither a helper (`--type=...`) nor the wrapper script around it."""
    children = psutil.Process().children(recursive=True)
    mains = [p for p in processes_of(profile, children) if not _is_helper(p)]
    # A wrapper script that does not `exec` hands its arguments on: the innermost program is the browser. A helper that
    # has been forked and is not what it will be still has the browser's own line: the eldest of these is the browser.
    lines = [_line(process) for process in mains]
    return mains[lines.index(lines[-1])] if mains else None


def group_of(process: psutil.Process | None) -> int | None:
    """The process group the browser leads or belongs to; None on Windows, or when it is our own group."""
    if process is None or not hasattr(os, "getpgid"):
        return None
    try:
        group = os.getpgid(process.pid)
    except OSError:
        return None
    return group if group != os.getpgid(0) else None


async def end(profile: Path, known: psutil.Process | None, group: int | None, patience_s: float) -> bool:
    """Wait for the browser to leave by itself, then kill what is left of it. True when it left by itself.

    Only processes that carry this profile, their descendants and their group are touched. Never raises.
    """
    if known is not None:
        await asyncio.to_thread(psutil.wait_procs, [known], timeout=patience_s)
    by_itself = known is None or not alive(known)
    await asyncio.to_thread(kill, profile, known, group)
    return by_itself


def kill(profile: Path, known: psutil.Process | None = None, group: int | None = None) -> int:
    """SIGKILL the browser of this profile with its descendants; returns how many were alive. Never raises."""
    doomed = {root.pid: root for root in processes_of(profile)}
    if known is not None:
        doomed[known.pid] = known
        doomed.update((member.pid, member) for member in _members(group, known))
    for root in list(doomed.values()):
        try:
            doomed.update((child.pid, child) for child in root.children(recursive=True))
        except psutil.Error:
            continue
    doomed.pop(os.getpid(), None)
    living = [process for process in doomed.values() if alive(process)]
    for process in living:
        try:
            # psutil compares start times first, so that a reused process id is never hit.
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(living, timeout=3)
    return len(living)


def alive(process: psutil.Process) -> bool:
    """True while the process runs; a zombie has ended."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _members(group: int | None, leader: psutil.Process) -> list[psutil.Process]:
    """Helpers that outlived their browser: same group, and not older than the browser."""
    found: list[psutil.Process] = []
    if group is None:
        return found
    for process in every_process():
        try:
            if os.getpgid(process.pid) == group and process.create_time() >= leader.create_time():
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _is_helper(process: psutil.Process) -> bool:
    line = _line(process)
    return not line or any(argument.startswith("--type=") for argument in line)


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
