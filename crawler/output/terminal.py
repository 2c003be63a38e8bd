"""The summary that a run prints: the gate first, then what could not be seen, then findings, then counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler.findings import Outcome
from crawler.output import words
from crawler.output.finding_view import FindingView, grouped, views
from crawler.output.headline import headline
from crawler.output.ledger_view import in_short
from crawler.output.lines import Lines
from crawler.output.run_facts import not_visited
from crawler.output.visible import plain

__all__ = ["plain", "summary"]

MAX_FINDINGS = 20
MAX_GAPS = 12
MAX_DETAILS = 5
MAX_WAIVERS = 12

STYLES: Mapping[str, str] = {
    "violation": "bold red",
    "error": "bold magenta",
    "inconclusive": "yellow",
    "pass": "green",
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
}


def summary(
    verdicts: Mapping[str, Any],
    manifest: Mapping[str, Any],
    console: Console,
    report_path: Path | str | None = None,
) -> None:
    """Print the outcome of one company's audit, readable from 60 columns on and without colour."""
    found = views(verdicts, {})
    head = headline(verdicts, found)
    lines = Lines(console)
    company = str(verdicts.get("company") or "")
    run = str(verdicts.get("run") or manifest.get("run") or "")
    lines.say(f"{company}, run {run}", label=f"{head.gate.upper()} (exit {head.exit_code})",
              label_style=STYLES.get(head.state, "bold"))  # fmt: skip
    lines.say(f"{head.title}.", "bold", indent=2)
    lines.say(f"Exit {head.exit_code}: {head.exit_meaning}.", indent=2)
    _gaps(verdicts, not_visited(manifest), lines)
    _findings(found, lines)
    _waivers(verdicts, lines)
    _counts(verdicts, head.counts, in_short(manifest), lines)
    if head.first:
        lines.say(head.first, label="Next:")
    if report_path is not None:
        lines.say("Report:", "bold")
        lines.whole(str(report_path), indent=2)


def _gaps(verdicts: Mapping[str, Any], beyond: str, lines: Lines) -> None:
    gaps: dict[tuple[str, str], Counter[str]] = {}
    details: dict[tuple[str, str], dict[str, None]] = {}
    for gap in verdicts.get("gaps", ()):
        key = (str(gap.get("url") or ""), str(gap.get("reason")))
        gaps.setdefault(key, Counter())[str(gap.get("arm"))] += 1
        details.setdefault(key, {})[str(gap.get("detail") or "")] = None
    rules = list(verdicts.get("rules", ()))
    unjudged = [r for r in rules if words.outcome_of(r.get("outcome")) in (Outcome.INCONCLUSIVE, Outcome.ERROR)]
    if not gaps and not unjudged and not beyond:
        return
    lines.gap()
    lines.say("What could not be seen", "bold yellow")
    if beyond:
        lines.say(beyond, indent=2)
    for (url, reason), arms in list(gaps.items())[:MAX_GAPS]:
        where = ", ".join(words.ARM_WORDS.get(arm, arm) for arm in words.arms_in_order(arms))
        times = max(arms.values())
        lines.say(f"{reason}: {where}" + (f", {times} times each" if times > 1 and url else ""), indent=2)
        if url:
            lines.value(url, indent=4, style="dim")
        else:  # no page to look at: what happened is all there is
            _details([detail for detail in details[url, reason] if detail], lines)
    if len(gaps) > MAX_GAPS:
        lines.say(f"and {len(gaps) - MAX_GAPS} more in the report", indent=2)
    if len(unjudged) == len(rules) > 1 and all(r.get("outcome") == Outcome.INCONCLUSIVE for r in rules):
        lines.say(f"None of the {len(rules)} checks could be judged. {unjudged[0].get('why') or ''}", indent=2)
        return
    for rule in unjudged[:MAX_GAPS]:
        word = words.OUTCOME_WORDS[words.outcome_of(rule.get("outcome"))]
        lines.say(f"{rule.get('id')}: {word}. {rule.get('why') or ''}", indent=2)


def _details(details: Sequence[str], lines: Lines) -> None:
    for detail in details[:MAX_DETAILS]:
        lines.say(detail, "dim", indent=4)
    if len(details) > MAX_DETAILS:
        lines.say(f"and {len(details) - MAX_DETAILS} more in the report", "dim", indent=4)


def _waivers(verdicts: Mapping[str, Any], lines: Lines) -> None:
    """The waivers that do nothing, a line each."""
    idle = [w for w in verdicts.get("waivers", ()) if w.get("status") in ("expired", "unused", "refused")]
    if not idle:
        return
    lines.gap()
    lines.say(f"Waivers without effect: {len(idle)}", "bold")
    for waiver in idle[:MAX_WAIVERS]:
        why = {
            "expired": f"ended on {waiver.get('until')}",
            "unused": "matches nothing",
            "refused": "refused: missing evidence cannot be accepted",
        }[waiver["status"]]
        about = ", ".join(str(waiver[key]) for key in ("rule", "vendor", "site") if waiver.get(key))
        lines.say(f"{about}: {why}", indent=2)
    if len(idle) > MAX_WAIVERS:
        lines.say(f"and {len(idle) - MAX_WAIVERS} more in the report", indent=2)


def _findings(found: Sequence[FindingView], lines: Lines) -> None:
    shown = 0
    for key, title, members in grouped(found):
        lines.gap()
        if key == "information" or shown >= MAX_FINDINGS:
            lines.say(f"{title}: {len(members)}, in the report", "bold")
            continue
        lines.say(f"{title}: {len(members)}", "bold")
        severity = ""
        for finding in members[: MAX_FINDINGS - shown]:
            if finding.severity != severity:
                severity = finding.severity
                lines.say(severity, STYLES.get(severity, "bold"), indent=2)
            _finding(finding, lines)
            shown += 1
        if len(members) > MAX_FINDINGS and shown >= MAX_FINDINGS:
            lines.say("and more in the report", indent=2)


def _finding(finding: FindingView, lines: Lines) -> None:
    ids = ", ".join(claim for claim, _, _ in finding.quotes[:8])
    lines.say(f"{finding.name} [{finding.rule}]" + (f" {ids}" if ids else ""), "bold", indent=4)
    lines.say(finding.message, indent=6)
    if finding.sightings:
        lines.say("; ".join(f"{s.words} {s.seen} of {s.of}" for s in finding.sightings), "dim", indent=6, label="seen:")
    if finding.trigger:
        lines.say(finding.trigger, indent=6, label="when:")
    if finding.waiver_state:
        lines.say(finding.waiver_state, indent=6)
    if finding.remedy and finding.group != "waived":
        lines.say(finding.remedy, indent=6, label="if confirmed:" if finding.tentative else "do:")


def _counts(verdicts: Mapping[str, Any], counts: Sequence[tuple[str, int]], recorded: str, lines: Lines) -> None:
    lines.gap()
    sentences = ", ".join(f"{n} {words.OUTCOME_WORDS[outcome]}" for outcome, n in counts if n)
    rules = Counter(words.outcome_of(rule.get("outcome")) for rule in verdicts.get("rules", ()))
    lines.say(sentences or "none", label="Sentences:")
    lines.say(f"{rules[Outcome.PASS]} of {sum(rules.values())} passed", label="Checks:")
    lines.say(
        f"{words.count(len(verdicts.get('vendors', ())), 'vendor')},"
        f" {words.count(len(verdicts.get('cookies', ())), 'cookie')},"
        f" {words.count(len(verdicts.get('gaps', ())), 'gap')}",
        label="Seen:",
    )
    if recorded:
        lines.say(recorded, label="Recorded:")
