"""One finding as every output tells it: the sentence, what was seen, how sure, what to do, where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from crawler.findings import Outcome
from crawler.output import words
from crawler.output.browser_words import when
from crawler.output.next_step import naming

MAX_EVIDENCE = 6
"""Rows of evidence that a report shows per finding; verdicts.json has all."""
MAX_PAGES = 15

EvidenceRows = Mapping[tuple[str, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Seen in k of n visits of an arm."""

    arm: str
    words: str
    seen: int
    of: int

    @property
    def says(self) -> str:
        """`2 of 3 visits`."""
        return f"{self.seen} of {words.count(self.of, 'visit')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One row of evidence: where it stands, what it was, what it shows."""

    where: str
    """`requests:412`."""
    visit: str
    url: str
    note: str
    step: str
    """What had just been done with the page, in words; empty while it was loading."""
    facts: str
    """What the row itself says: method, status, whether the signal was sent, what caused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with the quotes of its claims and its evidence looked up."""

    fingerprint: str
    rule: str
    group: str
    """violation, open, information, waived."""
    severity: str
    confidence: str
    vendor: str
    name: str
    site: str
    arm: str
    role: str
    purpose: str
    coverage: str
    restriction: str
    message: str
    fact: str
    """The message without the quote at its end, for places where the quote stands beside it."""
    certainty: str
    cannot_tell: str
    remedy: str
    trigger: str
    """After what it first showed, in a sentence; empty when loading the page was enough."""
    quotes: tuple[tuple[str, str, str], ...]
    """Claim id, section, quote."""
    sightings: tuple[Sighting, ...]
    evidence: tuple[EvidenceLine, ...]
    more_evidence: int
    pages: tuple[str, ...]
    more_pages: int
    waiver: Mapping[str, Any] | None
    waiver_state: str

    @property
    def tentative(self) -> bool:
        """An open finding about a vendor: no reason to change anything yet."""
        return self.group == "open" and bool(self.vendor)

    @property
    def remedy_label(self) -> str:
        """The words before the remedy."""
        return "If it is confirmed" if self.tentative else "What to do"

    @property
    def telling(self) -> EvidenceLine | None:
        """The row that says most, for a narrow place: the first with a note, else the first."""
        return next((line for line in self.evidence if line.note), next(iter(self.evidence), None))


GROUPS = (
    ("violation", "Contradictions"),
    ("open", "Not settled"),
    ("information", "For information"),
    ("waived", "Accepted, with an end date"),
)


def views(verdicts: Mapping[str, Any], rows: EvidenceRows) -> list[FindingView]:
    """All findings, the worst first: by group, severity, sentences contradicted, name; the order is always the same."""
    claims = {str(claim.get("id")): claim for claim in verdicts.get("claims", ())}
    names = words.vendor_names(verdicts)
    order = [group for group, _ in GROUPS]
    found = [_view(finding, claims, names, rows) for finding in verdicts.get("findings", ())]
    return sorted(
        found,
        key=lambda f: (
            order.index(f.group),
            words.severity_rank(f.severity),
            -len(f.quotes),
            f.name.casefold(),
            f.fingerprint,
        ),
    )


def grouped(found: Sequence[FindingView]) -> list[tuple[str, str, list[FindingView]]]:
    """Group key, its heading, its findings; empty groups are left out."""
    titles = dict(GROUPS)
    return [(key, titles[key], list(members)) for key, members in groupby(found, key=lambda f: f.group)]


def group_of(finding: Mapping[str, Any]) -> str:
    """In which part of a report a finding stands."""
    if words.is_waived(finding):
        return "waived"
    outcome = words.outcome_of(finding.get("outcome"))
    if outcome == Outcome.VIOLATION:
        return "violation"
    return "information" if outcome in (Outcome.PASS, Outcome.NOT_CHECKABLE) else "open"


def sightings(visits: object) -> tuple[Sighting, ...]:
    """From `{"control": [3, 3], "gpc": [2, 3]}`; what is no pair of numbers is left out."""
    pairs = {str(arm): pair for arm, pair in visits.items()} if isinstance(visits, Mapping) else {}
    found = []
    for arm in words.arms_in_order(pairs):
        pair = pairs[arm]
        if isinstance(pair, Sequence) and len(pair) == 2 and all(isinstance(n, int) for n in pair):
            found.append(Sighting(arm=arm, words=words.ARM_WORDS.get(arm, arm), seen=pair[0], of=pair[1]))
    return tuple(found)


