"""The long tail's host lists."""

from __future__ import annotations

import orjson

from crawler.claims import Purpose
from crawler.vendors import third_party_web
from crawler.vendors.model import Demand

ENTITIES = orjson.loads((third_party_web.FOLDER / "entities.json").read_bytes())
LISTED = [entity for entity in ENTITIES if entity["domains"]]


def test_every_category_is_mapped() -> None:
    assert {entity["category"] for entity in ENTITIES} <= set(third_party_web.PURPOSES)


def test_every_listed_domain_is_found_under_a_key_of_its_own() -> None:
    keys: dict[str, str] = {}
    for entity in LISTED:
        for domain in entity["domains"]:
            found = third_party_web.entity_of(domain.replace("*.", "below."))
            assert found is not None, domain
            if found[0].name == entity["name"]:
                assert keys.setdefault(found[0].key, entity["name"]) == entity["name"]
    assert len(keys) == len(LISTED) > 2_000
    assert "tpw:" not in keys


def test_wildcards_and_exact_hosts() -> None:
    found = third_party_web.entity_of("a.b.addthis.com")
    assert found is not None
    assert (found[0].key, found[1]) == ("tpw:addthis", "*.addthis.com")
    assert third_party_web.entity_of("notaddthis.com") is None
    assert third_party_web.entity_of("addthis.com.evil.example") is None
    assert third_party_web.entity_of("") is None
    # An exact host of the list does not speak for hosts below it.
    exact = third_party_web.entity_of("fonts.gstatic.com")
    assert exact is not None
    assert exact[0].name == "Google Fonts"
    assert third_party_web.entity_of("x.fonts.gstatic.com") is None


def test_advertising_and_social_must_be_restricted() -> None:
    for host, purpose, demand in (
        ("x.criteo.com", Purpose.ADVERTISING, Demand.RESTRICTED),
        ("addthis.com", Purpose.SOCIAL, Demand.RESTRICTED),
        ("fonts.gstatic.com", Purpose.CDN, Demand.REVIEW),
    ):
        found = third_party_web.entity_of(host)
        assert found is not None
        assert (found[0].purpose, found[0].gpc) == (purpose, demand)


def test_companies_on_a_domain() -> None:
    assert third_party_web.companies_on("criteo.com") == {"Criteo"}
    assert third_party_web.companies_on("nobody.example") == set()
