"""A row of the evidence about requests, as a finding points at it."""

from __future__ import annotations

from crawler.evidence import Request
from crawler.findings import EvidenceRef

MAX_URL = 1000
"""Characters of a URL shown as evidence; the row holds all of it."""
MAX_STEP = 40


def request_row(request: Request, row: int, note: str) -> EvidenceRef:
    """The row of a request, with what it shows."""
    return EvidenceRef(
        stream="requests",
        row=row,
        url=request.url[:MAX_URL],
        visit=request.visit,
        note=note,
        step=request.step[:MAX_STEP],
    )
