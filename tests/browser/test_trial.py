from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crawler.browser import trial
from crawler.browser.trial import Unusable, forget, reason, try_browser


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no such file"):
        try_browser(tmp_path / "chromium", None)


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("text")
    with pytest.raises(Unusable, match="not an executable"):
        try_browser(tmp_path / "chromium", None)
    with pytest.raises(Unusable, match="not an executable"):
        try_browser(tmp_path, None)


def test_the_browsers_own_words_are_the_reason(tmp_path: Path) -> None:
    broken = script(
        tmp_path / "chromium",
        "echo 'a warning' >&2; echo 'chromium: error while loading shared libraries: libnss3.so' >&2; exit 127",
    )
    with pytest.raises(Unusable, match=r"error while loading shared libraries: libnss3\.so"):
        try_browser(broken, None)


def test_a_silent_end_is_told_with_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"without a word \(exitCode=3\)"):
        try_browser(script(tmp_path / "chromium", "exit 3"), None)


def test_one_that_hangs_is_given_up_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "TIMEOUT_S", 1.0)
    hanging = script(tmp_path / "chromium", "exec sleep 97")
    started = time.monotonic()
    with pytest.raises(Unusable, match="did not answer in time"):
        try_browser(hanging, None)
    assert time.monotonic() - started < 30
    assert not [p for p in psutil.Process().children(recursive=True) if p.cmdline()[:2] == ["sleep", "97"]]


def test_a_channel_that_is_not_installed() -> None:
    with pytest.raises(Unusable, match="not found"):
        try_browser(None, "chrome-canary")


def test_what_came_out_is_remembered(tmp_path: Path) -> None:
    log = tmp_path / "log"
    counted = script(tmp_path / "chromium", f"echo x >> {log}; exit 1")
    for _ in range(3):
        with pytest.raises(Unusable):
            try_browser(counted, None)
    assert log.read_text().count("x") == 1
    forget()
    with pytest.raises(Unusable):
        try_browser(counted, None)
    assert log.read_text().count("x") == 2


def test_it_works_inside_a_running_loop(tmp_path: Path) -> None:
    async def inside() -> None:
        with pytest.raises(Unusable, match="no such file"):
            try_browser(tmp_path / "nothing", None)

    asyncio.run(inside())


def test_a_long_reason_is_cut() -> None:
    assert len(reason("BrowserType.launch: " + "x" * 10_000)) <= 200
