"""What is done to the program from inside before it starts; by name in `program`'s bounds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from crawler.browser.driver import Driver
from crawler.browser.quiet_line import QuietLine

BOOK = "drivers.txt"
"""Beside the run's TMPDIR: one line `port of the browser's DevTools, process of the driver that steers it` each."""


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
