"""The report: one HTML file whose centre is the policy itself, each sentence marked by what came of it.

Verdict first, then what could not be seen, then a line for each finding, then the policy with notes in its margin; the
findings at length and the tables come after it. It needs no script, loads nothing, links nowhere but into itself, and
reads on a phone, in the dark and on paper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.claims import Company
from crawler.findings import Outcome
from crawler.output import consent_view, words
from crawler.output.finding_view import EvidenceRows, FindingView, grouped, sightings, views
from crawler.output.headline import headline
from crawler.output.html_page import render as render_page
from crawler.output.inventory_view import MAX_ACTORS, MAX_ROWS, actor_views, cookie_views, item_views, not_listed
from crawler.output.policy_layout import Block, Segment, lay_out
from crawler.output.run_facts import run_facts
from crawler.output.standing import standings

MAX_FINDINGS = 300
MAX_LISTS = 25
"""Filter lists; a judgement takes fewer."""
MAX_TOLD = 2
"""Findings that one margin note tells; longer notes would tear the text apart."""
_PIECE = 3500
"""Characters of policy text per piece, below what one printed value may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What stands beside a sentence: one claim, what came of it, and its findings."""

    id: str
    section: str
    kind: str
    quote: str
    outcome: str
    """Its outcome, or `incomplete`."""
    why: str
    remark: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of policy text: its claims, the worst outcome among them, and the claims whose mark ends here."""

    text: tuple[str, ...]
    outcome: str
    claims: tuple[str, ...]
    ends: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginNote:
    """A note as it stands beside the text: two findings are told there, the others are a line each."""

    note: Note
    told: tuple[FindingView, ...]
    named: tuple[FindingView, ...]
    informs: tuple[FindingView, ...]
    """Findings for information: their names are enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A claim whose note stands beside an earlier block."""

    note: Note
    same: bool
    """Whether the text here stood there too; else it is another part of the quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBlock:
    """One block of the policy with the notes beside it."""

    kind: str
    marks: tuple[Mark, ...]
    notes: tuple[MarginNote, ...]
    again: tuple[Again, ...]


def render(
    verdicts: Mapping[str, Any],
    manifest: Mapping[str, Any],
    company: Company,
    evidence_rows: EvidenceRows,
    policy_text: str = "",
) -> str:
    """The whole report as HTML. `policy_text` is the policy as published, line by line; the normalised text of
    `company` stands in for it when it is empty. `evidence_rows` are the rows that findings point at, by stream and
    row number; a row that is not there is shown by its reference alone. All rows of `visits` among them tell how the
    arms were proven."""
    found = views(verdicts, evidence_rows)
    by_fingerprint = {f.fingerprint: f for f in found}
    standing = zip(verdicts.get("claims", ()), standings(verdicts), strict=True)
    notes = {note.id: note for note in (_note(claim, stands, by_fingerprint) for claim, stands in standing)}
    layout = lay_out(policy_text or company.policy.text, {note.id: note.quote for note in notes.values()})
    vendors, cookies = list(verdicts.get("vendors", ())), list(verdicts.get("cookies", ()))
    names = words.vendor_names(verdicts)
    rules = _rules(verdicts)
    sources = consent_view.source_views(verdicts)
    return render_page(
        "report.html.j2",
        company=company,
        verdicts=verdicts,
        head=headline(verdicts, found),
        run=str(verdicts.get("run") or manifest.get("run") or ""),
        fail_on=str(verdicts.get("fail_on") or manifest.get("fail_on") or ""),
        facts=run_facts(manifest, [row for (stream, _), row in evidence_rows.items() if stream == "visits"]),
        manifest=manifest,
        lists=[row for row in verdicts.get("filter_lists") or () if isinstance(row, Mapping)][:MAX_LISTS],
        gaps=_gaps(verdicts.get("gaps", ())),
        gap_count=len(verdicts.get("gaps", ())),
        unjudged=[r for r in rules if r["outcome"] in (Outcome.INCONCLUSIVE, Outcome.ERROR)],
        none_judged=len(rules) > 1 and all(r["outcome"] == Outcome.INCONCLUSIVE for r in rules),
        rules=rules,
        groups=grouped(found[:MAX_FINDINGS]),
        finding_arms=words.arms_in_order({s.arm for f in found for s in f.sightings}),
        opened=next((f.fingerprint for f in found if f.evidence), ""),
        findings=found,
        more_findings=max(0, len(found) - MAX_FINDINGS),
        notes=list(notes.values()),
        blocks=_policy_blocks(layout.blocks, notes),
        missing=[_margin_note(notes[i]) for i in layout.missing],
        truncated=layout.truncated,
        vendors=[_vendor(row, names) for row in vendors[:MAX_ROWS]],
        more_vendors=max(0, len(vendors) - MAX_ROWS),
        vendor_arms=_arms_of(vendors),
        consent_sources=sources,
        more_sources=max(0, consent_view.source_count(verdicts) - len(sources)),
        unlisted_consent=not_listed(verdicts, "consent"),
        consent_arms=consent_view.arms_of(verdicts),
        consent_findings=[f for f in found[:MAX_FINDINGS] if f.rule in consent_view.RULES],
        consent_sites=len({source.site for source in sources}),
        cookie_rows=cookie_views(verdicts),
        more_cookies=max(0, len(cookies) - MAX_ROWS),
        unlisted_cookies=not_listed(verdicts, "cookies", "cookie_events"),
        cookie_arms=_arms_of(cookies),
        actors=actor_views(verdicts),
        more_actors=max(0, len(verdicts.get("behaviour") or ()) - MAX_ACTORS),
        unlisted_calls=not_listed(verdicts, "api_calls"),
        explaining=next(iter(sightings({"trace": (verdicts.get("visits") or {}).get("trace")})), None),
        items=item_views(verdicts),
        more_items=max(0, len(verdicts.get("storage") or ()) - MAX_ROWS),
        unlisted_items=not_listed(verdicts, "storage"),
        waivers=list(verdicts.get("waivers", ()))[:MAX_ROWS],
        attestations=list(verdicts.get("attestations", ()))[:MAX_ROWS],
    )


def _note(claim: Mapping[str, Any], stands: str, found: Mapping[str, FindingView]) -> Note:
    mine = {str(f) for f in claim.get("findings") or ()}
    findings = tuple(finding for fingerprint, finding in found.items() if fingerprint in mine)  # the worst first
    why = str(claim.get("why") or "")
    for finding in findings:  # told below the reason, with their evidence
        if finding.message and finding.group != "information":
            why = why.replace(finding.message, "").strip()
    return Note(
        id=str(claim.get("id", "")),
        section=str(claim.get("section", "")),
        kind=str(claim.get("kind") or ""),
        quote=str(claim.get("quote") or ""),
        outcome=stands,
        why=why,
        remark=str(claim.get("note") or ""),
        findings=findings,
    )


def _policy_blocks(blocks: Sequence[Block], notes: Mapping[str, Note]) -> list[PolicyBlock]:
    seen: dict[str, set[str]] = {}
    return [_block(block, notes, seen) for block in blocks]


def _block(block: Block, notes: Mapping[str, Note], seen: dict[str, set[str]]) -> PolicyBlock:
    """`seen` holds, for each claim, its text in the blocks so far; the block's is added."""
    told: set[str] = set()
    beside = []
    for claim in block.notes:
        margin = _margin_note(notes[claim], told)
        told |= {f.fingerprint for f in margin.told}
        beside.append(margin)
    again = []
    for claim in (*block.notes, *block.again):
        text = "".join("".join(s.text for s in block.segments if claim in s.claims).split()).casefold()
        if claim in block.again:
            same = any(text in other or not text.replace(other, "") for other in seen[claim] if other)
            again.append(Again(note=notes[claim], same=same))
        seen.setdefault(claim, set()).add(text)
    return PolicyBlock(
        kind=block.kind,
        marks=tuple(_mark(segment, notes) for segment in block.segments),
        notes=tuple(beside),
        again=tuple(again),
    )


