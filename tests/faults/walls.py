"""Bot walls as their products show them, cut down to what tells them, and pages that only look a bit like it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from tests.browser.fault_world import FaultWorld, html

_WORDS = "<p>" + "We build tools for people who grow vegetables, and answer questions about soil. " * 12 + "</p>"
_MENU = "".join(f"<a href='https://site.test/menu/{n}'>Part {n}</a> " for n in range(8))


@dataclass(frozen=True)
class Wall:
    """`name` None: a page of the site after all."""

    path: str
    name: str | None
    status: int
    page: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _script(address: str) -> str:
    return f"<script src='{address}'></script>"


WALLS = (
    Wall(
        "/cloudflare", "Cloudflare", 403, html("Just a moment...", body="<p>Verifying you are human.</p>"),
        {"Server": "cloudflare", "cf-mitigated": "challenge"},
    ),
    Wall(
        "/cloudflare-200", "Cloudflare", 200,
        html("Just a moment...", body="<p>site.test needs to review the security of your connection. Ray ID: 8f</p>"),
        {"Server": "cloudflare", "CF-RAY": "8f-FRA"},
    ),
    Wall(
        "/datadome", "DataDome", 403,
        html("site.test", body="<p>Please enable JS and disable any ad blocker</p>"
             + _script("https://ct.captcha-delivery.com/c.js")),
        {"X-DataDome": "protected", "Server": "DataDome"},
    ),
    Wall(
        "/datadome-200", "DataDome", 200,
        html("site.test", body="<p>Please enable JS and disable any ad blocker</p>"
             + _script("https://geo.captcha-delivery.com/captcha/?initialCid=1")),
    ),
    Wall(
        "/human", "HUMAN", 403,
        html("Access to this page has been denied", body="<p>Press & Hold to confirm you are a human (and not a bot)."
             "</p><p>Reference ID 5c1</p>" + _script("https://captcha.px-cdn.net/PX1/captcha.js")),
    ),
    Wall(
        "/akamai", "Akamai", 403,
        html("Access Denied", body="<p>You don't have permission.</p><p>Reference #18.2d.16.1f</p>"),
        {"Server": "AkamaiGHost"},
    ),
    Wall(
        "/akamai-200", "Akamai", 200,
        html("", body="<div id='sec-if-cpt-container'></div>" + _script("/_sec/cp_challenge/sec-4-4.js")),
    ),
    Wall(
        "/imperva-200", "Imperva", 200,
        "<!doctype html><html><head><meta name='robots' content='noindex, nofollow'></head><body>"
        "<iframe src='/_Incapsula_Resource?SWUDNSAI=31&xinfo=1&incident_id=193-11'></iframe></body></html>",
    ),
    Wall("/aws-202", "AWS WAF", 202, html("", body="<div id='challenge-container'></div>"),
         {"x-amzn-waf-action": "challenge"}),
    Wall(
        "/sucuri", "Sucuri", 403,
        html("Sucuri WebSite Firewall - Access Denied", body="<p>Access Denied - Sucuri Website Firewall</p>"),
        {"Server": "Sucuri/Cloudproxy", "X-Sucuri-ID": "1"},
    ),
    Wall(
        "/kasada", "Kasada", 429,
        "<!doctype html><html><head></head><body><script>window.KPSDK={}</script>"
        + _script("/149e9513/2d206a39/ips.js?x=1") + "</body></html>",
        {"x-kpsdk-ct": "1"},
    ),
    Wall("/vercel", "Vercel", 429, html("Vercel Security Checkpoint"), {"x-vercel-mitigated": "challenge"}),
    Wall(
        "/f5-200", "F5", 200,
        html("Request Rejected", body="<p>The requested URL was rejected. Please consult with your administrator.</p>"
             "<p>Your support ID is: 404</p>"),
    ),
    Wall(
        "/hcaptcha-200", "CAPTCHA page", 200,
        html("One more step", body="<p>Please complete the security check to access site.test</p>"
             + _script("https://js.hcaptcha.com/1/api.js")),
    ),
    Wall(
        "/a-form-with-hcaptcha", None, 200,
        html("Contact us", body=_MENU + "<form><input name='mail'><p>Please verify that you are human</p></form>"
             + _script("https://js.hcaptcha.com/1/api.js")),
    ),
    Wall(
        "/a-form-with-recaptcha", None, 200,
        html("Contact us", body=_WORDS + "<form><input name='mail'><p>Confirm you are not a robot</p></form>"
             + _script("https://www.google.com/recaptcha/api.js")),
    ),
    Wall(
        "/let-through-by-imperva", None, 200,
        html("Vegetables", body=_WORDS + _script("/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3")),
    ),
    Wall("/let-through-by-kasada", None, 200, html("Soil", body=_WORDS + _script("/149e9513/2d206a39/ips.js"))),
    Wall("/let-through-by-datadome", None, 200, html("Soil", body="<p>Soil</p>"), {"X-DataDome": "protected"}),
)  # fmt: skip


def build(world: FaultWorld) -> None:
    """Put them up."""
    for wall in WALLS:
        world.more[f"site.test{wall.path}"] = _answering(wall)


def _answering(wall: Wall) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=wall.status, text=wall.page, content_type="text/html", headers=wall.headers)

    return answer
