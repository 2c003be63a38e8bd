"""Two runs side by side: what is new, gone, changed, still there, and no longer judged. Terminal, JSON and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from crawler.comparison import Change, Comparison, Turn
from crawler.findings import Severity
from crawler.output import json_report, words
from crawler.output.finding_view import group_of, sightings
from crawler.output.html_page import render
from crawler.output.lines import Lines
from crawler.output.next_step import naming

SCHEMA = "tracking-audit/diff/1"

GROUPS: tuple[tuple[str, str, str, str], ...] = (
    ("new", "New", "violation", "In the later run, not in the earlier one."),
    (
        "no_longer_judged",
        "No longer judged",
        "inconclusive",
        "In the earlier run; the later one did not look where it would have been seen. Not gone.",
    ),
    ("changed", "Changed", "inconclusive", "In both runs, but not the same."),
    ("still", "Still there", "not-checkable", "In both runs, and the same."),
    ("gone", "Gone", "pass", "In the earlier run; the later one looked again and did not find it."),
)
"""Field of a comparison, its heading, the outcome whose colour it takes, what it means. In order of urgency."""

_STYLES = {"new": "bold red", "no_longer_judged": "yellow", "changed": "yellow", "gone": "green"}
_MAX = 30


def headline(comparison: Comparison) -> str:
    """One sentence: how many are new, gone, and not judged any more."""
    parts = [
        f"{len(getattr(comparison, field))} {title.lower()}"
        for field, title, _, _ in GROUPS
        if getattr(comparison, field)
    ]
    return ", ".join(parts) if parts else "No findings in either run"


def json(comparison: Comparison) -> str:
    """The comparison as JSON, in a fixed order."""
    return json_report.dumps({"schema": SCHEMA, **asdict(comparison)})


def html(comparison: Comparison) -> str:
    """The comparison as one self-contained page that looks like the report."""
    return render(
        "diff.html.j2",
        c=comparison,
        headline=headline(comparison),
        codes=_codes(comparison),
        state="violation" if any(map(_gates, comparison.new)) else "inconclusive" if _unsettled(comparison) else "pass",
        groups=[
            (f, title, tone, meaning, _shown(comparison, getattr(comparison, f))) for f, title, tone, meaning in GROUPS
        ],
        turns=_turns(comparison),
    )


def terminal(comparison: Comparison, console: Console) -> None:
    """Print the comparison, the most urgent first; readable from 60 columns on."""
    lines = Lines(console)
    lines.say(f"{comparison.company}, {comparison.run_b} against {comparison.run_a}", label="DIFF")
    lines.say(f"{headline(comparison)}.", "bold", indent=2)
    lines.say(f"The runs' own exit codes: {_codes(comparison)}.", indent=2)
    for remark in comparison.remarks:
        lines.say(remark, "yellow", indent=2)
    _lists(comparison, lines)
    for field, title, _, _ in GROUPS:
        changes: tuple[Change, ...] = getattr(comparison, field)
        if not changes:
            continue
        lines.gap()
        lines.say(f"{title}: {len(changes)}", _STYLES.get(field, "bold"))
        for change in changes[:_MAX] if field != "still" else ():
            _change(comparison, change, lines)
        if len(changes) > _MAX and field != "still":
            lines.say(f"and {len(changes) - _MAX} more", indent=2)
    for title, turns in _turns(comparison):
        if turns:
            lines.gap()
            lines.say(title, "bold")
            for turn, outcomes in turns[:_MAX]:
                lines.say(f"{turn.id}: {turn.word} ({outcomes})", indent=2)


def _lists(comparison: Comparison, lines: Lines) -> None:
    for title, urls in (
        ("Pages no longer in the list", comparison.pages_removed),
        ("Pages new in the list", comparison.pages_added),
        ("New gaps", tuple(f"{g.get('arm')} {g.get('reason')} {g.get('url')}" for g in comparison.gaps_new)),
    ):
        if urls:
            lines.gap()
            lines.say(f"{title}: {len(urls)}", "bold")
            for url in urls[:_MAX]:
                lines.value(url, indent=2)


def _change(comparison: Comparison, change: Change, lines: Lines) -> None:
    finding = change.finding
    who = _name(comparison, finding)
    claims = ", ".join(map(str, finding.get("claims") or ()))
    lines.say(f"{finding.get('severity')} {who} [{finding.get('rule')}] {claims}", "bold", indent=2)
    for difference in change.what:
        lines.say(difference, indent=4)
    if change.why:
        lines.say(change.why, "yellow", indent=4)
    if not change.what:
        lines.say(str(finding.get("message") or ""), indent=4)
    remedy = _remedy(comparison, change)
    if remedy:
        lines.say(remedy, indent=4, label="do:")


def _shown(comparison: Comparison, changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {
            "change": change,
            "finding": change.finding,
            "name": _name(comparison, change.finding),
            "before": sightings((change.before or {}).get("visits")),
            "after": sightings((change.after or {}).get("visits")),
            "waived": words.is_waived(change.finding),
            "remedy": _remedy(comparison, change),
        }
        for change in changes[:300]
    ]


def _remedy(comparison: Comparison, change: Change) -> str:
    """What to do about a new finding, with the product's name; nothing if the finding only informs or is accepted."""
    finding = change.finding
    if change.before is not None or finding.get("severity") == Severity.INFO:
        return ""
    if group_of(finding) in ("information", "waived"):
        return ""
    return naming(str(finding.get("remedy") or ""), _name(comparison, finding) if finding.get("vendor") else "")


def _codes(comparison: Comparison) -> str:
    return f"the later run exits {comparison.exit_b}, the earlier {comparison.exit_a}"


def _gates(change: Change) -> bool:
    return words.is_violation(change.finding)


def _unsettled(comparison: Comparison) -> bool:
    return bool(comparison.new or comparison.no_longer_judged or comparison.changed or comparison.remarks)


def _turns(comparison: Comparison) -> list[tuple[str, list[tuple[Turn, str]]]]:
    """Heading, and each turn with its outcomes in words: `kept, was contradicted`."""
    sentences = {**words.OUTCOME_WORDS, "": "not there"}
    checks = {**sentences, "pass": "passed", "violation": "violated"}
    return [
        (title, [(t, f"{known.get(t.after, t.after)}, was {known.get(t.before, t.before)}") for t in turns])
        for title, turns, known in (
            ("Sentences of the policy", comparison.claims, sentences),
            ("Checks", comparison.rules, checks),
        )
    ]


def _name(comparison: Comparison, finding: Mapping[str, Any]) -> str:
    vendor = str(finding.get("vendor") or "")
    return comparison.vendor_names.get(vendor) or words.vendor_name(vendor) or "The site itself"
