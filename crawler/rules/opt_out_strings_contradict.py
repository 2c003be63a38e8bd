"""What a page says of the visitor's opt-out contradicts itself, or the signal that the browser sends.

What it checks
    Per site, what the page itself says at the end of each visit: US Privacy and GPP strings, from their interfaces and
    from cookies and storage, and the default groups of OneTrust. Two of them disagree in the same visit; or one
    contradicts itself: it notes the browser's signal (Gpc=1, isGpcEnabled=1) and says all the same that nobody opted
    out, or it notes that the browser sends it and did not take it up (browserGpcFlag=1, isGpcEnabled=0). Or, with GPC
    on, a US Privacy or GPP string says that nobody opted out, and no other source of the page says otherwise. With GPC
    on this is medium, without a signal low; a note where the policy does not promise to honour GPC. Strings of Europe,
    Google's consent mode and tools whose categories a site names itself are shown in the report and not judged.

Why it matters
    Vendors act on the string that they happen to read. A signal that is noted and not acted on is the picture that a
    misconfigured consent tool gives.

What it cannot see
    Which of the sources a vendor reads, what servers do, whether the law that a string is for applies where the visit
    came from, and whether anything is sold or shared. A page that says nothing, or that no law applies, is not judged.

What to do
    Find the tools that write the strings (two tools, an old snippet beside a new one) and let one of them speak. Let it
    read the signal, so that the string says opted out.

Sources
    IAB: US Privacy String; Global Privacy Platform, Core and Sections, read 2026-11-28. OneTrust's cookie: recordings
    of real visits, read 2026-11-22. 11 CCR 7025(b), read in excerpts.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import Confidence, EvidenceRef, Finding, Outcome, Severity, Verdict
from crawler.rules.case.charge import MAX_EVIDENCE, UNSTEADY, how_often, quoted, shortened
from crawler.rules.case.conclude import conclude, missing, not_promised, on_claims
from crawler.rules.case.consent_said import ConsentSaid
from crawler.rules.case.contradictions import Contradiction, contradiction
from crawler.rules.case.coverage import gpc_promises, promises_gpc
from crawler.rules.case.model import Case
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.signals.consent import OptOut

ID = "opt-out-strings-contradict"
concerns = promises_gpc

_BETWEEN = (
    "Which of the sources a vendor reads, and whether the law that a string is for applies.",
    "Find which tools write them, and let one tool speak, from the signal that the browser sends.",
)
_SIGNAL = (
    "Whether the law that the string is for applies where the visit came from, and whether anything is sold or shared.",
    "Let the consent tool read the signal that the browser sends, so that the string says opted out.",
)
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
    # Only a page that says opted out speaks for the promise; a tool's group that is on does not.
    out = any(s.arm is Arm.GPC and s.opt_out is OptOut.YES for s in speaking)
    heard = [p for p in promises if out or any(p.id in f.claims for f in findings)]
    kept = "With GPC on, pages say opted out, and what they say contradicts neither itself nor the signal."
    claims = on_claims(heard, findings, kept=kept)
    passed = "What the pages say of the visitor's opt-out does not contradict itself."
    return conclude(ID, case, findings, claims, passed=passed, arms=(Arm.GPC,) if promises else ())


def _of_site(case: Case, site: str, promises: tuple[Claim, ...]) -> Finding | None:
    found = {arm: shown for arm in _ORDER if (shown := contradiction(case, site, arm)) is not None}
    if not found:
        return None
    visits = {arm: shown.visits for arm, shown in found.items()}
    arm = speaking_arm(case, site, visits)
    return _finding(case, site, arm, visits, found[arm], promises)


def _finding(
    case: Case,
    site: str,
    arm: Arm,
    everywhere: dict[Arm, frozenset[str]],
    shown: Contradiction,
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
        message=f"{_message(shown)}{quoted(claims)}",
        certainty=certainty,
        cannot_tell=_BETWEEN[0] if shown.itself else _SIGNAL[0],
        remedy=_BETWEEN[1] if shown.itself else _SIGNAL[1],
        evidence=tuple(ref for s in (*shown.itself, *shown.signal) for ref in _rows(s, visits)[:2])[:MAX_EVIDENCE],
    )


def _rows(said: ConsentSaid, visits: frozenset[str]) -> tuple[EvidenceRef, ...]:
    return tuple(r for r in said.evidence if r.visit in visits) or said.evidence


def _message(shown: Contradiction) -> str:
    itself = f"What the page says of the opt-out contradicts itself: {_told(shown.itself)}." if shown.itself else ""
    where = "On other pages, with" if itself else "With"
    signal = f"{where} GPC on, the page says that nobody opted out: {_told(shown.signal)}." if shown.signal else ""
    return " ".join(part for part in (itself, signal) if part)


def _told(sources: Sequence[ConsentSaid]) -> str:
    words = {OptOut.YES: "opted out", OptOut.NO: "not opted out", OptOut.NOTHING: "nothing"}
    named = [
        f"{s.name} says {s.against_itself or f'{words[s.opt_out]} ({shortened(s.words, 80)})'}" for s in sources[:4]
    ]
    return "; ".join(named) + (f"; and {len(sources) - 4} more" if len(sources) > 4 else "")
