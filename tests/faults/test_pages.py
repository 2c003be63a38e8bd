"""Faulty pages through the whole product: each costs its own visit at most, and the exit code says what was missed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.browser.fault_world import SITE
from tests.faults import alone
from tests.faults.cases import LOST, TOLERATED, Case
from tests.faults.company import expectations
from tests.faults.product import Run, finish, started
from tests.faults.site import HEALTHY, HEALTHY_CALLS, arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(800)]


@dataclass
class Made:
    run: Run
    left: list[str]
    running: set[str]
    """Names of the processes that were seen while it ran."""


def names(processes: list[psutil.Process]) -> set[str]:
    """Of those that have not ended meanwhile."""
    found = set()
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found.add(process.name())
    return found


def made(folder: Path, cases: tuple[Case, ...], **bounds: int) -> Made:
    world = site(*(case.where for case in cases if case.where.startswith("/") and case.where != HEALTHY))
    sites = [f"{SITE}/", *(case.where for case in cases if "://" in case.where)]
    with served(world):
        options = arguments(world, expectations(folder, sites), folder, jobs=4)
        with started(folder, *options, bounds=bounds) as run:
            run.wait_for("1 of ")
            running = names(run.processes())
            finish(run, 300)
    return Made(run, run.left(), running)


@pytest.fixture(scope="module")
def tolerated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    yield made(tmp_path_factory.mktemp("tolerated"), TOLERATED, navigation_timeout_s=15, deadline_s=40)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    yield made(tmp_path_factory.mktemp("lost"), LOST, attempts=1)


def check(case: Case, run: Run, folder: Path) -> None:
    """The visit's end, what it sent, and the exit code that the page alone would lead to."""
    (visit,) = (visit for visit in run.visits if visit.page_url == case.url)
    gaps = [gap for _, gap in run.bundle.rows("gaps") if gap.visit == visit.id]
    assert visit.reason in case.reasons, gaps
    assert len(gaps) == (visit.reason is not None)
    assert all(case.detail in gap.detail for gap in gaps)
    urls = {row.url for _, row in run.bundle.rows("requests") if row.visit == visit.id}
    assert urls.issuperset(case.sends), sorted(urls)[:20]
    judged = alone.verdicts(alone.only(run.bundle, {f"{SITE}/", SITE + HEALTHY, case.url}, folder))
    assert judged["exit_code"] == (0 if visit.reason is None else 3)
    assert judged["visits"]["control"][0] >= 2, "the healthy page and the start page count whatever the other does"


@pytest.mark.parametrize("case", TOLERATED, ids=lambda case: case.where)
def test_a_fault_that_hides_nothing_costs_nothing(case: Case, tolerated: Made, tmp_path: Path) -> None:
    check(case, tolerated.run, tmp_path / "alone")


@pytest.mark.parametrize("case", LOST, ids=lambda case: case.where)
def test_a_fault_that_hides_a_page_is_a_gap_and_costs_no_other(case: Case, lost: Made, tmp_path: Path) -> None:
    check(case, lost.run, tmp_path / "alone")


def test_the_exit_codes(tolerated: Made, lost: Made) -> None:
    assert tolerated.run.code == tolerated.run.verdicts["exit_code"] == 0, tolerated.run.out + tolerated.run.err
    assert lost.run.code == lost.run.verdicts["exit_code"] == 3, lost.run.out + lost.run.err
    assert {gap["url"] for gap in lost.run.verdicts["gaps"]} == {case.url for case in LOST}
    for case in LOST:
        assert case.url in lost.run.out, "the summary names every page that could not be seen"


@pytest.mark.parametrize("which", ["tolerated", "lost"])
def test_nothing_is_left_and_the_evidence_holds(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    assert len(made.running) >= 2, f"driver and browser, or the check would see nothing: {made.running}"
    assert made.left == []
    assert made.run.bundle.verify() == [] and made.run.err == ""
    healthy = {row.url for _, row in made.run.bundle.rows("requests") if row.page_url == SITE + HEALTHY}
    assert healthy.issuperset(HEALTHY_CALLS)
    assert made.run.bundle.damage == []
