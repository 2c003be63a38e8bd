"""Pages that ask for more than anybody can bear: the evidence is bounded, memory too, and it is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.collectors.devtools.records import MAX_REQUESTS
from tests.browser.fault_world import SITE, html
from tests.faults.company import expectations
from tests.faults.pages import MEGABYTES
from tests.faults.product import ROOT, Run, finish, started
from tests.faults.site import HEALTHY, HEALTHY_CALLS, arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(800)]

FEW_MB = 350
"""Our own process, browsers and driver apart: 125 MB before the first visit, 170 with fifty thousand rows in hand."""
_MANY = f"""
onload = async () => {{
  let n = 0;
  const one = async () => {{ while (n < {MAX_REQUESTS}) await fetch('https://bad.test/' + n++).catch(() => 0) }};
  await Promise.all(Array.from({{length: 60}}, one));
}}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, list[str]]]:
    folder = tmp_path_factory.mktemp("floods")
    world = site("/large-part", "/large-page", "/requests")
    world.pages["/requests"] = html("Requests", _MANY)
    bounds = {"navigation_timeout_s": 12, "deadline_s": 24, "attempts": 1}
    with served(world), started(folder, *arguments(world, expectations(folder), folder, jobs=3), bounds=bounds) as run:
        yield finish(run, 300), run.left()


def reason(run: Run, path: str) -> str | None:
    (visit,) = (visit for visit in run.visits if visit.page_url == SITE + path)
    return visit.reason


def test_large_pages_and_parts_are_seen_or_told(made: tuple[Run, list[str]]) -> None:
    run, _ = made
    assert reason(run, "/large-part") in (None, "timeout", "flood"), f"{MEGABYTES} MB"
    assert reason(run, "/large-page") in (None, "timeout", "flood"), f"{MEGABYTES} MB"
    assert reason(run, HEALTHY) is None and reason(run, "/") is None
    healthy = {row.url for _, row in run.bundle.rows("requests") if row.page_url == SITE + HEALTHY}
    assert healthy.issuperset(HEALTHY_CALLS)


def test_a_page_that_asks_without_end_is_seen_as_far_as_it_came(made: tuple[Run, list[str]]) -> None:
    run, _ = made
    assert reason(run, "/requests") in (None, "timeout", "flood")
    rows = [row for _, row in run.bundle.rows("requests") if row.url.startswith("https://bad.test/")]
    assert len(rows) > 500


def test_the_exit_code_says_whether_all_was_seen(made: tuple[Run, list[str]]) -> None:
    run, left = made
    assert run.code == run.verdicts["exit_code"] == (3 if run.verdicts["gaps"] else 0), run.out + run.err
    assert left == [] and run.bundle.verify() == [] and run.bundle.damage == [] and run.err == ""


def test_our_own_memory_stays_flat(made: tuple[Run, list[str]]) -> None:
    assert 50 < made[0].peak_mb < FEW_MB


def test_fifty_thousand_requests_for_one_address_are_put_together_in_little_time_and_memory(tmp_path: Path) -> None:
    """Matched in passing: weighing all against all took minutes and two gigabytes."""
    command = [sys.executable, "-m", "tests.faults.flood", str(tmp_path), str(MAX_REQUESTS + 500)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=ROOT, check=True)
    came = json.loads(done.stdout)
    assert came["matched"] == came["rows"] == MAX_REQUESTS
    assert came["dropped"] == 500 and came["complete"] is False, "what is beyond the limits is told, not forgotten"
    assert came["peak_mb"] < FEW_MB
