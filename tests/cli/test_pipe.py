"""`| head` must not change what a command says by its exit code."""

from __future__ import annotations

import subprocess
import sys


def test_a_reader_that_leaves_does_not_change_the_exit_code() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "explain", "gpc-ignored"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    assert process.wait() == 0, said
    assert said == ""
