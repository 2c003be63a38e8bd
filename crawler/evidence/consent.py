"""Consent: what a page says about the visitor's choice, in all the places where it says it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.evidence.arm import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentState:
    """What one source said at the end of a visit, as it stood there; what it means is found out when it is judged.

    Personal ids (consent ids, stamps, user ids) are taken out when it is recorded.
    """

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    origin: str
    """Origin of the document or storage; of a cookie its domain."""
    party: str
    """first, same-organisation, third: of that origin against the page."""
    source: str
    """The framework or tool: usprivacy, gpp, tcf, google-consent-mode, onetrust, cookiebot, osano, trustarc, ketch,
    usercentrics, didomi, hubspot, transcend, datagrail."""
    where: str
    """api (a function of the page was called), object (one was read), cookie, storage."""
    name: str
    """The function and its command, the object's name, the name of the cookie or key."""
    value: str
    """At most 8192 characters: a string as it was, everything else as JSON or as `name=value` pairs."""
    problem: str = ""
    """Why there is no value, or only a part of it: no answer, threw, too long, unreadable; empty when there is none."""
    at_ms: float | None = None
    step: str = ""
