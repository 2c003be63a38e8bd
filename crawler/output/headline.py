"""The verdict in a few words: what was promised, what was seen, what to do first, and what the gate decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.findings import Outcome
from crawler.output import words
from crawler.output.finding_view import FindingView
from crawler.output.next_step import for_gaps, for_pass, standing_alone
from crawler.output.standing import standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a reader must know if they read nothing else."""

    state: str
    """An outcome: violation, error, inconclusive or pass; it picks mark and colour."""
    title: str
    promised: tuple[str, str, str] | None
    """Claim id, section, quote; None when no promise is touched."""
    seen: str
    first: str
    exit_code: int
    exit_meaning: str
    gate: str
    """`Gate fails`, `Gate passes`, `Gate undecided`."""
    counts: tuple[tuple[str, int], ...]
    """Claims by standing (an outcome, or `incomplete`), worst first."""


def headline(verdicts: Mapping[str, Any], found: Sequence[FindingView]) -> Headline:
    """Sum up an audit; `found` in the order of `views`."""
    code = exit_code(verdicts)
    tally = Counter(standings(verdicts))
    top = next((f for f in found if f.group == "violation"), None)
    title, seen, first = _sentences(code, verdicts, tally, top, found)
    return Headline(
        state={0: Outcome.PASS, 1: Outcome.VIOLATION, 3: Outcome.INCONCLUSIVE}.get(code, Outcome.ERROR).value,
        title=title,
        promised=_promised(verdicts, top),
        seen=seen,
        first=first,
        exit_code=code,
        exit_meaning=_meaning(code, verdicts),
        gate={0: "Gate passes", 3: "Gate undecided"}.get(code, "Gate fails"),
        counts=tuple((outcome, tally[outcome]) for outcome in words.OUTCOME_WORDS),
    )


def _promised(verdicts: Mapping[str, Any], top: FindingView | None) -> tuple[str, str, str] | None:
    """The first sentence of the finding that is contradicted, or leaves out; others stand with it as context only."""
    ids = [str(claim.get("id")) for claim in verdicts.get("claims", ())]
    touched = {i for i, s in zip(ids, standings(verdicts), strict=True) if s in (Outcome.VIOLATION, words.INCOMPLETE)}
    return next((quote for quote in top.quotes if quote[0] in touched), None) if top else None


def exit_code(verdicts: Mapping[str, Any]) -> int:
    """The exit code; what is no number counts as our own failure."""
    code = verdicts.get("exit_code")
    return code if isinstance(code, int) and not isinstance(code, bool) else 4


def _sentences(
    code: int,
    verdicts: Mapping[str, Any],
    tally: Mapping[str, int],
    top: FindingView | None,
    found: Sequence[FindingView],
) -> tuple[str, str, str]:
    total = sum(tally.values())
    gaps = len(words.gaps_in_comparison(verdicts))
    whole = "no gaps in the evidence" + (" that is compared" if verdicts.get("gaps") else "")
    broken = [
        str(r.get("id")) for r in verdicts.get("rules", ()) if words.outcome_of(r.get("outcome")) == Outcome.ERROR
    ]
    violations = [f for f in found if f.group == "violation"]
    others = f" {_more(violations)}" if len(violations) > 1 else ""
    if code not in (0, 1, 3):
        what = f"These checks broke: {', '.join(broken[:8])}." if broken else "The audit did not finish."
        return (
            "The audit itself failed; do not rely on this result",
            what,
            "Run it again; if it stays, report the error.",
        )
    touched = _touched(tally, total)
    if top and touched:
        title = touched
        if code == 0:
            title += ", none severe enough to fail the gate"
        return title, top.fact + others, _first(top)
    if top:
        return f"{words.count(len(violations), 'violation')} seen", top.fact + others, _first(top)
    accepted = _accepted(verdicts, touched)
    if code == 3:
        rules = [r for r in verdicts.get("rules", ()) if words.outcome_of(r.get("outcome")) == Outcome.INCONCLUSIVE]
        seen = (
            f"{words.count(gaps, 'gap')} in the evidence; {tally[Outcome.INCONCLUSIVE]} of"
            f" {words.count(total, 'sentence')} and {words.count(len(rules), 'check')} could not be judged."
        )
        if accepted:
            return f"{accepted}; not everything could be judged", seen, for_gaps(verdicts)
        return (
            "No contradiction was seen, but not everything could be judged"
            if tally[Outcome.PASS]
            else "Nothing could be judged; this run says nothing about the policy",
            seen,
            for_gaps(verdicts),
        )
    if code == 1:
        return "The gate failed, but no violation is listed; do not rely on this result", "", "Judge the run again."
    if accepted:
        return (
            accepted,
            f"{tally[Outcome.PASS]} of {words.count(total, 'sentence')} checked and kept; {whole}.",
            "Settle what is accepted before its waivers end: from then on it counts again.",
        )
    if touched:
        return f"{touched}, none of it as a finding that fails the gate", "", "Look at the sentences below."
    return (
        "Nothing that the browser saw contradicts the policy",
        f"{tally[Outcome.PASS]} of {words.count(total, 'sentence')} checked and kept,"
        f" {tally[Outcome.NOT_CHECKABLE]} not checked; {whole}.",
        for_pass(tally[Outcome.NOT_CHECKABLE]),
    )


def _touched(tally: Mapping[str, int], total: int) -> str:
    """How many sentences are contradicted, and how many leave something out; empty when none."""
    against, silent = tally[Outcome.VIOLATION], tally[words.INCOMPLETE]
    of = words.count(total, "sentence")
    if against and silent:
        return (
            f"{against} of {of} {'is' if against == 1 else 'are'} contradicted,"
            f" {silent} {'leaves' if silent == 1 else 'leave'} out what the browser saw"
        )
    if against:
        return f"{against} of {of} in the policy {'is' if against == 1 else 'are'} contradicted by what the browser saw"
    return f"{silent} of {of} {'leaves' if silent == 1 else 'leave'} out what the browser saw" if silent else ""


def _accepted(verdicts: Mapping[str, Any], touched: str) -> str:
    """What a run comes to whose violations are all waived, with the day on which the first waiver ends."""
    violations = [f for f in verdicts.get("findings", ()) if f.get("outcome") == Outcome.VIOLATION]
    if not violations or not all(map(words.is_waived, violations)):
        return ""
    first = min((str(f["waiver"]["until"]) for f in violations if f["waiver"].get("until")), default="")
    what = touched or f"{words.count(len(violations), 'violation')} seen"
    return f"{what}; all of it is accepted by waivers" + (f", the first of which ends on {first}" if first else "")


def _meaning(code: int, verdicts: Mapping[str, Any]) -> str:
    """What the exit code means; 0 does not mean that every rule passed where a violation is waived or minor."""
    if code == 0 and any(f.get("outcome") == Outcome.VIOLATION for f in verdicts.get("findings", ())):
        return "no violation that fails the gate, on complete evidence"
    return words.EXIT_MEANINGS.get(code, "not a code of this program")


def _first(top: FindingView) -> str:
    return standing_alone(top.remedy, top.name if top.vendor else "")


def _more(violations: Sequence[FindingView]) -> str:
    names = list(dict.fromkeys(f.name for f in violations[1:] if f.name != violations[0].name))
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    about = f", about {shown}" if names else ""
    return f"{words.count(len(violations) - 1, 'further contradiction')} below{about}."
