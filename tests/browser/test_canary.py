from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from crawler.browser import canary, canary_rows, canary_world
from crawler.browser.canary import CanaryReport, run_canary
from crawler.browser.canary_rows import Check
from crawler.browser.canary_world import CanaryWorld
from crawler.browser.chosen import HEADLESS_SHELL
from crawler.browser.find import find
from crawler.browser.gpc import Signal, set_signal
from crawler.browser.launch import LaunchOptions
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.evidence import Arm

NEUTRAL = {("control", f"{what} as unrecorded") for what in ("requests", "scripts see", "service worker")}


def prove(**given: Any) -> CanaryReport:
    async def run() -> CanaryReport:
        async with async_playwright() as playwright:
            return await run_canary(playwright, LaunchOptions(**({"browser": find(None)} | given)))

    return asyncio.run(run())


def failed(report: CanaryReport) -> set[tuple[str, str]]:
    return {(check.run, check.name) for check in report.failed}


def test_a_report_without_checks_proves_nothing() -> None:
    assert not CanaryReport((), "native").proven
    good, bad = Check("control", "x", True, ""), Check("gpc", "y", False, "")
    assert CanaryReport((good,), "native").proven
    assert not CanaryReport((good, bad), "native").proven
    assert CanaryReport((good, bad), "native").failed == (bad,)


@pytest.mark.browser
def test_this_browser_is_proven() -> None:
    report = prove()
    assert report.failed == ()
    assert report.signal == "native"
    names = {(check.run, check.name) for check in report.checks}
    for run in ("control", "gpc", "gpc, no recorder"):
        for place in ("document", "cross-site frame", "worker", "shared worker", "service worker"):
            assert {(run, f"{place}: header"), (run, f"{place}: property")} <= names
        assert (run, "service worker script: header") in names
    assert ("gpc", "third-party cookie of frame") in names and ("control", "header anywhere") in names
    assert names >= NEUTRAL


def test_nothing_to_compare_with_is_not_proven() -> None:
    rows = list(canary_rows.neutral_rows("control", None, CanaryWorld("", "")))
    assert {(row.run, row.name) for row in rows if not row.ok} == NEUTRAL


# What a recorder might do, and which of the checks notices.
MEDDLING = {
    "a property": (
        ("Page.enable", {}),
        (
            "Page.addScriptToEvaluateOnNewDocument",
            {"source": "Object.defineProperty(navigator, 'recorded', { value: true })", "runImmediately": True},
        ),
    ),
    "the console": (("Runtime.enable", {}),),
    "a header": (("Network.enable", {}), ("Network.setExtraHTTPHeaders", {"headers": {"X-Recorded": "1"}})),
}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("what", "noticed", "part"),
    [
        ("a property", {"scripts see as unrecorded"}, "own names of navigator: nothing became recorded"),
        ("the console", {"scripts see as unrecorded", "service worker as unrecorded"}, "console reads"),
        ("a header", {"requests as unrecorded"}, "x-recorded"),
    ],
)
def test_a_recorder_that_changes_something_is_noticed(
    monkeypatch: pytest.MonkeyPatch, what: str, noticed: set[str], part: str
) -> None:
    class Meddling(CdpRecorder):
        async def start(self, ws_url: str, preamble: Iterable[tuple[str, Any]] = ()) -> None:
            await super().start(ws_url, (*preamble, *MEDDLING[what]))

    monkeypatch.setattr(canary, "CdpRecorder", Meddling)
    monkeypatch.setattr(canary, "_RUNS", canary._RUNS[:1])
    report = prove()
    assert {check.name for check in report.failed} == noticed
    assert part in " ".join(check.detail for check in report.failed)


@pytest.mark.browser
def test_a_browser_without_the_switch_is_not_proven() -> None:
    report = prove(extra_args=("--disable-features=GlobalPrivacyControlTest",))
    assert report.signal == "emulated"
    assert {
        ("gpc", "signal, asked of browser"),
        ("gpc", "shared worker: header"),
        ("gpc", "worker: property"),
        ("gpc", "service worker script: header"),
        ("gpc, no recorder", "service worker: property"),
    } <= failed(report)
    assert not {name for run, name in failed(report) if run == "control"}


@pytest.mark.browser
def test_a_signal_that_is_only_claimed_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lie(call: Any, arm: Arm, context: Any = None) -> Signal:
        await set_signal(call, Arm.CONTROL, context)
        return Signal("native", arm is Arm.GPC)

    monkeypatch.setattr(canary, "set_signal", lie)
    report = prove()
    bad = failed(report)
    for place in ("document", "cross-site frame", "worker", "shared worker", "service worker"):
        assert {("gpc", f"{place}: header"), ("gpc", f"{place}: property")} <= bad
    assert ("gpc", "beacon while leaving: header") in bad
    assert not {name for run, name in bad if run == "control"}


@pytest.mark.browser
def test_a_control_arm_that_carries_the_signal_is_noticed() -> None:
    report = prove(extra_args=("--enable-features=GlobalPrivacyControlForce",))
    bad = failed(report)
    assert {("control", "header anywhere"), ("control", "document: header"), ("control", "document: property")} <= bad
    assert ("control", "beacon while leaving: header") in bad


@pytest.mark.browser
def test_third_party_cookies_that_are_refused_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    # The headless shell has no way to block them; a Lax cookie of a third party is refused by every browser.
    monkeypatch.setattr(canary_world, "SAME_SITE", "Lax")
    assert failed(prove()) == {
        (run, f"third-party cookie of {what}") for run in ("control", "gpc") for what in ("frame", "pixel")
    }


@pytest.mark.browser
def test_a_profile_that_blocks_third_party_cookies_is_noticed() -> None:
    browser = find(os.environ.get("CHROME_PATH"))
    if browser.kind == HEADLESS_SHELL:
        pytest.skip("the headless shell ignores the preference; set CHROME_PATH to a full Chromium")
    assert failed(prove(browser=browser)) == set()
    report = prove(browser=browser, block_third_party_cookies=True)
    assert {("control", "third-party cookie of frame"), ("gpc", "third-party cookie of pixel")} <= failed(report)


@pytest.mark.browser
def test_a_user_agent_that_says_headless_is_noticed() -> None:
    report = prove(user_agent="Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0 Safari/537.36")
    assert {("gpc", "no Headless in any request"), ("gpc", "no Headless in the page")} <= failed(report)


@pytest.mark.browser
def test_a_browser_that_does_not_start_fails_each_visit(tmp_path: Path) -> None:
    from crawler.browser.chosen import Browser

    report = prove(browser=Browser(tmp_path / "none", None, "chromium", "156.0.0.0", "test"))
    assert failed(report) == {(run, "visit") for run in ("control", "gpc", "gpc, no recorder")}
    assert not report.proven
