"""`audit FILE.har`: another tool's recording against the policy, and our own run as a HAR and back."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from crawler.cli import app
from tests.collectors.har.text import archive, entry

SITE = "https://www.example.com/"
SECRET = "4821937561.1761998400"
GPC = {"Sec-GPC": "1"}
PIXEL = "https://www.facebook.com/tr/?id=123456789012345&ev=PageView&dl=https%3A%2F%2Fwww.example.com%2F"
ANALYTICS = f"https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE123&cid={SECRET}&en=page_view"
EXPECTATIONS = """\
company: Example
policy:
  url: https://www.example.com/privacy
  read_on: 2026-11-01
  text: policy.txt
  text_sha256: 0ed3443426f67e935cdd5ab85aa38be2d0bdbc2c5a74c12991db76c61067d2aa
sites: ["https://www.example.com/"]
claims:
  - {id: C1, section: 1, kind: vendor, vendor: google-analytics, quote: "We use Google Analytics."}
  - {id: C2, section: 1, kind: signal, signal: gpc, honoured: true, quote: "We honour Global Privacy Control."}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.txt").write_text("We use Google Analytics. We honour Global Privacy Control.\n")
    (tmp_path / "example.yaml").write_text(EXPECTATIONS)
    return tmp_path


def har(folder: Path, name: str, *urls: str, headers: dict[str, str] | None = None) -> str:
    sent = {"Cookie": f"_ga=GA1.1.{SECRET}; session=abcdef0123456789"} | (headers or {})
    set_cookie = [("Set-Cookie", f"_ga=GA1.1.{SECRET}; Max-Age=63072000; Path=/")]
    document = archive(
        entry(SITE, 0, headers=sent, mime="text/html", response_headers=set_cookie),
        *(entry(url, 100 + n, headers=headers, mime="image/gif", status=204) for n, url in enumerate(urls)),
    )
    (folder / name).write_text(json.dumps(document))
    return str(folder / name)


def audit(folder: Path, *files: str, out: str = "run") -> tuple[Result, dict[str, Any]]:
    given = ["audit", *files, "--expectations", str(folder / "example.yaml"), "--out", str(folder / out)]
    result = CliRunner().invoke(app, given)
    verdicts = folder / out / "verdicts.json"
    return result, orjson.loads(verdicts.read_bytes()) if verdicts.exists() else {}


def found(verdicts: dict[str, Any], outcome: str = "violation") -> set[tuple[str, str, str]]:
    return {(f["rule"], f["vendor"], f["arm"]) for f in verdicts["findings"] if f["outcome"] == outcome}


def test_an_undeclared_vendor_is_found_in_one_file(folder: Path) -> None:
    result, verdicts = audit(folder, har(folder, "a.har", ANALYTICS, PIXEL))
    assert result.exit_code == 1, result.output
    assert ("undeclared-vendor", "meta-pixel", "control") in found(verdicts)
    assert not any(vendor == "google-analytics" for _, vendor, _ in found(verdicts))
    assert verdicts["visits"] == {"control": [1, 1]}
    assert (folder / "run" / "report.html").exists()


def test_a_pair_shows_who_ignores_the_signal(folder: Path) -> None:
    files = har(folder, "a.har", ANALYTICS, PIXEL), har(folder, "b.har", ANALYTICS, PIXEL, headers=GPC)
    result, verdicts = audit(folder, *files)
    assert result.exit_code == 1
    assert ("gpc-ignored", "meta-pixel", "gpc") in found(verdicts)
    assert verdicts["visits"] == {"control": [1, 1], "gpc": [1, 1]}


def test_a_har_alone_never_passes(folder: Path) -> None:
    result, verdicts = audit(folder, har(folder, "a.har", ANALYTICS), har(folder, "b.har", headers=GPC))
    assert (result.exit_code, verdicts["exit_code"]) == (3, 3)
    assert found(verdicts) == set()
    assert "har" in {gap["reason"] for gap in verdicts["gaps"]}
    assert "Record the pages with this program" in " ".join(result.output.split())


def test_a_signal_that_some_requests_lack_is_not_proven_and_accuses_nobody(folder: Path) -> None:
    document = archive(entry(SITE, 0, headers=GPC, mime="text/html"), entry(PIXEL, 5), entry(ANALYTICS, 6))
    (folder / "a.har").write_text(json.dumps(document))
    result, verdicts = audit(folder, str(folder / "a.har"))
    assert result.exit_code == 3
    assert verdicts["visits"] == {"gpc": [0, 1]} and found(verdicts) == set()


def test_a_file_without_request_headers_proves_no_arm(folder: Path) -> None:
    document = archive(entry(SITE, 0, mime="text/html"), entry(PIXEL, 5))
    for row in document["log"]["entries"]:
        row["request"]["headers"] = []
    (folder / "a.har").write_text(json.dumps(document))
    result, verdicts = audit(folder, str(folder / "a.har"))
    assert result.exit_code == 3
    assert verdicts["visits"] == {"control": [0, 1]}


