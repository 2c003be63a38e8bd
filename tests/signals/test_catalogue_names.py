"""The names that catalogue files give as `signals` are decoders, and those that must have one do."""

from crawler.signals import DECODERS, restriction
from crawler.vendors import catalogue, identify
from crawler.vendors.model import Demand
from tests.parsing.taken_apart import taken_apart

HAS_OWN_FLAG = {
    "google-analytics": "google-analytics",
    "google-analytics-advertising": "google",
    "google-ads": "google",
    "floodlight": "google",
    "doubleclick": "google",
    "meta-pixel": "meta",
    "microsoft-uet": "uet",
    "tiktok-pixel": "tiktok",
    "x-pixel": "x",
    "pinterest-tag": "pinterest",
    "reddit-pixel": "reddit",
    "adobe-analytics": "adobe",
    "amazon-ads": "amazon",
    "comscore": "comscore",
    "outbrain": "outbrain",
    "pardot": "pardot",
    "segment": "segment",
    "snap-pixel": "snap",
    "taboola": "taboola",
    "the-trade-desk": "trade-desk",
    "xandr": "xandr",
}


def test_every_decoder_that_a_product_names_exists() -> None:
    named = {vendor.signals for vendor in catalogue().vendors.values() if vendor.signals}
    assert named == set(DECODERS)


def test_products_with_a_flag_of_their_own_name_its_decoder() -> None:
    vendors = catalogue().vendors
    assert {key: vendors[key].signals for key in HAS_OWN_FLAG} == HAS_OWN_FLAG


def test_a_product_that_must_be_silent_has_no_flag_of_its_own() -> None:
    assert [v.key for v in catalogue().vendors.values() if v.gpc is Demand.SILENT and v.signals] == []


def test_only_ad_requests_to_google_rest_on_its_statement() -> None:
    def honoured(url: str) -> str | None:
        hit = identify(url, page_url="https://www.example.com/")
        assert hit is not None
        return hit.self_honours

    assert "ad requests" in (honoured("https://securepubads.g.doubleclick.net/gampad/ads?iu=%2F1%2Fhome") or "")
    assert honoured("https://googleads.g.doubleclick.net/pagead/id") is None
    assert honoured("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?npa=0") is None
    assert honoured("https://www.google-analytics.com/g/collect?v=2&tid=G-ABC1234&cid=1.2") is None
    assert honoured("https://track.adform.net/Serving/TrackPoint/?pm=123456") == "all requests that Adform receives"


def test_every_example_of_the_catalogue_can_be_decoded() -> None:
    for vendor in catalogue().vendors.values():
        for example in vendor.proof.examples:
            found = restriction(vendor.signals, taken_apart(example.url, example.body), sec_gpc=False)
            assert found.evidence
