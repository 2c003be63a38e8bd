"""Values on their way to others, in a recording of another tool."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from crawler.bundle.redact import Redactor
from crawler.collectors.har.archive import read
from crawler.collectors.har.page_loads import page_loads
from crawler.collectors.har.rows import HarRows
from crawler.collectors.secrets_of_visit import values_of
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, Request
from tests.collectors.har.text import archive, entry

SITE = "https://www.example.com/"
ID, OWN = "trk-7c1d9e40aa52", "vis-4f9a8b7c6d5e"
TRACKER = "https://px.tracker.test/i.gif"


def requests(tmp_path: Path, *entries: dict[str, Any], own_domains: tuple[str, ...] = ()) -> list[Request]:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(archive(entry(SITE, 0, mime="text/html"), *entries)), encoding="utf-8")
    (load,) = page_loads(read(path))
    key = VisitKey("001-control-1", SITE, Arm.CONTROL, 1, load.started_unix_ms, own_domains)
    return list(HarRows(load, key, Redactor(b"k" * 32)).requests())


def cookies(tmp_path: Path, *entries: dict[str, Any]) -> list[tuple[str, str, str]]:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(archive(*entries)), encoding="utf-8")
    (load,) = page_loads(read(path))
    key = VisitKey("001-control-1", SITE, Arm.CONTROL, 1, load.started_unix_ms)
    return [(c.name, c.domain, c.set_by) for c in HarRows(load, key, Redactor(b"k" * 32)).cookies()]


def others(rows: list[Request]) -> list[tuple[str, str, str]]:
    return [(r.url.partition("?")[0], i.name, i.domain) for r in rows for i in r.identifiers_of_others]


def test_a_redirect_hands_a_cookies_value_to_a_partner(tmp_path: Path) -> None:
    to = f"https://sync.partner.test/m?id={ID}"
    lines = [("Set-Cookie", f"uid={ID}; Domain=tracker.test; Max-Age=31536000")]
    rows = requests(tmp_path, entry(TRACKER, 1, status=302, response_headers=lines, redirect=to), entry(to, 2))
    assert others(rows) == [("https://sync.partner.test/m", "uid", "tracker.test")]
    assert ID not in repr(rows)


def test_a_value_that_only_a_cookie_header_shows_is_found(tmp_path: Path) -> None:
    body = {"mimeType": "application/json", "text": json.dumps({"partner": ID})}
    sent = entry("https://sync.partner.test/m", 2, method="POST", body=body)
    rows = requests(tmp_path, entry(TRACKER, 1, headers={"Cookie": f"uid={ID}"}), sent)
    assert others(rows) == [("https://sync.partner.test/m", "uid", "px.tracker.test")]


def test_its_own_site_the_company_and_consent_are_no_partners(tmp_path: Path) -> None:
    cookie = entry(TRACKER, 1, headers={"Cookie": f"uid={ID}; euconsent-v2=CPxxx12345678"})
    rows = requests(
        tmp_path,
        cookie,
        entry(f"https://other.tracker.test/?id={ID}", 2),
        entry(f"{SITE}?id={ID}", 3),
        entry(f"https://cdn.example-company.test/?id={ID}", 4),
        entry("https://sync.partner.test/?gdpr_consent=CPxxx12345678", 5),
        own_domains=("example-company.test",),
    )
    assert others(rows) == []


def test_first_party_values_are_told_as_before(tmp_path: Path) -> None:
    first = entry(SITE + "a", 2, headers={"Cookie": f"_id={OWN}"})
    third = entry(TRACKER, 1, headers={"Cookie": f"copy={OWN}"})
    rows = requests(tmp_path, third, first, entry(f"https://sync.partner.test/?v={OWN}", 3))
    assert others(rows) == [], "the site's own cookie explains it"
    assert [(i.name, i.domain) for i in rows[-1].identifiers] == [("_id", "www.example.com")]


def test_a_cookie_is_told_once_by_the_answer_or_else_by_the_request(tmp_path: Path) -> None:
    lines = [("Set-Cookie", "uid=1; Domain=example.com"), ("Set-Cookie", "here=1")]
    carried = {"Cookie": "uid=1; here=1; old=2"}
    found = cookies(
        tmp_path,
        entry(SITE, 0, response_headers=lines),
        entry(SITE + "2", 1, headers=carried),
        entry("https://shop.example.com/", 2, headers=carried),
        entry("https://t.test/", 3, headers={"Cookie": "uid=1"}),
    )
    shop = "shop.example.com"
    assert found == [
        ("uid", "example.com", "http"), ("here", "www.example.com", "http"), ("old", "www.example.com", "unknown"),
        ("here", shop, "unknown"), ("old", shop, "unknown"), ("uid", "t.test", "unknown"),
    ]  # fmt: skip


def test_the_id_in_a_consent_cookie_is_hidden_wherever_it_goes(tmp_path: Path) -> None:
    consent_id = "7f3c2a10-1b2c-4d5e-8f90-0123456789ab"
    cookie = f"OptanonConsent=isGpcEnabled=1&consentId={consent_id}&groups=C0001%3A1"
    sent = f"https://t.test/receipt?id={consent_id}"
    rows = requests(tmp_path, entry(SITE + "a", 1, headers={"Cookie": cookie}), entry(sent, 2))
    assert consent_id not in repr(rows) and "groups=C0001%3A1" in rows[1].headers["cookie"]
    values = values_of(cast(Any, SimpleNamespace(cookie_changes=(), hops=())), {cookie[15:]: ("OptanonConsent", "x")})
    assert values == ({}, {consent_id})


def test_thousands_of_cookies_in_thousands_of_requests_take_seconds(tmp_path: Path) -> None:
    carried = {"Cookie": "; ".join(f"c{n}=1" for n in range(300))}
    given = [
        entry(SITE, n, headers=carried, response_headers=[("Set-Cookie", f"s{n}-{k}=1") for k in range(5)])
        for n in range(500)
    ]
    started = time.process_time()
    assert len(cookies(tmp_path, *given)) == 2800
    assert time.process_time() - started < 12


def test_a_place_in_a_script_that_is_none_is_left_out(tmp_path: Path) -> None:
    for line in (1e300, 2**64 - 1, -7, "x", [], 1e999):
        given = entry(SITE + "a", 1, _initiator={"type": "script", "url": "https://t.test/a.js", "lineNumber": line})
        (_, row) = requests(tmp_path, json.loads(json.dumps(given).replace("Infinity", "1e300")))
        assert row.initiator.line is None
