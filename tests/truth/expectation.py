"""What the row of each kind must say: the class that explains it, where it came from, which script asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.evidence import Request
from tests.truth.contexts import CONTEXTS, SPAWNS
from tests.truth.kinds import KINDS, ORIGINS
from tests.truth.log import parameters

_STARTS = {
    "popup": "popup-start",
    "frame": "frame-start",
    "worker": "worker-start",
    "shared-worker": "worker-start",
    "service-worker": "worker-start",
}
"""How the first requests of a realm may be explained that DevTools was attached to too late."""
_ORDINAL = re.compile(r"_\d$")
"""Of a redirect: the function is named after the first of them."""
_SPAWNED = {(kind, spawned): context for (context, kind), spawned in SPAWNS.items()}
_UNSCRIPTED = frozenset(
    {
        "image_script", "image_redirect", "image_mixed", "leave_pagehide_image", "font_face", "audio_script",
        "eventsource", "form_post", "form_get", "window_popup", "window_noopener", "window_plain", "worker_script",
        "worker_module", "worker_nested", "shared_script", "service_worker", "audio_worklet", "paint_worklet",
        "fetch_later", "leave_fetch_later",
    }
)  # fmt: skip
"""Chromium 156 asks for these when the script that wanted them has gone on, or in another process; then CDP gives no
stack and names the document at best."""
_AROUND = {"frame-blank": "page", "worker": "page"}
"""Whose address CDP names for a context that has none of its own, or whose document counts as its worker's."""


def planned(visit: str) -> set[tuple[str, str]]:
    """Kind and context of every request that must arrive in a visit."""
    found: set[tuple[str, str]] = set()
    for context in CONTEXTS.values():
        if context.visit == visit:
            for kind in (*context.runs, *context.markup):
                _add(found, kind, SPAWNS.get((context.name, kind), context.name))
    return found


def _may_stay_away(kind: str, context: str) -> bool:
    """What the browser is free not to send, and then nobody saw.

    A frame in a process of its own may be ended before it has left (1 of 38 visits on a busy machine); a speculative
    prefetch may be given up before it is sent (1 of 80 visits).
    """
    return kind.startswith("speculation_") or (kind.startswith("leave_") and CONTEXTS[context].target == "frame")


def _add(found: set[tuple[str, str]], kind: str, context: str) -> None:
    what = KINDS[kind]
    if what.on_wire and not what.optional and not _may_stay_away(kind, context):
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
    target = CONTEXTS[context].target if context in CONTEXTS else row.target
    if row.on_wire and what.on_wire and not what.late:
        allowed.add(_STARTS.get(target))
        if kind == "kinds" and target == "service-worker":
            allowed |= {"worker-script", "worker-update"}
    if not row.on_wire and what.on_wire and "ERR_ABORTED" in (row.error or ""):
        allowed.add("aborted")  # its window closed before it was sent
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
    if row.on_wire and KINDS[kind].place:
        targets = {KINDS[kind].place}
    elif context.name == "worklet-paint":
        targets.add("page")  # it lives in the page's own thread, and CDP tells its imports of either
    if row.seen_by == "netlog" and row.wire_class == "worker-start":
        targets |= {"worker", "shared-worker", "service-worker"}  # the log tells the origin, not which worker of it
    if row.target not in targets:
        seen = f"{row.seen_by}, {row.wire_class}"
        yield f"{row.method} {row.url} ({seen}): from {row.target}, and it was {context.target}"


def initiator_problems(row: Request) -> Iterator[str]:
    """Does it name the function that asked, in the script of its own context?"""
    query = parameters(row.url)
    kind, context = _ORDINAL.sub("", query.get("k", "")), query.get("c", "")
    if row.seen_by != "both" or row.method == "OPTIONS":
        return
    asker = _SPAWNED.get((kind, context), context)
    asked_by = parameters(row.initiator.url or "").get("c")
    if kind == "fetch_same":
        asker, _, function = (row.body or "").partition(" ")
        right = asked_by == asker and _calls(row, function)
    elif asker not in CONTEXTS or kind not in CONTEXTS[asker].runs:
        return
    elif kind == "import_blob":
        right = (row.initiator.url or "").startswith("blob:" + ORIGINS[CONTEXTS[asker].origin])
    elif row.initiator.stack:
        right = asked_by == asker and _calls(row, kind)
    else:
        right = kind in _UNSCRIPTED and asked_by in (asker, _AROUND.get(asker), None)
    if not right:
        said = f"{row.initiator.type} {row.initiator.url} {row.initiator.stack[:2]}"
        yield f"{row.method} {row.url}: initiator {said}: not {asker}'s function of that name"


def _calls(row: Request, function: str) -> bool:
    return any(frame.startswith(function + " ") for frame in row.initiator.stack)
