"""A visitor without any DevTools line: the same program with the same switches, started on an address and left alone.

What it does and sees is what the site does and shows when nobody records. It starts, as a recorded visit does, in a tab
that shows an empty page, so that the two have the same history.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psutil

from crawler.browser import gpc
from crawler.browser.preferences import preferences, write_preferences
from crawler.browser.process_tree import end, group_of
from crawler.evidence import Arm

_LINES = ("--remote-debugging", "--log-net-log", "--net-log-capture-mode", "--user-data-dir")
_CLOSE_S = 8.0
_ALWAYS = "GlobalPrivacyControlForce"
"""The Chromium feature that turns the signal on from the start; nobody is there to switch it."""


def bare_line(recorded: Sequence[str], arm: Arm, url: str) -> list[str]:
    """The command line of a recorded visit without what records, started on an address.

    Raises `ValueError` for an arm other than control and gpc, which this cannot make.
    """
    if arm not in (Arm.CONTROL, Arm.GPC):
        raise ValueError(f"a bare visitor cannot make the arm {arm}")
    kept = [switch for switch in recorded if not switch.startswith(_LINES)]
    if arm is Arm.GPC:
        kept = [switch.replace(gpc.FEATURE, _ALWAYS) for switch in kept]
    # After the load event, so that it becomes an entry of its own in the history.
    leads_on = f"<script>onload = () => setTimeout(() => {{ location.href = '{url}'; }}, 50)</script>"
    return [*kept, f"data:text/html,{leads_on}"]


@contextlib.asynccontextmanager
async def bare_browser(line: Sequence[str], arm: Arm, folder: Path, locale: str = "en-US") -> AsyncIterator[None]:
    """Run it with a fresh profile below `folder`; on leaving, it is told to go, and the profile is deleted.

    Raises `OSError` when it cannot be started. The visitor closes no page: one that is to send last beacons must leave
    by itself before.
    """
    profile = folder / "profile"
    write_preferences(profile, preferences(arm, locale))
    popen = await asyncio.to_thread(_start, [*line[:-1], f"--user-data-dir={profile}", line[-1]])
    process = psutil.Process(popen.pid)
    try:
        yield
    finally:
        group = group_of(process)
        with contextlib.suppress(psutil.Error):
            process.send_signal(signal.SIGTERM)
        await end(profile, process, group, _CLOSE_S)
        popen.poll()
        await asyncio.to_thread(shutil.rmtree, profile, True)


def _start(line: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
