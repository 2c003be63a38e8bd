"""What the canary checks, row by row, from what arrived at its servers and what its pages said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from crawler.browser.canary_world import COOKIES, SHOP, TRACKER, CanaryWorld
from crawler.browser.gpc import UNREACHED_BY_EMULATION, Signal
from crawler.browser.launch import Opened
from crawler.browser.neutral import Shown, Values, differences, known
from crawler.collectors import netlog

# Name, path that shows the header, key of the page's answer that shows the property.
_PLACES = (
    ("document", "/", "document"),
    ("cross-site frame", "/frame", "frame"),
    ("cross-site image", "/pixel", None),
    ("worker script", "/worker.js", None),
    ("worker", "/from-worker", "worker"),
    ("shared worker script", "/shared-worker.js", None),
    ("shared worker", "/from-shared-worker", "shared"),
    ("service worker script", "/sw.js", None),
    ("service worker", "/from-service-worker", "service"),
    ("beacon while leaving", "/leaving", None),
)
_LED = ("sec-fetch-site", "sec-fetch-user")
"""A page led the bare visitor to the shop."""
_OWN = ("/favicon.ico", "/leave")
"""Asked for by some browsers at their own time; and told differently to who goes by itself."""
UNRECORDED = "as unrecorded"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was to be proven."""

    run: str
    """Which of the canary's runs: control, gpc, `gpc, no recorder`."""
    name: str
    ok: bool
    detail: str


def browser_says(run: str, signal: Signal, wanted: bool) -> Check:
    """What the browser itself answers when it is asked for the signal."""
    if signal.how == "native":
        return Check(
            run, "signal, asked of browser", signal.state is wanted, f"native, {'on' if signal.state else 'off'}"
        )
    if not wanted:
        return Check(run, "signal, asked of browser", True, "this browser has no signal of its own")
    detail = f"{signal.how}; does not reach {', '.join(UNREACHED_BY_EMULATION)}"
    return Check(run, "signal, asked of browser", False, detail)


def signal_rows(run: str, world: CanaryWorld, wanted: bool) -> Iterator[Check]:
    """The header of every kind of request, and the property in every kind of realm."""
    for name, path, key in _PLACES:
        requests = world.at(path)
        sent = sum(request.gpc for request in requests)
        header = bool(requests) and sent == (len(requests) if wanted else 0)
        yield Check(
            run, f"{name}: header", header, f"sent by {sent} of {len(requests)}" if requests else "no request came"
        )
        if key is not None:
            value = _said(world, key, "gpc")
            yield Check(run, f"{name}: property", value in (("true",) if wanted else ("false", "undefined")), value)
    if not wanted:
        others = sum(request.gpc for request in world.arrived)
        yield Check(run, "header anywhere", others == 0, f"sent by {others} of {len(world.arrived)}")


def cookie_rows(run: str, world: CanaryWorld) -> Iterator[Check]:
    """Third-party cookies, stored and sent back."""
    came_back = frozenset().union(*(request.cookies for request in world.at("/again")))
    for path, name in COOKIES.items():
        what = path.strip("/")
        asked = bool(world.at(path))
        detail = "stored, sent back" if name in came_back else "not sent back" if asked else "no request came"
        yield Check(run, f"third-party cookie of {what}", name in came_back, detail)


def person_rows(run: str, world: CanaryWorld) -> Iterator[Check]:
    """Whether the browser looks like a person's."""
    telling = [r for r in world.arrived if "headless" in f"{r.agent} {r.hints}".lower()]
    yield Check(run, "no Headless in any request", not telling, f"in {len(telling)} of {len(world.arrived)}")
    agent, brands = (_seen(world, f"navigator.{name}") for name in ("userAgent", "userAgentData"))
    yield Check(run, "no Headless in the page", bool(agent) and "headless" not in f"{agent} {brands}".lower(), brands)
    agents = {request.agent for request in world.arrived}
    yield Check(run, "one user agent for all", len(agents) == 1, f"{len(agents)} seen")
    value = _seen(world, "navigator.webdriver")
    yield Check(run, "navigator.webdriver", value == "false", value)