def test_no_value_is_written_down(folder: Path) -> None:
    audit(folder, har(folder, "a.har", ANALYTICS, PIXEL))
    for path in (folder / "run").rglob("*"):
        if path.is_file():
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            assert SECRET.encode() not in data and b"abcdef0123456789" not in data, path
    rows = gzip.decompress((folder / "run" / "evidence" / "requests.jsonl.gz").read_bytes()).decode()
    assert '"_ga"' in rows and "google-analytics.com/g/collect" in rows


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["a.har"], "needs --expectations FILE"),
        (["a.har", "--expectations", "example.yaml"], "needs --expectations FILE"),
        (["a.har", "--expectations", "example.yaml", "--out", "full"], "is there already"),
        (["a.har", "--expectations", "example.yaml", "--out", "policy.txt"], "policy.txt is a file"),
        (["policy.txt", "--expectations", "example.yaml", "--out", "new"], "is not JSON, so it is no HAR"),
        (["other.har", "--expectations", "example.yaml", "--out", "new"], "holds no page of https://www.example.com/"),
        (["a.har", "full", "--expectations", "example.yaml", "--out", "new"], "full: is a folder; give the path of"),
    ],
)
def test_wrong_use_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], why: str
) -> None:
    har(folder, "a.har")
    (folder / "other.har").write_text(json.dumps(archive(entry("https://elsewhere.test/", mime="text/html"))))
    (folder / "full").mkdir()
    (folder / "full" / "x").touch()
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, ["audit", *arguments])
    assert result.exit_code == 2
    assert why in " ".join(result.output.split())
    assert not (folder / "new").exists()


def test_pages_of_other_sites_are_left_out_and_named(folder: Path) -> None:
    pages = [{"id": f"p{n}", "startedDateTime": f"2026-11-01T12:00:0{n}Z"} for n in (1, 2)]
    document = archive(
        entry(SITE, 1000, mime="text/html"),
        entry("https://elsewhere.test/", 2000, page="p2", mime="text/html"),
        entry(PIXEL, 2100, page="p2"),
        pages=pages,
    )
    (folder / "a.har").write_text(json.dumps(document))
    _, verdicts = audit(folder, str(folder / "a.har"))
    assert found(verdicts) == set()
    manifest = orjson.loads((folder / "run" / "run.json").read_bytes())
    assert manifest["skipped"] == {"https://elsewhere.test/": "of another site"}
    assert manifest["recorded_elsewhere"][0]["by"] == "WebInspector 537.36"


def test_out_as_a_har_and_in_again_says_the_same(folder: Path) -> None:
    files = har(folder, "a.har", ANALYTICS, PIXEL), har(folder, "b.har", ANALYTICS, PIXEL, headers=GPC)
    _, before = audit(folder, *files)
    exported = CliRunner().invoke(app, ["report", str(folder / "run"), "--format", "har"])
    assert exported.exit_code == 0
    document = json.loads(exported.stdout)
    assert len(document["log"]["entries"]) == 6 and len(document["log"]["pages"]) == 2
    assert SECRET not in exported.stdout
    (folder / "c.har").write_text(exported.stdout)
    _, after = audit(folder, str(folder / "c.har"), out="again")
    assert found(after) == found(before) != set()
    assert [v["vendor"] for v in after["vendors"]] == [v["vendor"] for v in before["vendors"]]
    assert {c["name"] for c in after["cookies"]} == {c["name"] for c in before["cookies"]}


@pytest.mark.parametrize(
    "answer",
    [
        {"status": -1, "_failureText": "csp"},
        {"status": -1, "_failureText": "net::ERR_NAME_NOT_RESOLVED"},
        {"status": -1},
        {"status": 0},
    ],
)
def test_what_never_arrived_is_no_receipt(folder: Path, answer: dict[str, Any]) -> None:
    document = archive(entry(SITE, 0, mime="text/html"), entry(PIXEL, 5, **answer))
    (folder / "a.har").write_text(json.dumps(document))
    result, verdicts = audit(folder, str(folder / "a.har"))
    assert result.exit_code == 3
    assert verdicts["visits"] == {"control": [1, 1]}
    assert found(verdicts) == set()
    tried = {("undeclared-vendor", "meta-pixel", "control")}
    assert found(verdicts, "inconclusive") >= (set() if answer.get("_failureText") == "csp" else tried)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": -1, "_failureText": "csp"},
        {"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"},
        {"status": 0, "_error": "net::ERR_NAME_NOT_RESOLVED"},
        {"status": 0, "_error": "net::ERR_ABORTED"},
    ],
)
def test_what_never_left_is_not_asked_for_the_signal(folder: Path, answer: dict[str, Any]) -> None:
    document = archive(entry(SITE, 0, headers=GPC, mime="text/html"), entry("https://cdn.test/x.js", 5, **answer))
    (folder / "a.har").write_text(json.dumps(document))
    _, verdicts = audit(folder, str(folder / "a.har"))
    assert verdicts["visits"] == {"gpc": [1, 1]}


def test_requests_that_lacked_the_signal_are_named(folder: Path) -> None:
    lacking = [entry(f"https://cdn.test/{n}.js", n) for n in range(1, 6)]
    (folder / "a.har").write_text(json.dumps(archive(entry(SITE, 0, headers=GPC, mime="text/html"), *lacking)))
    _, verdicts = audit(folder, str(folder / "a.har"))
    assert verdicts["visits"] == {"gpc": [0, 1]}
    (told,) = {g["detail"] for g in verdicts["gaps"] if g["reason"] == "har" and "without it" in g["detail"]}
    assert told.startswith(
        "1 of 6 requests with headers carried Sec-GPC: 1; without it: https://cdn.test/1.js, https://cdn.test/2.js, "
        "https://cdn.test/3.js and 2 more. A HAR"
    )
