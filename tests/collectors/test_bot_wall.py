from __future__ import annotations

import pytest

from crawler.collectors.bot_wall import recognise

ARTICLE = (
    "How bot walls work. " + "Just a moment, verify you are human, Access Denied, Reference #18.2, px-captcha. " * 60
)


@pytest.mark.parametrize(
    ("name", "status", "title", "text", "headers"),
    [
        ("Cloudflare", 403, "Just a moment...", "", {"CF-Mitigated": "challenge"}),
        (
            "Cloudflare",
            503,
            "Just a moment...",
            "Checking your browser before accessing site.test. Ray ID: 8a",
            {"Server": "cloudflare"},
        ),
        (
            "Cloudflare",
            403,
            "Attention Required! | Cloudflare",
            "Sorry, you have been blocked Ray ID: 8",
            {"cf-ray": "1"},
        ),
        (
            "Akamai",
            403,
            "Access Denied",
            "You don't have permission to access this server. Reference #18.2d5e1702.1699.1f",
            {"Server": "AkamaiGHost"},
        ),
        ("Akamai", 200, "Access Denied", "You don't have permission to access this server. Reference #18.2d5.16", {}),
        ("DataDome", 403, "site.test", "", {"X-DataDome": "protected"}),
        ("HUMAN", 403, "Access to this page has been denied", "Press & Hold to confirm you are a human", {}),
        ("Imperva", 200, "", "Request unsuccessful. Incapsula incident ID: 1234-5678", {}),
        ("AWS WAF", 405, "Human Verification", "Let's confirm you are human", {}),
        ("AWS WAF", 202, "", "", {"x-amzn-waf-action": "challenge"}),
        ("CAPTCHA page", 429, "Robot check", "Verify you are human", {}),
        ("CAPTCHA page", 200, "One more step", "Please verify that you are not a robot", {}),
        ("CAPTCHA page", 429, "Sorry", "Our systems have detected unusual traffic from your computer network.", {}),
    ],
)
def test_walls_are_named(name: str, status: int, title: str, text: str, headers: dict[str, str]) -> None:
    assert recognise(status, title, text, headers) == name


@pytest.mark.parametrize(
    ("name", "status", "url"),
    [
        ("DataDome", 200, "https://geo.captcha-delivery.com/captcha/?initialCid=1"),
        ("Imperva", 200, "https://site.test/_Incapsula_Resource?SWUDNSAI=31&xinfo=1&incident_id=193-11"),
        ("Akamai", 200, "https://site.test/_sec/cp_challenge/sec-4-4.js"),
        ("Kasada", 429, "https://site.test/149e9513/2d206a39/ips.js?x=1"),
        ("CAPTCHA page", 403, "https://js.hcaptcha.com/1/api.js"),
        ("CAPTCHA page", 429, "https://www.google.com/recaptcha/api.js"),
    ],
)
def test_walls_are_named_by_the_puzzle_on_a_silent_page(name: str, status: int, url: str) -> None:
    assert recognise(status, "", "Please wait", {}, (url,)) == name
    assert recognise(200, "Soil", "We answer questions about soil. " * 80, {}, (url,)) is None, "a page of the site"


@pytest.mark.parametrize("url", ["https://js.hcaptcha.com/1/api.js", "https://www.google.com/recaptcha/api.js"])
def test_a_captcha_in_a_form_of_the_site_is_no_wall(url: str) -> None:
    text = "Home Products About Contact. Name E-mail Message. Please verify that you are human. Send"
    assert recognise(200, "Contact us", text, {}, (url,), links=9) is None
    assert recognise(200, "One more step", "Please verify that you are human", {}, (url,), links=1) == "CAPTCHA page"


@pytest.mark.parametrize(
    ("status", "title", "text", "headers"),
    [
        (200, "Just a moment: how Cloudflare challenges work", ARTICLE, {"server": "cloudflare", "cf-ray": "1"}),
        (200, "Access Denied: a history", ARTICLE, {}),
        (200, "Acme", "Welcome to Acme. Contact us. " * 30, {"server": "cloudflare", "cf-ray": "1"}),
        (200, "Acme", "Welcome", {"x-datadome": "protected"}),
        (403, "Forbidden", "You are not allowed to see this.", {}),
        (404, "Page not found", "We could not find that page.", {"server": "cloudflare"}),
        (200, "Contact us", "Name E-mail Message Verify you are human " + "About our company. " * 60, {}),
        (403, "Access Denied", "Please log in first.", {}),
        (None, "", "", {}),
    ],
)
def test_other_pages_are_not(status: int | None, title: str, text: str, headers: dict[str, str]) -> None:
    assert recognise(status, title, text, headers) is None
