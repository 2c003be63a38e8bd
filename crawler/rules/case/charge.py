"""From what was seen of a vendor to a finding: how often, how sure, and never more severe than the evidence bears.

Three caps hold everywhere. An endpoint known from memory, and a host that only a coarse list names, bear medium at
most. What was seen in some repetitions only, or never reached the vendor, is inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, Coverage, EvidenceRef, Finding, Outcome, Restriction, Severity
from crawler.rules.case.gravity import lower_of
from crawler.rules.case.model import Case, VendorSeen
from crawler.rules.case.steps import first_called
from crawler.vendors.model import KnownBy, Role

MAX_EVIDENCE = 10
"""Rows that one finding points at."""
UNSTEADY = "On every page some repetitions show it and others do not, so it is not held against anybody."
"""What is said of a thing that no page shows steadily."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says to the person who reads it."""

    message: str
    cannot_tell: str
    remedy: str


def charge(
    case: Case,
    seen: VendorSeen,
    visits: frozenset[str],
    *,
    rule: str,
    severity: Severity,
    words: Words,
    claims: Iterable[Claim] = (),
    outcome: Outcome | None = None,
    reached: bool = True,
    coverage: Coverage | None = None,
    restriction: Restriction | None = None,
    role: str = "",
    roles: Iterable[Role] = (),
    evidence: tuple[EvidenceRef, ...] = (),
    notes: Iterable[str] = (),
    at_most: Confidence = Confidence.HIGH,
    elsewhere: Mapping[Arm, frozenset[str]] | None = None,
) -> Finding:
    """A finding about one vendor on one site, resting on `visits`.

    A given `outcome` stands; PASS makes it a mere note of severity info. Else consistency decides. `roles` picks the
    rows of evidence when none are given; `notes` are added to the sentence on certainty, but for empty ones. `at_most`
    is how sure the grounds themselves allow to be. `elsewhere` are the visits of other arms that show the same; without
    it those in which the vendor received data, which is right only for findings that hold no more than that.
    """
    consistent = case.consistent(seen.site, seen.arm, visits)
    confidence, why = how_sure(case, seen, visits, consistent=consistent, reached=reached)
    if outcome is None:
        outcome = Outcome.VIOLATION if consistent and reached else Outcome.INCONCLUSIVE
    return Finding(
        rule=rule,
        outcome=outcome,
        severity=Severity.INFO if outcome is Outcome.PASS else capped(severity, seen),
        confidence=max(confidence, at_most, key=list(Confidence).index),
        site=seen.site,
        arm=seen.arm,
        vendor=seen.vendor,
        role=role,
        purpose=seen.purpose,
        coverage=coverage,
        restriction=restriction,
        claims=tuple(c.id for c in claims),
        pages=case.pages_of(seen.site, seen.arm, visits),
        visits=case.seen(seen.site, {**_told(case, seen, elsewhere), seen.arm: visits}),
        message=words.message,
        certainty=" ".join(filter(None, (why, *notes))),
        cannot_tell=words.cannot_tell,
        remedy=words.remedy,
        trigger=first_called(seen, visits),
        evidence=(evidence or rows_of(seen, roles))[:MAX_EVIDENCE],
    )


def capped(severity: Severity, seen: VendorSeen) -> Severity:
    """The severity, at most medium for an unverified endpoint, or for a host that one coarse list alone names."""
    weak = not seen.verified or (seen.known_by is KnownBy.THIRD_PARTY_WEB and seen.tracker_rule is None)
    return lower_of(severity, Severity.MEDIUM) if weak else severity


def how_often(case: Case, site: str, arm: Arm, visits: frozenset[str], *, was: str = "Seen") -> str:
    """`Seen in 2 of 3 visits (with GPC on)`, without a full stop."""
    return f"{was} in {len(visits)} of {number_of(len(case.judged_visits(site, arm)), 'visit')} ({ARM_WORDS[arm]})"


