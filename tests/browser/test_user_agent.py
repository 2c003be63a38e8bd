from __future__ import annotations

import pytest

from crawler.browser.chosen import Browser
from crawler.browser.user_agent import brands, override, user_agent


def browser(kind: str = "chromium", version: str = "156.0.8078.79") -> Browser:
    return Browser(None, None, kind, version, "test")


def test_reduced_and_not_headless() -> None:
    assert user_agent(browser(), "linux") == (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
    )


@pytest.mark.parametrize(
    ("platform", "part"), [("darwin", "Intel Mac OS X 10_15_7"), ("win32", "Windows NT 10.0; Win64; x64")]
)
def test_platforms(platform: str, part: str) -> None:
    assert part in user_agent(browser(), platform)


def test_edge_names_itself() -> None:
    assert user_agent(browser("edge"), "linux").endswith("Safari/537.36 Edg/156.0.0.0")


# What Chromium itself sent: 156 was measured here; the other lines are real browsers' headers of their time.
@pytest.mark.parametrize(
    ("kind", "version", "sent"),
    [
        ("chromium", "156", '"Not:A-Brand";v="8", "Chromium";v="156"'),
        ("chrome", "120", '"Not_A Brand";v="8", "Chromium";v="120", "Google Chrome";v="120"'),
        ("chrome", "124", '"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"'),
        ("chrome", "131", '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'),
    ],
)
def test_brands_are_those_of_the_version(kind: str, version: str, sent: str) -> None:
    found = brands(browser(kind), version)
    assert ", ".join(f'"{b["brand"]}";v="{b["version"]}"' for b in found) == sent


def test_hints_agree_with_the_user_agent() -> None:
    given = override(browser(), user_agent(browser(), "linux"), "fr-CA", "linux")
    metadata = given["userAgentMetadata"]
    assert given["acceptLanguage"] == "fr-CA,fr"
    assert {"brand": "Chromium", "version": "156"} in metadata["brands"]
    assert {"brand": "Chromium", "version": "156.0.8078.79"} in metadata["fullVersionList"]
    assert metadata["platform"] == "Linux"
    assert "Headless" not in str(given)


def test_a_given_user_agent_of_another_version_gets_its_brands() -> None:
    metadata = override(browser(), "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36", "en", "win32")["userAgentMetadata"]
    assert {"brand": "Chromium", "version": "120"} in metadata["brands"]
    assert {"brand": "Chromium", "version": "120.0.0.0"} in metadata["fullVersionList"]
    assert metadata["platform"] == "Windows"


def test_a_user_agent_that_is_no_chromium_has_no_brands() -> None:
    metadata = override(browser(), "Mozilla/5.0 Gecko/20100101 Firefox/153.0", "en")["userAgentMetadata"]
    assert metadata["brands"] == [] and metadata["fullVersionList"] == []
