"""What is done to the program from inside before it starts; by name in `program`'s bounds."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import time
from pathlib import Path
from typing import Any

from crawler.browser import visits
from crawler.browser.driver import Driver
from crawler.browser.quiet_line import QuietLine
from crawler.browser.visit import Recording
from crawler.bundle import BundleWriter

BOOK = "drivers.txt"
"""Beside the run's TMPDIR: one line `port of the browser's DevTools, process of the driver that steers it` each."""

HOUR_S = 3600.0
_HELD: list[int] = []


def keep_a_book_of_drivers() -> None:
    """Only to tell the test which driver to kill: from outside, nothing says which one steers which browser."""
    book = Path(os.environ["TMPDIR"]).parent / BOOK
    behind: dict[str, str] = {}
    entering, connecting = QuietLine.__aenter__, Driver.connect_over_cdp

    async def enter(self: QuietLine) -> QuietLine:
        line = await entering(self)
        behind[line.url] = self._ws_url
        return line

    async def connect(self: Driver, ws_url: str, **options: Any) -> Any:
        browser = await connecting(self, ws_url, **options)
        client = self._manager._client
        assert client is not None
        port = behind.get(ws_url, ws_url).split(":")[2].partition("/")[0]
        with book.open("a") as file:
            file.write(f"{port} {client._transport._proc.pid}\n")
        return browser

    QuietLine.__aenter__ = enter  # type: ignore[method-assign]
    Driver.connect_over_cdp = connect  # type: ignore[method-assign]


def let_the_clock_jump() -> None:
    """`time.time` as of a machine whose clock is set an hour forth and back, again and again."""
    now = time.time
    calls = itertools.count()
    time.time = lambda: now() + (0, HOUR_S, -HOUR_S)[next(calls) % 3]


def take_all_files() -> None:
    """Once the first visit stands in the bundle, no file can be opened any more, as when something leaks them."""
    write = visits.write

    def written(writer: BundleWriter, recording: Recording) -> None:
        write(writer, recording)
        with contextlib.suppress(OSError):
            while True:
                _HELD.append(os.open(os.devnull, os.O_RDONLY))

    visits.write = written


def allow_few_files() -> None:
    """As on a machine that allows a process 64 open files unless it asks for more."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
