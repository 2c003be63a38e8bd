"""What an audit says: outcomes, severities, findings, verdicts, and the fingerprint that makes two the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What one rule or one claim came to."""

    PASS = "pass"
    NOT_CHECKABLE = "not-checkable"
    INCONCLUSIVE = "inconclusive"
    VIOLATION = "violation"
    ERROR = "error"


_BADNESS = (Outcome.NOT_CHECKABLE, Outcome.PASS, Outcome.INCONCLUSIVE, Outcome.VIOLATION, Outcome.ERROR)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides: error over violation over inconclusive over pass; not-checkable only when alone."""
    return max(outcomes, key=_BADNESS.index, default=Outcome.NOT_CHECKABLE)


class Severity(StrEnum):
    """How bad it is if it is true. How sure we are is a separate matter: `Confidence`."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    def at_least(self, other: Severity) -> bool:
        """True when this is as bad as `other`, or worse."""
        order = list(Severity)
        return order.index(self) <= order.index(other)


class Confidence(StrEnum):
    """How sure we are that it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Coverage(StrEnum):
    """How the policy declares a vendor."""

    NAMED = "named"
    CATEGORY = "category"
    UNDECLARED = "undeclared"
    FORBIDDEN = "forbidden"


class Restriction(StrEnum):
    """The opt-out state that a hit carries; `NONE` when there was no hit at all."""

    NONE = "none"
    RESTRICTED = "restricted"
    SELF_HONOUR_CLAIMED = "self-honour-claimed"
    UNKNOWN = "unknown"
    UNRESTRICTED = "unrestricted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """Where to look: a row (0-based line of the stream's file) and the URL that stands there."""

    stream: str
    row: int
    url: str
    visit: str = ""
    note: str = ""
    """What this row shows, e.g. `no dpo parameter; Sec-GPC: 1 was sent`."""
    step: str = ""
    """The step of the visit that it fell into, as in `crawler.evidence.Step`; empty when nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """k of n visits."""

    seen: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a person must look at."""

    rule: str
    outcome: Outcome
    """VIOLATION; INCONCLUSIVE when it was seen in some repetitions only; PASS for plain information."""
    severity: Severity
    confidence: Confidence
    site: str
    """eTLD+1 of the audited site, or empty for the whole company."""
    arm: str
    vendor: str = ""
    """Vendor key, an eTLD+1 for an unknown third party, or empty."""
    role: str = ""
    purpose: str = ""
    coverage: Coverage | None = None
    restriction: Restriction | None = None
    claims: tuple[str, ...] = ()
    """Ids of the sentences that this contradicts, the most telling first."""
    pages: tuple[str, ...] = ()
    visits: Mapping[str, Seen]
    """By arm."""
    message: str
    """One sentence: the fact, then the promise that it contradicts."""
    certainty: str
    """How sure we are and why."""
    cannot_tell: str
    """What the evidence cannot show."""
    remedy: str
    trigger: str = ""
    """After what the vendor first showed, in a sentence; empty when loading the page was enough."""
    evidence: tuple[EvidenceRef, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same tomorrow as today: rule, site, vendor, arm and role; never a URL or a time."""
        identity = "\x1f".join((self.rule, self.site, self.vendor, self.arm, self.role))
        return hashlib.sha256(identity.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOutcome:
    """What one rule came to on one claim, and why in a sentence."""

    claim: str
    outcome: Outcome
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule came to."""

    rule: str
    outcome: Outcome
    why: str
    findings: tuple[Finding, ...] = ()
    claims: tuple[ClaimOutcome, ...] = ()
