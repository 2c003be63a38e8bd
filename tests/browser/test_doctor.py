from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from crawler.browser import doctor as module
from crawler.browser.canary import CanaryReport
from crawler.browser.canary_rows import Check
from crawler.browser.chosen import Attempt, Browser
from crawler.browser.doctor import conclusion, doctor

FOUND = Browser(
    Path("/usr/lib/chromium/chromium"),
    None,
    "chromium",
    "156.0.8078.79",
    "PATH",
    (
        Attempt("product", "channel chrome", "not [bold]here[/bold]"),
        Attempt("PATH", "/usr/lib/chromium/chromium", None),
    ),
)
LONG = "emulated; does not reach requests of shared workers, service worker scripts and what they import"


def ask(monkeypatch: pytest.MonkeyPatch, *checks: Check, signal: str = "native", width: int = 60) -> tuple[int, str]:
    async def canary(browser: Browser) -> CanaryReport:
        return CanaryReport(checks, signal)

    monkeypatch.setattr(module, "_canary", canary)
    monkeypatch.setattr(module, "find", lambda *given, **named: FOUND)
    page = io.StringIO()
    return doctor(None, False, Console(file=page, width=width)), page.getvalue()


GOOD = (
    Check("control", "document: header", True, "sent by 0 of 1"),
    Check("gpc", "document: header", True, "sent by 1 of 1"),
    Check("control", "header anywhere", True, "sent by 0 of 9"),
)


def test_all_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = ask(monkeypatch, *GOOD)
    assert code == 0
    for part in ("channel chrome", "not [bold]here[/bold]", "chromium 156.0.8078.79", "Chrome/156.0.0.0", "playwright"):
        assert part in text
    assert "1 = control: 2 of 2 hold" in text and "2 = gpc: 1 of 1 hold" in text
    assert [line.split()[-2:] for line in text.splitlines() if "header anywhere" in line] == [["ok", "-"]]
    assert text.strip().splitlines()[-2].startswith("Conclusion:")


def test_something_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = ask(monkeypatch, *GOOD, Check("gpc", "third-party cookie of pixel", False, "not sent back"))
    assert code == 3
    assert "NO" in text and "not sent back" in text and "refuses third-party cookies" in text


def test_readable_in_a_narrow_window(monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = ask(monkeypatch, *GOOD, Check("gpc", "signal, asked of browser", False, LONG), signal="emulated")
    assert max(len(line) for line in text.splitlines()) <= 60
    assert LONG in " ".join(text.split())


def test_no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = io.StringIO()
    code = doctor(str(tmp_path / "none"), False, Console(file=page, width=60))
    assert code == 4
    text = " ".join(page.getvalue().split())
    assert "no such file" in text and "playwright install chromium" in text and "nothing can be audited" in text


@pytest.mark.parametrize(
    ("name", "signal", "part"),
    [
        ("shared worker: header", "emulated", "of its own"),
        ("visit", "none", "did not get through"),
        ("third-party cookie of frame", "native", "trackers would be missed"),
        ("navigator.webdriver", "native", "1 checks failed"),
        ("scripts see as unrecorded", "native", "recording changes what a site does or sees"),
    ],
)
def test_conclusions(name: str, signal: str, part: str) -> None:
    assert part in conclusion(CanaryReport((Check("gpc", name, False, ""),), signal))


@pytest.mark.browser
def test_the_browser_of_this_machine_is_good() -> None:
    page = io.StringIO()
    assert doctor(None, False, Console(file=page, width=60)) == 0, page.getvalue()
    assert max(len(line) for line in page.getvalue().splitlines()) <= 60
