"""`make bench`: recording against bare loading, in one run, as ratios. Absolute figures depend on the machine.

First how fast requests are named, see `tests.bench.matching`.

Bare: one browser, a fresh context per page, the same story on each page, nothing recorded. Recorded: what `run` does up
to the sealed bundle, both compared arms; once more with the browser's network log off, which shows what the log costs.
Wall time is that of the visits, from the fixed page list to the sealed bundle. Memory is the proportional set size of
the whole process tree, sampled. Then the memory of many hasty visits against that of few.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench import matching

SAMPLE_S = 1.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One load: seconds of wall, CPU seconds of all its processes, memory in MB, visits made."""

    how: str
    jobs: int
    visits: int
    bad: int
    wall_s: float
    discovery_s: float
    cpu_s: float
    peak_mb: float

    @property
    def row(self) -> str:
        """As one line of the table."""
        bad = f"  ({self.bad} gaps)" if self.bad and self.how != "no NetLog" else ""
        return (
            f"{self.how:<10} {self.jobs:>4} {self.visits:>6} {self.visits / self.wall_s * 60:>10.1f}"
            f" {self.wall_s / self.visits:>8.2f} {self.cpu_s / self.visits:>8.2f} {self.peak_mb:>8.0f}{bad}"
        )

    def against(self, plain: Measured) -> str:
        """The ratios to another load."""
        wall = (self.wall_s / self.visits) / (plain.wall_s / plain.visits)
        cpu = (self.cpu_s / self.visits) / (plain.cpu_s / plain.visits)
        memory = self.peak_mb / plain.peak_mb
        return f"{'  ratio':<10} {self.jobs:>4} {'':>6} {'':>10} {wall:>8.2f} {cpu:>8.2f} {memory:>8.2f}"


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


def measure(
    how: str, world: dict[str, object], jobs: int, visits: int, sampled: Callable[[int, float], None] | None = None
) -> Measured:
    """Run one load to its end. Raises `RuntimeError` when it fails: a bench of a failing load says nothing.

    `sampled` is called with the load's process id and the tree's memory at every sample.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", how, str(world["port"]), str(world["spki"]), str(jobs), str(visits)],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = 0.0
    ended = threading.Event()

    def sample() -> None:
        nonlocal peak
        while not ended.wait(SAMPLE_S):
            now = tree_mb(process.pid)
            peak = max(peak, now)
            if sampled is not None:
                sampled(process.pid, now)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    ended.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not printed.strip().startswith("{"):
        raise RuntimeError(f"{how} at {jobs} jobs failed with {process.returncode}: {printed[-500:]}")
    told = json.loads(printed)
    cpu_s = usage.ru_utime + usage.ru_stime
    return Measured(how, jobs, int(told["visits"]), int(told["bad"]), told["wall_s"], told["discovery_s"], cpu_s, peak)


def memory_over_visits(world: dict[str, object], jobs: int, visits: int) -> None:
    """Whether memory grows: our own process and the whole tree, in tenths of a long load of hasty visits."""
    samples: list[tuple[float, float, float]] = []
    begin = time.monotonic()

    def note(pid: int, tree: float) -> None:
        samples.append((time.monotonic() - begin, tree_of_self(pid), tree))

    done = measure("hasty", world, jobs, visits, note)
    print(
        f"\n{done.visits} hasty visits, {jobs} at a time ({done.bad} gaps): MB PSS, highest in each tenth of the time"
    )
    print(f"{'tenth':>6} {'our process':>12} {'whole tree':>11}")
    length = samples[-1][0] - samples[0][0] or 1.0
    tenths = [[s for s in samples if int(min(9.99, (s[0] - samples[0][0]) / length * 10)) == i] for i in range(10)]
    peaks = [(max(s[1] for s in tenth), max(s[2] for s in tenth)) for tenth in tenths if tenth]
    for number, (own, tree) in enumerate(peaks, 1):
        print(f"{number:>6} {own:>12.0f} {tree:>11.0f}")
    own, tree = (peaks[-1][i] / peaks[1][i] for i in (0, 1))
    print(f"last against second tenth: our process {own:.2f}, tree {tree:.2f}")


def tree_of_self(pid: int) -> float:
    """Proportional set size of one process alone, MB."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2, 4, 8], help="visits at a time (default 1 2 4 8)")
    parser.add_argument("--visits", type=int, default=16, help="visits per job and load (default %(default)s)")
    parser.add_argument(
        "--long", type=int, default=1000, metavar="N", help="visits of the memory load; 0 leaves it out"
    )
    parser.add_argument("--no-matching", action="store_true", help="leave out how fast requests are named")
    given = parser.parse_args()
    if not given.no_matching:
        matching.main()
        print()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.world"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        world = json.loads(server.stdout.readline())
        print(f"{'':<10} jobs visits pages/min   s/page CPU s/pg   MB PSS")
        for jobs in given.jobs:
            visits = max(12, given.visits * jobs)
            plain = measure("bare", world, jobs, visits)
            print(plain.row, flush=True)
            for how in ("recorded", "no NetLog"):
                load = measure(how, world, jobs, visits)
                print(f"{load.row}\n{load.against(plain)}", flush=True)
        if given.long:
            memory_over_visits(world, 4, given.long)
    finally:
        server.communicate()


if __name__ == "__main__":
    main()
