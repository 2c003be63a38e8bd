"""results.sarif (2.1.0): each finding as a result at the line of the sentence that it contradicts.

Format: OASIS SARIF 2.1.0 with Errata 01. A result points into the expectations file, which stands in the repository
that a code host shows it for; the pages where it was seen are related locations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from crawler import __version__
from crawler.claims import Company
from crawler.findings import Outcome
from crawler.output import words
from crawler.output.headline import exit_code
from crawler.output.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
MAX_PAGES = 10


def render(verdicts: Mapping[str, Any], company: Company, rule_help: Mapping[str, str] | None = None) -> str:
    """The SARIF text; `rule_help` maps rule ids to their first line of documentation."""
    rules = [str(rule.get("id")) for rule in verdicts.get("rules", ())]
    rules += [r for r in dict.fromkeys(str(f.get("rule")) for f in verdicts.get("findings", ())) if r not in rules]
    code = exit_code(verdicts)
    notes = [
        {"level": "warning", "message": {"text": _text(f"{g.get('arm')}: {g.get('reason')}: {g.get('url')}")}}
        for g in list(verdicts.get("gaps", ()))[:200]
    ]
    run = {
        "tool": {
            "driver": {
                "name": "tracking-audit",
                "version": __version__,
                "rules": [
                    {"id": _text(r), "shortDescription": {"text": _text((rule_help or {}).get(r) or r)}} for r in rules
                ],
            }
        },
        "automationDetails": {"id": f"tracking-audit/{quote(company.key)}/"},
        "invocations": [
            {
                "executionSuccessful": code != 4,
                "exitCode": code,
                "exitCodeDescription": words.EXIT_MEANINGS.get(code, "unknown"),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": [_result(finding, company, rules) for finding in verdicts.get("findings", ())],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True) + "\n"


def _result(finding: Mapping[str, Any], company: Company, rules: Sequence[str]) -> dict[str, Any]:
    outcome = words.outcome_of(finding.get("outcome"))
    kind = {Outcome.VIOLATION: "fail", Outcome.PASS: "informational"}.get(Outcome(outcome), "review")
    severity = words.SEVERITIES[words.severity_rank(finding.get("severity"))]
    claims = {claim.id: claim for claim in company.claims}
    lines = [claims[c].line for c in finding.get("claims") or () if c in claims]
    result: dict[str, Any] = {
        "ruleId": _text(finding.get("rule")),
        "ruleIndex": rules.index(str(finding.get("rule"))),
        "kind": kind,
        "level": _LEVELS[severity] if kind == "fail" else "none",
        "message": {"text": _text(f"{finding.get('message')} {finding.get('remedy') or ''}")},
        "locations": [_location(company, max(lines[0], 1) if lines else 1)],
        "relatedLocations": [
            {
                "id": number,
                "message": {"text": "seen on this page"},
                "physicalLocation": {"artifactLocation": {"uri": _uri(str(page))}},
            }
            for number, page in enumerate(list(finding.get("pages") or ())[:MAX_PAGES])
        ],
        "partialFingerprints": {"trackingAudit/v1": _text(finding.get("fingerprint"))},
        "properties": {
            key: _text(finding.get(key)) for key in ("severity", "confidence", "vendor", "arm", "site", "restriction")
        },
    }
    if words.is_waived(finding):
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": _text(finding["waiver"].get("reason"))}
        ]
    return result


def _location(company: Company, line: int) -> dict[str, Any]:
    uri = quote(f"{company.path.parent.name or 'expectations'}/{company.path.name}")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}


def _uri(page: str) -> str:
    """An address with everything escaped that a URI cannot hold; what is no web address becomes none."""
    try:
        scheme = urlsplit(page).scheme
    except ValueError:
        scheme = ""
    return (
        quote(page[:2000], safe=":/?#[]@!$&'()*+,;=%~", errors="replace")
        if scheme in ("http", "https")
        else "about:blank"
    )


def _text(value: object) -> str:
    return visible("" if value is None else value, 2000)
