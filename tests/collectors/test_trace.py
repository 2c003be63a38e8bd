"""The instrument against pages that fight it, flood it, or look for it, and with the page's own consent functions."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Error
from playwright.async_api import Page as BrowserPage

from crawler.evidence import ApiCall, Arm
from tests.collectors.recorded import Recorded, record
from tests.collectors.world import World, running

pytestmark = pytest.mark.browser
SITE, TRACKER = "https://site.test", "https://tracker.test"
PROBE = (Path(__file__).parent / "tell_probe.js").read_text(encoding="utf-8")


def visited(
    folder: Path, pages: dict[str, str], *, arm: Arm = Arm.TRACE, switches: tuple[str, ...] = ()
) -> tuple[Recorded, Any]:
    """Record a visit of the site's root, and what its page left in `window.out`, where it can be asked."""
    out: list[Any] = []

    async def story(page: BrowserPage, world: World) -> None:
        await world.quiet()
        with contextlib.suppress(Error):
            out.append(await page.evaluate("window.out"))

    async def run() -> Recorded:
        async with running(dict(pages)) as world:
            return await record(
                folder, (*world.switches, *switches), f"{SITE}/", lambda page: story(page, world), arm=arm
            )

    return asyncio.run(run()), out[0] if out else None


def rows(recorded: Recorded, api: str) -> list[ApiCall]:
    return [row for row in recorded.api_calls if row.api == api]


HOSTILE = """<!doctype html><body><script>
const throwing = () => { throw new Error('overridden'); };
for (const proto of [Array, String, Map, WeakMap, Promise, RegExp, Number].map((kind) => kind.prototype))
  for (const key of Object.getOwnPropertyNames(proto)) {
    const d = Object.getOwnPropertyDescriptor(proto, key);
    if (d.configurable && typeof d.value === 'function') Object.defineProperty(proto, key, {...d, value: throwing});
  }
const define = Object.defineProperty, on = {__proto__: null, get: throwing, set: throwing, configurable: true};
define(Error, 'prepareStackTrace', on);
define(Error, 'stackTraceLimit', {value: 0, writable: true, configurable: true});
Error.captureStackTrace = throwing;
for (const name of ['JSON', 'Reflect', 'Proxy', 'Error', 'WeakMap', 'Date', 'Object', 'scheduler', 'Function', 'String',
                    'setTimeout', 'queueMicrotask', 'postMessage', 'addEventListener'])
  define(globalThis, name, {value: throwing, configurable: true});
for (const key of ['get', 'set', 'value', 'writable', 'toJSON', 'next', '0', 'length', 'then', 'message', 'name'])
  define(({}).__proto__, key, on);
</script><script>
document.cookie = 'fought=fought-value-01; max-age=60';
</script><script>
const canvas = document.createElement('canvas');
const armed = () => { try { return ({}).name; } catch { return 'armed'; } };
document.title = armed() + ' ' + (canvas.toDataURL().length > 100) + ' ' + navigator.doNotTrack + ' ' + document.cookie;
</script></body>"""


def test_a_page_that_overrides_everything_is_recorded_and_not_broken(tmp_path: Path) -> None:
    recorded, _ = visited(tmp_path, {"site.test/": HOSTILE})
    assert recorded.page.title == "armed true null fought=fought-value-01"
    line = HOSTILE[: HOSTILE.index("document.title")].count("\n") + 1
    places = {row.api: (row.script_url, row.line) for row in recorded.api_calls}
    assert places["HTMLCanvasElement.toDataURL"] == places["Navigator.doNotTrack"] == (f"{SITE}/", line)
    [event] = [e for e in recorded.cookie_events if e.name == "fought"]
    assert (event.set_by, event.setter_url, event.setter_line) == ("script", f"{SITE}/", line - 4)
    assert recorded.cdp.dropped == 0


FLOOD = """<!doctype html><body><script>
const pen = document.createElement('canvas').getContext('2d');
for (let i = 0; i < 1000000; i++) pen.isPointInPath(1, 1);
for (let i = 0; i < 5000; i++) document.fonts.check((i % 40) + 'px Arial');
for (let i = 0; i < 2100; i++) eval('navigator.doNotTrack\\n//# sourceURL=https://site.test/part-' + i + '.js');
for (let i = 0; i < 2100; i++) document.cookie = 'flood=' + i;
window.out = 'ended';
</script></body>"""


def test_floods_end_in_time_and_are_counted(tmp_path: Path) -> None:
    recorded, out = visited(tmp_path, {"site.test/": FLOOD})
    assert out == "ended"
    [points] = rows(recorded, "CanvasRenderingContext2D.isPointInPath")
    assert (points.count, points.script_url, points.line) == (1_000_000, f"{SITE}/", 3)
    assert points.detail == "counted by sample"
    [fonts] = rows(recorded, "FontFaceSet.check")
    assert fonts.count == 5_000 and fonts.detail.startswith("0px Arial, 1px Arial")
    assert len(fonts.detail) < 300
    assert sum(row.count for row in rows(recorded, "Navigator.doNotTrack")) == 2_100
    writes = [e for e in recorded.cookie_events if e.name == "flood" and e.setter_line == 6]
    assert 1_900 < len(writes) <= 2_000, "each by itself, up to the limit"
    assert recorded.cdp.dropped == 1, "and the limit is told"


