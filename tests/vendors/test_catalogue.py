"""Every product file: its examples are recognised, its near misses are not, and it says where its facts are from."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.signals import DECODERS
from crawler.vendors import Vendor, catalogue, check_examples
from crawler.vendors.known import FOLDER
from crawler.vendors.recaptcha import VARIANTS

FILES = sorted(FOLDER.glob("*.yaml"))
KNOWN_BAD = list(check_examples.problems(catalogue()))


AGREED = """
google-analytics google-analytics-advertising universal-analytics google-ads floodlight google-tag-manager doubleclick
google-recaptcha meta-pixel linkedin-insight microsoft-uet microsoft-clarity tiktok-pixel x-pixel pinterest-tag
reddit-pixel hotjar fullstory mouseflow hubspot marketo pardot 6sense demandbase zoominfo clearbit drift intercom
callrail adobe-analytics segment amplitude mixpanel heap matomo sentry datadog new-relic hcaptcha turnstile onetrust
cookiebot google-fonts google-maps youtube stripe snap-pixel amazon-ads criteo the-trade-desk adobe-audience-manager
cloudflare-insights quora-pixel leadfeeder
"""
"""Keys that rules, expectations and the demo rely on."""


def test_the_catalogue_is_here() -> None:
    assert set(AGREED.split()) <= set(catalogue().vendors)
    assert set(catalogue().vendors) == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_examples_and_near_misses_behave(file: Path) -> None:
    assert [problem for problem in KNOWN_BAD if problem.startswith(file.name + ":")] == []
    assert catalogue().vendors[file.stem].proof.examples


def test_aliases_name_one_product_each() -> None:
    seen: dict[str, str] = {}
    for vendor in catalogue().vendors.values():
        for alias in {vendor.name.lower(), *(a.lower() for a in vendor.aliases)}:
            assert seen.setdefault(alias, vendor.key) == vendor.key, alias


def test_signals_are_decoders() -> None:
    assert {v.signals for v in catalogue().vendors.values()} <= {None, *DECODERS}


def test_recaptcha_variants_are_those_that_are_told_apart() -> None:
    assert set(catalogue().vendors["google-recaptcha"].variants) == set(VARIANTS)


def test_cookies_of_two_products_do_not_collide() -> None:
    seen: dict[tuple[str, str], str] = {}
    for vendor in catalogue().vendors.values():
        for place in _places(vendor):
            assert seen.setdefault(place, vendor.key) == vendor.key, place


def _places(vendor: Vendor) -> list[tuple[str, str]]:
    return [(c.name, domain) for c in vendor.cookies for domain in (c.domains or ("own",))]
