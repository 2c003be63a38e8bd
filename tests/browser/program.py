"""The command line in a process and a process group of its own, which a test may kill as a person would."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from multiprocessing.process import BaseProcess
from pathlib import Path

# Imported here so that each start is a fork with the imports done; they take seconds.
import crawler.cli.resume_command
from crawler.cli import main

_KILL = "import os, signal\ndef die(*_, **__): os.killpg(0, signal.SIGKILL)\n"
"""The whole group at once: Playwright's driver would otherwise notice and close its browsers."""


def start(arguments: list[str], patch: str, output: Path, temporary: Path) -> BaseProcess:
    """Start it; `patch` is run before, and may have it `die()` somewhere. What it prints goes into a file.

    It has a folder for temporary files of its own: any other run would clear away what it leaves in the common one.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_program, args=(arguments, patch, str(output), str(temporary)))
    process.start()
    return process


def _program(arguments: list[str], patch: str, output: str, temporary: str) -> None:
    os.setsid()
    os.environ["TMPDIR"] = tempfile.tempdir = temporary
    handle = os.open(output, os.O_WRONLY | os.O_CREAT)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    exec(_KILL + patch, {})
    sys.argv = ["tracking-audit", *arguments]
    main()


__all__ = ["crawler", "start"]
