"""A cookie asks to be kept for longer than its vendor documents.

What it checks
    Cookies that the browser kept and whose documented lifetime the catalogue has. What the response or the script asked
    for is held against the documentation, with a tolerance of a fifth; where nobody knows what was asked, what the
    browser kept, which it cuts to 400 days. A cookie documented for the session may be kept for a day. The cookie must
    be known by more than its name: by who set it, or by the domain it stands on. Low; a note where the documentation is
    known from memory only, and where an explaining visit alone knows who set it or what was asked, as of what scripts
    set. The finding names the pages on which it was so, not all that kept the cookie, where that is known.

Why it matters
    Lists of cookies copy the vendors' lifetimes. A site that sets other ones tells its visitors something wrong.

What it cannot see
    What the site's own policy says of lifetimes. What a script asked for, where no explaining visit saw it. A lifetime
    that the vendor has changed since its documentation was read.

What to do
    Set the vendor's cookie lifetime to what the list of cookies says, or correct the list.

Sources
    RFC 6265bis, section 5.5 (400 days), read in excerpts on 2026-11-22. Lifetimes: the vendor catalogue, each file with
    its own sources.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import MAX_EVIDENCE, UNSTEADY, how_often, number_of
from crawler.rules.case.conclude import conclude
from crawler.rules.case.inventory import CookieSeen
from crawler.rules.case.model import Case, KeptCookie
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.rules.case.visits import together
from crawler.vendors import catalogue
from crawler.vendors.cookie_owner import CookieBasis

ID = "cookie-outlives-documentation"
DAY_S = 86_400.0
TOLERANCE = 1.2
SLACK_S = 60.0
"""Clocks differ, and short lifetimes are rounded."""

_Pair = tuple[CookieSeen, KeptCookie]


def concerns(claim: Claim) -> bool:
    """What a policy says of lifetimes is not modelled."""
    return False


def judge(case: Case) -> Verdict:
    """One finding per site and vendor."""
    told = {(c.name, c.domain): c for c in case.cookies if c.basis in (CookieBasis.SETTER, CookieBasis.DOMAIN)}
    late: dict[tuple[str, str], list[_Pair]] = {}
    for kept in case.kept:
        seen = told.get((kept.name, kept.domain))
        if seen is not None and outlives(seen.documented_lifetime_s, kept.asked_s, kept.stored_s):
            late.setdefault((kept.site, seen.vendor), []).append((seen, kept))
    findings = [_finding(case, site, vendor, pairs) for (site, vendor), pairs in sorted(late.items())]
    held = sum(c.documented_lifetime_s is not None for c in told.values())
    return conclude(ID, case, findings, passed=f"{number_of(held, 'cookie')} held against documented lifetimes.")


def _firm(seen: CookieSeen, kept: KeptCookie) -> bool:
    """Whether the documentation is verified, and the compared visits alone know the cookie and how long it is kept."""
    known = seen.judged.basis in (CookieBasis.SETTER, CookieBasis.DOMAIN) and seen.judged.vendor == seen.vendor
    return seen.documented_verified and known and not kept.asked_is_explained


def outlives(documented_s: float | None, asked_s: float | None, stored_s: float | None) -> bool:
    """Whether a cookie is kept for clearly longer than documented: by what it asked for, where that is known."""
    if documented_s is None:
        return False
    longest = stored_s if asked_s is None else asked_s
    return longest is not None and longest > _at_most(documented_s)


def _late_in(seen: CookieSeen, kept: KeptCookie) -> Mapping[Arm, frozenset[str]]:
    """The visits that themselves asked for too long, by arm; all that kept the cookie where none is known to have."""
    late = {visit for visit, span in kept.spans.items() if outlives(seen.documented_lifetime_s, *span)}
    return {arm: visits & late for arm, visits in kept.visits.items()} if late else kept.visits


def _at_most(documented_s: float) -> float:
    return max(documented_s * TOLERANCE, documented_s + SLACK_S) if documented_s else DAY_S + SLACK_S


def _finding(case: Case, site: str, vendor: str, pairs: list[_Pair]) -> Finding:
    firm = [pair for pair in pairs if _firm(*pair)]
    pairs = firm or pairs
    by_arm = together(_late_in(*pair) for pair in pairs)
    arm = speaking_arm(case, site, by_arm)
    steady = case.consistent(site, arm, by_arm[arm])
    product = catalogue().vendors.get(vendor)
    name = product.name if product else vendor
    certainty = f"{how_often(case, site, arm, by_arm[arm])}."
    if not steady:
        certainty += f" {UNSTEADY}"
    if not firm and not any(seen.documented_verified for seen, _ in pairs):
        certainty += " The documented lifetime is known from memory only, so this is a note."
    elif not firm:
        certainty += " Who set it, or what was asked, an explaining visit alone knows, so this is a note."
    certainty += f" Known by: {pairs[0][0].why}."
    outcome = Outcome.VIOLATION if steady else Outcome.INCONCLUSIVE
    return Finding(
        rule=ID,
        outcome=outcome if firm else Outcome.PASS,
        severity=Severity.LOW if firm else Severity.INFO,
        confidence=Confidence.MEDIUM if firm and steady else Confidence.LOW,
        site=site,
        arm=arm,
        vendor=vendor,
        purpose=product.purpose if product else "",
        pages=case.pages_of(site, arm, by_arm[arm]),
        visits=case.seen(site, by_arm),
        message=f"{name} documents shorter lifetimes than its cookies have: {_says(pairs)}.",
        certainty=certainty,
        cannot_tell="Whether the site or the vendor chose the lifetime, and what the policy's list of cookies says.",
        remedy="Set the lifetime to what is documented, or state the longer one in the list of cookies.",
        evidence=tuple(ref for _, k in pairs for ref in k.evidence[:3])[:MAX_EVIDENCE],
    )


def _says(pairs: list[_Pair]) -> str:
    parts = []
    for seen, kept in pairs[:4]:
        asked = kept.asked_s is not None
        how = f"asks for {span(kept.asked_s or 0)}" if asked else f"is kept for {span(kept.stored_s or 0)}"
        documented = span(seen.documented_lifetime_s) if seen.documented_lifetime_s else "the session"
        parts.append(f"{seen.name[:60]} {how}, documented for {documented}")
    return "; ".join(parts) + (f"; and {len(pairs) - 4} more" if len(pairs) > 4 else "")


def span(seconds: float) -> str:
    """`400 days`, `5 hours`, `30 minutes`."""
    if not seconds < 1e7 * DAY_S:
        return "without end"
    for unit, length in (("day", DAY_S), ("hour", 3600.0), ("minute", 60.0)):
        if seconds >= 2 * length or unit == "minute":
            return number_of(round(seconds / length), unit)
    return ""
