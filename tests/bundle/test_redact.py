"""E-mail addresses in texts: hidden in every writing of them, marked as such, equal ones recognisable."""

from __future__ import annotations

import base64
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.bundle import consent_ids
from crawler.bundle.redact import Redactor
from crawler.collectors.secrets_of_visit import VisitSecrets

REDACTOR = Redactor(b"k" * 32)
TOKEN = f"[redacted:{REDACTOR.hash('jo@mail.example')}:15:email]"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("em=jo@mail.example&a=1", f"em={TOKEN}&a=1"),
        ("em=jo%40mail.example", f"em={TOKEN}"),
        ('{"email": "jo@mail.example"}', f'{{"email": "{TOKEN}"}}'),
        (
            "dl=https%3A%2F%2Fa.example%2F%3Femail%3Djo%40mail.example",
            f"dl=https%3A%2F%2Fa.example%2F%3Femail%3D{TOKEN}",
        ),
        ("u=%253Femail%253Djo%2540mail.example", f"u=%253Femail%253D{TOKEN}"),
        ("no address here: a@b, 50%40, x", "no address here: a@b, 50%40, x"),
    ],
)
def test_addresses(text: str, hidden: str) -> None:
    assert REDACTOR.text(text, ()) == hidden
    assert VisitSecrets(REDACTOR, ()).text(text) == hidden


def test_a_stored_value_is_not_marked_as_an_address() -> None:
    assert REDACTOR.token("0123456789") == f"[redacted:{REDACTOR.hash('0123456789')}:10]"


@given(
    st.text(alphabet="abAB09._+-%=&?/3D25", max_size=80),
    st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True),
    st.sampled_from(["@", "%40", "%2540"]),
)
def test_no_address_survives_whatever_stands_before_it(before: str, name: str, at: str) -> None:
    text = REDACTOR.text(f"{before}{name}{at}mail.example", ())
    assert "mail.example" not in text
    assert not re.search(rf"{name}(?:@|%40|%2540)", text)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://a.test/?password=S3CRET&q=1", True),
        ("https://a.test/x;jsessionid=S3CRET?q=1", True),
        ("user=u&passwd=S3CRET", True),
        ('{"user": {"password" : "S3CRET"}, "n": 1}', True),
        ('{"data": "{\\"access_token\\":\\"S3CRET\\"}"}', True),
        ("https://a.test/?d=%7B%22client_secret%22%3A%22S3CRET%22%7D", True),
        ("https://a.test/?bypassword=S3CRET", False),
        ("https://a.test/?api_key=S3CRET&token=S3CRET", False),
    ],
)
def test_passwords_and_tokens_of_access_are_hidden_by_their_names(text: str, hidden: bool) -> None:
    redactor = Redactor()
    seen = redactor.text(text, ())
    assert ("S3CRET" not in seen) is hidden
    assert redactor.text(seen, ()) == seen, "what was replaced is not replaced again"


UUID = "7f3c2a10-1b2c-4d5e-8f90-0123456789ab"
OPTANON = "isGpcEnabled=1&datestamp=Fri+Nov+27+2026&version=202405.1.0&groups=C0001%3A1%2CC0002%3A0"
GPP = "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YYN"
TCF = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.YAAAAAAAAAAA"
STAMP = "q2Jw8n3+xYkLmA=="


@pytest.mark.parametrize(
    ("pair", "told", "gone"),
    [
        (f"OptanonConsent={OPTANON}&consentId={UUID}&interactionCount=1", f"{OPTANON}&consentId=[", UUID),
        (f"OptanonConsent={OPTANON}%26consentId%3D{UUID}%26x%3D1", "%26consentId%3D[", UUID),
        (f"CookieConsent={{stamp:'{STAMP}',necessary:true,utc:1764230400123}}", "necessary:true,utc:[", STAMP),
        (f"CookieConsent=%7Bstamp:%27{STAMP}%27%2Cnecessary:true%7D", "%27%2Cnecessary:true%7D", STAMP),
        (f'cookieconsent_x={{"user_id": "{UUID}", "ads": false}}', '"ads": false', UUID),
        (
            "cookieconsent_x=%7B%22uid%22%3A%22q8w7e6r5t4z3%22%2C%22ads%22%3Afalse%7D",
            "%2C%22ads%22%3Afalse",
            "q8w7e6r5t4z3",
        ),
        (f"osano_consentmanager_uuid={UUID}", "osano_consentmanager_uuid=[", UUID),
        ("gpp_visitor=q8w7e6r5t4z3", "gpp_visitor=[", "q8w7e6r5t4z3"),
        ("didomi_token=" + base64.b64encode(f'{{"user_id":"{UUID}"}}'.encode()).decode(), "didomi_token=[", "ZTZ"),
        (f"gpp={GPP}", GPP, UUID),
        (f"OTGPPConsent={GPP.replace('~', '%7E')}", "DBABMA%7ECPX", UUID),
        (f"euconsent-v2={TCF}", TCF, UUID),
        (f"OptanonConsent={OPTANON}&landingPath=NotLandingPage", OPTANON, UUID),
        ("__hs_opt_out=no", "no", UUID),
    ],
)
def test_of_a_consent_cookie_only_the_ids_go(pair: str, told: str, gone: str) -> None:
    for headers in ({"cookie": f"a=1; {pair}"}, {"set-cookie": f"{pair}; Path=/"}):
        (seen,) = REDACTOR.headers(headers).values()
        assert told in seen and gone not in seen
        assert REDACTOR.headers({next(iter(headers)): seen}) == {next(iter(headers)): seen}


def test_equal_ids_stay_recognisable() -> None:
    seen = REDACTOR.headers({"cookie": f"OptanonConsent=consentId={UUID}"})["cookie"]
    assert seen == f"OptanonConsent=consentId={REDACTOR.token(UUID)}"


def test_the_ids_are_secrets_elsewhere_too_and_addresses_of_pages_are_none() -> None:
    value = f"consentId={UUID}&landingPath=https%3A%2F%2Fwww.example.com%2F123"
    assert consent_ids.ids("OptanonConsent", value) == [UUID]


@given(st.text(alphabet="id=:%227B{}'&,-0aF~D", max_size=200))
def test_no_consent_value_breaks_it(value: str) -> None:
    for name in ("OptanonConsent", "gpp"):
        found = consent_ids.spans(name, value)
        assert all(0 <= start < end <= len(value) for start, end in found)
        assert all(left[1] <= right[0] for left, right in pairwise(found))


def test_each_text_is_searched_for_names_of_secrets_in_one_place() -> None:
    text = "user=u&password=S3CRET"
    assert (
        VisitSecrets(REDACTOR, ()).text(text)
        == REDACTOR.text(text, ())
        == f"user=u&password={REDACTOR.token('S3CRET')}"
    )
    plain = "https://a.test/?q=1"
    assert VisitSecrets(REDACTOR, ()).text(plain) is plain
