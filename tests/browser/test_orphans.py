from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crawler.browser.orphans import PREFIX, sweep, workspace
from crawler.browser.process_tree import alive

_RUN = """
import subprocess, sys, time
from pathlib import Path
from crawler.browser.orphans import workspace
with workspace(Path(sys.argv[1])) as folder:
    code = 'import time; time.sleep(120)'
    browser = subprocess.Popen([sys.executable, '-c', code, f'--user-data-dir={folder}/v1/profile'],
                               start_new_session=True)
    print(folder, browser.pid, flush=True)
    time.sleep(120)
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, psutil.Process]]:
    """Another run of the program with a workspace and a `browser` in it."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder, pid = process.stdout.readline().split()
    browser = psutil.Process(int(pid))
    yield process, Path(folder), browser
    for left in (process.pid, int(pid)):
        try:
            psutil.Process(left).kill()
        except psutil.Error:
            continue
    process.wait()


def test_a_workspace_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        assert folder.parent == tmp_path.resolve()
        assert folder.name.startswith(f"{PREFIX}-{os.getpid()}-")
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "profile").mkdir()
    assert not folder.exists()


def test_a_workspace_goes_when_its_run_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), workspace(tmp_path) as folder:
        raise RuntimeError
    assert not folder.exists()


def test_a_browser_left_inside_ends_with_the_workspace(tmp_path: Path) -> None:
    with workspace(tmp_path) as folder:
        command = [sys.executable, "-c", "import time; time.sleep(60)", f"--user-data-dir={folder}/profile"]
        browser = psutil.Process(subprocess.Popen(command).pid)
        assert alive(browser)
    assert not alive(browser)


def test_a_living_run_is_left_alone(tmp_path: Path, run: tuple[subprocess.Popen[str], Path, psutil.Process]) -> None:
    _, folder, browser = run
    assert sweep(tmp_path) == []
    assert folder.exists() and alive(browser)


def test_a_killed_run_is_cleared_away(tmp_path: Path, run: tuple[subprocess.Popen[str], Path, psutil.Process]) -> None:
    process, folder, browser = run
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", f"--user-data-dir={tmp_path}/x"])
    try:
        process.kill()
        process.wait()
        assert folder.exists() and alive(browser)
        assert sweep(tmp_path) == [folder]
        assert not folder.exists() and not alive(browser)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_the_next_run_clears_it_away(tmp_path: Path, run: tuple[subprocess.Popen[str], Path, psutil.Process]) -> None:
    process, folder, browser = run
    process.kill()
    process.wait()
    with workspace(tmp_path) as own:
        assert own.exists() and not folder.exists() and not alive(browser)


def leftover(parent: Path, pid: int, started: float) -> Path:
    folder = parent / f"{PREFIX}-{pid}-abcd1234"
    folder.mkdir()
    (folder / "owner.json").write_text(json.dumps({"pid": pid, "started": started}))
    return folder


def test_a_number_that_was_given_again_is_not_the_owner(tmp_path: Path) -> None:
    folder = leftover(tmp_path, os.getpid(), psutil.Process().create_time() - 3600)
    assert sweep(tmp_path) == [folder]


def test_the_same_process_is_the_owner(tmp_path: Path) -> None:
    folder = leftover(tmp_path, os.getpid(), psutil.Process().create_time())
    assert sweep(tmp_path) == []
    assert folder.exists()


@pytest.mark.parametrize("name", [f"{PREFIX}-1-short", f"{PREFIX}-x-abcd1234", "other-1-abcd1234", PREFIX])
def test_other_names_are_not_ours(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "owner.json").write_text('{"pid": 1, "started": 0}')
    assert sweep(tmp_path) == []
    assert (tmp_path / name).exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.mkdir()
    (target / "owner.json").write_text('{"pid": 999999999, "started": 0}')
    (tmp_path / f"{PREFIX}-999999999-abcd1234").symlink_to(target)
    assert sweep(tmp_path) == []
    assert (target / "owner.json").exists()


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("owner", [None, "", "{", "[]", '{"pid": "x", "started": null}'])
def test_a_folder_without_a_readable_owner_waits_a_while(tmp_path: Path, owner: str | None) -> None:
    folder = tmp_path / f"{PREFIX}-{dead_pid()}-abcd1234"
    folder.mkdir()
    if owner is not None:
        (folder / "owner.json").write_text(owner)
    assert sweep(tmp_path) == []
    old = time.time() - 3600
    os.utime(folder, (old, old))
    assert sweep(tmp_path) == [folder]


def test_a_parent_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert sweep(tmp_path / "nothing") == []


def test_a_number_that_psutil_remembers_is_looked_at_anew(
    tmp_path: Path, run: tuple[subprocess.Popen[str], Path, psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    process, folder, browser = run
    list(psutil.process_iter())
    stale = psutil._pmap[browser.pid]  # type: ignore[attr-defined]
    monkeypatch.setattr(stale, "_create_time", 1.0)
    monkeypatch.setattr(stale, "_ident", (browser.pid, 1.0))
    process.kill()
    process.wait()
    assert sweep(tmp_path) == [folder]
    assert not alive(browser), "the number's former owner must not stand for the process that has it now"
