from __future__ import annotations

from pathlib import Path

import pytest

from crawler.browser.chosen import Browser, kind_of


@pytest.mark.parametrize(
    ("path", "channel", "kind"),
    [
        ("/usr/lib/chromium/chromium-headless-shell", None, "headless-shell"),
        ("/c/chromium_headless_shell-1/chrome-headless-shell-linux64/chrome-headless-shell", None, "headless-shell"),
        ("/usr/lib64/chromium-browser/headless_shell", None, "headless-shell"),
        ("/usr/lib/chromium/chromium", None, "chromium"),
        ("/root/.cache/ms-playwright/chromium-1/chrome-linux64/chrome", None, "chromium"),
        ("/opt/google/chrome/chrome", None, "chrome"),
        ("/usr/bin/google-chrome-stable", None, "chrome"),
        ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", None, "chrome"),
        ("/opt/microsoft/msedge/msedge", None, "edge"),
        ("/usr/bin/microsoft-edge", None, "edge"),
        (None, "chrome", "chrome"),
        (None, "msedge", "edge"),
        ("/somewhere/else", None, "chromium"),
    ],
)
def test_kind_is_told_by_name(path: str | None, channel: str | None, kind: str) -> None:
    assert kind_of(Path(path) if path else None, channel) == kind


def test_major_of_the_version() -> None:
    assert Browser(None, "chrome", "chrome", "156.0.8078.79", "here").major == 156
