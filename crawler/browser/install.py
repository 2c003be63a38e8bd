"""Installs with apt-get a browser, or what its driver lacks, where nobody has to be asked for a password."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable

PACKAGE = "chromium-headless-shell"
"""Debian's smallest Chromium: no noise of its own, keeps third-party cookies (measured with 156)."""
TIMEOUT_S = 600.0
_TELLING = re.compile(rf"E:|Err:|Fetched|Setting up {PACKAGE}|Get:.*\[[\d.,]+ MB\]")
"""Lines of apt's that tell progress: what is large, what failed, and the end."""
_TIMED_OUT = (124, 137)
"""What `timeout` of coreutils exits with."""


class CannotInstall(Exception):
    """Why nothing was installed, in one line."""


def install(
    say: Callable[[str], None], timeout_s: float = TIMEOUT_S, *, packages: tuple[str, ...] = (PACKAGE,)
) -> None:
    """Run `apt-get update` and `apt-get install` for the packages; `say` gets every line that tells progress.

    Raises `CannotInstall`: no apt-get here, no right to use it, a step that failed or took longer than `timeout_s`
    seconds in all.
    """
    apt = shutil.which("apt-get")
    if apt is None:
        raise CannotInstall("there is no apt-get on this system")
    prefix = _as_root()
    until = time.monotonic() + timeout_s
    quiet = ["-q", "-o", "DPkg::Lock::Timeout=60", "-o", "Acquire::Retries=2"]
    size = " (about 70 MB)" if PACKAGE in packages else ""
    say(f"Installing {' '.join(packages)} with apt-get{size}.")
    try:
        _run([*prefix, *_within(until), apt, *quiet, "update"], say, until)
    except CannotInstall as error:
        # One dead third-party source fails the whole update; the package may be known all the same.
        say(f"apt-get update: {error}")
    _run([*prefix, *_within(until), apt, *quiet, "install", "-y", "--no-install-recommends", *packages], say, until)


def _as_root() -> list[str]:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        raise CannotInstall("apt-get needs root, and there is no sudo")
    try:
        allowed = subprocess.run([sudo, "-n", "true"], capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        allowed = False
    if not allowed:
        raise CannotInstall("apt-get needs root, and sudo asks for a password")
    return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]


def _run(command: list[str], say: Callable[[str], None], until: float) -> None:
    name = "update" if command[-1] == "update" else "install"
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        )
    except OSError as error:
        raise CannotInstall(f"apt-get {name} could not be started: {error}") from None
    last = ""
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            line = line.strip()
            if _TELLING.match(line):
                say(line[:200])
            if line.startswith("E:") or not last.startswith("E:"):
                last = line or last
    if process.returncode in _TIMED_OUT:
        raise CannotInstall(f"apt-get {name} did not end in time; `dpkg --configure -a` may be needed")
    if process.returncode != 0:
        raise CannotInstall(f"apt-get {name} failed: {last[:200]}")


def _within(until: float) -> list[str]:
    """Ends the command from inside, because a person's process may not end one that runs as root."""
    left = max(1, round(until - time.monotonic()))
    return ["timeout", "--kill-after=10", str(left)]
