"""From a rule's findings to its verdict. A rule that found nothing on incomplete evidence has not passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.claims import Claim
from crawler.evidence import Arm
from crawler.findings import ClaimOutcome, Finding, Outcome, Verdict, worst
from crawler.rules.case.charge import number_of
from crawler.rules.case.model import Case


def conclude(
    rule: str,
    case: Case,
    findings: Sequence[Finding],
    claims: Sequence[ClaimOutcome] = (),
    *,
    passed: str,
    arms: Iterable[Arm] = (Arm.CONTROL,),
) -> Verdict:
    """The verdict of a rule that looked at `arms`; `passed` says what was checked, for a rule that found nothing."""
    outcome = worst([Outcome.PASS, *(f.outcome for f in findings)])
    unseen = missing(case, arms)
    if outcome is Outcome.VIOLATION:
        why = f"{number_of(sum(f.outcome is outcome for f in findings), 'finding')} to look at."
    elif outcome is Outcome.INCONCLUSIVE:
        why = f"{number_of(sum(f.outcome is outcome for f in findings), 'finding')} could not be settled."
    else:
        why = passed
    if unseen and outcome is not Outcome.INCONCLUSIVE:
        why = unseen if outcome is Outcome.PASS else f"{why} {unseen}"
        outcome = worst([outcome, Outcome.INCONCLUSIVE])
    return Verdict(rule=rule, outcome=outcome, why=why, findings=tuple(findings), claims=tuple(claims))


def missing(case: Case, arms: Iterable[Arm]) -> str:
    """Why nothing seen in these arms proves nothing; empty when all that was planned was seen."""
    absent = [str(arm) for arm in arms if not case.ran(arm)]
    if absent:
        return f"No visit of arm {' and '.join(absent)} counts."
    if not case.complete:
        number = number_of(sum(s.blocks for s in case.shortfalls), "shortfall")
        return f"The evidence is incomplete ({number}): something else may have gone unseen."
    return ""


def not_promised(rule: str, what: str) -> Verdict:
    """The verdict of a rule whose promise the policy does not make."""
    return Verdict(rule=rule, outcome=Outcome.NOT_CHECKABLE, why=f"The policy does not promise {what}.")


def on_claims(
    claims: Iterable[Claim], findings: Sequence[Finding], *, kept: str, untested: str = ""
) -> list[ClaimOutcome]:
    """Each claim's outcome by the findings that name it: the worst of them, else kept; not checkable instead of kept
    where `untested` says why nothing was there to break it."""
    outcomes = []
    for claim in claims:
        own = [f for f in findings if claim.id in f.claims]
        outcome = worst([Outcome.PASS, *(f.outcome for f in own)])
        telling = next((f for f in own if f.outcome is outcome), None)
        why = telling.message if telling is not None and outcome is not Outcome.PASS else untested or kept
        if untested and outcome is Outcome.PASS:
            outcome = Outcome.NOT_CHECKABLE
        outcomes.append(ClaimOutcome(claim=claim.id, outcome=outcome, why=why))
    return outcomes


def unless_noted(passed: str, findings: Sequence[Finding]) -> str:
    """What a rule says that passed: that nothing was seen only where nothing was; else how much is only a note."""
    return passed if not findings else f"Nothing to object to; {number_of(len(findings), 'note')} to read."