def how_sure(
    case: Case, seen: VendorSeen, visits: frozenset[str], *, consistent: bool, reached: bool = True
) -> tuple[Confidence, str]:
    """How sure, and why in a few sentences."""
    says = [f"{how_often(case, seen.site, seen.arm, visits)}."]
    confidence = Confidence.HIGH
    if not reached:
        confidence = Confidence.LOW
        says.append("The page tried, but no connection came about, so it is not held against anybody.")
    elif not consistent:
        confidence = Confidence.LOW
        says.append(UNSTEADY)
    elif not case.repeated(seen.site, seen.arm, visits):
        confidence = Confidence.MEDIUM
        says.append("No page was visited more than once, so chance cannot be told from habit.")
    if not seen.verified:
        confidence = Confidence.LOW
        says.append("The shape of the request is known from memory only; nobody has confirmed it in a capture.")
    elif seen.known_by is not KnownBy.CATALOGUE and confidence is Confidence.HIGH:
        confidence = Confidence.MEDIUM
    if seen.arm is Arm.GPC and case.emulated:
        confidence = Confidence.MEDIUM if confidence is Confidence.HIGH else confidence
        says.append("The signal was emulated; a site could tell it from a browser's own.")
    says.append(f"Recognised by: {_basis(seen)}.")
    return confidence, " ".join(says)


def _basis(seen: VendorSeen) -> str:
    """The list and the rule that named it; of the catalogue the product alone, its patterns are for engineers."""
    return seen.basis.partition(":")[0] if seen.known_by is KnownBy.CATALOGUE else seen.basis


def rows_of(seen: VendorSeen, roles: Iterable[Role] = ()) -> tuple[EvidenceRef, ...]:
    """The most telling rows of these roles, or of all."""
    wanted = tuple(roles) or tuple(seen.evidence)
    return tuple(ref for role in wanted for ref in seen.evidence.get(role, ()))[:MAX_EVIDENCE]


def number_of(number: int, noun: str) -> str:
    """`1 visit`, `3 visits`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str], most: int = 5) -> str:
    """`a, b and 3 more`, each word once."""
    different = list(dict.fromkeys(words))
    return ", ".join(different[:most]) + (f" and {len(different) - most} more" if len(different) > most else "")


def shortened(words: str, most: int) -> str:
    """At most `most` characters, cut between things rather than within one: `a=1, b=2 ...`.

    A single thing that takes up more than half of them is cut within: `abcdef...`.
    """
    if len(words) <= most:
        return words
    room = words[: most - 3]
    cut = max(room.rfind(boundary) for boundary in ",; ")
    return room[:cut].rstrip(",; ") + " ..." if cut >= most // 2 else words[: most - 3] + "..."


def quoted(claims: Iterable[Claim]) -> str:
    """The first claim as a clause for a message, or nothing."""
    for claim in claims:
        return f' The policy says (section {claim.section}): "{shortened(claim.quote, 240)}"'
    return ""


def in_each_arm(
    case: Case, seen: VendorSeen, visits: Callable[[VendorSeen], frozenset[str]]
) -> Mapping[Arm, frozenset[str]]:
    """What `visits` finds of the same vendor on the same site, by arm: `elsewhere` of a charge."""
    return {arm: visits(other) for arm, other in case.by_arm(seen.site, seen.vendor).items()}


def _told(case: Case, seen: VendorSeen, elsewhere: Mapping[Arm, frozenset[str]] | None) -> Mapping[Arm, frozenset[str]]:
    return in_each_arm(case, seen, VendorSeen.visits) if elsewhere is None else elsewhere


ARM_WORDS = {
    Arm.CONTROL: "without a signal",
    Arm.GPC: "with GPC on",
    Arm.DNT: "with Do Not Track on",
    Arm.NO_COOKIES: "with cookies refused",
    Arm.DECLINE: "after declining the banner",
    Arm.OPT_OUT: "after opting out",
    Arm.GA_OPT_OUT: "with the Google Analytics opt-out",
    Arm.TRACE: "explaining visit",
}
"""How a sentence names an arm."""
