"""`restriction`: each vendor's decoder, the frameworks beside it, and hostile requests."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.findings import Restriction
from crawler.signals import DECODERS, Carried, restriction
from crawler.signals.carried import MAX_EVIDENCE
from tests.parsing.taken_apart import taken_apart

R, U, N = Restriction.RESTRICTED, Restriction.UNRESTRICTED, Restriction.UNKNOWN
ADS = "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?"
META = "https://www.facebook.com/tr/?id=1&ev=PageView"


def carried(decoder: str | None, url: str, body: str | None = None, *, sec_gpc: bool = False) -> Carried:
    return restriction(decoder, taken_apart(url, body), sec_gpc=sec_gpc)


def test_sec_gpc_alone_is_no_restriction_and_no_claim() -> None:
    for decoder in (None, *DECODERS):
        found = carried(decoder, "https://a.example/x?y=1", sec_gpc=True)
        assert found.restriction is N
        assert "Sec-GPC" in found.evidence


@pytest.mark.parametrize(
    ("decoder", "query", "state"),
    [
        ("uet", "asc=D", R),
        ("uet", "asc=G", U),
        ("uet", "asc=", N),
        ("uet", "evt=pageLoad", N),
        ("uet", "asc=D&asc=G", N),
        ("pinterest", "opt_out_type=LDP", R),
        ("pinterest", "opt_out_type=none", N),
        ("pinterest", urlencode({"pd": '{"opt_out_type":"LDP"}'}), R),
        ("pinterest", "event=init", N),
        ("reddit", "opt_out=1", R),
        ("reddit", "opt_out=0", U),
        ("reddit", "opt_out=0&dpm=LDU&dpcc=US&dprc=US-CA", R),
        ("reddit", "opt_out=0&dpm=other", N),
        ("reddit", "id=t2_1", N),
        ("x", "restricted_data_use=restrict_optimization", R),
        ("x", "restricted_data_use=off", U),
        ("x", "restricted_data_use=1", N),
        ("x", "txn_id=abc", N),
    ],
)
def test_other_vendors(decoder: str, query: str, state: Restriction) -> None:
    assert carried(decoder, f"https://pixel.example/?{query}").restriction is state


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ('{"context": {"limited_data_use": true}}', R),
        ('{"limited_data_use": false}', N),
        ('{"a": [{"limited_data_use": true}, {"limited_data_use": false}]}', N),
        ('{"event": "Pageview"}', N),
        ('{"limited_data_use": [1, {}]}', N),
        ("not json {", N),
    ],
)
def test_tiktok(body: str, state: Restriction) -> None:
    assert carried("tiktok", "https://analytics.tiktok.com/api/v2/pixel", body).restriction is state


def test_an_unconfirmed_name_never_yields_unrestricted() -> None:
    assert carried("tiktok", "https://a.example/", '{"limited_data_use": false}').restriction is not U
    assert carried("pinterest", "https://a.example/?opt_out_type=").restriction is not U


def test_frameworks_are_heard_where_the_vendor_says_nothing() -> None:
    for decoder in (None, "meta", "uet", "google"):
        found = carried(decoder, "https://a.example/?us_privacy=1YYN")
        assert (found.restriction, found.framework) == (R, "us-privacy")
    found = carried(None, "https://a.example/?gpp=DBABLA~BVQqAAAAAgA.YA")
    assert (found.restriction, found.framework) == (U, "gpp")


def test_a_default_beside_a_framework_does_not_silence_it() -> None:
    found = carried("google", ADS + "npa=0&us_privacy=1YYN")
    assert (found.restriction, found.framework) == (R, "us-privacy")
    assert "npa=0" in found.evidence


def test_the_vendors_own_parameter_decides_over_a_framework() -> None:
    found = carried("uet", "https://bat.bing.com/action/0?asc=G&us_privacy=1YYN")
    assert (found.restriction, found.framework) == (U, "uet")
    assert "us_privacy=1YYN" in found.evidence
    assert "disagrees" in found.evidence


def test_frameworks_that_contradict_each_other_are_unknown() -> None:
    found = carried(None, "https://a.example/?us_privacy=1YYY&gpp=DBABLA~BVQqAAAAAgA.YA")
    assert found.restriction is N
    assert "contradict" in found.evidence


def test_a_contradiction_of_the_vendor_is_not_settled_by_a_framework() -> None:
    assert carried("uet", "https://bat.bing.com/action/0?asc=G&asc=D&us_privacy=1YYN").restriction is N


def test_an_unknown_decoder_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        carried("no-such-decoder", "https://a.example/")


@given(
    st.sampled_from([None, *DECODERS]),
    st.text(max_size=300),
    st.none() | st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")),
    st.booleans(),
)
def test_it_never_raises_and_never_invents_an_opt_out(
    decoder: str | None, url: str, body: str | None, sec_gpc: bool
) -> None:
    for candidate in ("https://a.example/?" + url, "https://a.example/a;" + url):
        found = carried(decoder, candidate, body, sec_gpc=sec_gpc)
        assert found.restriction in (R, U, N)
        assert found.evidence
        assert len(found.evidence) <= MAX_EVIDENCE


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://a.example/?" + "a=" + "%25" * 400_000, None),
        ("https://a.example/?" + "&".join("gcs=G1" + str(n) for n in range(100_000)), None),
        ("https://a.example/" + ";npa=1" * 150_000, None),
        ("https://a.example/?gpp=" + "D" * 1_000_000, None),
        ("https://a.example/", "[" * 1_000_000),
        ("https://a.example/", '{"a":' * 5_000 + "1" + "}" * 5_000),
        ("https://a.example/", "9" * 1_000_000),
        ("https://a.example/", "--" + "\r\n" * 500_000),
        ("https://a.example/?<script>\x1b[31m&us_privacy=\x1b[2J<b>", None),
    ],
)
def test_large_and_hostile_requests_are_bounded(url: str, body: str | None) -> None:
    for decoder in (None, *DECODERS):
        found = carried(decoder, url, body, sec_gpc=True)
        assert len(found.evidence) <= MAX_EVIDENCE
        assert "\x1b" not in found.evidence


def test_a_flag_beyond_the_bound_is_not_seen_as_off() -> None:
    assert carried("meta", META + "&pad=" + "x" * 1_100_000 + "&dpo=").restriction is N
