from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.bundle.redact import Redactor
from crawler.collectors import cookies, netlog
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CookieIssue
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, Cookie
from tests.collectors.netlog_text import OFFSET_MS, NetLogText

KEY = VisitKey("001-gpc-1", "https://site.test/", Arm.GPC, 1, OFFSET_MS, ("own.test",))


def build(text: NetLogText, folder: Path, *jar: dict[str, Any], cdp: CdpRecorder | None = None) -> list[Cookie]:
    return cookies.build(jar, netlog.read(text.write(folder)), cdp or CdpRecorder(), KEY, Redactor(b"k"))


def entry(name: str, value: str, domain: str = "site.test", **more: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "domain": domain, "path": "/", "expires": -1, "session": True} | more


def answered(text: NetLogText, url: str, *lines: str) -> int:
    source = text.start(url)
    text.send(source)
    text.answer(source, *(f"Set-Cookie: {line}" for line in lines))
    return source


def test_the_last_writer_is_the_setter(tmp_path: Path) -> None:
    text = NetLogText()
    one = answered(text, "https://site.test/1", "a=same; Path=/; Max-Age=60")
    text.stored(one, "a", "site.test", "same")
    text.now = 500
    two = answered(text, "https://site.test/2", "a=same; Path=/; Max-Age=99")
    text.stored(two, "a", "site.test", "same")
    expires = OFFSET_MS / 1000 + 99.5
    [row] = build(text, tmp_path, entry("a", "same", session=False, expires=expires))
    assert (row.set_by, row.setter_url, row.asked_lifetime_s) == ("http", "https://site.test/2", 99)
    assert row.set_ms == 500
    assert row.stored_lifetime_s == 99


def test_a_script_that_overwrites_takes_the_blame(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, "https://site.test/", "a=by-http; Path=/")
    text.stored(source, "a", "site.test", "by-http")
    text.added("a", "site.test", "by-script")
    [row] = build(text, tmp_path, entry("a", "by-script"))
    assert (row.set_by, row.setter_url) == ("script", None)


def test_a_script_that_writes_the_same_value_later_takes_it_too(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, "https://site.test/", "a=same; Path=/")
    text.stored(source, "a", "site.test", "same")
    text.now = 100
    text.added("a", "site.test", "same")
    [row] = build(text, tmp_path, entry("a", "same"))
    assert (row.set_by, row.set_ms) == ("script", 100)


def test_domain_cookies_are_the_same_with_and_without_the_dot(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, "https://www.site.test/", "a=1; Domain=site.test; Path=/")
    text.stored(source, "a", ".site.test", "1")
    [row] = build(text, tmp_path, entry("a", "1", domain=".site.test"))
    assert (row.domain, row.set_by, row.setter_url) == ("site.test", "http", "https://www.site.test/")


def test_cookies_that_were_gone_before_the_end_are_rows_too(tmp_path: Path) -> None:
    text = NetLogText()
    text.now = 40
    text.added("brief", ".tracker.test", "x")
    [row] = build(text, tmp_path)
    assert (row.name, row.domain, row.party, row.set_ms, row.set_by) == ("brief", "tracker.test", "third", 40, "script")
    assert row.blocked_reason is None


def test_refused_ones_carry_the_reason_and_the_setter(tmp_path: Path) -> None:
    text = NetLogText()
    source = answered(text, "https://own.test/x?q=1#f", "bad=1; Domain=other.test")
    text.refused(source)
    [row] = build(text, tmp_path)
    assert (row.blocked_reason, row.setter_url, row.set_by) == (
        "EXCLUDE_DOMAIN_MISMATCH",
        "https://own.test/x?q=1",
        "http",
    )


def test_parties(tmp_path: Path) -> None:
    text = NetLogText()
    rows = build(text, tmp_path, *(entry("a", "1", domain=d) for d in (".www.site.test", "own.test", "t.test")))
    assert [row.party for row in rows] == ["first", "same-organisation", "third"]
    assert {row.set_by for row in rows} == {"unknown"}, "nobody saw them come"


def test_a_refused_script_cookie_is_known_from_the_issues(tmp_path: Path) -> None:
    cdp = CdpRecorder()
    line = "fp=1; path=/; max-age=10"
    cdp.issues.append(CookieIssue("SetCookie", "fp", "t.test", "/", line, ("ExcludeX",), "https://t.test/f", None))
    cdp.issues.append(CookieIssue("SetCookie", "of", "t.test", "/", "of=1", ("ExcludeX",), "https://t.test/f", "7"))
    for _ in range(3):
        cdp.issues.append(CookieIssue("SetCookie", "p", "t.test", "/", "", ("ExcludeY",), "https://t.test/f", None))
    row, parsed = build(NetLogText(), tmp_path, cdp=cdp)
    assert (parsed.name, parsed.domain, parsed.blocked_reason) == ("p", "t.test", "ExcludeY")
    assert (row.name, row.domain, row.set_by, row.blocked_reason) == ("fp", "t.test", "script", "ExcludeX")
    assert row.asked_lifetime_s == 10


def test_the_browsers_own_traffic_sets_nothing_of_the_site(tmp_path: Path) -> None:
    text = NetLogText()
    source = text.start("https://update.test/", initiator="not an origin", annotation=54845618)
    text.send(source)
    text.answer(source, "Set-Cookie: NID=1; Domain=elsewhere.test")
    text.refused(source)
    assert build(text, tmp_path) == []


def test_hostile_names_and_values(tmp_path: Path) -> None:
    text = NetLogText()
    name = "<script>\x1b[31m" + "n" * 9000
    [row] = build(text, tmp_path, entry(name, "v" * 1_000_000, partitionKey={"topLevelSite": "https://site.test"}))
    assert len(row.name) == 4096
    assert (row.value_length, row.partition_key) == (1_000_000, "https://site.test")
    assert "vvvv" not in repr(row)
