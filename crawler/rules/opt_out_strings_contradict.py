"""What a page says of the visitor's opt-out contradicts itself: one source says opted out, another says not.

What it checks
    Per site, what the page itself says at the end of each visit: US Privacy and GPP strings, from their interfaces and
    from cookies and storage, and the default groups of OneTrust. Two of them disagree in the same visit; or one
    contradicts itself: it notes the browser's signal (Gpc=1, isGpcEnabled=1) and says all the same that nobody opted
    out, or it notes that the browser sends it and did not take it up (browserGpcFlag=1, isGpcEnabled=0). With GPC on
    this is medium, without a signal low; a note where the policy does not promise to honour GPC. Strings of Europe,
    Google's consent mode and tools whose categories a site names itself are shown in the report and not judged.

Why it matters
    Vendors act on the string that they happen to read. A signal that is noted and not acted on is the picture that a
    misconfigured consent tool gives.

What it cannot see
    Which of the sources a vendor reads, what servers do, and whether the law that a string is for applies. A page that
    says nothing is not judged.

What to do
    Find the tools that write the strings (two tools, an old snippet beside a new one) and let one of them speak.

Sources
    IAB: US Privacy String; Global Privacy Platform, Core and Sections, read 2026-11-28. OneTrust's cookie: recordings
    of real visits, read 2026-11-22. 11 CCR 7025(b), read in excerpts.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import MAX_EVIDENCE, UNSTEADY, how_often, quoted, shortened
from crawler.rules.case.conclude import conclude, missing, not_promised, on_claims
from crawler.rules.case.consent_said import ConsentSaid
from crawler.rules.case.coverage import gpc_promises, promises_gpc
from crawler.rules.case.model import Case
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.signals.consent import OptOut

ID = "opt-out-strings-contradict"
concerns = promises_gpc

_ORDER = (Arm.GPC, *(arm for arm in Arm if arm not in (Arm.GPC, Arm.TRACE)))


def judge(case: Case) -> Verdict:
    """At most one finding per site, in the first arm that shows it steadily; GPC before the others."""
    promises = gpc_promises(case.company)
    findings = [f for site in case.sites if (f := _of_site(case, site, promises)) is not None]
    speaking = [s for s in case.consent if s.counts and s.opt_out is not OptOut.NOTHING]
    if not findings and not promises:
        return not_promised(ID, "to honour Global Privacy Control")
    if not findings and not speaking and not missing(case, (Arm.GPC,)):
        return Verdict(rule=ID, outcome=Outcome.NOT_CHECKABLE, why="No page says anything of an opt-out in the US.")
    heard = [p for p in promises if any(s.arm is Arm.GPC for s in speaking)]
    claims = on_claims(
        heard, findings, kept="With GPC on, what the pages say of the opt-out does not contradict itself."
    )
    passed = "What the pages say of the visitor's opt-out does not contradict itself."
    return conclude(ID, case, findings, claims, passed=passed, arms=(Arm.GPC,) if promises else ())


def _of_site(case: Case, site: str, promises: tuple[Claim, ...]) -> Finding | None:
    found: dict[Arm, frozenset[str]] = {}
    sources: dict[Arm, list[ConsentSaid]] = {}
    for arm in _ORDER:
        said = [s for s in case.consent if s.counts and (s.site, s.arm) == (site, arm)]
        clashes = [*_between(said), *((s.visits, (s,)) for s in said if s.against_itself)]
        visits = frozenset[str]().union(*(v for v, _ in clashes)) & case.judged_visits(site, arm)
        if visits:
            found[arm] = visits
            sources[arm] = list(dict.fromkeys(s for _, parts in clashes for s in parts))
    if not found:
        return None
    arm = speaking_arm(case, site, found)
    return _finding(case, site, arm, found, sources[arm], promises)


def _between(said: Sequence[ConsentSaid]) -> list[tuple[frozenset[str], tuple[ConsentSaid, ...]]]:
    """Pairs that disagree, with the visits that had both."""
    yes, no = ([s for s in said if s.opt_out is o] for o in (OptOut.YES, OptOut.NO))
    return [(both, (a, b)) for a in yes for b in no if (both := a.visits & b.visits)]


def _finding(
    case: Case,
    site: str,
    arm: Arm,
    everywhere: dict[Arm, frozenset[str]],
    sources: Sequence[ConsentSaid],
    promises: tuple[Claim, ...],
) -> Finding:
    signal = arm is Arm.GPC
    visits = everywhere[arm]
    steady = case.consistent(site, arm, visits)
    claims = promises if signal else ()
    repeated = case.repeated(site, arm, visits)
    sure = Confidence.LOW if not steady else Confidence.HIGH if repeated else Confidence.MEDIUM
    if signal and case.emulated and sure is Confidence.HIGH:
        sure = Confidence.MEDIUM
    certainty = f"{how_often(case, site, arm, visits)}, at the end of each."
    if not steady:
        certainty += f" {UNSTEADY}"
    return Finding(
        rule=ID,
        outcome=Outcome.PASS if not promises else Outcome.VIOLATION if steady else Outcome.INCONCLUSIVE,
        severity=Severity.INFO if not promises else Severity.MEDIUM if signal else Severity.LOW,
        confidence=sure,
        site=site,
        arm=arm,
        claims=tuple(c.id for c in claims),
        pages=case.pages_of(site, arm, visits),
        visits=case.seen(site, everywhere),
        message=f"What the page says of the opt-out contradicts itself: {_told(sources)}.{quoted(claims)}",
        certainty=certainty,
        cannot_tell="Which of the sources a vendor reads, and whether the law that a string is for applies.",
        remedy="Find which tools write them, and let one tool speak, from the signal that the browser sends.",
        evidence=tuple(ref for s in sources for ref in s.evidence[:2])[:MAX_EVIDENCE],
    )


def _told(sources: Sequence[ConsentSaid]) -> str:
    words = {OptOut.YES: "opted out", OptOut.NO: "not opted out", OptOut.NOTHING: "nothing"}
    named = [
        f"{s.name} says {s.against_itself or f'{words[s.opt_out]} ({shortened(s.words, 80)})'}" for s in sources[:4]
    ]
    return "; ".join(named) + (f"; and {len(sources) - 4} more" if len(sources) > 4 else "")
