"""Runs the product in a process of its own, and says what came of it and what it left behind."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import psutil

from crawler.browser.process_tree import every_process
from crawler.bundle import Bundle
from crawler.evidence import Visit

ROOT = Path(__file__).parents[2]
BOUNDS: dict[str, Any] = {"navigation_timeout_s": 5, "deadline_s": 15, "attempts": 2}
"""Shorter than the shipped 30 s, 90 s and 3 tries; long enough for a busy machine."""


@dataclass
class Run:
    """One run of the program. `left` is judged once it has ended."""

    folder: Path
    """Holds `out`, and `tmp`, which was the run's TMPDIR."""
    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)
    sessions: set[int] = field(default_factory=set)
    """Of all processes that were seen to descend from it. Each browser makes one of its own, which its helpers keep
    when they lose their parents."""
    lines: dict[str, list[str]] = field(default_factory=lambda: {"out": [], "err": []})
    seconds: float = 0.0
    peak_mb: float = 0.0
    """Largest resident size of our own process; browsers and driver apart."""

    @property
    def out(self) -> str:
        """Standard output up to now."""
        return "".join(self.lines["out"])

    @property
    def err(self) -> str:
        return "".join(self.lines["err"])

    def wait_for(self, word: str, timeout_s: float = 240) -> None:
        """Wait until it has said this. Raises `AssertionError` when it does not, or ends before."""
        until = time.monotonic() + timeout_s
        while word not in self.out:
            assert self.process.poll() is None and time.monotonic() < until, f"no {word!r}: {self.out}{self.err}"
            time.sleep(0.05)

    def wait_for_visit(self, url: str, timeout_s: float = 240) -> None:
        """Wait until a visit of this page that counts stands in the bundle. Raises `AssertionError` as above."""
        until = time.monotonic() + timeout_s
        while not any(v.ok and v.page_url == url for _, v in self._evidence().rows("visits")):
            assert self.process.poll() is None and time.monotonic() < until, f"no visit: {self.out}{self.err}"
            time.sleep(0.2)

    @property
    def visiting(self) -> bool:
        """Whether discovery is over: the page list stands in the bundle."""
        manifests = (self.folder / "out").rglob("run.json")
        return any(json.loads(manifest.read_bytes()).get("discovered") for manifest in manifests)

    def _evidence(self) -> Bundle:
        (manifest,) = (self.folder / "out").rglob("run.json")
        return Bundle(manifest.parent)

    @property
    def code(self) -> int | None:
        return self.process.returncode

    @cached_property
    def bundle(self) -> Bundle:
        return self._evidence()

    @cached_property
    def verdicts(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.bundle.run_dir / "verdicts.json").read_bytes())
        return content

    @cached_property
    def visits(self) -> list[Visit]:
        return [visit for _, visit in self.bundle.rows("visits")]

    def reasons(self) -> dict[str, set[str | None]]:
        """Reasons of a page's visits by its address; None for a visit that counts."""
        found: dict[str, set[str | None]] = {}
        for visit in self.visits:
            found.setdefault(visit.page_url, set()).add(visit.reason)
        return found

    def processes(self) -> list[psutil.Process]:
        """All living processes that this run started, itself left out."""
        self.look_around()
        return [p for p in every_process() if p.pid != self.process.pid and self.owns(p)]

    def look_around(self) -> None:
        """Learn which sessions there are."""
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(self.process.pid).children(recursive=True):
                with contextlib.suppress(OSError):
                    self.sessions.add(os.getsid(process.pid))

    def left(self) -> list[str]:
        """Processes and temporary files that are still there."""
        files = [str(path) for path in (self.folder / "tmp").rglob("*")]
        return files + [f"{process.pid} {process.name()}" for process in self.processes()]

    def owns(self, process: psutil.Process) -> bool:
        """Whether a living process is of this run."""
        try:
            return os.getsid(process.pid) in self.sessions and process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, OSError):
            return False


@contextlib.contextmanager
def started(
    folder: Path, *arguments: str | Path, bounds: dict[str, Any] | None = None, **environment: str
) -> Iterator[Run]:
    """Start the program with `arguments`; inside the block it runs. Killed at the latest when the block ends."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.program", json.dumps(BOUNDS | (bounds or {}))]
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder / "tmp"), "COLUMNS": "200"} | environment,
        start_new_session=True,
    )
    run = Run(folder, process, sessions={process.pid})
    threads = [
        threading.Thread(target=_watch, args=(run,), daemon=True),
        threading.Thread(target=_collect, args=(process.stdout, run.lines["out"]), daemon=True),
        threading.Thread(target=_collect, args=(process.stderr, run.lines["err"]), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield run
    finally:
        for left in [process, *run.processes()]:
            with contextlib.suppress(psutil.Error):
                left.kill()
        process.wait()
        for thread in threads:
            thread.join(10)
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        process.stderr.close()


def finish(run: Run, timeout_s: float = 120) -> Run:
    """Wait for the end of a run. Raises `subprocess.TimeoutExpired` for one that hangs."""
    run.process.wait(timeout_s)
    run.seconds = time.monotonic() - run.started
    return run


def _collect(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line)


def peak_mb(pid: int) -> float:
    """Largest resident size that a program has had; `getrusage` would count its parent's before it began, too."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0  # it has ended


def _watch(run: Run) -> None:
    while run.process.poll() is None:
        with contextlib.suppress(OSError):
            run.peak_mb = max(run.peak_mb, peak_mb(run.process.pid))
        run.look_around()
        time.sleep(0.3)
