"""What a page says about consent, through the engine: asked last, in every arm, in bounded time, and told as ours."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.browser.settle import Settling
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm
from tests.browser.fault_world import SITE, FaultWorld, html, running
from tests.browser.test_visit import options

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TOOLS = """
const out = navigator.globalPrivacyControl === true;
let asked = 0;
window.__uspapi = (command, version, tell) => {
  asked++;
  new Image().src = 'https://tracker.test/pixel?asked=' + asked;
  tell({version: 1, uspString: out ? '1YYN' : '1YNN'}, true);
};
window.__gpp = (command, tell) => {
  if (command === 'ping') tell({gppVersion: '1.1', cmpStatus: 'loaded', signalStatus: 'ready', applicableSections: [7],
    gppString: out ? 'DBABLA~BVQVAAAAAgA.YA' : 'DBABLA~BVQqAAAAAgA.QA', toJSON() { throw new Error('no') }}, true);
};
window.__tcfapi = () => { /* never calls back */ };
Object.defineProperty(window, 'Osano', {get() { throw new Error('mine') }});
window.Didomi = {getCurrentUserStatus() { throw new Error('mine, too') }};
window.airgap = {getConsent() { return {purposes: {Analytics: false, SaleOfInfo: !out}, confirmed: true,
  endless: 'x'.repeat(1e6)} }};
window.dataLayer = [{event: 'gtm.js'}];
function gtag() { dataLayer.push(arguments) }
gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'granted', wait_for_update: 500});
gtag('consent', 'update', {ad_storage: out ? 'denied' : 'granted'});
document.cookie = 'OptanonConsent=isGpcEnabled=' + +out + '&browserGpcFlag=' + +out +
  '&consentId=01234567-89ab-cdef-0123-456789abcdef&groups=C0001%3A1%2CC0004%3A' + +!out;
localStorage.setItem('ucData', JSON.stringify({consent: {services: {abc: {name: 'Tag', consent: false}}},
  userId: 'aabbccddeeff00112233'}));
addEventListener('pagehide', () => navigator.sendBeacon('https://tracker.test/pixel?asked-in-all=' + asked));
"""
CALLS = "<script>__uspapi('getUSPData', 1, () => 0)</script>"
"""In a script of its own: the instrument learns of an interface when the script that defined it is over."""
HANGS = """
window.__uspapi = () => { for (;;); };
window.Osano = {cm: {getConsent() { for (;;); }}};
window.__gpp = (command, tell) => {
  if (command === 'ping') return {gppVersion: '1.0', cmpStatus: 'loaded'};
  tell({gppString: 'DBABLA~BVQVAAAAAgA.YA', half: 'a\\ud83d'}, true);
};
window.Didomi = {getCurrentUserStatus: () => new Proxy({}, {ownKeys() { throw 1 }})};
window.UC_UI = {areAllConsentsAccepted: () => Promise.resolve(false)};
"""
WATCHED = """
const seen = [], {apply} = Reflect;
for (const owner of [Object, Reflect, JSON, Array.prototype, Function.prototype, Promise.prototype])
  for (const key of Object.getOwnPropertyNames(owner)) {
    const d = Object.getOwnPropertyDescriptor(owner, key);
    if (d.configurable && typeof d.value === 'function')
      Object.defineProperty(owner, key, {
        ...d, value(...args) { seen[seen.length] = key; return apply(d.value, this, args) }});
  }
setTimeout(() => { const late = seen.length;
  onpagehide = () => navigator.sendBeacon('https://tracker.test/pixel?watched=' + (seen.length - late)); }, 600);
