"""The instrument of explaining visits: puts `js/trace*.js` into every window, frame and worker before its first line.

Only the `trace` arm carries it; the arms that are compared have none. Windows and frames get it as a script of every
new document. Workers are held at their first statement by a breakpoint, get it there, and go on: before that they are
so unfinished that reading `location` crashes the browser, and the cookie store is not there yet (measured with Chromium
156 on 2026-11-27). Reports come back over a DevTools binding with a random name, which the instrument takes away from
the page in the same moment.

What a page can still tell of the instrument: errors thrown by a wrapped function have one more line in their stack;
the message of `class extends` a wrapped function shows its text; an object given to `cookieStore.set` that is a Proxy
sees its properties looked at; `RTCPeerConnection` and the page's own consent functions are Proxies (a cyclic prototype
is found out later than usual, and `__tcfapi === stub` no longer holds for a reference kept from before); a promise of
`caches.open` resolves a moment later; and that somebody listens to its console, which reporting bindings needs.

What it cannot see: who wrote a storage key as a property; the address of a text given to `setTimeout`, or of any call
where `Error` is frozen; a call of a consent function in the very script that defines it, before that listens for
messages; counts of the last tenth of a second before a page is left; the first calls of a shared worker that another
client let go before the instrument came (1 of 28 under heavy load, measured as above); worklets.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from crawler.collectors.trace.records import TraceRecords

Params = dict[str, Any]
Command = tuple[str, Params]
_PARTS = ("trace_writes.js", "trace_calls.js")
_DOCUMENTS = frozenset({"page", "iframe"})
_WORKERS = frozenset({"worker", "shared_worker", "service_worker"})
_MAX_STORAGE_EVENTS = 50_000
_GO_ON: tuple[Command, ...] = (
    ("Debugger.setSkipAllPauses", {"skip": True}),
    ("Debugger.resume", {}),
    ("Debugger.disable", {}),
)
"""For a worker that stands at its first statement, or that its own `debugger` statement held."""


@cache
def _source() -> str:
    folder = resources.files("crawler.collectors") / "js"
    parts = "\n".join((folder / name).read_text(encoding="utf-8") for name in _PARTS)
    return (folder / "trace.js").read_text(encoding="utf-8").replace("PARTS;", parts, 1)


@dataclass(slots=True)
class StorageEvents:
    """What one session told of writes of one key."""

    count: int = 0
    last_unix_ms: float = 0


class Tracer:
    """Installs the instrument in the targets of one browser and gathers what it reports.

    It sends nothing itself: `begin` and `event` return the commands that the target must get, in this order.
    """

    def __init__(self) -> None:
        self.asking = "_" + secrets.token_hex(12)
        """Name of the function that asks the page's consent interfaces for us: what it calls is none of the page's."""
        self.records = TraceRecords(self.asking)
        self.storage_events: dict[tuple[str, str, str], dict[str, StorageEvents]] = {}
        """Writes that the browser told of, by origin, area and key, and by session: each may tell the same ones."""
        self._name = "_" + secrets.token_hex(12)
        self._key = secrets.token_hex(16)
        self._owner: dict[str, str] = {}
        """Session that the instrument is put in through, by target: a service worker is attached twice, to its page and
        to the browser, and its start waits for the one that comes first."""
        self._installed: set[str] = set()
        """Sessions of workers."""
        self._storage_seen = 0

    def begin(self, session: str, target_id: str, kind: str) -> tuple[Command, ...]:
        """Commands for a new target, while it is still held."""
        if self._owner.setdefault(target_id, session) != session:
            return ()
        if kind in _DOCUMENTS:
            return (
                # Without both, Chromium forgets binding and script when a page moves to another process.
                ("Page.enable", {}),
                ("Runtime.enable", {}),
                ("DOMStorage.enable", {}),
                ("Runtime.addBinding", {"name": self._name}),
                ("Page.addScriptToEvaluateOnNewDocument", {"source": self._script(), "runImmediately": True}),
            )
        if kind in _WORKERS:
            return (
                ("Debugger.enable", {}),
                ("Debugger.setInstrumentationBreakpoint", {"instrumentation": "beforeScriptExecution"}),
            )
        return ()

    def event(self, session: str | None, method: str, params: Params, now_ms: float) -> tuple[Command, ...]:
        """Take an event of a target; commands for it. Raises `KeyError` or `TypeError` for one of an unknown shape.

        `now_ms` is the recorder's own time, in Unix milliseconds.
        """
        if session is None:
            return ()
        if method == "Runtime.bindingCalled":
            if params["name"] == self._name:
                context, payload = int(params["executionContextId"]), str(params["payload"])
                self.records.report(session, context, payload, now_ms)
        elif method == "Debugger.scriptParsed":
            return self._install(session) if params["url"] else ()
        elif method == "Debugger.paused":
            return (*self._install(session), *_GO_ON)
        elif method.startswith("DOMStorage."):
            self._stored(session, params, now_ms)
        return ()

    def _install(self, session: str) -> tuple[Command, ...]:
        """Put the instrument into a worker, once. Its first script is parsed, so it is far enough for that; it is held
        at that script's first statement, unless another client of a shared worker had let it go before."""
        if session in self._installed:
            return ()
        self._installed.add(session)
        script = {"expression": self._script(), "silent": True, "returnByValue": True}
        return (("Runtime.addBinding", {"name": self._name}), ("Runtime.evaluate", script))

    def _stored(self, session: str, params: Params, now_ms: float) -> None:
        self._storage_seen += 1
        if "key" not in params or "newValue" not in params or self._storage_seen > _MAX_STORAGE_EVENTS:
            return
        where = params["storageId"]
        area = "local" if where["isLocalStorage"] else "session"
        key = (str(where.get("securityOrigin") or "")[:2048], area, str(params["key"])[:1024])
        told = self.storage_events.setdefault(key, {}).setdefault(session, StorageEvents())
        told.count += 1
        told.last_unix_ms = now_ms

    def _script(self) -> str:
        return f"({_source()})({orjson.dumps(self._name).decode()}, {orjson.dumps(self._key).decode()})"
