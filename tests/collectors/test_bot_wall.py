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