"""


def visits(folder: Path, path: str, *arms: Arm) -> list[tuple[Recording, float]]:
    pages = {
        "/tools": html("Tools", "", f"<script>{TOOLS}</script>{CALLS}"),
        "/hangs": html("Hangs", HANGS),
        "/watched": html("Watched", WATCHED),
    }

    async def run() -> list[tuple[Recording, float]]:
        world = FaultWorld(pages=pages)
        async with running(world), async_playwright() as playwright:
            engine = Engine(
                playwright, options(world), workspace=folder, sites=(SITE,), own_domains=(),
                settling=Settling(least_s=0.8, quiet_s=0.5, cap_s=3, wait_s=0.2, second_view=False),
                redactor=Redactor(), navigation_timeout_s=8, deadline_s=25,
            )  # fmt: skip
            made = []
            for arm in arms:
                start = time.monotonic()
                made.append(
                    (
                        await engine.visit(PlannedVisit(number=0, url=SITE + path, arm=arm, repetition=2)),
                        time.monotonic() - start,
                    )
                )
            return made

    return asyncio.run(run())


def told(recording: Recording) -> dict[str, tuple[str, str, str]]:
    return {row.name: (row.where, row.value, row.problem) for row in recording.consent}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[Arm, Recording]:
    made = visits(tmp_path_factory.mktemp("visits"), "/tools", Arm.CONTROL, Arm.GPC, Arm.TRACE)
    assert all(recording.visit.ok for recording, _ in made), [recording.gap for recording, _ in made]
    return {recording.visit.arm: recording for recording, _ in made}


@pytest.mark.parametrize("arm", [Arm.CONTROL, Arm.GPC, Arm.TRACE])
def test_every_source_is_told_in_every_arm(recordings: dict[Arm, Recording], arm: Arm) -> None:
    out = arm is Arm.GPC
    found = told(recordings[arm])
    assert json.loads(found["__uspapi getUSPData"][1]) == {"version": 1, "uspString": "1YYN" if out else "1YNN"}
    assert json.loads(found["__gpp ping"][1])["gppString"] == (
        "DBABLA~BVQVAAAAAgA.YA" if out else "DBABLA~BVQqAAAAAgA.QA"
    )
    assert json.loads(found["__gpp ping"][1])["applicableSections"] == [7]
    assert found["__tcfapi getTCData"] == ("api", "", "no answer")
    assert found["Didomi.getCurrentUserStatus"] == ("api", "", "threw")
    assert json.loads(found["dataLayer"][1]) == [
        ["consent", "default", {"ad_storage": "denied", "analytics_storage": "granted", "wait_for_update": 500}],
        ["consent", "update", {"ad_storage": "denied" if out else "granted"}],
    ]
    where, value, problem = found["airgap.getConsent"]
    assert json.loads(value)["purposes"] == {"Analytics": False, "SaleOfInfo": not out}
    assert (where, problem) == ("api", "too long") and len(value) < 10_000
    where, value, problem = found["OptanonConsent"]
    assert (where, problem) == ("cookie", "") and f"groups=C0001:1,C0004:{int(not out)}" in value
    assert found["ucData"][0] == "storage" and '"consent":false' in found["ucData"][1]
    text = repr(recordings[arm].consent)
    assert "01234567-89ab" not in text and "aabbccddeeff" not in text, "ids of persons are taken out"
    assert {row.party for row in recordings[arm].consent} == {"first"}


def test_what_asking_sets_off_falls_into_its_own_step(recordings: dict[Arm, Recording]) -> None:
    for recording in recordings.values():
        assert [step.name for step in recording.visit.steps][-2:] == ["consent", "leave"]
        steps = {r.url.partition("?")[2]: r.step for r in recording.requests if "tracker.test/pixel?asked" in r.url}
        assert steps == {"asked=1": "load", "asked=2": "consent", "asked-in-all=2": "leave"}, "and once only"
        assert {row.step for row in recording.consent if row.where == "api"} == {"consent"}


def test_our_own_calls_are_none_of_the_page(recordings: dict[Arm, Recording]) -> None:
    calls = [(c.api, c.detail, c.count) for c in recordings[Arm.TRACE].api_calls if c.kind == "consent-api"]
    assert calls == [("__uspapi", "getUSPData 1", 1)]


def test_a_page_that_hangs_costs_seconds_and_nothing_else(tmp_path: Path) -> None:
    [(recording, seconds)] = visits(tmp_path, "/hangs", Arm.CONTROL)
    assert recording.visit.ok, recording.gap
    found = told(recording)
    assert found["__uspapi getUSPData"] == found["Osano.cm.getConsent"] == ("api", "", "no answer")
    assert found["Didomi.getCurrentUserStatus"] == ("api", "", "threw")
    assert found["UC_UI.areAllConsentsAccepted"] == ("api", "false", "")
    assert json.loads(found["__gpp ping"][1])["gppVersion"] == "1.0", "which answers by what it returns"
    assert json.loads(found["__gpp getGPPData"][1])["half"] == "a\N{REPLACEMENT CHARACTER}"
    assert json.loads(found["__gpp getGPPData"][1])["gppString"] == "DBABLA~BVQVAAAAAgA.YA"
    assert seconds < 15


def test_a_page_without_interfaces_sees_nothing(tmp_path: Path) -> None:
    [(recording, _)] = visits(tmp_path, "/watched", Arm.CONTROL)
    assert recording.visit.ok, recording.gap
    assert recording.consent == []
    watched = [r.url.partition("watched=")[2] for r in recording.requests if "watched=" in r.url]
    assert watched == ["0"]
