"""The demo company's pages: where each stands, which template draws it, which tags it carries, who knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """One page of the demo company."""

    path: str
    template: str
    """File under `site/pages/`."""
    title: str
    summary: str
    tags: tuple[str, ...] = ()
    """Names of `tag_settings`."""
    in_sitemap: bool = True
    in_robots: bool = True
    """False when robots.txt forbids it."""


PAGES: tuple[SitePage, ...] = (
    SitePage(
        path="/",
        template="home.html",
        title="Run the whole job, from first call to final payment",
        summary="Scheduling, dispatch and payments for field-service teams.",
        tags=("consent", "ga4", "meta", "linkedin", "uet", "ads"),
    ),
    SitePage(
        path="/product",
        template="product.html",
        title="One product for the office and the van",
        summary="Everything that a field-service office does in a day, in one place.",
        tags=("consent", "ga4", "meta", "linkedin", "uet", "ads-gateway"),
    ),
    SitePage(
        path="/product/scheduling",
        template="feature.html",
        title="Scheduling that keeps up with the day",
        summary="Drag a job, and the crew, the customer and the invoice follow.",
        tags=("consent", "ga4", "meta", "uet", "ads-gateway", "visitor-worker"),
    ),
    SitePage(
        path="/product/payments",
        template="feature.html",
        title="Get paid before you leave the drive",
        summary="Quotes, card payments and financing on the technician's tablet.",
        tags=("consent", "ga4", "meta-matching", "uet", "ads-gateway"),
        in_sitemap=False,
    ),
    SitePage(
        path="/pricing",
        template="pricing.html",
        title="Plans that grow with your crews",
        summary="No set-up fee. Cancel whenever you like.",
        tags=("consent", "ga4", "meta", "linkedin", "uet", "ads", "fullstory"),
    ),
    SitePage(
        path="/customers",
        template="customers.html",
        title="Customers",
        summary="How offices like yours use Larkfield.",
        tags=("consent", "ga4-signals", "meta", "linkedin", "uet"),
    ),
    SitePage(
        path="/blog",
        template="blog.html",
        title="The Larkfield blog",
        summary="Notes on running a service business.",
        tags=("consent", "ga4", "meta", "linkedin", "old-notice"),
    ),
    SitePage(
        path="/blog/five-minutes-between-jobs",
        template="post.html",
        title="Five minutes between jobs",
        summary="Where a dispatcher's day goes, and how to win some of it back.",
        tags=("consent", "ga4", "meta", "old-notice"),
    ),
    SitePage(
        path="/blog/quotes-that-get-a-yes",
        template="post.html",
        title="Quotes that get a yes",
        summary="Three prices, plain words and a photograph.",
        tags=("consent", "ga4", "meta", "old-notice"),
        in_sitemap=False,
    ),
    SitePage(
        path="/contact",
        template="contact.html",
        title="Talk to us",
        summary="Ask for a demonstration or a price.",
        tags=("consent", "ga4", "linkedin", "uet", "pardot", "recaptcha"),
    ),
    SitePage(
        path="/careers",
        template="careers.html",
        title="Careers",
        summary="Small team, long view.",
        tags=("consent", "ga4", "linkedin"),
    ),
    SitePage(
        path="/events",
        template="events.html",
        title="Events",
        summary="Meet us on the road.",
        tags=("consent", "ga4-signals", "meta", "linkedin", "uet", "retargeting"),
        in_sitemap=False,
    ),
    SitePage(
        path="/privacy-policy",
        template="policy.html",
        title="Privacy Policy",
        summary="What we collect, and what you can do about it.",
        tags=("consent", "ga4"),
    ),
    SitePage(
        path="/privacy-choices",
        template="choices.html",
        title="Your Privacy Choices",
        summary="Opt out of sharing in this browser.",
    ),
    SitePage(
        path="/internal/rota",
        template="internal.html",
        title="Staff rota",
        summary="For staff only.",
        tags=("consent", "ga4", "meta"),
        in_sitemap=False,
        in_robots=False,
    ),
)

BY_PATH: Mapping[str, SitePage] = {page.path: page for page in PAGES}

AUDITED: tuple[str, ...] = tuple(page.path for page in PAGES if page.in_robots)
"""Paths that a crawl should visit, all of them reachable by link, by sitemap or by script."""

_ACCOUNTS: Mapping[str, str] = {
    "consent": "0c1e7a60-c0de-4b6f-9d1a-2b3c4d5e6f70",
    "old-notice": "1YNN",
    "ga4": "G-LARKF1ELD0",
    "ads": "AW-998877665",
    "ads-gateway": "AW-998877665",
    "meta": "104729104729104",
    "linkedin": "7104729",
    "uet": "97104729",
    "retargeting": "larkfld",
    "pardot": "104730",
    "fullstory": "o-1LARKF-na1",
    "visitor-worker": "5f1e7a60c0de4b6f9d1a2b3c4d5e6f70",
    "recaptcha": "6LdLarkAAAAAAJ0b5dEm0s1teKeyN0tARealOne0",
}

_GPC_MISTAKEN: Mapping[str, str] = {
    "consent": "unaffected",
    "old-notice": "ignored",
    "ga4": "unaffected",
    "ads": "restricted",
    "ads-gateway": "ignored",
    "meta": "ignored",
    "linkedin": "silent",
    "uet": "restricted",
    "retargeting": "ignored",
    "pardot": "silent",
    "fullstory": "silent",
    "visitor-worker": "silent",
    "recaptcha": "unaffected",
}

_GPC_FIXED: Mapping[str, str] = {**_GPC_MISTAKEN, "ads-gateway": "silent", "meta": "restricted"}

_REMOVED_WHEN_FIXED = frozenset({"fullstory", "visitor-worker", "old-notice", "retargeting"})


def tag_settings(page: SitePage, fixed: bool) -> dict[str, dict[str, Any]]:
    """What the page's tag loader is told: per tag its account and what it does under an opt-out.

    `gpc` is `unaffected`, `ignored`, `restricted` or `silent`; the loader (`site/static/tags.js`) acts on it.
    """
    gpc = _GPC_FIXED if fixed else _GPC_MISTAKEN
    settings: dict[str, dict[str, Any]] = {}
    for name in page.tags:
        if fixed and name in _REMOVED_WHEN_FIXED:
            continue
        tag = name.removesuffix("-signals").removesuffix("-matching")
        settings[tag] = {"account": _ACCOUNTS[tag], "gpc": gpc[tag]}
        if name == "ga4-signals":
            # Advertising features: on in the ordinary state, off under an opt-out, as they should be.
            settings[tag]["signals"] = True
        if name == "meta-matching":
            settings[tag]["matching"] = True
        if tag == "pardot" and not fixed:
            settings[tag]["alias"] = "go"
        if tag == "recaptcha":
            settings[tag]["variant"] = "v2-invisible" if fixed else "v3"
    return settings
