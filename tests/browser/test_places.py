from __future__ import annotations

import json
from pathlib import Path

import playwright
import pytest

from crawler.browser import places as module
from crawler.browser.places import COMMANDS, fixed_places, places, playwright_downloads, unwrapped


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def revision(name: str) -> str:
    manifest = Path(playwright.__file__).parent / "driver/package/browsers.json"
    return str(next(row["revision"] for row in json.loads(manifest.read_text())["browsers"] if row["name"] == name))


def test_order_download_then_channels_then_path_then_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = program(
        tmp_path / f"pw/chromium_headless_shell-{revision('chromium-headless-shell')}/x-linux64/chrome-headless-shell"
    )
    full = program(tmp_path / f"pw/chromium-{revision('chromium')}/chrome-linux64/chrome")
    program(tmp_path / "pw/chromium-1/chrome-linux64/chrome")
    on_path = [program(tmp_path / "bin" / name) for name in COMMANDS]
    usual = program(tmp_path / "usual/chromium")
    monkeypatch.setattr(module, "fixed_places", lambda environ, platform: iter([usual, tmp_path / "not-there"]))
    environ = {"PATH": str(tmp_path / "bin"), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "pw")}
    found = list(places(environ, "linux"))
    assert [p.path or p.channel for p in found] == [shell, full, "chrome", "msedge", *on_path, usual]
    assert [p.source for p in found][:3] == ["Playwright's download"] * 2 + ["installed product"]


def test_another_revision_of_playwright_is_not_its_download(tmp_path: Path) -> None:
    program(tmp_path / "chromium-1/chrome-linux64/chrome")
    assert list(playwright_downloads({"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}, "linux")) == []


def test_downloads_on_mac_and_windows(tmp_path: Path) -> None:
    mac = tmp_path / "home/Library/Caches/ms-playwright" / f"chromium-{revision('chromium')}"
    app = program(mac / "chrome-mac/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing")
    assert list(playwright_downloads({"HOME": str(tmp_path / "home")}, "darwin")) == [app]
    windows = tmp_path / "local/ms-playwright" / f"chromium-{revision('chromium')}"
    exe = program(windows / "chrome-win/chrome.exe")
    assert list(playwright_downloads({"LOCALAPPDATA": str(tmp_path / "local")}, "win32")) == [exe]


def test_a_place_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = program(tmp_path / "chromium")
    monkeypatch.setattr(module, "fixed_places", lambda environ, platform: iter([chromium, chromium]))
    environ = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "none")}
    assert [p.path for p in places(environ, "linux")].count(chromium) == 1


def test_debians_program_comes_before_its_wrapper(tmp_path: Path) -> None:
    inner = program(tmp_path / "chromium")
    assert unwrapped(Path("/usr/bin/chromium"), tmp_path) == (inner, Path("/usr/bin/chromium"))
    assert unwrapped(Path("/usr/local/bin/chromium"), tmp_path) == (Path("/usr/local/bin/chromium"),)
    assert unwrapped(Path("/usr/bin/other"), tmp_path) == (Path("/usr/bin/other"),)


def test_usual_places_of_each_system() -> None:
    mac = list(fixed_places({"HOME": "/Users/x"}, "darwin"))
    assert Path("/Users/x/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in mac
    windows = list(fixed_places({"PROGRAMFILES": "C:/Program Files"}, "win32"))
    assert Path("C:/Program Files/Microsoft/Edge/Application/msedge.exe") in windows
    linux = list(fixed_places({}, "linux"))
    assert linux.index(Path("/usr/lib/chromium/chromium")) < linux.index(Path("/usr/bin/chromium"))
