from __future__ import annotations

import base64
import gzip
import hashlib
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.bundle.redact import Redactor
from crawler.collectors.identifiers import MAX_VALUES, Carried, IdentifierIndex, could_identify, find, parts

ID = "u-8f3a9c2e71d04b"
REDACTOR = Redactor(b"k")


def names(secrets: dict[str, str], url: str, body: bytes = b"") -> set[tuple[str, str]]:
    owners = {value: (name, "site.test") for value, name in secrets.items()}
    return {(found.name, found.where) for found in find(owners, url, body, REDACTOR)}


@pytest.mark.parametrize(
    "sent",
    [
        ID,
        quote(quote(f"x={ID}&y", safe=""), safe=""),
        base64.b64encode(f'{{"id":"{ID}"}}'.encode()).decode(),
        base64.urlsafe_b64encode(f"??{ID}".encode()).decode().rstrip("="),
        hashlib.sha256(ID.encode()).hexdigest(),
        hashlib.sha1(ID.encode()).hexdigest().upper(),
        hashlib.md5(ID.encode()).hexdigest(),
    ],
)
def test_forms_in_which_a_value_travels(sent: str) -> None:
    assert names({ID: "uid"}, f"https://t.test/c?v={sent}") == {("uid", "url")}
    assert names({ID: "uid"}, "https://t.test/c", f"a=1&v={sent}".encode()) == {("uid", "body")}


def test_inside_a_compressed_body() -> None:
    assert names({ID: "uid"}, "https://t.test/c", gzip.compress(ID.encode())) == {("uid", "body")}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("GA1.1.1234567890.1700000000", "1234567890.1700000000"),
        ("fb.1.1700000000000.8765432109", "8765432109"),
        (quote('{"distinct_id": "c0ffee-12345-babe", "n": 1}'), "c0ffee-12345-babe"),
        ("v2|" + ID + "|1700000000", ID),
    ],
)
def test_telling_parts_of_a_value(value: str, sent: str) -> None:
    assert names({value: "c"}, f"https://t.test/c?cid={sent}") == {("c", "url")}


@pytest.mark.parametrize(
    "value",
    [
        "1700000000", "1700000000123", "2026-11-22", "2026-11-22T10:00:00Z", "1.2.3", "v10.20.30", "accepted",
        "en-US,en", "00000000", "https://site.test/page1", "/products/1234567", "short12", "analytics_storage_granted",
        "America/New_York", "1920x1080", "undefined", "GTM-W5XJ3K9", "G-ABC1234567",
    ],
)  # fmt: skip
def test_values_that_identify_nobody(value: str) -> None:
    assert names({value: "c"}, f"https://t.test/c?v={value}&w={quote(value, safe='')}") == set()


def test_consent_strings_are_not_identifiers() -> None:
    assert names({"DBABLA~BVQqAAAAAgA.QA123": "OTGPPConsent"}, "https://t.test/?gpp=DBABLA~BVQqAAAAAgA.QA123") == set()


def test_what_the_page_says_of_itself_is_no_identifier() -> None:
    owners = {"order-12345678": ("last", "site.test")}
    index = IdentifierIndex(owners, REDACTOR, public=["https://site.test/order-12345678"])
    assert index.find("https://t.test/?dl=https://site.test/order-12345678", b"") == Carried()


def test_a_third_partys_value_is_found_with_yet_another() -> None:
    index = IdentifierIndex({}, REDACTOR, others={ID: ("uid", "ads.a.test")})
    for url, body in ((f"https://sync.b.test/m?partner=a&id={ID}", b""), ("https://b.test/", f"id={ID}".encode())):
        carried = index.find(url, body)
        assert carried.own == ()
        assert [(i.name, i.domain) for i in carried.of_others] == [("uid", "ads.a.test")]
    assert index.find(f"https://px.a.test/?id={ID}", b"") == Carried(), "its own site may have it"


def test_a_first_party_value_explains_what_a_third_party_has_too() -> None:
    index = IdentifierIndex({ID: ("_id", "site.test")}, REDACTOR, others={"v1|" + ID: ("uid", "a.test")})
    carried = index.find(f"https://b.test/?id={ID}", b"")
    assert [i.name for i in carried.own] == ["_id"] and carried.of_others == ()


def test_consent_strings_of_third_parties_are_no_identifiers() -> None:
    others = {"DBABLA~BVQqAAAAAgA.QA123": ("usprivacy", "a.test")}
    index = IdentifierIndex({}, REDACTOR, others=others)
    assert index.find("https://b.test/?gpp=DBABLA~BVQqAAAAAgA.QA123", b"") == Carried()


def test_a_third_party_that_makes_up_cookies_pushes_no_first_party_value_out() -> None:
    others = {f"made-up-{n:012}": (f"n{n}", "evil.test") for n in range(5 * MAX_VALUES)}
    index = IdentifierIndex({ID: ("_id", "site.test")}, REDACTOR, others=others)
    url = f"https://b.test/?id={ID}&x=made-up-{0:012}&y=made-up-{3 * MAX_VALUES:012}"
    carried = index.find(url, b"")
    assert [i.name for i in carried.own] == ["_id"]
    assert [i.name for i in carried.of_others] == ["n0"], "so many are looked for and no more"


def test_a_near_miss_is_not_found() -> None:
    assert names({ID: "uid"}, "https://t.test/?v=" + ID[:-1]) == set()
    assert names({ID: "uid"}, "https://t.test/?v=" + hashlib.sha256(b"other").hexdigest()) == set()


def test_the_hash_is_of_the_part_that_was_found() -> None:
    [found] = find(
        {"GA1.1.1234567890.1700000000": ("_ga", "site.test")}, "https://t.test/?c=1234567890.1700000000", b"", REDACTOR
    )
    assert found.value_hash == REDACTOR.hash("1234567890.1700000000")


def test_work_is_bounded() -> None:
    assert len(list(parts("|".join(f"part{n:05d}x" for n in range(500))))) <= 12
    assert not could_identify("9a" * 5000)


@given(st.text(max_size=200), st.text(max_size=200), st.binary(max_size=200))
@settings(deadline=None)
def test_hostile_values_never_raise(value: str, url: str, body: bytes) -> None:
    for found in find({value: ("n", "d")}, url, body, REDACTOR):
        assert found.where in ("url", "body")
