"""A run recorded before there were cookie events, interface calls and steps is judged as ever, and without damage."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.auditor import audit
from crawler.bundle import Bundle, BundleWriter, layout
from crawler.cli import judging
from crawler.evidence import STREAMS
from crawler.findings import Severity
from crawler.output import html_report, markdown
from tests.auditor.test_audit import COVERS_ADS, HONOURS, NAMES_GA, VALID
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, an_item, visits_of

NEW_STREAMS = ("messages", "cookie_events", "api_calls", "host_names", "consent")
NEW_COLUMNS = {
    "requests": ("step", "response_bytes", "response_sha256", "cookies_withheld"),
    "storage": ("entries", "setter_url", "setter_line", "set_ms", "writes", "removed"),
    "visits": ("steps",),
}
COMPANY = a_company(HONOURS, NAMES_GA, COVERS_ADS)


def write(folder: Path) -> Path:
    """A run on disk as this version writes it."""
    visits = visits_of([SITE + "/"])
    rows: list[Any] = [a_request(REQUESTS[n], v) for v in visits for n in ("google-analytics", "linkedin-insight")]
    rows += [row for v in visits for row in (a_cookie(v), an_item(v))]
    bundle = a_bundle(visits, *rows)
    writer = BundleWriter(folder)
    for stream in STREAMS:
        for _, row in bundle.rows(stream):
            writer.add(stream, row)
    writer.close({"arms": ["control", "gpc"], "repeat": 3, "pages": [{"url": SITE + "/"}], "run": "r"})
    return folder


def aged(folder: Path) -> None:
    """Take out what an older version did not know: streams, columns, and their places in the manifest."""
    manifest = json.loads((folder / layout.MANIFEST).read_text())
    for stream in NEW_STREAMS:
        layout.stream_path(folder, stream).unlink()
        del manifest["rows"][stream], manifest["files"][f"evidence/{stream}.jsonl.gz"]
    for stream, columns in NEW_COLUMNS.items():
        rewrite(folder, stream, lambda row, columns=columns: [row.pop(column) for column in columns])  # type: ignore[misc]
        manifest["files"][f"evidence/{stream}.jsonl.gz"] = layout.sha256(layout.stream_path(folder, stream))
    (folder / layout.MANIFEST).write_text(json.dumps(manifest))


def rewrite(folder: Path, stream: str, change: Callable[[dict[str, Any]], object]) -> None:
    path = layout.stream_path(folder, stream)
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert rows, "an empty stream would test nothing"
    for row in rows:
        change(row)
    path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))


def judged(folder: Path) -> dict[str, Any]:
    bundle = Bundle(folder)
    verdicts = audit(bundle, COMPANY, fail_on=Severity.HIGH, today=TODAY)
    VALID.validate(verdicts)
    assert bundle.damage == []
    return verdicts


def test_the_verdicts_are_the_same_and_nothing_is_damaged(tmp_path: Path) -> None:
    write(tmp_path)
    today = judged(tmp_path)
    aged(tmp_path)
    older = judged(tmp_path)
    assert older == today
    assert older["exit_code"] == 1 and not any(g["reason"] == "damaged" for g in older["gaps"])


def test_its_reports_say_that_nothing_is_known_of_scripts(tmp_path: Path) -> None:
    aged(write(tmp_path))
    verdicts, bundle = judged(tmp_path), Bundle(tmp_path)
    html = html_report.render(verdicts, bundle.manifest, COMPANY, judging.cited_rows(bundle, verdicts), "")
    assert "This run made no explaining visits" in html
    assert "What was done in a visit" not in html
    text = markdown.render(verdicts, {}, bundle.manifest)
    assert "The recording was checked" not in text and "What scripts did" not in text


def test_a_new_stream_that_is_missing_is_damage(tmp_path: Path) -> None:
    write(tmp_path)
    layout.stream_path(tmp_path, "api_calls").unlink()
    verdicts = audit(Bundle(tmp_path), COMPANY, fail_on=Severity.CRITICAL, today=TODAY)
    assert not verdicts["all_judged"]
    assert any("api_calls" in g["detail"] for g in verdicts["gaps"] if g["reason"] == "damaged")
