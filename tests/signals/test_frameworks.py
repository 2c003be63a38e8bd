"""The strings of frameworks under the names that requests give them; Europe's are shown and decide nothing."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals import Carried, restriction
from tests.parsing.taken_apart import taken_apart

R, U, N = Restriction.RESTRICTED, Restriction.UNRESTRICTED, Restriction.UNKNOWN
TC = (
    "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAA"
    "CEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw"
)
"""The example of IAB's own documentation."""
NOT_OUT, OUT = "DBABLA~BVQqAAAAAgA.YA", "DBABLA~BVQVAAAAAgA.YA"


def carried(query: str = "", body: object = None, *, sec_gpc: bool = False, honours: str | None = None) -> Carried:
    text = None if body is None else json.dumps(body)
    return restriction(None, taken_apart(f"https://a.example/?{query}", text), sec_gpc=sec_gpc, self_honours=honours)


@pytest.mark.parametrize(
    "name", ["us_privacy", "usprivacy", "usp_consent", "uspConsent", "us_privacy_string", "ccpa", "usp", "uspIab"]
)
def test_us_privacy_under_its_names(name: str) -> None:
    assert carried(f"{name}=1YYN").restriction is R
    assert carried(f"{name}=1YNN").restriction is U
    assert carried(body={"user": {name: "1YYN"}}).restriction is R


@pytest.mark.parametrize(
    ("name", "value"), [("usp", "sharing"), ("ccpa", "1"), ("usp_consent", "1yyn"), ("ccpa", "1YYNN")]
)
def test_a_loose_name_with_another_value_is_not_heard(name: str, value: str) -> None:
    found = carried(f"{name}={value}")
    assert (found.restriction, found.evidence) == (N, "no opt-out parameter")


@pytest.mark.parametrize(
    "body",
    [
        {"regs": {"us_privacy": "1YYN"}},
        {"regs": {"ext": {"us_privacy": "1YYN"}}},
        {"regs": {"gpp": OUT, "gpp_sid": [7]}},
        {"regs": {"ext": {"gpp": OUT, "gpp_sid": "7"}}},
        {"gppConsent": {"gppString": OUT, "applicableSections": [7]}},
    ],
)
def test_bid_requests(body: object) -> None:
    assert carried(body=body).restriction is R


def test_the_list_of_applicable_sections_of_a_bid_request_is_heard() -> None:
    assert carried(body={"regs": {"gpp": OUT, "gpp_sid": [8]}}).restriction is N
    assert carried(urlencode({"gppString": OUT, "gppsid": "7"})).restriction is R
    assert carried(urlencode({"gpp": NOT_OUT, "gppsid": "8"})).restriction is N


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (urlencode({"gdpr": "1", "gdpr_consent": TC}), None),
        (urlencode({"gdprString": TC}), None),
        (urlencode({"euconsent": TC}), None),
        ("", {"regs": {"ext": {"gdpr": 1}}, "user": {"ext": {"consent": TC}}}),
        ("", {"gdprConsent": {"gdprApplies": True, "consentData": TC}}),
        ("aw_0_req.gdpr=true", None),
        ("gdpr_consent=Cnonsense-nonsense-nonsense", None),
    ],
)
def test_europe_is_shown_and_decides_nothing(query: str, body: object) -> None:
    found = carried(query, body)
    assert (found.restriction, found.framework) == (N, "none")
    assert "Europe only" in found.evidence
    assert carried(query + "&us_privacy=1YYN", body).restriction is R


def test_a_common_name_counts_only_with_a_string_that_decodes() -> None:
    assert carried("consent=granted-by-the-visitor-today").evidence == "no opt-out parameter"
    assert "Europe" in carried(urlencode({"consent": TC})).evidence


def test_a_vendors_statement_is_heard_only_where_the_request_carries_the_signal_and_nothing_else_speaks() -> None:
    scope = "ad requests, in California"
    claimed = carried(sec_gpc=True, honours=scope)
    assert claimed.restriction is Restriction.SELF_HONOUR_CLAIMED
    assert scope in claimed.evidence
    assert carried(sec_gpc=False, honours=scope).restriction is N
    assert carried(sec_gpc=True).restriction is N
    assert carried("us_privacy=1YNN", sec_gpc=True, honours=scope).restriction is U
    assert carried("us_privacy=1YYN", sec_gpc=True, honours=scope).restriction is R
    assert carried("us_privacy=broken", sec_gpc=True, honours=scope).restriction is N
    denied = restriction("google", taken_apart("https://a.example/?gcs=G111", None), sec_gpc=True, self_honours=scope)
    assert denied.restriction is U


@given(
    st.sampled_from(["gpp", "gppString", "gdpr_consent", "consent", "ccpa", "usp", "gpp_sid"]), st.text(max_size=200)
)
def test_no_text_under_these_names_becomes_an_opt_out(name: str, value: str) -> None:
    for found in (
        carried(urlencode({name: value.encode("utf-8", "replace")})),
        carried(body={name: [value, {name: value}]}),
    ):
        if value not in ("1YYY", "1YYN", "1-Y-"):
            assert found.restriction in (N, U)
