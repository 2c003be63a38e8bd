"""A command that Ctrl-C ends says so, once, and by its exit code."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys
from crawler.cli import first_look, main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
first_look.to_check = lambda paths: os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["tracking-audit", "check", "x.yaml"]
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_it_says_that_it_was_stopped() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")
