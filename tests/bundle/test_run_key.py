"""The key of a run: private, kept until the run is finished, and held by one process at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.bundle import CannotResume, RunKey, layout

HOLD = """
import sys, time
from pathlib import Path
from crawler.bundle import RunKey
key = RunKey.create(Path(sys.argv[1]))
child = __import__("subprocess").Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(key.value.hex(), child.pid, flush=True)
time.sleep(60)
"""


def test_only_this_user_can_read_it(tmp_path: Path) -> None:
    with RunKey.create(tmp_path) as key:
        assert len(key.value) == 32
        assert (tmp_path / layout.KEY).stat().st_mode & 0o777 == 0o600
        assert layout.KEY.startswith("."), "what is sealed and what is uploaded leave such names out"


def test_a_resumed_run_has_the_same_key_and_another_run_another(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with RunKey.create(tmp_path) as key, RunKey.create(tmp_path / "other") as other:
        assert key.value != other.value
    with RunKey.take(tmp_path) as again:
        assert again.value == key.value


def test_a_new_run_never_takes_the_key_of_another(tmp_path: Path) -> None:
    RunKey.create(tmp_path).close()
    with pytest.raises(FileExistsError):
        RunKey.create(tmp_path)


def test_a_run_that_lives_is_left_alone_and_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    value, child = process.stdout.readline().split()
    try:
        with pytest.raises(CannotResume, match="at this moment by another process"):
            RunKey.take(tmp_path)
        process.kill()
        process.wait()
        with RunKey.take(tmp_path) as key:  # though a child of the killed process lives
            assert key.value.hex() == value
    finally:
        process.kill()
        subprocess.run(["kill", "-9", child], check=True)


def test_what_was_forgotten_cannot_be_resumed(tmp_path: Path) -> None:
    with RunKey.create(tmp_path) as key:
        key.forget()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CannotResume, match="start a new run"):
        RunKey.take(tmp_path)


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"zz" * 32, b"ab" * 33, b"\xff" * 64])
def test_a_broken_key_is_no_key(content: bytes, tmp_path: Path) -> None:
    (tmp_path / layout.KEY).write_bytes(content)
    with pytest.raises(CannotResume, match="holds no key"):
        RunKey.take(tmp_path)
