"""Rounds of the truth world: is what was recorded what happened, time after time? One line a visit, one a problem."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from crawler.evidence import Arm
from tests.truth import comparison, visits
from tests.truth.visits import STARTS, Made

ARMS = (Arm.CONTROL, Arm.GPC)
_HELP = """
Each round visits both starts (site: over TLS, with plain frames and windows; plain: over plain HTTP) in both arms, with
the engine that audits use, against servers of the tests on this machine. A line tells of each visit: how many requests
arrived, how many both recorders tell of (matched), which only the network log has (wire) or only DevTools (cdp), each
with the reason and how many, how many nobody can explain, and in how many ways what was recorded differs from what
happened. Every difference follows as a line of its own. A visit takes half a minute. The exit code is 1 if there was
any difference, else 0.

  python -m tests.truth                     one round
  python -m tests.truth --runs 20           the acceptance test: 20 of 20 must be without a difference
  python -m tests.truth --start plain       only the plain page
  python -m tests.truth --keep-netlog DIR   keep the browser's own log of each visit, to look into a difference
"""


def main() -> int:
    """Make the rounds and tell; returns the exit code."""
    options = _options()
    bad = 0
    for number in range(1, options.runs + 1):
        for start in options.start or STARTS:
            for arm in ARMS:
                bad += bool(_visit(f"{number}/{options.runs} {start} {arm}", arm, start, options.keep_netlog))
    visits_made = options.runs * len(options.start or STARTS) * len(ARMS)
    print(f"{visits_made - bad} of {visits_made} visits recorded what happened", flush=True)
    return 1 if bad else 0


def _visit(title: str, arm: Arm, start: str, keep_netlog: Path | None) -> list[str]:
    began = time.monotonic()
    keep = None if keep_netlog is None else keep_netlog / title.replace("/", "-").replace(" ", "-")
    with tempfile.TemporaryDirectory() as workspace:
        made = asyncio.run(visits.make(Path(workspace), arm, start, keep=keep))
    problems = comparison.problems(made)
    print(f"{title} {time.monotonic() - began:.0f} s: {_line(made)}, {len(problems)} problems", flush=True)
    for problem in problems:
        print(f"  {problem}", flush=True)
    return problems


def _line(made: Made) -> str:
    arrived = f"{len(made.truth.requests)} arrived"
    found = made.recording.visit.reconciliation
    if found is None:
        return f"{arrived}, nothing recorded"
    wire, cdp = _counts(found.wire_only.items()), _counts(found.cdp_only.items())
    return f"{arrived}, {found.matched} matched, wire {wire}, cdp {cdp}, {len(found.unexplained)} unexplained"


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    return "(" + " ".join(f"{name}:{count}" for name, count in counts) + ")"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.truth",
        description=__doc__,
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="rounds to make (default 1)")
    parser.add_argument("--start", action="append", choices=tuple(STARTS), help="only this start; may be repeated")
    parser.add_argument("--keep-netlog", type=Path, metavar="DIR", help="folder for the network logs, a folder a visit")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
