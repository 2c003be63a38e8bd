"""The names that catalogue files give as `signals` are decoders, and those that must have one do."""

from crawler.signals import DECODERS, restriction
from crawler.vendors import catalogue
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
}


def test_every_decoder_that_a_product_names_exists() -> None:
    named = {vendor.signals for vendor in catalogue().vendors.values() if vendor.signals}
    assert named == set(DECODERS)


def test_products_with_a_flag_of_their_own_name_its_decoder() -> None:
    vendors = catalogue().vendors
    assert {key: vendors[key].signals for key in HAS_OWN_FLAG} == HAS_OWN_FLAG


def test_a_product_that_must_be_silent_has_no_flag_of_its_own() -> None:
    assert [v.key for v in catalogue().vendors.values() if v.gpc is Demand.SILENT and v.signals] == []


def test_every_example_of_the_catalogue_can_be_decoded() -> None:
    for vendor in catalogue().vendors.values():
        for example in vendor.examples:
            found = restriction(vendor.signals, taken_apart(example.url, example.body), sec_gpc=False)
            assert found.evidence
