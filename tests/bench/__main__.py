"""`make bench`: recording against bare loading, in one run, as ratios. Absolute figures depend on the machine.

Bare: one browser, a fresh context per page, the same stay on each page, nothing recorded. Recorded: what `run` does up
to the sealed bundle, both arms. Memory is the proportional set size of the whole process tree, sampled.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.world import PAGES


@dataclass(frozen=True, slots=True)
class Measured:
    """One load: seconds of wall, CPU seconds of all its processes, memory in MB, visits made."""

    how: str
    jobs: int
    visits: int
    wall_s: float
    cpu_s: float
    peak_mb: float

    @property
    def row(self) -> str:
        """As one line of the table."""
        return (
            f"{self.how:<10} {self.jobs:>4} {self.visits:>6} {self.visits / self.wall_s * 60:>10.1f}"
            f" {self.wall_s / self.visits:>8.2f} {self.cpu_s / self.visits:>8.2f} {self.peak_mb:>8.0f}"
        )


def tree_mb(root: int) -> float:
    """Proportional set size of a process and its descendants, MB; shared pages count once."""
    total = 0
    try:
        processes = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    except psutil.Error:
        return 0.0
    for process in processes:
        try:
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except (OSError, psutil.Error):
            continue
    return total / 1024


def measure(how: str, world: dict[str, object], jobs: int, visits: int) -> Measured:
    """Run one load to its end. Raises `RuntimeError` when it fails: a bench of a failing load says nothing."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", how, str(world["port"]), str(world["spki"]), str(jobs), str(visits)],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = 0.0
    ended = threading.Event()

    def sample() -> None:
        nonlocal peak
        while not ended.wait(1.5):
            peak = max(peak, tree_mb(process.pid))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not printed.strip().isdigit():
        raise RuntimeError(f"{how} at {jobs} jobs failed with {process.returncode}: {printed[-500:]}")
    return Measured(how, jobs, int(printed), wall, usage.ru_utime + usage.ru_stime, peak)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--jobs", type=int, nargs="*", default=[4], help="visits at a time (default 4)")
    parser.add_argument("--visits", type=int, default=2 * PAGES, help="visits per load (default %(default)s)")
    parser.add_argument("--long", type=int, default=0, metavar="N", help="also N visits, to show that memory is flat")
    given = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.world"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        world = json.loads(server.stdout.readline())
        print(f"{'':<10} jobs visits pages/min   s/page CPU s/pg   MB PSS")
        for jobs in given.jobs:
            plain = measure("bare", world, jobs, given.visits)
            print(plain.row, flush=True)
            full = measure("recorded", world, jobs, given.visits)
            print(full.row, flush=True)
            wall = (full.wall_s / full.visits) / (plain.wall_s / plain.visits)
            cpu = (full.cpu_s / full.visits) / (plain.cpu_s / plain.visits)
            memory = full.peak_mb / plain.peak_mb
            print(f"{'ratio':<10} {jobs:>4} {'':>6} {'':>10} {wall:>8.2f} {cpu:>8.2f} {memory:>8.2f}")
            if given.long:
                longer = measure("recorded", world, jobs, given.long)
                growth = longer.peak_mb / full.peak_mb
                print(longer.row)
                print(f"memory at {longer.visits} visits: {growth:.2f} times that at {full.visits}")
    finally:
        server.communicate()


if __name__ == "__main__":
    main()
