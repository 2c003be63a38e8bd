"""What each source of consent state says: values as they were seen on real sites, near misses, and rubbish."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.signals.consent import DECODERS, OptOut, Statement, decode
from crawler.signals.consent.statement import MAX_WORDS

YES, NO, NOTHING = OptOut.YES, OptOut.NO, OptOut.NOTHING
OUT, IN, IGNORED = "DBABLA~BVQVAAAAAgA.YA", "DBABLA~BVQqAAAAAgA.QA", "DBABLA~BVQqAAAAAgA.YA"
TWO, WITH_OLD = "DBABrw~CAAVAAAAAABA.YA~BAoAAABA.QA", "DBABzw~1YYN~CAAVAAAAAABA.YA"
"""As @iabgpp/cmpapi 3.2.0 writes them."""


def ping(text: str, **members: object) -> str:
    return json.dumps(
        {"gppVersion": "1.1", "cmpStatus": "loaded", "signalStatus": "ready", "gppString": text} | members
    )


def optanon(took_up: str, sent: str, groups: str) -> str:
    return f"isGpcEnabled={took_up}&datestamp=[removed]&version=202509.1.0&browserGpcFlag={sent}&groups={groups}"


def commands(*entries: object) -> str:
    return json.dumps([["consent", *entry] for entry in entries])  # type: ignore[misc]


COUNTING = [
    ("usprivacy", "usprivacy", "1YYN", YES, None, ""),
    ("usprivacy", "usprivacy", "1YNN", NO, None, ""),
    ("usprivacy", "usprivacy", "1-Y-", YES, None, ""),
    ("usprivacy", "us_privacy", "1---", NOTHING, None, ""),
    ("usprivacy", "__uspapi getUSPData", '{"version":1,"uspString":"1YYN"}', YES, None, ""),
    ("gpp", "OTGPPConsent", OUT, YES, True, ""),
    ("gpp", "OTGPPConsent", IN, NO, False, ""),
    ("gpp", "OTGPPConsent", IGNORED, NO, True, "usnat has Gpc=1"),
    ("gpp", "OTGPPConsent", "DBABBg~BUUAAABA.YA", YES, True, ""),
    ("gpp", "__gpp ping", ping(OUT, applicableSections=[7]), YES, True, ""),
    ("gpp", "__gpp getGPPData", json.dumps({"gppString": IN}), NO, False, ""),
    ("gpp", "__gpp ping", ping(TWO, applicableSections=[8]), NO, False, ""),
    ("gpp", "__gpp ping", ping(TWO, applicableSections=[7, 8]), NOTHING, True,
     "usnat says opted out, and usca says not"),
    ("gpp", "OTGPPConsent", TWO, NOTHING, True, ""),
    ("gpp", "OTGPPConsent", WITH_OLD, YES, True, ""),
    ("onetrust", "OptanonConsent", optanon("1", "1", "C0001:1,C0002:0,C0003:0,C0004:0"), YES, True, ""),
    ("onetrust", "OptanonConsent", optanon("1", "1", "C0002:1,C0004:1,C0003:1"), NO, True,
     "group C0004 for targeting is on"),
    ("onetrust", "OptanonConsent", optanon("0", "1", "C0001:1,C0004:1"), NO, True,
     "browserGpcFlag=1, and isGpcEnabled=0"),
    ("onetrust", "OptanonConsent", optanon("0", "1", "C0001:1,C0004:0"), NOTHING, True, ""),
    ("onetrust", "OptanonConsent", optanon("0", "0", "C0001:1,C0004:0"), NOTHING, False, ""),
    ("onetrust", "OptanonConsent", optanon("0", "1", "1:1,4:1"), NOTHING, True, "browserGpcFlag=1, and isGpcEnabled=0"),
    ("onetrust", "OptanonConsent", optanon("0", "0", "C0001:1,C0004:1"), NO, False, ""),
    ("onetrust", "OptanonConsent", optanon("1", "1", "C0001:1,C0003:1,SPD_BG:0"), NOTHING, True, ""),
    ("onetrust", "OptanonConsent", optanon("1", "1", "C0004:1,SPD_BG:0"), NOTHING, True, ""),
    ("onetrust", "OptanonConsent", "groups=1:1,4:0", NOTHING, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "value", "opt_out", "saw", "against"), COUNTING)
def test_what_speaks_of_an_opt_out_in_the_united_states(
    source: str, name: str, value: str, opt_out: OptOut, saw: bool | None, against: str
) -> None:
    said = decode(source, name, value)
    assert (said.opt_out, said.saw_gpc, said.counts) == (opt_out, saw, True)
    assert against in said.against_itself and bool(said.against_itself) is bool(against)
    assert said.words


ALL_DENIED = {"ad_storage": "denied", "ad_user_data": "denied", "ad_personalization": "denied"}
SHOWN = [
    ("google-consent-mode", "dataLayer", commands(("default", ALL_DENIED)), YES, "ad_storage=off"),
    ("google-consent-mode", "dataLayer", commands(("default", ALL_DENIED), ("update", {"ad_storage": "granted"})), NO,
     "ad_personalization=off, ad_storage=on, ad_user_data=off"),
    ("google-consent-mode", "dataLayer", commands(("default", {"analytics_storage": "granted"})), NOTHING,
     "analytics_storage=on"),
    ("google-consent-mode", "dataLayer", commands(("default", ALL_DENIED | {"region": ["US-CA"]})), NOTHING,
     "no consent command for everybody"),
    ("onetrust", "OnetrustActiveGroups", ",C0001,C0003,C0004,", NO, "on: C0001, C0003, C0004"),
    ("onetrust", "OnetrustActiveGroups", ",C0001,", NOTHING, "on: C0001"),
    ("onetrust", "OneTrustWPCCPAGoogleOptOut", "true", NOTHING, "OneTrustWPCCPAGoogleOptOut=true"),
    ("cookiebot", "CookieConsent", '{"necessary":true,"preferences":false,"marketing":false}', YES, "marketing=off"),
    ("cookiebot", "Cookiebot.consent", '{"necessary":true,"marketing":true}', NO, "marketing=on"),
    ("hubspot", "__hs_do_not_track", "yes", NOTHING, "of HubSpot's own cookies: __hs_do_not_track=yes"),
    ("hubspot", "__hs_opt_out", "no", NOTHING, "__hs_opt_out=no"),
    ("transcend", "airgap.getConsent", '{"purposes":{"SaleOfInfo":false,"Analytics":true,"x":"Auto"}}', NOTHING,
     "Analytics=on, SaleOfInfo=off"),
    ("didomi", "didomi_token", '{"purposes":{"enabled":["cookies"],"disabled":["ads"]}}', NOTHING,
     "ads=off, cookies=on"),
    ("didomi", "Didomi.getCurrentUserStatus", '{"purposes":{"ads":{"id":"[removed]","enabled":false}}}', NOTHING,
     "ads=off"),
    ("usercentrics", "UC_UI.areAllConsentsAccepted", "false", NOTHING, "false"),
    ("usercentrics", "ucData", '{"consent":{"services":{"a":{"consent":false}}}}', NOTHING, "consent=off"),
    ("trustarc", "cmapi_cookie_privacy", "permit 1 required", NOTHING, "permit 1 required"),
    ("ketch", "_ketch_consent_v1_", '{"analytics":{"status":"denied"}}', NOTHING, "denied"),
    ("tcf", "__tcfapi ping", '{"gdprApplies":false,"cmpLoaded":true}', NOTHING, "gdprApplies=no"),
    ("tcf", "euconsent-v2", "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA", NOTHING, "purposes agreed to: 2, 10"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "name", "value", "opt_out", "words"), SHOWN)
def test_what_is_shown_and_does_not_count(source: str, name: str, value: str, opt_out: OptOut, words: str) -> None:
    said = decode(source, name, value)
    assert (said.opt_out, said.counts, said.against_itself) == (opt_out, False, "")
    assert words in said.words


def test_the_banner_of_hubspot_saw_the_signal() -> None:
    assert decode("hubspot", "__hs_gpc_banner_dismiss", "true").saw_gpc is True


@pytest.mark.parametrize(
    ("source", "value", "words"),
    [
        ("usprivacy", "1YY", "is not a US Privacy string"),
        ("usprivacy", '{"uspString":"1YYN<script>"}', "is not a US Privacy string"),
        ("usprivacy", '{"uspString":{"a":1}}', "no US Privacy string"),
        ("gpp", "DBABLA", "announces 1 sections and holds 0"),
        ("gpp", "DBABM~CPXxRfAPXxRfAAfKABENB", "no section of the United States applies"),
        ("gpp", "D" * 20_000, "more than"),
        ("gpp", ping(OUT, cmpStatus="stub"), "not ready"),
        ("gpp", ping(OUT, signalStatus="not ready"), "not ready"),
        ("gpp", ping(OUT, applicableSections=[-1]), "no section of the United States applies"),
        ("gpp", ping(OUT, applicableSections=["7", None]), "no section of the United States applies"),
        ("gpp", ping(""), "no GPP string"),
        ("gpp", '{"gppString":"' + "[" * 3000, "no GPP string"),
        ("tcf", "C\N{LATIN SMALL LETTER E WITH ACUTE}", "cannot be decoded"),
        ("onetrust", "groups=C0004:2&isGpcEnabled=yes", "no groups and no signal in it"),
        ("google-consent-mode", '[["consent",{"a":1},{"ad_storage":"denied"}],["consent","default",7]]', "no consent"),
        ("google-consent-mode", "[" * 5000, "no consent"),
        ("didomi", '{"purposes":{"enabled":{"a":1},"consent":7}}', "no purposes"),
        ("nobody", "1YYN", "does not know"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_nothing_and_why(source: str, value: str, words: str) -> None:
    said = decode(source, "OptanonConsent" if source == "onetrust" else "name", value)
    assert (said.opt_out, said.against_itself) == (NOTHING, "")
    assert words in said.words and len(said.words) <= MAX_WORDS + 3


def test_a_source_without_a_value_says_why() -> None:
    assert decode("tcf", "__tcfapi ping", "", "no answer").words == "it was asked and did not answer"
    assert decode("gpp", "x", "", "threw").words == "it was asked and answered with an error"
    assert decode("gpp", "x", "").words == "nothing in it"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMED = st.dictionaries(
    st.sampled_from(["gppString", "uspString", "tcString", "purposes", "consent", "applicableSections", "marketing"]),
    JSON,
)


@given(
    st.sampled_from(sorted(DECODERS)),
    st.sampled_from(["OptanonConsent", "__hs_do_not_track", "dataLayer", "OnetrustActiveGroups", "x"]),
    st.text(max_size=200) | JSON.map(json.dumps) | NAMED.map(json.dumps),
)
def test_no_decoder_ever_raises_and_words_are_bounded(source: str, name: str, value: str) -> None:
    said = decode(source, name, value)
    assert isinstance(said, Statement)
    assert len(said.words) <= MAX_WORDS + 3 and said.words.isprintable()


@given(st.text(alphabet="YN-1x ", max_size=6))
def test_only_a_whole_us_privacy_string_is_an_opt_out(text: str) -> None:
    said = decode("usprivacy", "usprivacy", text)
    whole = len(text) == 4 and text[0] == "1" and all(letter in "YN-" for letter in text[1:])
    assert (said.opt_out is YES) == (whole and text[2] == "Y")
