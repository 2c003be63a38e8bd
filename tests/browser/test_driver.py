"""Playwright's driver: told when it does not run, mended where apt can, and never a bare traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.browser import driver, install
from crawler.browser.find import NoBrowser, find


def broken_node(folder: Path, says: str) -> Path:
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 127\n")
    node.chmod(0o755)
    return node


def test_the_driver_of_this_machine_runs() -> None:
    assert driver.problem() is None


def test_a_missing_library_is_told_in_one_line(tmp_path: Path) -> None:
    node = broken_node(tmp_path, "node: error while loading shared libraries: libatomic.so.1")
    assert driver.problem({"PLAYWRIGHT_NODEJS_PATH": str(node)}) == (
        "node: error while loading shared libraries: libatomic.so.1"
    )
    assert driver.problem({"PLAYWRIGHT_NODEJS_PATH": str(tmp_path / "none")}) is not None


def test_without_installing_the_way_out_is_named(tmp_path: Path) -> None:
    node = broken_node(tmp_path, "libatomic.so.1")
    with pytest.raises(NoBrowser, match="apt-get install libatomic1"):
        find(environ={"PLAYWRIGHT_NODEJS_PATH": str(node)}, allow_install=False)


def test_the_library_is_installed_and_the_driver_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = broken_node(tmp_path, "libatomic.so.1")
    asked: list[tuple[str, ...]] = []

    def mend(say: object, *, packages: tuple[str, ...]) -> None:
        asked.append(packages)
        node.write_text("#!/bin/sh\necho v26\n")

    monkeypatch.setattr(install, "install", mend)
    with pytest.raises(NoBrowser) as stopped:
        find(str(tmp_path / "no-browser"), {"PLAYWRIGHT_NODEJS_PATH": str(node)})
    assert asked == [driver.LIBRARIES]
    assert "no-browser" in str(stopped.value), "the driver was mended; the browser itself is what is missing"