def end_rows(run: str, world: CanaryWorld, opened: Opened | None) -> Iterator[Check]:
    """Whether the browser went in order, and its network log is complete."""
    if opened is None:
        return
    gone = not psutil.pid_exists(opened.pid) and not opened.profile.exists()
    tidy = bool(opened.closed_by_itself) and gone
    yield Check(run, "closed, nothing left", tidy, "gone" if tidy else "had to be killed" if gone else "still there")
    log = netlog.read(opened.netlog_path)
    sent = {hop.url.partition("#")[0] for hop in log.hops if hop.request_headers is not None}
    wanted = {f"https://{request.host}{request.path}" for request in world.arrived if request.host in (SHOP, TRACKER)}
    missed = wanted - sent
    ok = log.complete and bool(wanted) and not missed
    yield Check(
        run,
        "NetLog has every request",
        ok,
        f"{len(wanted - missed)} of {len(wanted)}" + (f", but {log.flaw}" if log.flaw else ""),
    )


def neutral_rows(run: str, bare: CanaryWorld | None, recorded: CanaryWorld) -> Iterator[Check]:
    """Whether the visit did and saw what one without any DevTools line did and saw; `bare` is None if that failed."""
    found: Values = differences([_shown(bare)], [_shown(recorded)]) if bare is not None else {}
    effects = {key: values for key, values in found.items() if known(key) is None}
    requests = {key: values for key, values in effects.items() if "://" in key[0]}
    worker = {key: values for key, values in effects.items() if key[0] == "realm service"}
    seen = {key: values for key, values in effects.items() if key not in requests and key not in worker}
    for name, differing in (("requests", requests), ("scripts see", seen), ("service worker", worker)):
        detail = _first(differing) if bare is not None else "no visit came through without the recorder"
        yield Check(run, f"{name} {UNRECORDED}", bare is not None and not differing, detail)


def _shown(world: CanaryWorld) -> Shown:
    shown = Shown()
    for request in world.arrived:
        if request.path in _OWN:
            continue
        body = b"" if request.path in ("/answers", "/leaving") else request.body
        # The parts of a page are asked for all at once: which finds the other's cookie is a matter of who is first.
        leave_out = (*(_LED if request.path == "/" else ()), *(() if request.path == "/again" else ("cookie",)))
        shown.request(request.method, f"https://{request.host}{request.path}", request.headers, body, leave_out)
    for key, answer in world.answers.items():
        if key != "again":
            shown.realm(key, answer["seen"] if isinstance(answer, dict) else {"answer": answer})
    if world.changed:
        shown.realm("document when left", world.changed)
    return shown


def _first(differing: Values) -> str:
    """How many differences, and the first ones in words."""
    if not differing:
        return "nothing differs"
    told = []
    for (where, what), (bare, recorded) in list(differing.items())[:3]:
        without, with_it = (str(values[0]).split() for values in (bare, recorded))
        new = " ".join(word for word in with_it if word not in without) or "nothing"
        old = " ".join(word for word in without if word not in with_it) or "nothing"
        told.append(f"{where}, {what}: {old[:80]} became {new[:80]}")
    return f"{len(differing)} differ: {'; '.join(told)}"


def _said(world: CanaryWorld, realm: str, key: str) -> str:
    answer: Any = world.answers.get(realm, "no answer")
    return str(answer.get(key, "no answer") if isinstance(answer, dict) else answer)[:100]


def _seen(world: CanaryWorld, name: str) -> str:
    answer: Any = world.answers.get("document")
    seen = answer.get("seen") if isinstance(answer, dict) else None
    return str(seen.get(name, ""))[:200] if isinstance(seen, dict) else ""
