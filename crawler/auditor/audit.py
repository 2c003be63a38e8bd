"""From a bundle and a company's claims to verdicts: runs every rule, applies waivers, and says with what code to exit.

Verdicts state facts: a waived finding is still a finding, and its claim still contradicted. Only what counts (the
overall outcome, the rules' outcomes, the exit code) leaves waived findings out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import ModuleType
from typing import Any

from crawler import __version__, rules
from crawler.auditor.claim_rows import claim_rows
from crawler.auditor.inventory import behaviour_rows, consent_rows, cookie_rows, storage_rows
from crawler.auditor.tables import finding_row, gap_rows, vendor_rows
from crawler.auditor.waiving import UNWAIVABLE, Waiving, waive
from crawler.claims import Company
from crawler.evidence import Arm
from crawler.findings import ClaimOutcome, Finding, Outcome, Severity, Verdict, worst
from crawler.rules.case import Case, case_from
from crawler.rules.case.gather import Evidence
from crawler.vendors import catalogue
from crawler.vendors.filters.lists import BUNDLED, FilterLists

SCHEMA = "tracking-audit/verdicts/1"

PASSED, VIOLATION, INCONCLUSIVE, FAILURE = 0, 1, 3, 4


def audit(
    bundle: Evidence, company: Company, *, fail_on: Severity, today: date, lists: FilterLists = BUNDLED
) -> dict[str, Any]:
    """The content of verdicts.json: the same for the same bundle, claims, gate, day and filter lists.

    `today` decides which waivers and attestations hold. A rule that raises becomes an error and hides no other rule.
    Raises what reading the bundle raises.
    """
    case = case_from(bundle, company, today, lists)
    verdicts = [_run(rule, case) for rule in rules.ALL]
    findings = sorted((f for v in verdicts for f in v.findings), key=_order)
    waiving = waive(company.waivers, findings, today)
    code = exit_code(verdicts, waiving, fail_on)
    names = {key: vendor.name for key, vendor in catalogue().vendors.items()}
    names |= {v.vendor: v.name for v in case.vendors}
    counted = [_counted(v, waiving, complete=case.complete) for v in verdicts]
    manifest = bundle.manifest
    return {
        "schema": SCHEMA,
        "tool": {"name": "tracking-audit", "version": __version__},
        "company": company.company,
        "company_key": company.key,
        "run": str(manifest.get("run") or manifest.get("started_utc") or ""),
        "judged_on": today.isoformat(),
        "fail_on": str(fail_on),
        "outcome": str(worst(v.outcome for v in counted)),
        "exit_code": code,
        "all_judged": not _unseen(verdicts, waiving, fail_on),
        "filter_lists": lists.facts(),
        "sites": list(case.sites),
        "visits": {str(arm): _visits(case, arm) for arm in Arm if any(v.arm is arm for v in case.visits)},
        "claims": claim_rows(case, verdicts, findings, waiving),
        "rules": [{"id": v.rule, "outcome": str(v.outcome), "why": v.why} for v in counted],
        "findings": [finding_row(f, waiving, names) for f in findings],
        "vendors": vendor_rows(case),
        "cookies": cookie_rows(case),
        "consent": consent_rows(case),
        "behaviour": behaviour_rows(case),
        "storage": storage_rows(case),
        "not_listed": dict(sorted(case.not_listed.items())),
        "gaps": gap_rows(case),
        "waivers": list(waiving.report),
        "attestations": [
            {
                "vendor": a.vendor,
                "statement": a.statement,
                "owner": a.owner,
                "until": a.until.isoformat(),
                "status": "holds" if today <= a.until else "expired",
            }
            for a in company.attestations
        ],
    }


def exit_code(verdicts: Sequence[Verdict], waiving: Waiving, fail_on: Severity) -> int:
    """4 for a rule that broke, else 1 for an unwaived violation at `fail_on` or worse, else 3 for missing evidence.

    Missing evidence is: an inconclusive finding at `fail_on` or worse; any of the two rules that guard the evidence; a
    rule that is inconclusive without a finding, because it could not look at all.
    """
    if not verdicts or any(v.outcome is Outcome.ERROR for v in verdicts):
        return FAILURE
    counting = [f for v in verdicts for f in v.findings if not waiving.accepts(f)]
    severe = {f.outcome for f in counting if f.severity.at_least(fail_on)}
    if Outcome.VIOLATION in severe:
        return VIOLATION
    return INCONCLUSIVE if _unseen(verdicts, waiving, fail_on) else PASSED


def _unseen(verdicts: Sequence[Verdict], waiving: Waiving, fail_on: Severity) -> bool:
    """Whether evidence is missing that the gate rests on, whatever else was found."""
    return any(_could_not_look(v) for v in verdicts) or any(
        f.outcome is Outcome.INCONCLUSIVE and f.severity.at_least(fail_on) and not waiving.accepts(f)
        for v in verdicts
        for f in v.findings
    )


def _could_not_look(verdict: Verdict) -> bool:
    if verdict.outcome is not Outcome.INCONCLUSIVE:
        return False
    return verdict.rule in UNWAIVABLE or all(f.outcome is not Outcome.INCONCLUSIVE for f in verdict.findings)


def _run(rule: ModuleType, case: Case) -> Verdict:
    try:
        verdict: Verdict = rule.judge(case)
    except Exception as error:  # noqa: BLE001 - one broken rule must not hide the others; it ends as exit code 4
        why = f"This rule broke: {type(error).__name__}: {str(error)[:300]}"
        broken = tuple(
            ClaimOutcome(claim=c.id, outcome=Outcome.ERROR, why=why) for c in case.company.claims if rule.concerns(c)
        )
        return Verdict(rule=rule.ID, outcome=Outcome.ERROR, why=why, claims=broken)
    return verdict


def _counted(verdict: Verdict, waiving: Waiving, *, complete: bool) -> Verdict:
    """The verdict without its waived findings; on incomplete evidence what is left is no pass."""
    waived = [f for f in verdict.findings if waiving.accepts(f)]
    if not waived or verdict.outcome is Outcome.ERROR:
        return verdict
    left = tuple(f for f in verdict.findings if f not in waived)
    least = Outcome.PASS if complete else Outcome.INCONCLUSIVE
    outcome = worst([least, *(f.outcome for f in left)])
    noun = "finding is" if len(waived) == 1 else "findings are"
    why = f"{verdict.why} {len(waived)} {noun} waived."
    return Verdict(rule=verdict.rule, outcome=outcome, why=why, findings=left, claims=verdict.claims)


def _visits(case: Case, arm: Arm) -> list[int]:
    """Visits that count, of those that were made; explaining ones count for the explanations alone."""
    judged = sum(len(ids) for (_, a), pages in case.judged.items() if a is arm for ids in pages.values())
    return [case.explaining if arm is Arm.TRACE else judged, sum(v.arm is arm for v in case.visits)]


def _order(finding: Finding) -> tuple[int, int, str, str, str, str, str]:
    outcomes = (Outcome.ERROR, Outcome.VIOLATION, Outcome.INCONCLUSIVE, Outcome.PASS, Outcome.NOT_CHECKABLE)
    return (
        outcomes.index(finding.outcome),
        list(Severity).index(finding.severity),
        finding.rule,
        finding.site,
        finding.vendor,
        finding.arm,
        finding.role,
    )
