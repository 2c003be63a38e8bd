"""Flags of single vendors: each state, contradictions, and values that nobody documented."""

import json
from urllib.parse import urlencode

import pytest

from crawler.findings import Restriction
from crawler.signals import Carried, restriction
from crawler.signals.carried import MAX_EVIDENCE
from tests.parsing.taken_apart import taken_apart

R, U, N = Restriction.RESTRICTED, Restriction.UNRESTRICTED, Restriction.UNKNOWN
HOSTILE = (
    "",
    "2",
    "true ",
    "DENIED",
    "<script>",
    "\x1b[31m",
    "0" * 5_000,
    "\ud800".encode("utf-8", "replace").decode(),
)


def carried(decoder: str, query: str = "", body: object = None) -> Carried:
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return restriction(decoder, taken_apart(f"https://pixel.example/?{query}", text), sec_gpc=False)


@pytest.mark.parametrize(
    ("decoder", "query", "state"),
    [
        ("comscore", "c1=2&cs_ucfr=0", R),
        ("comscore", "c1=2&cs_ucfr=1", U),
        ("comscore", "c1=2&cs_ucfr=", N),
        ("comscore", "c1=2&cs_ucfr=*null", N),
        ("comscore", "cs_ucfr=0&cs_ucfr=1", N),
        ("comscore", "c1=2", N),
        ("outbrain", "marketerId=1&optOut=true", R),
        ("outbrain", "marketerId=1&optOut=false", N),
        ("outbrain", "optOut=true&optOut=false", N),
        ("outbrain", "optOut=1", N),
        ("pardot", "visitor_id=1&pi_opt_in=false", R),
        ("pardot", "visitor_id=1&pi_opt_in=true", U),
        ("pardot", "visitor_id=1&pi_opt_in=", N),
        ("pardot", "pi_opt_in=true&pi_opt_in=false", N),
        ("xandr", "pi=a&e=PageView&consent=0", R),
        ("xandr", "pi=a&e=PageView&consent=1", U),
        ("xandr", "e=PageView&consent=0", N),
        ("xandr", "use_cookies=0", R),
        ("xandr", "use_cookies=1", U),
        ("xandr", "use_cookies=1&pi=a&consent=0", N),
        ("xandr", "id=1&t=2", N),
        ("uet", "ti=1&cdb=AQAQ", N),
    ],
)
def test_query_flags(decoder: str, query: str, state: Restriction) -> None:
    assert carried(decoder, query).restriction is state


@pytest.mark.parametrize(
    ("decoder", "names"),
    [
        ("comscore", ("cs_ucfr",)),
        ("outbrain", ("optOut",)),
        ("pardot", ("pi_opt_in",)),
        ("xandr", ("use_cookies",)),
        ("snap", ("data_processing_options",)),
        ("amazon", ("amzn_user_data",)),
        ("taboola", ("cdns",)),
        ("trade-desk", ("data_processing_option",)),
    ],
)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_nobody_documented_decides_nothing(decoder: str, names: tuple[str, ...], value: str) -> None:
    for name in names:
        found = carried(decoder, urlencode({name: value}))
        assert found.restriction is N
        assert len(found.evidence) <= MAX_EVIDENCE
        assert "\x1b" not in found.evidence


@pytest.mark.parametrize(
    ("decoder", "query", "shown"),
    [
        ("snap", "data_processing_options=LDU", "data_processing_options=LDU"),
        ("amazon", "amzn_user_data=DENIED&amzn_ad_storage=DENIED", "amzn_ad_storage=DENIED"),
        ("taboola", "cdns=true", "cdns=true"),
        ("google", "dma=1&dma_cps=-&dc_lat=1&tfua=1", "dc_lat=1"),
    ],
)
def test_an_unconfirmed_flag_is_told_and_decides_nothing(decoder: str, query: str, shown: str) -> None:
    found = carried(decoder, query)
    assert found.restriction is N
    assert shown in found.evidence


