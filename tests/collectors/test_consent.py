"""Consent states as they are written down: recognised by name, without ids of persons, bounded, whatever they hold."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle.redact import Redactor
from crawler.collectors import consent
from crawler.collectors.consent import CookieValue
from crawler.collectors.consent_api import QUESTIONS, Answer
from crawler.collectors.consent_values import MAX_CHARS, dumped, kept
from crawler.collectors.har.archive import read
from crawler.collectors.har.page_loads import page_loads
from crawler.collectors.har.rows import HarRows
from crawler.collectors.storage import StoredItem
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm
from tests.collectors.har.text import archive, entry

SITE = "https://www.example.com/"
KEY = VisitKey("001-gpc-1", SITE, Arm.GPC, 1, 0.0)
UUID = "8f2c1f0e-5a51-4cb6-9f4e-1b7d2c6a9e11"
OPTANON = (
    f"isGpcEnabled=1&datestamp=Mon+Nov+23+2026+12%3A00%3A00+GMT%2B0000+(UTC)&version=202509.1.0&browserGpcFlag=1"
    f"&isIABGlobal=false&hosts=&consentId={UUID}&interactionCount=1&isAnonUser=1&landingPath=https%3A%2F%2Fa.b%2F%3Fu%3D7"
    "&groups=C0001%3A1%2CC0002%3A0%2CC0004%3A0&geolocation=US%3BCA&AwaitingReconsent=false"
)
COOKIEBOT = (
    "{stamp:'kXqY3mE9vZ8bT1aP0w==',necessary:true,preferences:false,statistics:false,marketing:false,"
    "method:'explicit',ver:1,utc:1764000000123,region:'us-06'}"
)
KETCH = base64.b64encode(json.dumps({"analytics": {"status": "denied"}, "identities": {"x": UUID}}).encode()).decode()
DIDOMI = base64.b64encode(
    json.dumps({"user_id": UUID, "purposes": {"disabled": ["ads"]}, "version": 2}).encode()
).decode()


@pytest.mark.parametrize(
    ("text", "told", "gone"),
    [
        (OPTANON, ("isGpcEnabled=1", "browserGpcFlag=1", "groups=C0001:1,C0002:0,C0004:0", "geolocation=US;CA"),
         (UUID, "a.b/", "12:00")),
        (quote(OPTANON, safe=""), ("isGpcEnabled=1", "groups=C0001:1,C0002:0,C0004:0"), (UUID,)),
        (COOKIEBOT, ('"necessary":true', '"marketing":false', '"region":"us-06"'),
         ("kXqY3mE9vZ8bT1aP0w", "1764000000123")),
        (quote(COOKIEBOT), ('"marketing":false',), ("kXqY3mE9vZ8bT1aP0w",)),
        (KETCH, ('"status":"denied"',), (UUID,)),
        (DIDOMI, ('"disabled":["ads"]', '"version":2'), (UUID,)),
        (quote('{"gcm":{"ad_storage":"denied"},"a@b.example":1,"n":1234567890123}'), ('"ad_storage":"denied"',),
         ("a@b.example", "1234567890123")),
        ("permit 1 required", ("permit 1 required",), ()),
        (",C0001,C0004,", (",C0001,C0004,",), ()),
        ("jane.doe@mail.example", (), ("jane",)),
        ("https://www.example.com/?id=1", (), ("example",)),
        ("x9f8e7d6c5b4a3210", (), ("x9f8e7",)),
        (f"{UUID}=1&ok=1", ("ok=1",), (UUID,)),
        ("1234567:7654321", (), ("1234567",)),
    ],
)  # fmt: skip
def test_states_stay_and_ids_go(text: str, told: tuple[str, ...], gone: tuple[str, ...]) -> None:
    value, _ = kept(text)
    assert [part for part in told if part not in value] == []
    assert [part for part in gone if part in value] == []


def test_a_consent_string_stays_however_broken() -> None:
    for text in ("1YYN", "DBABLA~BVQVAAAAAgA.YA", "DBABLA", "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA"):
        assert kept(text, consent_string=True) == (text, "")
    assert kept("DBABLA<script>alert(1234567)", consent_string=True)[0] == "[removed]"


def test_groups_stay_whatever_a_site_names_them() -> None:
    odd = "C0001:1,V2STACK42:0,SPD_BG:0,IAB2V2_12345:1"
    assert f"groups={odd}" in kept(f"isGpcEnabled=1&groups={quote(odd)}")[0]
    assert kept(",C0001,V2STACK42,", groups=True) == (",C0001,V2STACK42,", "")
    assert kept(f"groups={UUID}:1")[0] == "groups=[removed]"


def test_what_is_too_long_or_unreadable_is_told() -> None:
    assert kept("a" * (MAX_CHARS + 1)) == ("", "too long")
    assert kept(json.dumps({"n": "\N{SNOWMAN}" * 1_900})) == ("", "too long"), "also what grows by being escaped"
    assert kept("{{{{}") == ("", "unreadable")
    assert kept(UUID) == ("[removed]", "unreadable")


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()))
def test_it_never_raises_and_is_bounded(text: str) -> None:
    value, _ = kept(text)
    assert len(value) <= MAX_CHARS


def question(name: str) -> Answer:
    return Answer(next(q for q in QUESTIONS if q.name == name), "https://www.example.com", 1500.0, "answered")


def test_rows_are_recognised_by_name_and_told_in_a_fixed_order() -> None:
    jar = [
        {"name": "OptanonConsent", "domain": ".example.com", "value": OPTANON},
        {"name": "usprivacy", "domain": "ads.test", "value": "1YNN"},
        {"name": "TAconsentID", "domain": "example.com", "value": UUID},
        {"name": "osano_consentmanager_uuid", "domain": "example.com", "value": UUID},
        {"name": "_ga", "domain": "example.com", "value": "GA1.1.123456789.987654321"},
        {"name": "CookieConsent", "domain": "example.com", "value": 7},
    ]
    stored = [
        StoredItem("https://www.example.com", "local", "ucData", '{"consent":true}', 16),
        StoredItem("https://www.example.com", "local", "uc_settings", "{" * 4096, 9000),
        StoredItem("https://www.example.com", "indexeddb", "ucData", "", 0, 3),
        StoredItem("https://www.example.com", "session", "theme", "dark", 4),
    ]
    rows = consent.rows(KEY, cookies=consent.cookies_of(jar), stored=stored, answers=[question("__uspapi getUSPData")])
    told = [(row.source, row.where, row.name, row.origin, row.party, row.problem) for row in rows]
    assert told == [
        ("cookiebot", "cookie", "CookieConsent", "example.com", "first", ""),
        ("onetrust", "cookie", "OptanonConsent", "example.com", "first", ""),
        ("usercentrics", "storage", "ucData", "https://www.example.com", "first", ""),
        ("usercentrics", "storage", "uc_settings", "https://www.example.com", "first", "too long"),
        ("usprivacy", "api", "__uspapi getUSPData", "https://www.example.com", "first", ""),
        ("usprivacy", "cookie", "usprivacy", "ads.test", "third", ""),
    ]
    assert {row.at_ms for row in rows if row.where == "api"} == {1500.0}
    assert UUID not in repr(rows)


def test_as_many_as_a_page_likes_and_no_more() -> None:
    many = [CookieValue(f"_ketch_consent_v1_{n}", "example.com", "a") for n in range(5_000)]
    assert len(consent.rows(KEY, cookies=many)) == consent.MAX_ROWS


def test_a_har_tells_the_cookies_that_it_holds(tmp_path: Path) -> None:
    cookies = {"Cookie": f"usprivacy=1YNN; OptanonConsent={OPTANON}; _ga=GA1.1.1.2"}
    changed = [("Set-Cookie", "usprivacy=1YYN; Domain=example.com; Path=/")]
    document = archive(
        entry(SITE, headers=cookies, response_headers=changed),
        entry("https://ads.test/x.gif", headers={"Cookie": "us_privacy=1YNN"}),
    )
    path = tmp_path / "x.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    [load] = page_loads(read(path))
    rows = HarRows(load, KEY, Redactor()).consent()
    told = [(row.name, row.origin, row.party, row.value[:14]) for row in rows]
    assert told == [
        ("OptanonConsent", "example.com", "first", "isGpcEnabled=1"),
        ("us_privacy", "ads.test", "third", "1YNN"),
        ("usprivacy", "example.com", "first", "1YYN"),
    ]


def test_half_a_pair_hides_nothing() -> None:
    assert json.loads(dumped({"gppString": "DBABLA", "\ud83d": ["a\udfff"]})[0]) == {
        "gppString": "DBABLA", "\N{REPLACEMENT CHARACTER}": ["a\N{REPLACEMENT CHARACTER}"],
    }  # fmt: skip
    assert kept("on\udfff") == ("on\N{REPLACEMENT CHARACTER}", "")
