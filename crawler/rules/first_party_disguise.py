"""A host that is the site's own by its name is answered by another company's collector.

What it checks
    The names behind the hosts of the site: where a host is an alias (CNAME) for a host of a company that follows
    visitors, by the list of known targets, or because the request has the shape of one of its products. Hosting,
    content networks, shops, help desks and whatever serves pages of the site are none. Medium; high where the policy
    does not cover the company, it is known firmly, its purpose is advertising, social, session replay or visitor
    identification, and data or cookies of the site went there; low where the policy names it, for security, and where
    nothing but files came from there. A name known from memory, or by a coarse list, bears medium at most.
    One fact is charged once: where undeclared-vendor holds the same company to be at least as severe, this is low.

Why it matters
    Under a name of the site the browser sends the site's own cookies along, and limits for third parties do not hold.

What it cannot see
    Aliases that name servers resolve by themselves (ALIAS), hosts that point to rented addresses, proxies on the
    site's own servers, hosts that were not looked up (the verdict says how many), recordings without names (HAR).

What to do
    Call the company by its own name, or name it in the policy and keep the site's cookies from it (host-only cookies,
    a domain of its own). Declare a domain that is the company's own under own_domains.

Sources
    Chromium 156, what its network log tells of names, measured 2026-11-28. AdGuard's list of CNAME trackers of
    2025-01-13, read 2026-11-28: vendors/data/cname-targets.
"""

from __future__ import annotations

from crawler.claims import Claim, Purpose
from crawler.evidence import Arm
from crawler.findings import Confidence, Coverage, Finding, Outcome, Severity, Verdict
from crawler.rules import undeclared_vendor
from crawler.rules.case.charge import MAX_EVIDENCE, UNSTEADY, how_often, number_of, quoted
from crawler.rules.case.conclude import conclude, missing
from crawler.rules.case.coverage import Declared, context, declared, limiting
from crawler.rules.case.model import Case
from crawler.rules.case.names import DisguisedHost, NamesSeen, led, not_told, went_along
from crawler.rules.case.prior_charges import PriorCharges, charged_by, prior_charges
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.rules.case.visits import visits_by_arm, visits_of
from crawler.vendors.model import KnownBy

ID = "first-party-disguise"

FOLLOWS = frozenset({Purpose.ADVERTISING, Purpose.SOCIAL, Purpose.SESSION_REPLAY, Purpose.VISITOR_IDENTIFICATION})
_LOST = frozenset({"failed", "unknown"})
"""Why a host was not looked behind where nobody wanted it so: worth a note. A mapping is the auditor's own."""
_SURE = {KnownBy.CATALOGUE: Confidence.HIGH}


def concerns(claim: Claim) -> bool:
    """None: no sentence speaks of names of hosts."""
    return False


def judge(case: Case) -> Verdict:
    """One finding per site and company, in the first arm that shows it steadily; a note where looking failed."""
    prior = prior_charges(undeclared_vendor.charged(case))
    findings = []
    for site, vendor in sorted({(d.site, d.vendor) for d in case.disguised}):
        hosts = [d for d in case.disguised if (d.site, d.vendor) == (site, vendor)]
        findings.append(_finding(case, hosts, prior))
    findings += [_note(site, seen) for site, seen in case.names.items() if not seen.told and _LOST & set(seen.untold)]
    told, untold = sum(len(seen.told) for seen in case.names.values()), not_told(case.names.values())
    if told == 0 and not missing(case, (Arm.CONTROL,)):
        why = f"Nobody looked behind the hosts of the sites: {untold or 'the recording holds no names'}."
        return Verdict(rule=ID, outcome=Outcome.NOT_CHECKABLE, why=why, findings=tuple(findings))
    passed = f"Behind {number_of(told, 'host')} of the sites no collector of another company was found"
    return conclude(ID, case, findings, passed=f"{passed}; not looked behind: {untold}." if untold else f"{passed}.")


def _severity(hosts: list[DisguisedHost], policy: Declared) -> Severity:
    first = hosts[0]
    if policy.coverage is Coverage.NAMED or first.purpose is Purpose.SECURITY:
        return Severity.LOW
    firm = first.verified and first.known_by is not KnownBy.THIRD_PARTY_WEB
    told = any(d.data_hits for d in hosts)
    if policy.coverage is Coverage.UNDECLARED and firm and first.purpose in FOLLOWS:
        return Severity.HIGH if told or any(d.cookies for d in hosts) else Severity.MEDIUM
    return Severity.MEDIUM if told else Severity.LOW


def _finding(case: Case, everywhere: list[DisguisedHost], prior: PriorCharges) -> Finding:
    by_arm = visits_by_arm(everywhere)
    arm = speaking_arm(case, everywhere[0].site, by_arm)
    hosts = sorted((d for d in everywhere if d.arm is arm), key=lambda d: (not d.verified, d.host))
    first, visits = hosts[0], visits_of(hosts)
    policy = declared(case.company, first.vendor, first.purpose)
    severity = _severity(hosts, policy)
    twice = prior.hold(first.site, first.vendor, severity)
    steady = case.consistent(first.site, first.arm, visits)
    certainty = f"{how_often(case, first.site, arm, visits)}. {first.basis}."
    if not steady:
        certainty += f" {UNSTEADY}"
    if twice:
        certainty += f" {charged_by(undeclared_vendor.ID, whom='company')}"
    if not first.verified:
        certainty += " That this name belongs to it is known from memory only."
    quotes = limiting(case.company, first.purpose) or policy.claims
    return Finding(
        rule=ID,
        outcome=Outcome.VIOLATION if steady else Outcome.INCONCLUSIVE,
        severity=Severity.LOW if twice else severity,
        confidence=Confidence.LOW if not (steady and first.verified) else _SURE.get(first.known_by, Confidence.MEDIUM),
        site=first.site,
        arm=first.arm,
        vendor=first.vendor,
        purpose=first.purpose,
        coverage=policy.coverage,
        claims=tuple(c.id for c in quotes or context(case.company)),
        pages=case.pages_of(first.site, first.arm, visits),
        visits=case.seen(first.site, by_arm),
        message=f"{led(hosts)}: {first.name} ({first.purpose}) answers under the site's own name.{went_along(hosts)}"
        f"{quoted(quotes)}",
        certainty=certainty,
        cannot_tell="Whether the company reads those cookies, and whether a contract makes it a service provider.",
        remedy=f"Call {first.name} by its own name, or name it in the policy and keep the site's cookies from it.",
        evidence=tuple(ref for d in hosts for ref in d.evidence)[:MAX_EVIDENCE],
    )


def _note(site: str, seen: NamesSeen) -> Finding:
    return Finding(
        rule=ID,
        outcome=Outcome.PASS,
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        site=site,
        arm=str(Arm.CONTROL),
        visits={},
        message=f"Nobody looked behind the hosts of {site}: {not_told([seen])}.",
        certainty="The recording says of each host why its other names are not known.",
        cannot_tell="Whether a collector stands behind one of them.",
        remedy="Repeat the run where name servers answer, and without a proxy, or say with --name-server whom to ask.",
    )
