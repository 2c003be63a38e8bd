"""Pages that end, or stop, a process of the run that shows them: the server finds it by its connection."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from aiohttp import web

from tests.browser.fault_world import PIXEL, FaultWorld, html
from tests.faults.product import Run

Find = Callable[[psutil.Process], psutil.Process]


def helper(kind: str) -> Find:
    """A helper process of a browser by what its command line has."""

    def find(browser: psutil.Process) -> psutil.Process:
        return next(p for p in browser.children(recursive=True) if any(kind in word for word in p.cmdline()))

    return find


def itself(browser: psutil.Process) -> psutil.Process:
    """The browser process."""
    return browser


def driver(book: Path) -> Find:
    """The driver that steers a browser, by the book that `sabotage` has the program keep."""

    def find(browser: psutil.Process) -> psutil.Process:
        listening = {c.laddr.port for c in browser.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
        steering = dict(map(int, line.split()) for line in book.read_text().splitlines())
        return psutil.Process(next(pid for port, pid in reversed(steering.items()) if port in listening))

    return find


@dataclass
class Kills:
    """`run` is filled in once it has been started."""

    run: Run | None = None
    done: Counter[str] = field(default_factory=Counter)
    """Processes that were ended or stopped, by page."""
    errors: list[str] = field(default_factory=list)

    def page(
        self,
        world: FaultWorld,
        path: str,
        find: Find,
        number: signal.Signals = signal.SIGKILL,
        *,
        times: int = 99,
    ) -> None:
        """A page that, once it has loaded in a visit, has a process killed; so often."""
        name = path.strip("/")
        world.pages[path] = html(name, f"onload = () => setTimeout(() => fetch('/act-{name}'), 200)", PIXEL % name)

        async def act(request: web.Request) -> web.StreamResponse:
            assert self.run is not None
            if self.run.visiting and self.done[path] < times:
                assert request.transport is not None
                port = request.transport.get_extra_info("peername")[1]
                await asyncio.to_thread(self._act, path, port, find, number)
            return web.Response(text="done")

        world.more[f"site.test/act-{name}"] = act

    def page_at_once(self, world: FaultWorld, path: str, find: Find) -> None:
        """A page that has a process killed before it answers, in discovery already."""

        async def die(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            port = request.transport.get_extra_info("peername")[1]
            await asyncio.to_thread(self._act, path, port, find, signal.SIGKILL)
            return web.Response(text=html("Dead"), content_type="text/html")

        world.more[f"site.test{path}"] = die

    def _act(self, path: str, port: int, find: Find, number: signal.Signals) -> None:
        try:
            find(self._browser(port)).send_signal(number)
            self.done[path] += 1
        except (psutil.Error, OSError, StopIteration, AssertionError) as error:
            self.errors.append(f"{path}: {error!r}")

    def _browser(self, port: int) -> psutil.Process:
        assert self.run is not None
        self.run.look_around()
        owners = [c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.pid]
        assert owners, f"nobody has port {port}"
        process = psutil.Process(owners[0])
        assert self.run.owns(process)
        while any(word.startswith("--type=") for word in process.cmdline()):
            parent = process.parent()
            assert parent is not None
            process = parent
        return process
