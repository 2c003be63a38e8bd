"""Proves the state of the opt-out signal in one visit three ways: the browser's word, the property, the headers."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.evidence import Arm, Request, SignalProof

EXEMPT_CLASSES = frozenset(
    {"preflight", "report", "fedcm", "download", "background-fetch", "speculation", "early-hint", "worker-update"}
)
"""Kinds that Chromium 156 never gives the header (measured 2026-11-22; preloads by early hints, and what a service
worker imports when its update is looked for, 2026-11-27). Reports by CSP's report-uri do carry it."""
_EXEMPT_TYPES = frozenset({"websocket", "webtransport", "webrtc", "preflight"})


def prove(
    arm: Arm,
    cdp_state: bool | None,
    method: str,
    property_values: Iterable[str],
    requests: Iterable[Request],
) -> SignalProof:
    """Hold a visit's requests, property values (`true`, `false`, `undefined`) and CDP state against its arm.

    In the GPC arm every request of the site that can carry `Sec-GPC: 1` must, in any other none may. A visit without
    requests or without a property value proves nothing.
    """
    wanted = arm is Arm.GPC
    values = tuple(sorted({value.rpartition("=")[2] for value in property_values}))
    carried = counted = exempt = 0
    stray: str | None = None
    for request in requests:
        if request.own_traffic or not request.on_wire:
            continue
        if is_exempt(request):
            exempt += 1
            if request.sec_gpc and not wanted:
                counted, carried = counted + 1, carried + 1
                stray = stray or request.url
            continue
        counted += 1
        carried += request.sec_gpc
        if request.sec_gpc is not wanted:
            stray = stray or request.url
    why = _failure(wanted, cdp_state, method, values, carried, counted, stray)
    return SignalProof(
        wanted=wanted,
        method=method,
        cdp=cdp_state,
        property_values=values,
        requests_with=carried,
        requests_of=counted,
        exempt=exempt,
        proven=why is None,
        why=why or _success(wanted, counted),
    )


def is_exempt(request: Request) -> bool:
    """True for a request of a kind that the browser itself never gives the header."""
    return request.resource_type in _EXEMPT_TYPES or request.wire_class in EXEMPT_CLASSES


def _failure(
    wanted: bool,
    cdp_state: bool | None,
    method: str,
    values: tuple[str, ...],
    carried: int,
    counted: int,
    stray: str | None,
) -> str | None:
    if method == "native" and cdp_state is not wanted:
        said = {True: "on", False: "off", None: "nothing"}[cdp_state]
        return f"The browser was asked for its signal state and answered {said}; {_state(wanted)} was wanted."
    if counted == 0:
        return "No request was seen that could have carried the signal."
    if not values:
        return "No frame could be asked for navigator.globalPrivacyControl."
    if wanted and values != ("true",):
        return f"navigator.globalPrivacyControl was {' and '.join(values)}, not true, in some frame."
    if not wanted and "true" in values:
        return "navigator.globalPrivacyControl was true in some frame of a visit without the signal."
    if carried != (counted if wanted else 0):
        return f"{carried} of {counted} requests carried Sec-GPC: 1; first to disagree: {(stray or '')[:300]}"
    return None


def _success(wanted: bool, counted: int) -> str:
    if wanted:
        return f"All {counted} requests that can carry Sec-GPC: 1 did, and the property was true in every frame."
    return f"None of {counted} requests carried Sec-GPC: 1, and the property was true in no frame."


def _state(on: bool) -> str:
    return "on" if on else "off"
