"""A run that is told to stop, or killed: what it saw is kept, and nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crawler.browser.process_tree import alive
from crawler.bundle import Bundle
from tests.browser.fault_world import SITE, FaultWorld, html
from tests.faults.company import expectations
from tests.faults.product import Run, finish, started
from tests.faults.site import HEALTHY, HEALTHY_CALLS, arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextlib.contextmanager
def busy_site() -> Iterator[FaultWorld]:
    """One whose visits go on for a while, so that a signal meets some under way."""
    world = site("/busy")
    world.pages["/busy"] = html("Busy", "setInterval(() => fetch('/ok'), 100)")
    with served(world):
        yield world


def command(world: FaultWorld, folder: Path) -> list[str]:
    return [*arguments(world, expectations(folder), folder, jobs=2), "--repeat", "9"]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[signal.Signals, tuple[Run, float, list[str]]]]:
    """By signal: the run, how long it took to end, and what it left. All at once."""
    for number in SIGNALS:
        if signal.getsignal(number) is signal.SIG_IGN:  # under nohup; a run rightly ignores what it was told to ignore
            signal.signal(number, signal.SIG_DFL)
    ended = {}
    with busy_site() as world, contextlib.ExitStack() as stack:
        runs = {}
        for number in SIGNALS:
            folder = tmp_path_factory.mktemp(number.name)
            runs[number] = stack.enter_context(started(folder, *command(world, folder)))
        for number, run in runs.items():
            run.wait_for("visits\n")
            run.wait_for_visit(SITE + HEALTHY)
            os.kill(run.process.pid, number)
            told = time.monotonic()
            finish(run, 240)
            ended[number] = (run, time.monotonic() - told, run.left())
    yield ended


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_run_that_is_told_to_stop_ends_in_order(number: signal.Signals, stopped: dict) -> None:
    run, seconds, left = stopped[number]
    assert run.code == 3, run.out + run.err
    assert seconds < 200, "it comes to its end"
    assert left == []
    assert "stopped before the end" in run.out and run.err == ""
    assert run.bundle.verify() == [] and run.bundle.manifest["interrupted"] is True
    assert {gap["reason"] for gap in run.verdicts["gaps"]} >= {"interrupted", "missing"}
    healthy = [visit for visit in run.visits if visit.page_url == SITE + HEALTHY and visit.ok]
    assert healthy, "what was seen before the signal is kept"
    for visit in healthy:
        urls = {row.url for _, row in run.bundle.rows("requests") if row.visit == visit.id}
        assert urls.issuperset(HEALTHY_CALLS)


def test_a_killed_run_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    with busy_site() as world, started(tmp_path, *command(world, tmp_path)) as run:
        run.wait_for("visits\n", 120)
        run.wait_for_visit(SITE + HEALTHY)
        browsers = [p for p in run.processes() if "run-driver" not in _words(p)]
        for process in browsers:  # or they see that they have lost their parent, and go
            process.suspend()
        os.kill(run.process.pid, signal.SIGKILL)
        finish(run)
        orphans = [process for process in browsers if process.is_running()]
        assert len(orphans) >= 2 and list((tmp_path / "tmp").iterdir()), "or there is nothing to clear away"
        (killed,) = (tmp_path / "out").rglob("run.json")
        assert Bundle(killed.parent).manifest["complete"] is False
        assert any(visit.ok for _, visit in Bundle(killed.parent).rows("visits"))
        with started(tmp_path, *arguments(world, expectations(tmp_path), tmp_path)) as following:
            following.wait_for("visits\n", 120)
            assert [p for p in orphans if alive(p)] == []
            following.process.terminate()
            finish(following, 90)
        assert following.left() == [] and run.left() == []


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
