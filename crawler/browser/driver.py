"""Whether Playwright's driver, a Node.js inside its package, runs on this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import playwright

LIBRARIES = ("libatomic1",)
"""Debian packages that Node.js needs and a minimal system lacks (seen on Debian 12, 2026-11-22)."""


def problem(environ: Mapping[str, str] | None = None) -> str | None:
    """Why the driver does not run, in one line; None when it does."""
    environ = os.environ if environ is None else environ
    name = "node.exe" if os.name == "nt" else "node"
    node = environ.get("PLAYWRIGHT_NODEJS_PATH") or str(Path(playwright.__file__).parent / "driver" / name)
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, errors="replace", timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:200]
    if done.returncode != 0:
        return (done.stderr or done.stdout).strip().partition("\n")[0][:200] or f"exit code {done.returncode}"
    return None
