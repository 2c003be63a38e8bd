"""Which findings fail the gate: what machine-readable outputs call a failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.findings import Severity
from crawler.output import words


def fail_on(verdicts: Mapping[str, Any]) -> Severity:
    """The severity that the audit was run with; `high` when the verdicts do not say."""
    stated = verdicts.get("fail_on")
    return Severity(str(stated)) if stated in words.SEVERITIES else Severity.HIGH


def fails(finding: Mapping[str, Any], limit: Severity) -> bool:
    """Whether this finding alone makes the exit code 1."""
    rank = words.severity_rank(finding.get("severity"))
    return words.is_violation(finding) and rank <= words.severity_rank(str(limit))
