"""Visits: how each went, what its page was, what proves it, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.evidence.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Facts of the page itself, read after settling."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    final_url: str
    status: int | None
    title: str
    language: str | None
    links: tuple[str, ...]
    forms: int
    banners: tuple[str, ...]
    """Consent banners recognised, by product name."""
    opt_out_links: tuple[str, ...]
    """`text -> url` of links that offer an opt-out (Do Not Sell or Share, Your Privacy Choices)."""
    policy_links: tuple[str, ...]
    gpc_property: tuple[str, ...]
    """`frame url=value` of navigator.globalPrivacyControl in every frame that could be asked."""
    recaptcha: tuple[str, ...]
    """Variants found in the DOM: size=invisible, size=normal, render=<key>..."""
    screenshot: str | None
    """File under evidence/screens/."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalProof:
    """How one visit proved the state of its opt-out signal. All three must agree with the arm."""

    wanted: bool
    method: str
    """native, emulated, har (as the recording's headers tell), or none."""
    cdp: bool | None
    """What Browser.getGlobalPrivacyControl answered; None when it could not be asked."""
    property_values: tuple[str, ...]
    """Distinct values of the property over all frames: true, false, undefined."""
    requests_with: int
    """Requests that carried `Sec-GPC: 1`, of `requests_of` that could have."""
    requests_of: int
    exempt: int
    """Requests of kinds that the browser itself never gives the header (WebSocket, preflight, reports ...)."""
    proven: bool
    why: str
    """One sentence; for a failed proof, which of the three disagreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """NetLog's ledger against CDP's account of one visit."""

    netlog_complete: bool
    matched: int
    wire_only: Mapping[str, int]
    """Count by class."""
    cdp_only: Mapping[str, int]
    unexplained: tuple[str, ...]
    """`METHOD url` of the rows that nobody could explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of the story of a visit; it lasts until the next begins."""

    name: str
    """load, scroll, hover, focus, wait, second-view, consent (the page's own consent interfaces are asked), leave."""
    started_ms: float
    detail: str = ""
    """What was done, in words: `to the bottom, 5 screens`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page in one arm, one repetition: how it went."""

    id: str
    """`<page number>-<arm>-<repetition>`, e.g. `003-gpc-2`."""
    page_url: str
    arm: Arm
    repetition: int
    attempts: int
    ok: bool
    reason: str | None
    """Why it is a gap; None when it is not."""
    status: int | None
    final_url: str | None
    started_utc: str
    duration_ms: float
    settled: str
    """quiet, cap, or none."""
    signal: SignalProof | None
    reconciliation: Reconciliation | None
    steps: tuple[Step, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    """How many rows of each other stream are this visit's; it was recorded whole when they are all there."""


def step_at(steps: Sequence[Step], at_ms: float) -> str:
    """Name of the step that a moment of a visit fell into; what came before the first step belongs to it."""
    name = steps[0].name if steps else ""
    for step in steps:
        if step.started_ms > at_ms:
            break
        name = step.name
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What was meant to be seen and could not be."""

    arm: str
    """An arm, or `all` when the page or site was never reached."""
    url: str
    reason: str
    """A word: unreachable, http-error, bot-wall, timeout, crash, signal-not-proven, netlog-incomplete, robots,
    no-pages, redirected-away, not-html, empty, flood, vendor-unreachable, interrupted, har, error."""
    detail: str
    """A sentence for the person."""
    visit: str | None = None
