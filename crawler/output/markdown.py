"""report.md: the short report for a pull request or a chat; HTML and Markdown of a site's data stay text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.output import consent_view, words
from crawler.output.finding_view import EvidenceRows, FindingView, grouped, views
from crawler.output.headline import headline
from crawler.output.inventory_view import actor_views
from crawler.output.ledger_view import ledger_view
from crawler.output.run_facts import not_visited
from crawler.output.standing import standings
from crawler.output.visible import visible

_SPECIAL = re.compile(r"([\\*_{}\[\]()#+!|~>-])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", "`": "&grave;"}
MAX_FINDINGS = 50
MAX_UNEXPLAINED = 20
MAX_ACTORS = 30
MAX_SOURCES = 40


def render(
    verdicts: Mapping[str, Any], evidence_rows: EvidenceRows | None = None, manifest: Mapping[str, Any] | None = None
) -> str:
    """The Markdown text (GitHub's flavour); with the run's manifest it tells of pages that were not visited."""
    found = views(verdicts, evidence_rows or {})
    head = headline(verdicts, found)
    lines = [
        f"# Tracking audit: {_text(verdicts.get('company'))}",
        "",
        f"**{head.gate}** (exit code {head.exit_code}: {head.exit_meaning}). Run {_text(verdicts.get('run'))}.",
        "",
        f"{_text(head.title)}.",
        "",
        _row("Outcome", "Sentences"),
        "|---|---|",
        *(_row(f"{words.OUTCOME_SIGNS[o]} {words.OUTCOME_WORDS[o]}", n) for o, n in head.counts if n),
        "",
        *_gaps(verdicts, not_visited(manifest or {})),
        *_recorded(manifest or {}),
    ]
    for _, title, members in grouped(found[:MAX_FINDINGS]):
        lines += [f"## {title}", ""]
        for finding in members:
            lines += _finding(finding)
    if len(found) > MAX_FINDINGS:
        lines += [f"{len(found) - MAX_FINDINGS} more findings in verdicts.json.", ""]
    lines += ["## Sentences", "", _row("Id", "Outcome", "Sentence", "Why"), "|---|---|---|---|"]
    for claim, outcome in zip(verdicts.get("claims", ()), standings(verdicts), strict=True):
        sign = f"{words.OUTCOME_SIGNS[outcome]} {words.OUTCOME_WORDS[outcome]}"
        lines.append(_row(_text(claim.get("id")), sign, _text(claim.get("quote"), 300), _text(claim.get("why"), 300)))
    lines += [
        "",
        *_consent(verdicts),
        *_behaviour(verdicts),
        "Evidence for people who judge, and not legal advice.",
        "",
    ]
    return "\n".join(lines)


def _gaps(verdicts: Mapping[str, Any], beyond: str) -> list[str]:
    gaps: Sequence[Mapping[str, Any]] = verdicts.get("gaps", ())
    lines = ["## What could not be seen", "", *([_text(beyond), ""] if beyond else [])]
    if not gaps:
        return [*lines, "No gaps in the evidence.", ""]
    lines += [_row("Page", "Arm", "Reason", "What happened"), "|---|---|---|---|"]
    lines += [
        _row(_code(g.get("url")), _text(g.get("arm")), _text(g.get("reason")), _text(g.get("detail"), 300))
        for g in gaps[:50]
    ]
    return [*lines, "", f"{len(gaps) - 50} more." if len(gaps) > 50 else "", ""]


def _recorded(manifest: Mapping[str, Any]) -> list[str]:
    """Whether the recording is whole; nothing when the manifest does not tell."""
    ledger = ledger_view(manifest, ())
    if ledger is None:
        return []
    lines = [f"The recording was checked, too: {_text(ledger.short)}.", ""]
    lines += [f"- {_text(visit)}: {_code(request)}" for visit, request in ledger.rows[:MAX_UNEXPLAINED]]
    more = ledger.unexplained - len(ledger.rows[:MAX_UNEXPLAINED])
    return [*lines, *([f"- and {more:,} more"] if more and ledger.rows else []), *([""] if ledger.rows else [])]


def _consent(verdicts: Mapping[str, Any]) -> list[str]:
    """What pages said of the opt-out, a row for each source; nothing when none said anything."""
    sources, arms = consent_view.source_views(verdicts, MAX_SOURCES), consent_view.arms_of(verdicts)
    if not sources:
        return []
    heads = [words.ARM_WORDS.get(arm, arm) for arm in arms]
    lines = ["## Consent state of the pages", "", _row("Site", "Source", *(_text(head) for head in heads))]
    lines.append("|---" * (len(arms) + 2) + "|")
    for source in sources:
        name = f"{_text(source.tool, 60)}, {_code(source.name)}" + ("" if source.counts else " (only shown)")
        cells = ["; ".join(_statement(said) for said in source.arms.get(arm, ())) or "–" for arm in arms]
        lines.append(_row(_text(source.site, 100), name, *cells))
    more = consent_view.source_count(verdicts) - len(sources)
    return [*lines, "", *([f"{more} more in verdicts.json.", ""] if more > 0 else [])]


def _statement(said: consent_view.SaidView) -> str:
    seen = f", {said.sighting.says}" if said.sighting else ""
    against = f"; contradicts itself: {said.against}" if said.against else ""
    return _text(f"{said.says} ({said.words}){seen}{against}", 400)


def _behaviour(verdicts: Mapping[str, Any]) -> list[str]:
    """What scripts did, a row for each party; nothing when no visit was made to explain."""
    actors = actor_views(verdicts)[:MAX_ACTORS]
    if not actors:
        return []
    lines = ["## What scripts did", "", "Facts from explaining visits, no accusations; no finding rests on them.", ""]
    lines += [_row("Whose scripts", "What they do"), "|---|---|"]
    for actor in actors:
        done = "; ".join(f"{use.does} ({words.count(use.calls, 'call')})" for use in actor.uses)
        lines.append(_row(_text(actor.name, 100), _text(done)))
    more = len(verdicts.get("behaviour", ())) - len(actors)
    return [*lines, "", *([f"{more} more in verdicts.json.", ""] if more > 0 else [])]


def _finding(finding: FindingView) -> list[str]:
    lines = [f"### {finding.severity}: {_text(finding.name)} ({_text(finding.rule)})", "", _text(finding.fact), ""]
    lines += [
        f"> {_text(quote)} ({_text(claim)}, section {_text(section)})\n" for claim, section, quote in finding.quotes
    ]
    seen = "; ".join(f"{s.words} {s.says}" for s in finding.sightings)
    for label, value in (
        ("Seen", seen),
        ("When", finding.trigger),
        ("How sure", finding.certainty),
        ("What this cannot tell", finding.cannot_tell),
        (finding.remedy_label, finding.remedy),
        ("Accepted", finding.waiver_state),
    ):
        if value:
            lines.append(f"- **{label}:** {_text(value)}")
    for e in finding.evidence:
        lines.append(
            f"- `{visible(e.where, 60)}` {_code(e.url)} {_text(e.note)}" + (f" ({_text(e.step)})" if e.step else "")
        )
    return [*lines, ""]


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _text(value: object, limit: int = 1500) -> str:
    text = visible("" if value is None else value, limit)
    text = "".join(_ENTITIES.get(char, char) for char in text)
    return _SPECIAL.sub(r"\\\1", text).replace("://", ":&#47;/").replace("www.", "www&#46;").replace("@", "&#64;")


def _code(value: object) -> str:
    """A code span that its content cannot leave; a pipe would end a table's cell."""
    text = visible("" if value is None else value, 200).replace("`", "'").replace("|", "¦")
    return f"`{text}`" if text.strip() else ""
