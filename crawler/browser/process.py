"""Starts a browser's process itself, so that it carries no switch but ours, and tells it to go.

Playwright's own start adds switches and emulation that pages can see: another screen, hidden scroll bars, a focus that
every window has (`decisions/0010-neutrality.md`).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil

from crawler.browser.process_tree import browser_process
from crawler.browser.trial import telling
from crawler.collectors.devtools.connection import CdpConnection, CdpError

_KEPT_BYTES = 16_384
_STEP_S = 0.02
_WITH_PIPES = 'orders=$1 answers=$2; shift 2; exec "$@" 3<"/dev/fd/$orders" 4>"/dev/fd/$answers"'


class NotStarted(Exception):
    """The browser did not start; the text says why, in its own words where it has some."""


class BrowserProcess:
    """One started browser. It ends by itself when our own process dies, however that dies (not on Windows)."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._popen: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._said = bytearray()
        self._ends: tuple[int, ...] = ()
        self.ws_url = ""
        """Browser-level DevTools WebSocket, once started."""

    async def start(self, program: Path, switches: Sequence[str], timeout_s: float) -> psutil.Process:
        """Start the program and wait until it listens. Returns the browser's own process, behind any wrapper script.

        `switches` ask for a DevTools port of the browser's choice. Raises `NotStarted`.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_s
        try:
            self._spawn(program, [*switches, f"--user-data-dir={self._profile}"])
        except OSError as error:
            raise NotStarted(str(error)) from error
        assert self._popen is not None and self._reader is not None
        while loop.time() < until:
            self.ws_url = self._listening()
            process = await asyncio.to_thread(browser_process, self._profile) if self.ws_url else None
            if process is not None:
                return process
            if self._popen.poll() is not None:
                self._reader.join(1)
                words = telling(self._said.decode("utf-8", "replace").splitlines())
                raise NotStarted(
                    words or f"ended right after its start, without a word (exit code {self._popen.poll()})"
                )
            await asyncio.sleep(_STEP_S)
        raise NotStarted("did not answer in time")

    async def quit(self, timeout_s: float) -> bool:
        """Tell the browser to close its windows and go; False when it takes no orders. Never raises."""
        if not self.ws_url:
            return False
        connection = CdpConnection(lambda session, method, params: None)
        try:
            await connection.open(self.ws_url, timeout_s)
            # It may be gone before it has answered.
            done, _ = await asyncio.wait({connection.post("Browser.close")}, timeout=timeout_s)
        except CdpError:
            return False
        finally:
            await connection.close()
        return bool(done)

    def forget(self) -> None:
        """Let go of a process that has ended."""
        ends, self._ends = self._ends, ()
        for end in ends:
            os.close(end)
        if self._popen is not None:
            self._popen.poll()

    def _listening(self) -> str:
        """The address that the browser wrote into its profile; empty before."""
        with contextlib.suppress(OSError, ValueError):
            text = (self._profile / "DevToolsActivePort").read_text(encoding="ascii")
            port, _, path = text.strip().partition("\n")
            if path:
                return f"ws://127.0.0.1:{int(port)}{path}"
        return ""

    def _spawn(self, program: Path, switches: list[str]) -> None:
        line, inherited = [str(program), *switches], tuple[int, ...]()
        if sys.platform != "win32":
            # Chromium reads its orders from file 3, and goes when that is closed. Nobody gives it any.
            (orders, ours), (answers, theirs) = os.pipe(), os.pipe()
            self._ends, inherited = (ours, answers), (orders, theirs)
            line = ["/bin/sh", "-c", _WITH_PIPES, "sh", str(orders), str(theirs), *line, "--remote-debugging-pipe"]
        try:
            self._popen = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=inherited,
                start_new_session=True,
            )
        finally:
            for end in inherited:
                os.close(end)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        """Keep the beginning of what the browser says, and drop the rest, so that it never has to wait."""
        assert self._popen is not None and self._popen.stderr is not None
        with self._popen.stderr as stream:
            while piece := os.read(stream.fileno(), 4096):
                self._said += piece[: _KEPT_BYTES - len(self._said)]