def _margin_note(note: Note, told_before: Collection[str] = ()) -> MarginNote:
    """What is told just above, in the same margin, is only named."""
    grave = [f for f in note.findings if f.group != "information"]
    told = [f for f in grave if f.fingerprint not in told_before and f.group != "waived"][:MAX_TOLD]
    return MarginNote(
        note=note,
        told=tuple(told),
        named=tuple(f for f in grave if f not in told),
        informs=tuple(f for f in note.findings if f.group == "information"),
    )


def _mark(segment: Segment, notes: Mapping[str, Note]) -> Mark:
    order = list(words.OUTCOME_WORDS)
    outcomes = [notes[claim].outcome for claim in segment.claims]
    pieces = tuple(segment.text[i : i + _PIECE] for i in range(0, len(segment.text), _PIECE))
    return Mark(
        text=pieces,
        outcome=min(outcomes, key=order.index, default=""),
        claims=segment.claims,
        ends=tuple(notes[claim] for claim in segment.ends),
    )


def _rules(verdicts: Mapping[str, Any]) -> list[dict[str, str]]:
    order = list(words.OUTCOME_WORDS)
    rules = [
        {"id": str(r.get("id", "")), "outcome": words.outcome_of(r.get("outcome")), "why": str(r.get("why") or "")}
        for r in verdicts.get("rules", ())
    ]
    return sorted(rules, key=lambda r: (order.index(r["outcome"]), r["id"]))


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Equal gaps of several visits and arms as one row with a count."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for gap in gaps:
        key = tuple(str(gap.get(name) or "") for name in ("url", "reason", "detail"))
        row = rows.setdefault(key, dict(zip(("url", "reason", "detail"), key, strict=True)) | {"visits": 0, "arms": []})
        row["visits"] += 1
        row["arms"] = words.arms_in_order({*row["arms"], str(gap.get("arm") or "")})
    return list(rows.values())[:MAX_ROWS]


def _arms_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    arms = {str(arm) for row in rows for arm in (row.get("arms") or ())}
    return words.arms_in_order(arms - {"trace"}) + (["trace"] if "trace" in arms else [])


def _vendor(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    key = str(row.get("vendor") or "")
    arms = row.get("arms") if isinstance(row.get("arms"), Mapping) else {}
    found = row.get("sends")
    sends = found if isinstance(found, Mapping) else {}
    return {
        "key": key,
        "name": names.get(key, key),
        "purpose": str(row.get("purpose") or ""),
        "coverage": str(row.get("coverage") or ""),
        "party": str(row.get("party") or ""),
        "arms": {str(arm): _vendor_arm(str(arm), state, sends.get(str(arm))) for arm, state in (arms or {}).items()},
    }


def _vendor_arm(arm: str, state: object, sends: object) -> dict[str, Any]:
    state = state if isinstance(state, Mapping) else {}
    cookies = [str(name) for name in state.get("cookies") or ()]
    return {
        "sighting": next(iter(sightings({arm: state.get("visits")})), None),
        "hits": state.get("hits") or 0,
        "cookies": cookies[:8],
        "more_cookies": max(0, len(cookies) - 8),
        "restriction": str(state.get("restriction") or ""),
        "sends": "; ".join(words.sends(sends)),
    }
