"""Changes of the cookie store and their setters, from logs written by hand and reports of the instrument."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle.redact import Redactor
from crawler.collectors import cookie_events, cookie_refusals, cookies, netlog
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CookieIssue
from crawler.collectors.trace import cookie_writes
from crawler.collectors.trace.call_sites import UNKNOWN
from crawler.collectors.trace.records import CookieWrite, Realm
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, CookieEvent
from tests.collectors.netlog_text import OFFSET_MS, NetLogText
from tests.collectors.test_cookies import answered, entry

KEY = VisitKey("001-trace-1", "https://site.test/", Arm.TRACE, 1, OFFSET_MS)
SITE = "https://site.test/"


def traced(*writes: tuple[float, str], via: str = "document.cookie", url: str = SITE) -> CdpRecorder:
    """A recorder whose instrument told of writes: milliseconds into the visit, and what was written."""
    cdp = CdpRecorder(Tracer())
    assert cdp.tracer is not None
    for line, (at, given) in enumerate(writes, 1):
        told: Any = given if via == "document.cookie" else json.loads(given)
        frames = [["f", f"{SITE}a.js", line, 1, None, 0]]
        message = ["c", OFFSET_MS + at, via, told, url, SITE, "https://site.test", None, frames]
        cdp.tracer.records.report("s", 1, json.dumps(message), OFFSET_MS + at)
    return cdp


def events(text: NetLogText, folder: Path, cdp: CdpRecorder, *jar: dict[str, Any]) -> list[CookieEvent]:
    return cookie_events.build(jar, netlog.read(text.write(folder)), cdp, KEY, Redactor(b"k"))


def told(rows: list[CookieEvent]) -> list[tuple[Any, ...]]:
    return [(e.what, e.name, e.set_by, e.setter_line, e.cause) for e in rows]


def test_equal_writes_are_matched_in_their_order(tmp_path: Path) -> None:
    text = NetLogText()
    for at in (10, 20):
        text.now = at
        text.added("a", "site.test", "same")
        text.deleted("a", "site.test", "same", "overwrite")
    text.now = 30
    text.added("a", "site.test", "other")
    cdp = traced((9, "a=same"), (19, "a=same"), (29, "a=other"))
    assert told(events(text, tmp_path, cdp)) == [
        ("set", "a", "script", 1, None),
        ("set", "a", "script", 2, "overwrite"),
        ("changed", "a", "script", 3, "overwrite"),
    ]


def test_a_document_whose_address_a_script_has_changed_is_still_the_setter(tmp_path: Path) -> None:
    """After `history.pushState` the default path is still that of the address that was loaded."""
    text = NetLogText()
    text.added("a", "site.test", "1", path="/")
    cdp = traced((0, "a=1; Max-Age=60"), url="https://site.test/spa/two")
    assert told(events(text, tmp_path, cdp)) == [("set", "a", "script", 1, None)]


def test_a_response_is_not_taken_for_a_script(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, f"{SITE}x", "a=same; Path=/")
    text.stored(source, "a", "site.test", "same")
    text.now = 50
    text.added("a", "site.test", "same")
    rows = events(text, tmp_path, traced((40, "a=same")))
    assert [(e.set_by, e.setter_url, e.setter_line) for e in rows] == [
        ("http", f"{SITE}x", None),
        ("script", f"{SITE}a.js", 1),
    ]


def test_a_response_that_deletes_does_not_mix_up_its_other_lines(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, SITE, "gone=; Max-Age=0; Path=/", "bad=1; Domain=other.test", "kept=1; Path=/")
    text.deleted("gone", "site.test", "old", "expired_overwrite")
    params = {"domain": "site.test", "name": "gone", "path": "/", "operation": "expire", "partition_key": "(none)"}
    text.event("COOKIE_INCLUSION_STATUS", source, params | {"status": "INCLUDE, DO_NOT_WARN"})
    text.refused(source)
    text.stored(source, "kept", "site.test", "1")
    rows = events(text, tmp_path, CdpRecorder())
    assert [(e.what, e.name, e.set_by, e.blocked_reason) for e in rows] == [
        ("deleted", "gone", "http", None),
        ("set", "kept", "http", None),
        ("refused", "bad", "http", "EXCLUDE_DOMAIN_MISMATCH"),
    ]


def test_clear_site_data_and_the_browser_itself_delete_too(tmp_path: Path) -> None:
    text = NetLogText()
    for name in ("a", "b", "c"):
        text.added(name, "site.test", "1")
    text.deleted("a", "site.test", "1", "explicit")
    text.deleted("b", "site.test", "1", "evicted")
    source = text.start(f"{SITE}clear")
    text.send(source)
    text.answer(source, 'Clear-Site-Data: "cookies", "cache"')
    text.deleted("c", "site.test", "1", "explicit")
    gone = {
        e.name: (e.set_by, e.setter_url, e.cause) for e in events(text, tmp_path, CdpRecorder()) if e.what == "deleted"
    }
    assert gone == {
        "a": ("unknown", None, "explicit"),
        "b": ("browser", None, "evicted"),
        "c": ("http", f"{SITE}clear", "explicit"),
    }


@pytest.mark.parametrize("arm", ["traced", "compared"])
def test_what_the_store_refused_is_told_with_its_word(arm: str, tmp_path: Path) -> None:
    text = NetLogText()
    rejected = {"domain": "site.test", "name": "guarded", "newvalue": "mine", "oldpath": "/", "newpath": "/deep"}
    text.event("COOKIE_STORE_COOKIE_REJECTED_SECURE", 4, rejected)
    cdp = traced((0, "guarded=mine; path=/deep")) if arm == "traced" else CdpRecorder()
    [row] = events(text, tmp_path, cdp)
    assert (row.what, row.name, row.path, row.blocked_reason) == (
        "refused",
        "guarded",
        "/deep",
        "EXCLUDE_OVERWRITE_SECURE",
    )
    assert (row.set_by, row.setter_line) == ("script", 1 if arm == "traced" else None)


def test_refusals_that_nobody_traced_are_told_all_the_same(tmp_path: Path) -> None:
    cdp = traced((5, "a=1"))
    cdp.issues.append(CookieIssue("SetCookie", "z", "t.test", "/", "", ("ExcludeX",), "https://t.test/f", None))
    rows = {e.name: (e.set_by, e.setter_line, e.blocked_reason) for e in events(NetLogText(), tmp_path, cdp)}
    assert rows == {"a": ("script", 1, "UNKNOWN"), "z": ("script", None, "ExcludeX")}


def test_an_about_document_writes_to_the_address_it_inherited(tmp_path: Path) -> None:
    text = NetLogText()
    text.added("a", "site.test", "1", path="/deep/er")
    [row] = events(text, tmp_path, traced((0, "a=1"), url="about:srcdoc"))
    assert (row.set_by, row.setter_line, row.frame_url, row.path) == ("script", 1, "about:srcdoc", "/deep/er")


def test_deleting_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert events(NetLogText(), tmp_path, traced((0, "a=; max-age=0"))) == []
    assert events(NetLogText(), tmp_path, traced((0, '{"name": "a"}'), via="cookieStore.delete")) == []


def test_lifetimes_of_the_cookie_store(tmp_path: Path) -> None:
    given = (
        json.dumps({"name": "a", "value": "1", "expires": OFFSET_MS + 60_000}),
        '{"name": "b", "value": "1", "maxAge": 7}',
    )
    cdp = traced((0, given[0]), (0, given[1]), (0, '{"name": "c", "value": "1"}'), via="cookieStore.set")
    text = NetLogText()
    for name in "abc":
        text.added(name, "site.test", "1")
    rows = events(text, tmp_path, cdp, entry("a", "1", session=False, expires=OFFSET_MS / 1000 + 55))
    assert [(e.name, e.set_by, e.asked_lifetime_s, e.stored_lifetime_s) for e in rows] == [
        ("a", "cookie-store", 60, 55),
        ("b", "cookie-store", 7, None),
        ("c", "cookie-store", None, None),
    ]
    jar = cookies.build([entry("a", "1")], netlog.read(text.write(tmp_path)), cdp, KEY, Redactor(b"k"))
    assert (jar[0].set_by, jar[0].setter_url, jar[0].setter_line) == ("cookie-store", f"{SITE}a.js", 1)


def test_a_flood_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookie_events, "MAX_ROWS", 20)
    text = NetLogText()
    for number in range(60):
        text.added(f"n{number}", "site.test", "1")
    assert len(events(text, tmp_path, CdpRecorder())) == 20


@pytest.mark.parametrize(
    ("line", "url", "reason"),
    [
        ("=", SITE, "NO_COOKIE_CONTENT"),
        ("a=b\x01c", SITE, "DISALLOWED_CHARACTER"),
        ("a=" + "é" * 2_100, SITE, "NAME_VALUE_PAIR_EXCEEDS_MAX_SIZE"),
        ("a=1; HttpOnly", SITE, "HTTP_ONLY"),
        ("a=1; Domain=other.test", SITE, "DOMAIN_MISMATCH"),
        ("a=1; Domain=deep.site.test", SITE, "DOMAIN_MISMATCH"),
        ("a=1; Domain=co.uk", "https://shop.example.co.uk/", "INVALID_DOMAIN"),
        ("__Host-a=1; Secure; Path=/x", SITE, "INVALID_PREFIX"),
        ("__Host-a=1; Secure; Path=/; Domain=site.test", SITE, "INVALID_PREFIX"),
        ("__SECURE-a=1", SITE, "INVALID_PREFIX"),
        ("=__Secure-a=1; Secure", SITE, "INVALID_PREFIX"),
        ("a=1; Secure", "http://site.test/", "SECURE_ONLY"),
        ("a=1; SameSite=None", SITE, "SAMESITE_NONE_INSECURE"),
        ("a=1; Partitioned", SITE, "INVALID_PARTITIONED"),
        ("a=1", "https://tracker.test/", "SAMESITE_UNSPECIFIED_TREATED_AS_LAX"),
        ("a=1; SameSite=Strict", "https://tracker.test/", "SAMESITE_STRICT"),
        ("a=1; Domain=site.test", "https://www.site.test/", None),
        ("__Host-a=1; Secure; Path=/", SITE, None),
    ],
)
def test_reasons_are_inferred_where_the_browser_is_silent(line: str, url: str, reason: str | None) -> None:
    realm = Realm("s", url, url.rstrip("/"), True)
    told = CookieWrite(realm, OFFSET_MS, "document.cookie", line, {}, url, url, None, UNKNOWN)
    [write] = cookie_writes.read([told])
    page = url if "tracker" not in url else SITE
    wanted = "UNKNOWN" if reason is None else f"EXCLUDE_{reason} (inferred)"
    assert cookie_refusals.reason(write, page) == wanted
