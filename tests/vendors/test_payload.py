"""What a request carries besides its event: encodings of bodies, ids, page data, user data, what stays unread."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle.redact import Redactor
from crawler.parsing import facts
from crawler.parsing.bodies import MAX_BODY
from crawler.vendors import payload, user_data
from crawler.vendors.payload import Payload

PAGE = "https://www.shop.example/cart"
ADDRESS = "jo.doe@mail.example"
SHA256 = hashlib.sha256(ADDRESS.encode()).hexdigest()
MD5 = hashlib.md5(ADDRESS.encode()).hexdigest()
BASE64 = base64.urlsafe_b64encode(hashlib.sha256(ADDRESS.encode()).digest()).decode().rstrip("=")
EMPTY = hashlib.sha256(b"").hexdigest()


def read(url: str, vendor: str = "", body: str | None = None, size: int | None = None) -> Payload:
    request = facts(url, "GET" if body is None else "POST", body)
    assert request is not None
    return payload.read(request, vendor, body, len(body or "") if size is None else size, PAGE)


def packed(data: bytes) -> str:
    return "base64:" + base64.b64encode(data).decode()


def user(found: Payload) -> list[tuple[str, str, str, str]]:
    return [(u.kind, u.form, u.where, u.basis) for u in found.user_data]


FORM = urlencode({"dl": PAGE, "dt": "Cart", "x": "1"})


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (None, "none"),
        ("", "none"),
        (FORM, "form"),
        (f"en=a&{FORM}\r\nen=b&{FORM}", "lines"),
        (json.dumps({"dl": PAGE, "dt": "Cart"}), "json"),
        (json.dumps({"dl": PAGE}) + "\n" + json.dumps({"dt": "Cart"}), "lines"),
        (f'--b\r\nContent-Disposition: form-data; name="dl"\r\n\r\n{PAGE}\r\n--b--', "multipart"),
        (base64.b64encode(json.dumps({"dl": PAGE, "dt": "Cart"}).encode()).decode(), "base64"),
        (packed(gzip.compress(json.dumps({"dl": PAGE, "dt": "Cart"}).encode(), mtime=0)), "gzip"),
        (packed(zlib.compress(FORM.encode())), "gzip"),
        (packed(b"\x00\x01\x02"), "opaque"),
        ("<xml>no names</xml>", "opaque"),
        ('{"cut": "of', "opaque"),
        ("base64:!!!", "opaque"),
    ],
)
def test_encodings(body: str | None, encoding: str) -> None:
    found = read("https://t.example/hit", body=body)
    assert found.encoding == encoding
    assert ("dl" in found.page_data) is (encoding not in ("none", "opaque"))
    assert (found.undecodable_bytes > 0) is (encoding == "opaque")


def test_what_was_sent_and_not_kept_stays_visible_with_its_size() -> None:
    assert read("https://t.example/hit", body=None, size=5_000).undecodable_bytes == 5_000
    assert read("https://t.example/hit", body=packed(b"\x00" * 30), size=70_000).undecodable_bytes == 70_000
    long = "a=" + "b" * (MAX_BODY + 10)
    assert read("https://t.example/hit", body=long, size=MAX_BODY * 3).undecodable_bytes == MAX_BODY * 2


def test_a_bomb_does_not_grow_without_end() -> None:
    bomb = gzip.compress(b"a=" + b"b" * 20_000_000, mtime=0)
    found = read("https://t.example/hit", body=packed(bomb), size=len(bomb))
    assert found.encoding in ("gzip", "opaque")
    assert found.undecodable_bytes == len(bomb)


@pytest.mark.parametrize(
    ("vendor", "url", "body", "expected"),
    [
        ("google-analytics", "https://a.example/g/collect?v=2&tid=G-1&cid=1.2&dl=" + PAGE, None, ("cid",)),
        ("hubspot", "https://t.example/__ptq.gif?k=1&vi=ab&u=cd&b=", None, ("vi", "u")),
        ("segment", "https://t.example/v1/t", '{"batch": [{"anonymousId": "x"}]}', ("batch.anonymousId",)),
        ("", "https://t.example/i?cid=1.2&k=[redacted:0123456789abcdef:20]", None, ("k",)),
        ("", "https://t.example/i?k=[redacted:0123456789abcdef:20:email]", None, ()),
        ("", "https://t.example/i?cid=1.2", None, ()),
    ],
)
def test_client_ids(vendor: str, url: str, body: str | None, expected: tuple[str, ...]) -> None:
    assert read(url, vendor, body).client_ids == expected


def test_page_data_is_told_by_the_address_of_the_site_and_by_titles() -> None:
    query = urlencode({"u": PAGE, "r": "https://other.example/", "tl": "Cart", "img": "https://cdn.shop.example/1"})
    assert read(f"https://t.example/i?{query}").page_data == ("u", "tl", "img")


D, N, V = user_data.DOCUMENTED_FOR_IT, user_data.NAMED, user_data.BY_VALUE


@pytest.mark.parametrize(
    ("vendor", "name", "value", "expected"),
    [
        ("meta-pixel", "ud[em]", SHA256, ("email", "hashed", D)),
        ("meta-pixel", "ud[em]", ADDRESS, ("email", "plain", D)),
        ("meta-pixel", "udff[ph]", "+1 (555) 010-0199", ("phone", "plain", D)),
        ("meta-pixel", "ud[fn]", SHA256, ("name", "hashed", D)),
        ("meta-pixel", "ud[external_id]", SHA256, ("person id", "hashed", D)),
        ("snap-pixel", "u_hem", SHA256, ("email", "hashed", D)),
        ("reddit-pixel", "em", MD5, ("email", "hashed", D)),
        ("reddit-pixel", "em", "[redacted:0123456789abcdef:19:email]", ("email", "plain", D)),
        ("reddit-pixel", "em", "[redacted:0123456789abcdef:64]", ("email", "hashed", D)),
        ("reddit-pixel", "em", "[redacted:0123456789abcdef:19]", ("email", "redacted", D)),
        ("google-ads", "em", f"tv.1~em.{BASE64}~pn.", ("email", "hashed", D)),
        ("google-analytics", "em", f"tv.1~em.~pn.{SHA256}", ("phone", "hashed", D)),
        ("", "ep.user_email", SHA256, ("email", "hashed", N)),
        ("", "user[email]", ADDRESS, ("email", "plain", N)),
        ("", "sha256_phone_number", SHA256, ("phone", "hashed", N)),
        ("", "dl", f"{PAGE}?email={ADDRESS}", ("email", "plain", N)),
        ("", "dl", f"{PAGE}?email=[redacted:0123456789abcdef:19:email]", ("email", "plain", N)),
        ("", "note", f"write to {ADDRESS} soon", ("email", "plain", V)),
    ],
)
def test_user_data(vendor: str, name: str, value: str, expected: tuple[str, str, str]) -> None:
    kind, form, basis = expected
    found = read("https://t.example/i?" + urlencode({name: value}), vendor)
    assert user(found) == [(kind, form, name, basis)]
    assert value not in repr(found)


@pytest.mark.parametrize(
    ("vendor", "name", "value"),
    [
        ("meta-pixel", "ud[em]", ""),
        ("meta-pixel", "ud[em]", "undefined"),
        ("meta-pixel", "ud[em]", EMPTY),
        ("meta-pixel", "ud[em]", hashlib.sha256(b"undefined").hexdigest()),
        ("meta-pixel", "ud[ph]", "12"),
        ("meta-pixel", "ud[external_id]", "customer-77"),
        ("meta-pixel", "cd[order]", SHA256),
        ("meta-pixel", "eid", SHA256),
        ("google-ads", "em", "tv.1~em."),
        ("google-ads", "em", "tv.1~em." + base64.b64encode(hashlib.sha256(b"").digest()).decode().rstrip("=")),
        ("snap-pixel", "u_hem", "x" * 64),
        ("", "em", SHA256),
        ("", "hash", SHA256),
        ("", "email", "true"),
        ("", "email", "subscribe"),
        ("", "phone_number", "+15550100199"),
        ("", "cd[Schema.org].email", "x"),
        ("", "dsn", "https://0123456789abcdef@o1.ingest.sentry.io/1"),
        ("", "dsn", "https://[redacted:0123456789abcdef:26:email]/1"),
        ("", "href", f"mailto:{ADDRESS}"),
        ("", "img", "logo@2x.png"),
        ("", "lib", "jquery@3.7.1"),
        ("", "org", "ABC@AdobeOrg"),
    ],
)
def test_what_only_looks_like_user_data_is_none(vendor: str, name: str, value: str) -> None:
    assert user(read("https://t.example/i?" + urlencode({name: value}), vendor)) == []


def test_an_address_that_the_page_tells_of_itself_is_never_called_the_visitors() -> None:
    body = json.dumps({"Schema.org": [{"@type": "Organization", "email": "info@shop.example"}]})
    assert user(read("https://t.example/i", body=body)) == [("email", "plain", "Schema.org.email", V)]


def test_bodies_of_tiktok_and_pinterest() -> None:
    body = json.dumps({"event": "Pageview", "context": {"user": {"email": SHA256, "phone_number": SHA256}}})
    found = read("https://analytics.tiktok.com/api/v2/pixel", "tiktok-pixel", body)
    assert {u.where for u in found.user_data} == {"context.user.email", "context.user.phone_number"}
    query = urlencode({"tid": "1", "pd": json.dumps({"em": SHA256})})
    assert user(read(f"https://ct.pinterest.com/v3/?{query}", "pinterest-tag")) == [("email", "hashed", "pd.em", D)]


def test_an_address_is_found_again_behind_what_the_recorder_wrote() -> None:
    redactor = Redactor(b"k" * 32)
    urls = [
        f"https://t.example/i?ud[em]={ADDRESS}",
        f"https://t.example/i?dl=https%3A%2F%2Fa.example%2F%3Femail%3D{ADDRESS}",
    ]
    found = [read(redactor.text(url, []), "meta-pixel").user_data[0] for url in urls]
    assert [u.basis for u in found] == [D, N]
    assert found[0].fingerprint == found[1].fingerprint
    other = read(redactor.text("https://t.example/i?ud[em]=other@mail.example", []), "meta-pixel").user_data[0]
    assert other.fingerprint != found[0].fingerprint


def test_names_are_bounded() -> None:
    query = "&".join(f"{'n' * 500}{number}={ADDRESS}" for number in range(500))
    found = read(f"https://t.example/i?{query}")
    assert len(found.user_data) <= payload.MAX_NAMES
    assert all(len(u.where) <= 80 for u in found.user_data)


@given(
    st.sampled_from(["", "meta-pixel", "google-ads", "tiktok-pixel"]),
    st.text(max_size=300),
    st.none()
    | st.text(max_size=300)
    | st.binary(max_size=200).map(packed)
    | st.binary(max_size=200).map(lambda b: packed(gzip.compress(b, mtime=0)[:100])),
    st.integers(-5, 10**9),
)
def test_it_never_raises(vendor: str, query: str, body: str | None, size: int) -> None:
    request = facts("https://a.example/p?" + query, "POST", body)
    if request is not None:
        found = payload.read(request, vendor, body, size, PAGE)
        assert found.undecodable_bytes >= 0


@pytest.mark.parametrize(
    "body",
    [
        "[" * 1_000_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        "--" + "\r\n" * 500_000,
        "@" * 500_000,
        "a@b." * 200_000,
        "%40" * 300_000,
        packed(b"\x1f\x8b" + b"\x00" * 500_000),
    ],
)
def test_large_and_hostile_bodies_are_bounded(body: str) -> None:
    read("https://a.example/p", "meta-pixel", body)
