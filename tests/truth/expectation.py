"""What the row of each kind must say: the class that explains it, where it came from, which script asked."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.evidence import Request
from tests.truth.kinds import CONTEXTS, KINDS, SPAWNS
from tests.truth.log import parameters

_STARTS = {
    "popup": "popup-start",
    "frame": "frame-start",
    "worker": "worker-start",
    "shared-worker": "worker-start",
    "service-worker": "worker-start",
}
"""How the first requests of a realm may be explained that DevTools was attached to too late."""
_SPAWNED = {(kind, spawned): context for (context, kind), spawned in SPAWNS.items()}
_NO_STACK = frozenset({"fetch_later", "leave_fetch_later"})
"""CDP names the script type and gives no stack for these (Chromium 156)."""
_WORKER_SCRIPTS = frozenset({"worker_script", "worker_module", "worker_nested", "shared_script", "service_worker"})
"""CDP names the document that asked, and no line of it."""


def planned(visit: str) -> set[tuple[str, str]]:
    """Kind and context of every request that must arrive in a visit."""
    found: set[tuple[str, str]] = set()
    for context in CONTEXTS.values():
        if context.visit == visit:
            for kind in (*context.runs, *context.markup):
                _add(found, kind, SPAWNS.get((context.name, kind), context.name))
    return found


def _add(found: set[tuple[str, str]], kind: str, context: str) -> None:
    what = KINDS[kind]
    if what.on_wire and not what.optional:
        found.add((kind, "any" if kind.endswith("_same") else context))
    for next_kind in what.leads_to:
        _add(found, next_kind, context)


def class_problems(row: Request) -> Iterator[str]:
    """Is the row of a kind that may be there, and is it explained as one of that kind?"""
    if row.resource_type == "webrtc":
        return
    query = parameters(row.url)
    kind, context = query.get("k", ""), query.get("c", "")
    where = f"{row.method} {row.url} ({row.seen_by})"
    what = KINDS.get(kind)
    if what is None:
        yield f"{where}: of no kind"
        return
    if row.own_traffic:
        yield f"{where}: taken for the browser's own"
    if row.method == "OPTIONS":
        if (row.on_wire, row.wire_class, row.resource_type) != (True, "preflight", "preflight"):
            yield f"{where}: a preflight, told as {row.wire_class}, {row.resource_type}"
        return
    allowed = set(what.on_wire if row.on_wire else what.off_wire)
    if row.on_wire and what.on_wire and not what.late and context in CONTEXTS:
        allowed.add(_STARTS.get(CONTEXTS[context].target))
        if kind == "kinds" and CONTEXTS[context].target == "service-worker":
            allowed.add("worker-script")
    if row.wire_class not in allowed:
        yield f"{where}: {'sent' if row.on_wire else 'not sent'} and told as {row.wire_class}"
    if row.seen_by != "both" and row.wire_class is None:
        yield f"{where}: only {row.seen_by} has it, and nothing explains why"
    types = {what.type}
    if row.seen_by == "netlog" and (row.url.startswith("http:") or not row.on_wire):
        types.add("other")  # without the headers that say what it is for
    if row.seen_by == "netlog" and row.wire_class in ("unload-beacon", "fetch-later"):
        types.add("fetch")  # a beacon looks like any other request
    if row.resource_type not in types:
        yield f"{where}: of type {row.resource_type}, and it is {what.type}"


def place_problems(row: Request) -> Iterator[str]:
    """Is it charged to the kind of target that sent it, and to the right frame?"""
    query = parameters(row.url)
    kind, context = query.get("k", ""), CONTEXTS.get(query.get("c", ""))
    if context is None or row.resource_type == "webrtc" or (row.seen_by == "netlog" and not row.on_wire):
        return
    spawner = _SPAWNED.get((kind, context.name))
    targets = {context.target} | ({CONTEXTS[spawner].target} if spawner else set())
    if row.target not in targets:
        seen = f"{row.seen_by}, {row.wire_class}"
        yield f"{row.method} {row.url} ({seen}): from {row.target}, and it was {context.target}"


def initiator_problems(row: Request) -> Iterator[str]:
    """Does it name the function that asked, in the script of its own context?"""
    query = parameters(row.url)
    kind, context = query.get("k", ""), query.get("c", "")
    if row.seen_by != "both" or row.method == "OPTIONS" or context not in (*CONTEXTS, "any"):
        return
    asked_by = parameters(row.initiator.url or "").get("c")
    where = f"{row.method} {row.url}: initiator {row.initiator.type} {row.initiator.url} {row.initiator.stack[:2]}"
    if kind == "fetch_same":
        said_context, _, function = (row.body or "").partition(" ")
        if asked_by != said_context or not _calls(row, function):
            yield f"{where}: {row.body!r} says who asked"
    elif (
        context in CONTEXTS and kind in CONTEXTS[_SPAWNED.get((kind, context), context)].runs and kind not in _NO_STACK
    ) and (asked_by != _SPAWNED.get((kind, context), context) or not (_calls(row, kind) or kind in _WORKER_SCRIPTS)):
        yield f"{where}: not the function of that name"


def _calls(row: Request, function: str) -> bool:
    return any(frame.startswith(function + " ") for frame in row.initiator.stack)
