"""Cookies: as they stood at the end of a visit, and how they came to be."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.evidence.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie as it stood in the jar after a visit, or as it was refused."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    name: str
    domain: str
    """Without its leading dot."""
    path: str
    value_hash: str
    value_length: int
    party: str
    """first, same-organisation, third: of the cookie's domain against the page."""
    set_by: str
    """http, script, cookie-store, unknown."""
    setter_url: str | None
    """The response, or the script, that set it last."""
    setter_line: int | None
    set_ms: float | None
    asked_lifetime_s: float | None
    stored_lifetime_s: float | None
    """None for a session cookie. Chromium stores at most 400 days."""
    secure: bool
    http_only: bool
    same_site: str | None
    partition_key: str | None
    blocked_reason: str | None
    """None when the cookie was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieEvent:
    """One change of one cookie during a visit, or the refusal of one: the history that the jar no longer shows.

    Every arm has the changes themselves; which script made them, only the `trace` arm knows.
    """

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    name: str
    domain: str
    """Without its leading dot."""
    path: str
    partition_key: str | None
    what: str
    """set, changed (another value or lifetime), deleted, refused."""
    at_ms: float
    set_by: str
    """http, script, cookie-store, browser (it expired or was evicted), unknown."""
    target: str
    """Kind of target the setter ran in or the response went to, as in `Request.target`; unknown of a script that nobody
    watched."""
    frame_url: str | None
    setter_url: str | None
    """The response, redirect hops each by themselves, or the script."""
    setter_line: int | None
    """1-based; of scripts only."""
    setter_column: int | None
    stack: tuple[str, ...]
    """As in `Initiator`."""
    value_hash: str
    value_length: int
    asked_lifetime_s: float | None
    """What the setter asked for; None for a session cookie; 0 or less deletes."""
    stored_lifetime_s: float | None
    """What the browser kept, where it told."""
    secure: bool
    http_only: bool
    same_site: str | None
    blocked_reason: str | None
    """The browser's reasons for a refusal; None otherwise."""
    cause: str | None = None
    """The browser's word for a deletion: explicit, overwrite, expired, evicted ..."""
    step: str = ""