def test_an_unconfirmed_flag_leaves_the_word_to_the_frameworks() -> None:
    found = carried("taboola", "cdns=false&us_privacy=1YYN")
    assert (found.restriction, found.framework) == (R, "us-privacy")
    assert "cdns=false" in found.evidence


@pytest.mark.parametrize(
    ("decoder", "default"),
    [("outbrain", "optOut=false"), ("comscore", "cs_ucfr="), ("pardot", "pi_opt_in="), ("uet", "cdb=AQAQ")],
)
def test_a_default_leaves_the_word_to_the_frameworks(decoder: str, default: str) -> None:
    found = carried(decoder, f"{default}&us_privacy=1YYN")
    assert (found.restriction, found.framework) == (R, "us-privacy")
    assert default in found.evidence


def consent(**preferences: object) -> dict[str, object]:
    return {"type": "track", "context": {"consent": {"categoryPreferences": preferences}}}


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (consent(Advertising=False, Analytics=True), R),
        (consent(Advertising=True, Analytics=False), U),
        (consent(C0001=True, C0004=False), R),
        (consent(**{"Targeted Advertising": True, "Functional": False}), U),
        (consent(A=False, B=False), R),
        (consent(A=True, B=True), N),
        (consent(A=True, B=False), N),
        (consent(Advertising=False, Marketing=True), N),
        (consent(DoNotSell=True), N),
        (consent(DoNotSell=False), N),
        (consent(), N),
        (consent(Advertising="refused"), N),
        (consent(Advertising=None), N),
        ({"batch": [consent(Advertising=False), consent(Advertising=True)]}, N),
        ({"batch": [consent(Advertising=False), consent(Advertising=False)]}, R),
        ({"context": {"consent": {"categoryPreferences": ["Advertising"]}}}, N),
        ({"context": {"consentManagement": {"deniedConsentIds": ["a"]}}}, N),
        ({"context": {}}, N),
    ],
)
def test_segment(body: object, state: Restriction) -> None:
    assert carried("segment", body=body).restriction is state


def entry(value: object, key: str = "kndctr_ABC_AdobeOrg_consent") -> dict[str, object]:
    return {
        "meta": {
            "state": {"entries": [{"key": "kndctr_ABC_AdobeOrg_identity", "value": "x"}, {"key": key, "value": value}]}
        }
    }


def choice(**value: object) -> dict[str, object]:
    return {"consent": [{"standard": "Adobe", "version": "2.0", "value": value}]}


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (entry("general=out"), R),
        (entry("general=in"), U),
        (entry("general=pending"), N),
        (entry("general=out", key="other_consent"), N),
        (entry({"general": "out"}), N),
        (choice(general="out"), R),
        (choice(general="in"), U),
        (choice(collect={"val": "n"}), R),
        (choice(collect={"val": "y"}), N),
        (choice(collect={"val": "y"}, share={"val": "n"}), R),
        (choice(collect={"val": "y"}, share={"val": "y"}), U),
        (choice(collect={"val": "n"}, share={"val": "y"}), N),
        (choice(general={"val": "out"}), N),
        ({"consent": "out"}, N),
        ({"consent": [1, None, {"value": 3}]}, N),
        ({"events": []}, N),
    ],
)
def test_adobe(body: object, state: Restriction) -> None:
    assert carried("adobe", body=body).restriction is state


def test_adobe_names_of_the_older_service_are_told() -> None:
    found = carried("adobe", "d_orgid=1&d_optout=global")
    assert found.restriction is N
    assert "d_optout=global" in found.evidence


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ({"data": [{"data_processing_option": {"policies": ["LDU"], "region": "US-CA"}}]}, R),
        ({"data_processing_option": "LDU"}, R),
        ({"data_processing_option": {"policies": []}}, N),
        ({"data_processing_option": None}, N),
        ({"data": [{"data_processing_option": {"policies": ["LDU"]}}, {"data_processing_option": {}}]}, N),
        ({"data": [{"tracker_id": "a"}]}, N),
    ],
)
def test_trade_desk(body: object, state: Restriction) -> None:
    assert carried("trade-desk", body=body).restriction is state
