"""What a company says, as the audit reads it: company, claims, attestations, waivers. Shapes; `load` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from crawler.purposes import Purpose as Purpose


class ClaimKind(StrEnum):
    """What sort of thing a sentence of a policy says; it decides which rules judge it."""

    VENDOR = "vendor"
    """Names a product: `vendor`, and `variant` where it names one."""
    CATEGORY = "category"
    """Declares purposes without naming who: `purposes`."""
    FORBIDDEN = "forbidden"
    """Denies something: `purposes` or `vendors` or `roles` that must not be seen."""
    SIGNAL = "signal"
    """Says what happens to a signal: `signal` gpc or dnt, `honoured` true or false."""
    DATA = "data"
    """Lists the data that a technology collects."""
    SCOPE = "scope"
    """Says which sites, services or parties the policy speaks of."""
    OPT_OUT = "opt-out"
    """Promises a way to opt out."""
    COOKIE_REFUSAL = "cookie-refusal"
    """Says what refusing cookies in the browser does."""
    LINK = "link"
    """Sends the reader to an address: `url`."""
    STATEMENT = "statement"
    """Anything else that a browser could look at in part."""
    NOT_CHECKABLE = "not-checkable"
    """No browser can see it: `reason`."""


class Unseen(StrEnum):
    """Why a claim cannot be checked by a browser."""

    E_MAIL = "e-mail"
    OFFLINE = "offline"
    SERVER_SIDE = "server-side"
    CONTRACT = "contract"
    CORPORATE = "corporate-event"
    PERSON_UNKNOWN = "person-unknown"
    RESERVATION = "legal-reservation"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that the policy says."""

    id: str
    section: str
    """The policy's own number or heading, as text."""
    kind: ClaimKind
    quote: str
    """The policy's words; ` [...] ` stands between parts that follow each other with something left out."""
    vendor: str | None = None
    vendors: tuple[str, ...] = ()
    """Of a `forbidden` claim: the vendors that must not be seen."""
    variant: str | None = None
    purposes: tuple[Purpose, ...] = ()
    roles: tuple[str, ...] = ()
    limits: tuple[Purpose, ...] = ()
    """Purposes of which this sentence is all that the policy says: an undeclared vendor with one of them is held
    against it."""
    signal: str | None = None
    honoured: bool | None = None
    url: str | None = None
    reason: Unseen | None = None
    note: str | None = None
    """For the reader of the report: what is meant, what a browser can and cannot see of it."""
    review: bool = False
    """A contradiction needs a person's judgement before it may fail a gate: severity is capped at medium."""
    line: int = 0
    """Line of the expectations file, 1-based."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """A contract fact that no browser can see, vouched for by somebody until a day."""

    vendor: str
    statement: str
    owner: str
    until: date
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that somebody accepted, until a day."""

    rule: str
    vendor: str | None
    site: str | None
    reason: str
    owner: str
    until: date
    """The last day on which it holds."""
    line: int

    def matches(self, rule: str, vendor: str, site: str) -> bool:
        """Whether this waiver speaks of such a finding; whether it has expired is another question."""
        return self.rule == rule and self.vendor in (None, vendor) and self.site in (None, site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The policy that the claims quote."""

    url: str
    read_on: date
    text_sha256: str
    """Of the normalised text."""
    text: str
    """Normalised text, as `normalise` of `policy_text` gives it; empty when the file names none."""
    published: str = ""
    """The text as it was saved, line by line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One expectations file."""

    key: str
    """The file's name without `.yaml`: the folder of its reports."""
    company: str
    policy: Policy
    sites: tuple[str, ...]
    """Start URLs."""
    own_domains: tuple[str, ...]
    claims: tuple[Claim, ...]
    attestations: tuple[Attestation, ...]
    waivers: tuple[Waiver, ...]
    path: Path
    file_sha256: str

    def claim(self, claim_id: str) -> Claim:
        """The claim with that id. Raises `KeyError` when there is none."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(claim_id)
