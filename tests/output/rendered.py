"""The report of some verdicts, rendered; what is not given is of the fictional company."""

from __future__ import annotations

from typing import Any

import fictional

from crawler.output import html_report


def render(verdicts: dict[str, Any], **changes: Any) -> str:
    """`changes` are the other arguments of `html_report.render`, by name."""
    given = {
        "manifest": fictional.manifest(),
        "company": fictional.company(),
        "evidence_rows": fictional.evidence_rows(),
        "policy_text": fictional.POLICY,
    } | changes
    return html_report.render(verdicts, **given)


def place(html: str, what: str) -> int:
    """Where it stands first; it must be there."""
    at = html.find(what)
    assert at >= 0, what
    return at
