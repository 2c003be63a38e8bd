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
    """Claims by outcome, worst first."""


def headline(verdicts: Mapping[str, Any], found: Sequence[FindingView]) -> Headline:
    """Sum up an audit; `found` in the order of `views`."""
    code = exit_code(verdicts)
    claims = verdicts.get("claims", ())
    tally = Counter(words.outcome_of(claim.get("outcome")) for claim in claims)
    top = next((f for f in found if f.group == "violation"), None)
    title, seen, first = _sentences(code, verdicts, tally, top, found)
    return Headline(
        state={0: Outcome.PASS, 1: Outcome.VIOLATION, 3: Outcome.INCONCLUSIVE}.get(code, Outcome.ERROR).value,
        title=title,
        promised=top.quotes[0] if top and top.quotes else None,
        seen=seen,
        first=first,
        exit_code=code,
        exit_meaning=words.EXIT_MEANINGS.get(code, "not a code of this program"),
        gate={0: "Gate passes", 3: "Gate undecided"}.get(code, "Gate fails"),
        counts=tuple((outcome, tally[outcome]) for outcome in words.OUTCOME_WORDS),
    )


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
    gaps = len(verdicts.get("gaps", ()))
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
    if top and tally[Outcome.VIOLATION]:
        title = (
            f"{tally[Outcome.VIOLATION]} of {words.count(total, 'sentence')} in the policy"
            f" {'is' if tally[Outcome.VIOLATION] == 1 else 'are'} contradicted by what the browser saw"
        )
        if code == 0:
            title += ", none severe enough to fail the gate"
        return title, top.fact + others, _first(top)
    if top:
        return f"{words.count(len(violations), 'violation')} seen", top.fact + others, _first(top)
    if code == 3:
        rules = [r for r in verdicts.get("rules", ()) if words.outcome_of(r.get("outcome")) == Outcome.INCONCLUSIVE]
        seen = (
            f"{words.count(gaps, 'gap')} in the evidence; {tally[Outcome.INCONCLUSIVE]} of"
            f" {words.count(total, 'sentence')} and {words.count(len(rules), 'check')} could not be judged."
        )
        return (
            "No contradiction was seen, but not everything could be judged"
            if tally[Outcome.PASS]
            else "Nothing could be judged; this run says nothing about the policy",
            seen,
            for_gaps(verdicts),
        )
    if code == 1:
        return "The gate failed, but no violation is listed; do not rely on this result", "", "Judge the run again."
    return (
        "Nothing that the browser saw contradicts the policy",
        f"{tally[Outcome.PASS]} of {words.count(total, 'sentence')} checked and kept,"
        f" {tally[Outcome.NOT_CHECKABLE]} not checked; no gaps in the evidence.",
        for_pass(tally[Outcome.NOT_CHECKABLE]),
    )


def _first(top: FindingView) -> str:
    return standing_alone(top.remedy, top.name if top.vendor else "")


def _more(violations: Sequence[FindingView]) -> str:
    names = list(dict.fromkeys(f.name for f in violations[1:] if f.name != violations[0].name))
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    about = f", about {shown}" if names else ""
    return f"{words.count(len(violations) - 1, 'further contradiction')} below{about}."
