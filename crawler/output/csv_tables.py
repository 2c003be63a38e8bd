"""findings.csv, vendors.csv and cookies.csv for spreadsheets; no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.output import words
from crawler.output.visible import visible

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MAX_CELL = 8000
"""Characters; spreadsheets take 32,767."""

FINDING_COLUMNS = (
    "fingerprint", "rule", "outcome", "severity", "confidence", "vendor", "vendor_name", "purpose", "coverage",
    "restriction", "site", "arm", "role", "claims", "pages", "visits", "message", "certainty", "cannot_tell", "remedy",
    "waiver", "evidence", "trigger",
)  # fmt: skip


def findings(verdicts: Mapping[str, Any]) -> str:
    """One row per finding; lists are separated by spaces, evidence is `stream:row`."""
    rows = []
    for finding in verdicts.get("findings", ()):
        row = {column: finding.get(column) for column in FINDING_COLUMNS}
        waiver = finding.get("waiver") or {}
        row["claims"] = " ".join(map(str, finding.get("claims") or ()))
        row["pages"] = " ".join(map(str, finding.get("pages") or ()))
        row["visits"] = "; ".join(f"{arm} {_of(pair)}" for arm, pair in (finding.get("visits") or {}).items())
        row["evidence"] = " ".join(f"{e.get('stream')}:{e.get('row')}" for e in finding.get("evidence") or ())
        row["waiver"] = f"until {waiver.get('until')} by {waiver.get('owner')}" if waiver else ""
        rows.append(list(row.values()))
    return _table(FINDING_COLUMNS, rows)


def vendors(verdicts: Mapping[str, Any]) -> str:
    """One row per vendor, with the same columns for every arm."""
    listed = verdicts.get("vendors", ())
    arms = words.arms_in_order({str(arm) for row in listed for arm in (row.get("arms") or ())})
    head = ["vendor", "name", "purpose", "coverage", "party"]
    head += [f"{arm} {what}" for arm in arms for what in ("visits", "hits", "restriction", "cookies")]
    rows = []
    for vendor in listed:
        cells = [vendor.get(column) for column in head[:5]]
        for arm in arms:
            state = (vendor.get("arms") or {}).get(arm) or {}
            cells += [_of(state.get("visits")), state.get("hits"), state.get("restriction")]
            cells.append(" ".join(map(str, state.get("cookies") or ())))
        cells.append(" ".join(f"{kind}:{calls}" for kind, calls in (vendor.get("behaviour") or {}).items()))
        sends = vendor.get("sends") or {}
        cells += ["; ".join(words.sends(sends.get(arm))) for arm in arms]
        rows.append(cells)
    return _table([*head, "behaviour", *(f"{arm} sends" for arm in arms)], rows)


COOKIE_COLUMNS = (
    "name", "domain", "party", "vendor", "set_by", "setter_url", "setter_line", "setter_vendor", "step",
    "asked_lifetime_days", "lifetime_days", "partition_keys", "stored", "blocked_reasons", "sent_to", "sent_hosts",
    "changes", "arms", "documented_lifetime_days", "documented_verified", "basis", "unclassified", "value_sent_to",
    "value_vendors",
)  # fmt: skip


def cookies(verdicts: Mapping[str, Any]) -> str:
    """One row per cookie; hosts with their number of requests, vendors with that of visits, changes with theirs."""
    rows = []
    for cookie in verdicts.get("cookies", ()):
        row = {column: cookie.get(column) for column in COOKIE_COLUMNS}
        for column in ("partition_keys", "blocked_reasons", "arms"):
            row[column] = " ".join(map(str, cookie.get(column) or ()))
        for column in ("stored", "documented_verified", "unclassified"):
            row[column] = {True: "yes", False: "no"}.get(cookie.get(column))
        row["value_sent_to"] = " ".join(
            f"{to.get('vendor')}:{to.get('visits')}" for to in cookie.get("value_sent_to") or ()
        )
        row["sent_to"] = " ".join(f"{to.get('host')}:{to.get('requests')}" for to in cookie.get("sent_to") or ())
        row["changes"] = " ".join(f"{word}:{times}" for word, times in (cookie.get("changes") or {}).items())
        rows.append(list(row.values()))
    return _table(COOKIE_COLUMNS, rows)


def _of(pair: object) -> str:
    return f"{pair[0]} of {pair[1]}" if isinstance(pair, list | tuple) and len(pair) == 2 else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_cell(name) for name in head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str | int | float:
    """Numbers stay numbers. Text that a spreadsheet would calculate gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = visible(value, MAX_CELL)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