CONSENT = """<!doctype html><body><script>
(function () {
  const queue = [], stub = function (command, version, callback) {
    if (command === 'ping') callback({loaded: false}); else queue.push([].slice.call(arguments));
  };
  stub.queue = queue;
  window.__tcfapi = stub;
  window.addEventListener('message', (event) => {
    const call = event.data.__tcfapiCall;
    if (call) window.__tcfapi(call.command, call.version, () => event.source.postMessage({done: call.callId}, '*'));
  });
  window.seen = [];
  __tcfapi('ping', 2, (answer) => seen.push(answer.loaded));
})();
</script>
<script>function __uspapi(command, version, callback) { callback({uspString: '1YNN'}, true); }</script>
<script>__uspapi('getUSPData', 1, (data) => seen.push(data.uspString));</script>
<script src="/cmp.js"></script>
<script>
__tcfapi('addEventListener', 2, (answer) => seen.push(answer));
seen.push(__tcfapi.queue.length, typeof __tcfapi, Object.getOwnPropertyDescriptor(window, '__tcfapi').writable);
setTimeout(() => {
  window.__gpp = (command) => command;
  document.body.append(document.createElement('i'));
  setTimeout(() => { seen.push(__gpp('getSection', () => 0, 'usnat')); window.out = seen; }, 30);
}, 30);
</script><iframe src="https://tracker.test/frame"></iframe></body>"""
CMP = """window.__tcfapi = (function (queue) {
  const real = (command, version, callback) => callback('real ' + command);
  real.queue = queue;
  return real;
})(window.__tcfapi.queue);"""


def test_the_pages_own_consent_functions_are_watched_and_work_as_before(tmp_path: Path) -> None:
    frame = "<script>parent.postMessage({__tcfapiCall: {command: 'getTCData', version: 2, callId: 7}}, '*');</script>"
    pages = {"site.test/": CONSENT, "site.test/cmp.js": CMP, "tracker.test/frame": frame}
    recorded, out = visited(tmp_path, pages)
    assert out == [False, "1YNN", "real addEventListener", 0, "function", True, "getSection"]
    found = {
        (row.api, row.detail): (row.script_url, row.line) for row in recorded.api_calls if row.kind == "consent-api"
    }

    def line(text: str) -> int:
        return CONSENT[: CONSENT.index(text)].count("\n") + 1

    assert found == {
        ("__tcfapi", "ping 2"): (f"{SITE}/", line("__tcfapi('ping'")),
        ("__uspapi", "getUSPData 1"): (f"{SITE}/", line("__uspapi('getUSPData'")),
        ("__tcfapi", "addEventListener 2"): (f"{SITE}/", line("__tcfapi('addEventListener'")),
        ("__gpp", "getSection usnat"): (f"{SITE}/", line("__gpp('getSection'")),
        ("__tcfapi", "getTCData by message from https://tracker.test"): (None, None),
        ("__tcfapi", "getTCData 2"): (f"{SITE}/", line("window.__tcfapi(call.command")),
    }


def test_frames_in_processes_of_their_own(tmp_path: Path) -> None:
    frame = "<script>document.cookie = 'apart=apart-value-001; samesite=none; secure'; navigator.doNotTrack;</script>"
    page = '<iframe src="https://tracker.test/frame"></iframe><script>navigator.doNotTrack</script>'
    pages = {"site.test/": page, "tracker.test/frame": frame}
    recorded, _ = visited(tmp_path, pages, switches=("--site-per-process",))
    assert "iframe" in {target.type for target in recorded.cdp.targets.values()}
    found = {(row.target, row.script_url) for row in rows(recorded, "Navigator.doNotTrack")}
    assert found == {("page", f"{SITE}/"), ("frame", f"{TRACKER}/frame")}
    [event] = recorded.cookie_events
    assert (event.target, event.setter_url, event.frame_url) == ("frame", f"{TRACKER}/frame", f"{TRACKER}/frame")


def test_a_page_can_tell_nothing_but_what_is_written_down(tmp_path: Path) -> None:
    """The list stands in the docstring of `crawler.collectors.trace`."""
    pages = {
        "site.test/": "<!doctype html><body><script src='/probe.js'></script>",
        "site.test/probe.js": f"out = {PROBE}",
    }
    (tmp_path / "plain").mkdir()
    (tmp_path / "traced").mkdir()
    plain = visited(tmp_path / "plain", pages, arm=Arm.CONTROL)[1]
    traced = visited(tmp_path / "traced", pages)[1]
    assert len(plain) > 10_000 and plain.keys() == traced.keys()
    differences = {}
    for name, before in plain.items():
        after = traced[name]
        if isinstance(before, dict):
            changed = {key for key in before if before[key] != after[key]} - {"extended"}
            if changed:
                differences[name] = changed
        elif before != after:
            differences[name] = {f"{before} -> {after}"}
    assert differences == {"RTCPeerConnection": {"caller", "arguments", "cyclic"}, "depth": {"4 -> 5"}}
