"""HAR files as tools write them, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.collectors.har import archive as archives
from crawler.collectors.har.archive import Har, NotAHar, read
from crawler.collectors.har.page_loads import page_loads
from crawler.collectors.har.rows import resource_type
from tests.collectors.har.text import archive, at, entry

SITE = "https://www.example.com/"


def load(tmp_path: Path, document: Any) -> Har:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not JSON.*; export the recording again"),
        ("[" * 100_000, "is not JSON.*; export the recording again"),
        ("{}", "no log with entries; export the recording again"),
        ('{"log": {"entries": {}}}', "no log with entries; export the recording again"),
        ('{"log": {"entries": []}}', "holds no request; begin to record before the page is loaded"),
        (
            '{"log": {"entries": [1, null, {}, {"request": {"url": 5}}]}}',
            "read: 1 with no address, 3 with no request; export the recording again",
        ),
        ('{"log": {"entries": [{"request": {"url": "https://["}}]}}', "read: 1 with no address; export the recording"),
    ],
)
def test_what_is_no_har_says_why(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "x.har"
    path.write_text(text)
    with pytest.raises(NotAHar, match=why) as error:
        read(path)
    assert str(path) in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotAHar, match="No such file"):
        read(tmp_path / "no.har")


def test_a_file_beyond_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ENTRIES", 1)
    with pytest.raises(NotAHar, match="has 2 entries, more than 1"):
        load(tmp_path, archive(entry(SITE), entry(SITE)))
    monkeypatch.setattr(archives, "MAX_BYTES", 10)
    with pytest.raises(NotAHar, match="larger than"):
        load(tmp_path, archive(entry(SITE)))


def test_headers_bodies_and_broken_entries(tmp_path: Path) -> None:
    cookies = [("Set-Cookie", "a=1"), ("set-cookie", "b=2\nc=3"), ("Vary", "x"), ("vary", "y")]
    har = load(
        tmp_path,
        archive(
            entry(SITE + "2#top", 20, method="post", body={"text": "eD0x", "encoding": "base64"}),
            entry(SITE + "1", 10, headers={":path": "/1", "Sec-GPC": "1"}, response_headers=cookies),
            entry(SITE + "3", 30, method="POST", body={"params": [{"name": "q q", "value": "\u00e4"}]}),
            entry(SITE + "4", 40, status=0, _error="net::ERR_BLOCKED_BY_CLIENT"),
            entry(SITE + "5", 50, _fromCache="disk"),
            {"startedDateTime": at(1)},
        ),
    )
    assert har.creator == "WebInspector 537.36" and har.unreadable == {"no request": 1}
    first, second, third, fourth, fifth = har.entries
    assert first.url == SITE + "1" and first.headers == {"user-agent": "test", "sec-gpc": "1"}
    assert first.set_cookie == ("a=1", "b=2", "c=3") and first.response_headers["vary"] == "x, y"
    assert (second.url, second.method, second.body) == (SITE + "2", "POST", b"x=1")
    assert third.body == b"q+q=%C3%A4"
    assert (fourth.status, fourth.error) == (None, "net::ERR_BLOCKED_BY_CLIENT")
    assert fifth.cached and not first.cached


def test_requests_belong_to_the_load_that_was_going_on(tmp_path: Path) -> None:
    pages = [{"id": "p1", "startedDateTime": at(0)}, {"id": "p2", "startedDateTime": at(1000)}]
    har = load(
        tmp_path,
        archive(
            entry("http://example.com/", 0, status=301, redirect=SITE),
            entry(SITE, 10, mime="text/html"),
            entry("https://t.test/a.js", 20, page=None, mime="text/javascript"),
            entry(SITE + "two", 1000, page="p2", mime="text/html", status=404),
            entry("https://t.test/b.js", 1500, page="gone"),
            pages=pages,
        ),
    )
    one, two = page_loads(har)
    assert (one.url, one.final_url, one.status) == ("http://example.com/", SITE, 200)
    assert [e.url for e in one.entries] == ["http://example.com/", SITE, "https://t.test/a.js"]
    assert (two.url, two.status, [e.url for e in two.entries][1:]) == (SITE + "two", 404, ["https://t.test/b.js"])


def test_an_archive_without_pages_is_one_load_and_a_circle_ends(tmp_path: Path) -> None:
    har = load(
        tmp_path,
        archive(
            entry(SITE + "a", 0, page=None, status=302, redirect="/b"),
            entry(SITE + "b", 1, page=None, status=302, redirect="/a"),
            pages=[],
        ),
    )
    [only] = page_loads(har)
    assert only.url == SITE + "a" and len(only.entries) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"_resourceType": "xhr"}, "xhr"),
        ({"_resourceType": "CSPViolationReport"}, "csp-report"),
        ({"_resourceType": "<script>"}, "other"),
        ({"mime": "image/gif"}, "image"),
        ({"mime": "text/javascript; charset=utf-8"}, "script"),
        ({"mime": "video/mp4"}, "media"),
        ({"method": "OPTIONS", "headers": {"Access-Control-Request-Method": "PUT"}}, "preflight"),
        ({}, "other"),
    ],
)
def test_kinds_of_requests(tmp_path: Path, given: dict[str, Any], expected: str) -> None:
    [found] = load(tmp_path, archive(entry(SITE, **given))).entries
    assert resource_type(found) == expected


def test_a_name_and_password_before_the_host_are_left_out(tmp_path: Path) -> None:
    har = load(tmp_path, archive(entry("https://alice:S3CRET@www.example.com/a@b?c=@#d")))
    assert [e.url for e in har.entries] == ["https://www.example.com/a@b?c=@"]


UNREADABLE = ["yesterday", "", None, 5, 1.7e12, [], "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]


@pytest.mark.parametrize("date", UNREADABLE)
def test_a_request_without_a_time_keeps_its_place(tmp_path: Path, date: Any) -> None:
    given = [entry(SITE, 50), entry(SITE + "2", 70), entry(SITE + "3", 60), entry(SITE + "4", 80)]
    given[1]["startedDateTime"] = date
    har = load(tmp_path, archive(*given))
    assert [e.url for e in har.entries] == [SITE, SITE + "2", SITE + "3", SITE + "4"]
    assert har.entries[1].started_unix_ms == har.entries[0].started_unix_ms
    assert (har.undated, har.unreadable) == (1, {})


def test_a_file_without_any_time_is_read_in_its_order(tmp_path: Path) -> None:
    given = [entry(SITE + "1"), entry(SITE + "2")]
    for one in given:
        del one["startedDateTime"]
    har = load(tmp_path, archive(*given))
    assert [e.url for e in har.entries] == [SITE + "1", SITE + "2"] and har.undated == 2
    assert {e.started_unix_ms for e in har.entries} == {har.pages[0].started_unix_ms}
    bare = load(tmp_path, archive(*given, pages=[]))
    assert {e.started_unix_ms for e in bare.entries} == {bare.path.stat().st_mtime * 1000}


def test_a_time_without_a_zone_is_the_same_everywhere(tmp_path: Path) -> None:
    given = entry(SITE)
    given["startedDateTime"] = at(0).removesuffix("Z")
    (only,) = load(tmp_path, archive(given)).entries
    assert only.started_unix_ms == load(tmp_path, archive(entry(SITE))).entries[0].started_unix_ms


@pytest.mark.parametrize(
    ("text", "reads", "mended"),
    [
        (rb"\ud83d", "\ufffd", 1),
        (rb"\udE00-\uD83D!", "\ufffd-\ufffd!", 2),
        (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600", 1),
        (rb"\\ud83d\\\ud83d", "\\ud83d\\\ufffd", 1),
        (b"caf\xe9", "caf\ufffd", 1),
        (b"\xef\xbf\xbd\\ud83d", "\ufffd\ufffd", 1),
    ],
)
def test_what_is_no_character_is_replaced_and_counted(tmp_path: Path, text: bytes, reads: str, mended: int) -> None:
    path = tmp_path / "x.har"
    document = json.dumps(archive(entry(SITE, headers={"X-Name": "HERE"}), entry(SITE + "2")))
    path.write_bytes(document.encode().replace(b"HERE", text))
    har = read(path)
    assert (har.entries[0].headers["x-name"], har.mended, len(har.entries)) == (reads, mended, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_as_other_systems_write_them(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(archive(entry(SITE, headers={"X-Name": "\u00e9"})), ensure_ascii=False), encoding)
    har = read(path)
    assert (har.entries[0].headers["x-name"], har.mended) == ("\u00e9", 0)


def test_a_place_that_is_no_address_leads_nowhere(tmp_path: Path) -> None:
    har = load(tmp_path, archive(entry(SITE, status=302, redirect="http://[", mime="text/html"), entry(SITE + "2", 1)))
    [only] = page_loads(har)
    assert (only.url, only.final_url, len(only.entries)) == (SITE, SITE, 2)
