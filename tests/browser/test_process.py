from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from crawler.browser.find import find
from crawler.browser.process import BrowserProcess, NotStarted

_HOLDER = """
import asyncio, sys
from pathlib import Path
from crawler.browser.process import BrowserProcess

async def hold():
    process = BrowserProcess(Path(sys.argv[2]))
    main = await process.start(Path(sys.argv[1]), ["--headless", "--no-sandbox", "--remote-debugging-port=0"], 30)
    print(main.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


def program(folder: Path, script: str) -> Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def start(program: Path, profile: Path, timeout_s: float = 20) -> None:
    async def run() -> None:
        process = BrowserProcess(profile)
        try:
            await process.start(program, [], timeout_s)
        finally:
            process.forget()

    asyncio.run(run())


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"not found|No such file"):
        start(tmp_path / "none", tmp_path / "profile")


def test_its_own_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"^FATAL: no screen$"):
        start(program(tmp_path, "echo hello >&2; echo 'FATAL: no screen' >&2; echo bye >&2; exit 1"), tmp_path / "p")
    with pytest.raises(NotStarted, match=r"without a word \(exit code 7\)"):
        start(program(tmp_path, "exit 7"), tmp_path / "p")


def test_one_that_never_listens_is_not_waited_for(tmp_path: Path) -> None:
    begun = time.monotonic()
    # What it says meanwhile would fill any pipe that nobody reads.
    noisy = program(tmp_path, "trap 'exit 0' TERM; head -c 300000 /dev/zero >&2; exec sleep 3")
    with pytest.raises(NotStarted, match="did not answer in time"):
        start(noisy, tmp_path / "p", 1)
    assert time.monotonic() - begun < 3


@pytest.mark.browser
@pytest.mark.skipif(sys.platform == "win32", reason="needs inherited files")
def test_a_browser_dies_with_the_program_that_started_it(tmp_path: Path) -> None:
    path = find(None).path
    assert path is not None
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path), str(tmp_path / "profile")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        browser = psutil.Process(int(holder.stdout.readline()))
        assert browser.is_running()
        os.kill(holder.pid, signal.SIGKILL)
        psutil.wait_procs([browser], timeout=15)
        assert not browser.is_running() or browser.status() == psutil.STATUS_ZOMBIE
    finally:
        holder.kill()
        holder.communicate()
