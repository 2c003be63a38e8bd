"""A machine that fails the program: its clock is set, its open files run out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.fault_world import SITE
from tests.faults.company import expectations
from tests.faults.product import Run, finish, started
from tests.faults.sabotage import HOUR_S
from tests.faults.site import HEALTHY, arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def made(folder: Path, sabotage: str) -> tuple[Run, list[str]]:
    world = site("/plain")
    with (
        served(world),
        started(folder, *arguments(world, expectations(folder), folder, jobs=1), bounds={"sabotage": sabotage}) as run,
    ):
        finish(run, 240)
        return run, run.left()


@pytest.mark.parametrize("sabotage", ["let_the_clock_jump", "allow_few_files"])
def test_what_the_program_can_bear(sabotage: str, tmp_path: Path) -> None:
    run, left = made(tmp_path, sabotage)
    assert run.code == run.verdicts["exit_code"] == 0, run.out + run.err
    assert run.reasons() == {f"{SITE}{path}": {None} for path in ("/", HEALTHY, "/plain")}
    assert run.bundle.verify() == [] and run.bundle.damage == [] and left == []
    for visit in run.visits:
        sent = [row.sent_ms for _, row in run.bundle.rows("requests") if row.visit == visit.id]
        assert 0 < visit.duration_ms < HOUR_S * 1000, "all times are of one clock"
        assert sent and max(map(abs, sent)) < HOUR_S * 1000
        assert [step.started_ms for step in visit.steps] == sorted(step.started_ms for step in visit.steps)


def test_a_machine_without_files_ends_the_run_and_not_what_was_seen(tmp_path: Path) -> None:
    run, left = made(tmp_path, "take_all_files")
    assert run.code == 4, run.out + run.err
    assert "open files" in run.out + run.err, "it says what it lacks"
    assert "--resume" in run.out + run.err, "and how to go on"
    first = run.visits[0]
    assert first.ok and first.rows["requests"] == sum(r.visit == first.id for _, r in run.bundle.rows("requests")) > 0
    assert run.bundle.damage == [] and left == []
