from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.browser.install import CannotInstall, install


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose programs are those of one folder, besides the shell's own; we are root."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("timeout", "sleep", "env", "true"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return folder


def test_update_then_install_without_recommends(machine: Path, tmp_path: Path) -> None:
    program(
        machine, "apt-get", f'echo "$@" >> {tmp_path}/log; echo "Setting up chromium-headless-shell (1)"; echo noise'
    )
    said: list[str] = []
    install(said.append)
    update, installing = (tmp_path / "log").read_text().splitlines()
    assert update.endswith("update")
    assert installing.endswith("install -y --no-install-recommends chromium-headless-shell")
    assert "Setting up chromium-headless-shell (1)" in said
    assert "noise" not in said


def test_a_failed_update_does_not_end_it_but_a_failed_install_does(machine: Path) -> None:
    program(machine, "apt-get", 'echo "Reading"; echo "E: no such source"; echo "later line"; exit 100')
    said: list[str] = []
    with pytest.raises(CannotInstall, match="install failed: E: no such source"):
        install(said.append)
    assert "apt-get update: apt-get update failed: E: no such source" in said


def test_it_has_a_time_limit(machine: Path) -> None:
    program(machine, "apt-get", "exec sleep 30")
    with pytest.raises(CannotInstall, match="did not end in time"):
        install(lambda line: None, timeout_s=1)


def test_without_apt(machine: Path) -> None:
    with pytest.raises(CannotInstall, match="no apt-get"):
        install(lambda line: None)


def test_not_root_and_no_sudo(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "apt-get", "exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotInstall, match="there is no sudo"):
        install(lambda line: None)


def test_never_waits_for_a_password(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "apt-get", "exit 0")
    program(machine, "sudo", '[ "$1" = -n ] && exit 1; exec sleep 30')
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotInstall, match="asks for a password"):
        install(lambda line: None)


def test_sudo_without_a_password_is_used(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "apt-get", f'echo "$@" >> {tmp_path}/log')
    program(machine, "sudo", f'printf "%s\\n" "$1" >> {tmp_path}/sudo; shift; exec "$@"')
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    install(lambda line: None)
    assert len((tmp_path / "log").read_text().splitlines()) == 2
    assert (tmp_path / "sudo").read_text().splitlines() == ["-n"] * 3
