"""A site with a healthy page and faulty ones, served from a thread, and what `run` needs to find it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.browser.fault_world import PIXEL, SITE, FaultWorld, html, running
from tests.faults.pages import extend

HEALTHY = "/healthy"
HEALTHY_CALLS = (f"{SITE}{HEALTHY}", f"{SITE}/ok?healthy", "https://tracker.test/pixel?page=healthy")
"""What every visit of the healthy page must have in its recording."""


def site(*paths: str) -> FaultWorld:
    """A world whose start page leads to the healthy page and to these."""
    world = extend(FaultWorld())
    world.pages["/"] = html("Start", body="".join(f"<a href='{path}'>{path}</a> " for path in (HEALTHY, *paths)))
    world.pages[HEALTHY] = html(
        "Healthy", "fetch('/ok?healthy'); document.cookie = 'visitor=healthy-visitor-1'", PIXEL % "healthy"
    )
    return world


@contextlib.contextmanager
def served(world: FaultWorld) -> Iterator[FaultWorld]:
    """Serve a world from a thread of its own until the end of the block."""
    ready, inside = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def serve() -> None:
        ended = asyncio.Event()
        async with running(world):
            inside.append((asyncio.get_running_loop(), ended))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="fault world", daemon=True)
    thread.start()
    assert ready.wait(20), "the world did not start"
    loop, ended = inside[0]
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


def arguments(world: FaultWorld, company: Path, folder: Path, *, jobs: int = 3, arms: str = "control") -> Sequence[str]:
    """The command line of `run` against this world."""
    ca = folder / "ca.pem"
    folder.mkdir(parents=True, exist_ok=True)
    world.trusted.write_ca(ca)
    return (
        "run", str(company), "--out", str(folder / "out"), "--host-resolver-rules", world.rules, "--ca-cert", str(ca),
        "--arms", arms, "--repeat", "1", "--jobs", str(jobs), "--dwell", "0.3", "--no-install-browser", "--no-trace",
    )  # fmt: skip
