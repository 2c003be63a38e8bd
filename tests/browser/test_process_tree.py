from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crawler.browser.process_tree import alive, browser_process, end, group_of, kill, processes_of

_SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for process in running:
        process.kill()
        process.wait()


def browser(running: list[subprocess.Popen[bytes]], profile: Path, code: str = _SLEEP, **given: bool) -> int:
    """A process that looks like a browser with this profile."""
    process = subprocess.Popen([sys.executable, "-c", code, f"--user-data-dir={profile}"], **given)  # type: ignore[call-overload]
    running.append(process)
    pid: int = process.pid
    return pid


def until(condition: object, timeout_s: float = 5) -> bool:
    ends = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


def test_only_the_profiles_own_processes_are_found(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    mine = browser(started, tmp_path / "a")
    browser(started, tmp_path / "a-longer")
    assert [p.pid for p in processes_of(tmp_path / "a")] == [mine]
    found = browser_process(tmp_path / "a")
    assert found is not None and found.pid == mine
    assert browser_process(tmp_path / "none") is None


def test_behind_a_wrapper_script_the_inner_process_is_the_browser(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    wrapper = tmp_path / "chromium"
    wrapper.write_text(f'#!/bin/sh\n{sys.executable} -c "{_SLEEP}" "$@"\n')
    wrapper.chmod(0o755)
    profile = tmp_path / "p"
    outer = subprocess.Popen([wrapper, f"--user-data-dir={profile}"])
    started.append(outer)
    assert until(lambda: len(processes_of(profile)) == 2)
    found = browser_process(profile)
    assert found is not None and found.ppid() == outer.pid
    assert kill(profile) == 2
    assert not processes_of(profile)


def test_a_helper_that_was_only_just_forked_is_not_the_browser(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    profile = tmp_path / "p"
    outer = browser(started, profile, "import os, time; os.fork(); time.sleep(60)")
    assert until(lambda: len(processes_of(profile)) == 2), "both have the same command line"
    found = browser_process(profile)
    assert found is not None and found.pid == outer
    assert kill(profile) == 2


def test_kill_takes_descendants_and_spares_others(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    child = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', '{_SLEEP}']); time.sleep(60)"
    mine = psutil.Process(browser(started, tmp_path / "a", child))
    other = psutil.Process(browser(started, tmp_path / "b"))
    assert until(lambda: len(mine.children()) == 1)
    helper = mine.children()[0]
    assert kill(tmp_path / "a") == 2
    assert not alive(mine) and not alive(helper)
    assert alive(other)


def test_helpers_that_outlived_the_browser_are_found_by_their_group(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    child = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', '{_SLEEP}']); time.sleep(60)"
    mine = psutil.Process(browser(started, tmp_path / "a", child, start_new_session=True))
    mine.create_time()
    group = group_of(mine)
    assert group == mine.pid
    assert until(lambda: len(mine.children()) == 1)
    helper = mine.children()[0]
    mine.kill()
    started[0].wait()
    assert alive(helper)
    assert kill(tmp_path / "a", mine, group) == 1
    assert not alive(helper)


def test_our_own_group_is_never_taken() -> None:
    assert group_of(psutil.Process()) is None
    assert group_of(None) is None


def test_one_that_leaves_by_itself_is_waited_for(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    leaving = psutil.Process(browser(started, tmp_path / "a", "import time; time.sleep(0.5)"))
    assert asyncio.run(end(tmp_path / "a", leaving, None, 10)) is True
    hanging = psutil.Process(browser(started, tmp_path / "b"))
    begun = time.monotonic()
    assert asyncio.run(end(tmp_path / "b", hanging, None, 0.3)) is False
    assert time.monotonic() - begun < 15
    assert not alive(hanging)