def _view(
    finding: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], rows: EvidenceRows
) -> FindingView:
    vendor = str(finding.get("vendor") or "")
    name = names.get(vendor) or words.vendor_name(vendor)
    evidence = list(finding.get("evidence") or ())
    pages = [str(page) for page in finding.get("pages") or ()]
    quotes = tuple(
        (str(i), str(claims[str(i)].get("section", "")), str(claims[str(i)].get("quote", "")))
        for i in finding.get("claims") or ()
        if str(i) in claims
    )
    text = {key: str(finding.get(key) or "") for key in ("site", "arm", "role", "purpose", "coverage", "restriction")}
    return FindingView(
        fingerprint=str(finding.get("fingerprint", "")),
        rule=str(finding.get("rule", "")),
        group=group_of(finding),
        severity=str(finding.get("severity", "")),
        confidence=str(finding.get("confidence", "")),
        vendor=vendor,
        name=name or "The site itself",
        message=str(finding.get("message") or ""),
        fact=_fact(str(finding.get("message") or ""), [quote for _, _, quote in quotes]),
        certainty=str(finding.get("certainty") or ""),
        cannot_tell=str(finding.get("cannot_tell") or ""),
        remedy=naming(str(finding.get("remedy") or ""), name),
        trigger=str(finding.get("trigger") or ""),
        quotes=quotes,
        sightings=sightings(finding.get("visits")),
        evidence=tuple(_line(ref, rows) for ref in evidence[:MAX_EVIDENCE]),
        more_evidence=max(0, len(evidence) - MAX_EVIDENCE),
        pages=tuple(pages[:MAX_PAGES]),
        more_pages=max(0, len(pages) - MAX_PAGES),
        waiver=finding.get("waiver") or None,
        waiver_state=_waiver_state(finding),
        **text,
    )


def _fact(message: str, quotes: Sequence[str]) -> str:
    """Cut `The policy says (section 6): "..."` from the end, if that is one of the quotes that will be shown."""
    fact, says, promise = message.partition(" The policy says")
    cited = promise.partition(": ")[2].strip().strip('“”"')
    shown = bool(cited) and any(cited.rstrip("….")[:60] in quote for quote in quotes)
    return fact if says and shown else message


def _line(ref: Mapping[str, Any], rows: EvidenceRows) -> EvidenceLine:
    stream, number = str(ref.get("stream", "")), ref.get("row")
    row = rows.get((stream, number), {}) if isinstance(number, int) else {}
    return EvidenceLine(
        where=f"{stream}:{number}",
        visit=str(ref.get("visit") or row.get("visit") or ""),
        url=str(ref.get("url") or row.get("url") or ""),
        note=str(ref.get("note") or ""),
        step=when(ref.get("step") or row.get("step")),
        facts=_facts(stream, row),
    )


def _facts(stream: str, row: Mapping[str, Any]) -> str:
    if not row:
        return ""
    facts = []
    if stream == "requests":
        facts.append(str(row.get("method", "")))
        status, error = row.get("status"), row.get("error")
        facts.append(str(error) if error else f"status {status}" if status else "no response")
        facts.append("Sec-GPC: 1 sent" if row.get("sec_gpc") else "no Sec-GPC")
        if row.get("target") not in (None, "page"):
            facts.append(f"from a {row['target']}")
        initiator = row.get("initiator") or {}
        if isinstance(initiator, Mapping) and initiator.get("url"):
            facts.append(f"caused by {initiator['url']}" + (f":{initiator['line']}" if initiator.get("line") else ""))
    elif stream == "cookies":
        facts.append(f"{row.get('name', '')} on {row.get('domain', '')}")
        facts.append(f"set by {row.get('set_by', 'unknown')}")
        if row.get("setter_url"):
            facts.append(str(row["setter_url"]))
        if row.get("blocked_reason"):
            facts.append(f"blocked: {row['blocked_reason']}")
    elif stream == "consent":
        facts.append(f"{row.get('where', '')} {row.get('name', '')} of {row.get('origin', '')}")
        facts.append(str(row.get("value") or row.get("problem") or "")[:300])
    return " · ".join(fact for fact in facts if fact)


def _waiver_state(finding: Mapping[str, Any]) -> str:
    waiver = finding.get("waiver")
    if not waiver:
        return ""
    until, owner = waiver.get("until", "?"), waiver.get("owner", "?")
    if words.is_waived(finding):
        return f"Accepted by {owner} until {until}: {waiver.get('reason', '')}"
    return f"The acceptance by {owner} ended on {until}; this counts again. It said: {waiver.get('reason', '')}"
