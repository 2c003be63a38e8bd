"""A small world: a company with one site, visits of it, and rows of evidence, each made in one line.

The short names of `REQUESTS` stand for real requests of the vendor catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from crawler.claims import Claim, ClaimKind, Company, Policy, Waiver
from crawler.evidence import (
    ApiCall,
    Arm,
    ConsentState,
    Cookie,
    CookieEvent,
    Gap,
    HostName,
    Initiator,
    Page,
    Reconciliation,
    Request,
    SignalProof,
    StorageItem,
    Visit,
)

TODAY = date(2026, 11, 22)
SITE = "https://www.acme.example"
OTHER_SITE = "https://www.acme-shop.example"
REPEAT = 3

REQUESTS = {
    "google-analytics": "https://www.google-analytics.com/g/collect?v=2&tid=G-ABC1234&cid=1.2&en=page_view",
    "universal-analytics": "https://www.google-analytics.com/collect?v=1&tid=UA-123456-1&t=pageview&cid=1.2",
    "google-analytics on the site's own host": SITE + "/g/collect?v=2&tid=G-ABC1234&cid=1.2&en=page_view",
    "meta-pixel": "https://www.facebook.com/tr/?id=1234567890&ev=PageView",
    "meta-pixel restricted": "https://www.facebook.com/tr/?id=1234567890&ev=PageView&dpo=LDU&dpoco=1&dpost=1000",
    "meta-pixel explicitly unrestricted": "https://www.facebook.com/tr/?id=1234567890&ev=PageView&dpo=",
    "meta-pixel library": "https://connect.facebook.net/en_US/fbevents.js",
    "linkedin-insight": "https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=15939&url=https%3A%2F%2Fwww.acme.example%2F",
    "microsoft-clarity": "https://www.clarity.ms/eus2-j/collect",
    "google-tag-manager": "https://www.googletagmanager.com/gtm.js?id=GTM-ABC123",
    "google-recaptcha invisible": "https://www.google.com/recaptcha/api2/anchor?ar=1&k=6Lkey&size=invisible",
    "google-recaptcha checkbox": "https://www.google.com/recaptcha/api2/anchor?ar=1&k=6Lkey&size=normal",
    "google-recaptcha score": "https://www.google.com/recaptcha/api.js?render=6Lscore",
    "google-recaptcha loader": "https://www.google.com/recaptcha/api.js",
    "google-fonts": "https://fonts.googleapis.com/css?family=Roboto",
    "an unknown third party": "https://px.nobody-knows.example/i.gif",
    "the site itself": SITE + "/main.css",
}  # fmt: skip

SOURCES = {
    "usprivacy": ("cookie", "usprivacy"),
    "gpp": ("cookie", "OTGPPConsent"),
    "onetrust": ("cookie", "OptanonConsent"),
    "tcf": ("cookie", "euconsent-v2"),
    "google-consent-mode": ("object", "dataLayer"),
}
"""Where the words of a scenario's `says` stand."""


@dataclass
class FakeBundle:
    """What `case_from` needs of a bundle, in memory."""

    manifest: dict[str, Any] = field(default_factory=dict)
    streams: dict[str, list[Any]] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    unsealed: list[str] = field(default_factory=list)

    def rows(self, stream: str) -> Iterator[tuple[int, Any]]:
        yield from enumerate(self.streams.get(stream, []))

    def verify(self) -> list[str]:
        return list(self.unsealed)


def a_request(url: str, visit: Visit, **changes: Any) -> Request:
    """A plain request of a visit."""
    request = Request(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        frame_url=visit.page_url,
        target="page",
        method="GET",
        url=url,
        resource_type="image",
        headers={},
        body=None,
        body_bytes=0,
        initiator=Initiator(type="script", url=SITE + "/main.js", line=1),
        redirected_from=None,
        sent_ms=100.0,
        sec_gpc=visit.arm is Arm.GPC,
        status=200,
        response_headers={},
        set_cookie=(),
        seen_by="both",
        own_traffic=False,
    )
    return replace(request, **changes)


def a_visit(page_url: str, arm: Arm, repetition: int, number: int = 0, **changes: Any) -> Visit:
    """A visit that went well and proved its signal."""
    gpc = arm is Arm.GPC
    visit = Visit(
        id=f"{number:03d}-{arm}-{repetition}",
        page_url=page_url,
        arm=arm,
        repetition=repetition,
        attempts=1,
        ok=True,
        reason=None,
        status=200,
        final_url=page_url,
        started_utc="2026-11-22T12:00:00.000+00:00",
        duration_ms=2000.0,
        settled="quiet",
        signal=SignalProof(
            wanted=gpc,
            method="native" if gpc else "none",
            cdp=gpc,
            property_values=("true",) if gpc else ("undefined",),
            requests_with=9 if gpc else 0,
            requests_of=9,
            exempt=0,
            proven=True,
            why="all three agree",
        ),
        reconciliation=Reconciliation(netlog_complete=True, matched=9, wire_only={}, cdp_only={}, unexplained=()),
    )
    return replace(visit, **changes)


def a_page(visit: Visit, **changes: Any) -> Page:
    """The facts of a plain page."""
    page = Page(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, final_url=visit.page_url,
        status=200, title="Acme", language="en", links=(), forms=0, banners=(), opt_out_links=(), policy_links=(),
        gpc_property=(), recaptcha=(), screenshot=None,
    )  # fmt: skip
    return replace(page, **changes)


def a_cookie(visit: Visit, **changes: Any) -> Cookie:
    """A lasting third-party cookie in the jar."""
    cookie = Cookie(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, name="uid",
        domain="nobody-knows.example", path="/", value_hash=visit.id, value_length=32, party="third", set_by="http",
        setter_url="https://px.nobody-knows.example/i.gif", setter_line=None, set_ms=1.0, asked_lifetime_s=3.2e7,
        stored_lifetime_s=3.2e7, secure=True, http_only=False, same_site="None", partition_key=None,
        blocked_reason=None,
    )  # fmt: skip
    return replace(cookie, **changes)


def an_event(visit: Visit, **changes: Any) -> CookieEvent:
    """A first-party cookie, set by a script."""
    event = CookieEvent(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, name="_id",
        domain="acme.example", path="/", partition_key=None, what="set", at_ms=1.0, set_by="script", target="page",
        frame_url=visit.page_url, setter_url=None, setter_line=None, setter_column=None, stack=(), value_hash=visit.id,
        value_length=32, asked_lifetime_s=None, stored_lifetime_s=None, secure=True, http_only=False, same_site=None,
        blocked_reason=None, step="load",
    )  # fmt: skip
    return replace(event, **changes)


def a_call(visit: Visit, **changes: Any) -> ApiCall:
    """One reading of a canvas by the site's own script."""
    call = ApiCall(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, frame_url=visit.page_url,
        target="page", kind="canvas", api="HTMLCanvasElement.toDataURL", script_url=SITE + "/main.js", line=7, column=3,
        stack=(), detail="", count=1, first_ms=1.0, last_ms=1.0, step="load",
    )  # fmt: skip
    return replace(call, **changes)


def a_name(visit: Visit, host: str, told: str) -> HostName:
    """A host of the site: `shop.d1.sc.omtrdc.net > edge.example.net`, nothing, or the word why nobody knows."""
    chain = tuple(told.split(" > ")) if "." in told else ()
    source = told if told and not chain else "system"
    return HostName(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, host=host, chain=chain,
        source=source,
    )  # fmt: skip


def an_item(visit: Visit, **changes: Any) -> StorageItem:
    """One key of the site's local storage."""
    item = StorageItem(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, origin=SITE, area="local",
        key="theme", value_hash="0", value_length=4,
    )  # fmt: skip
    return replace(item, **changes)


def a_state(visit: Visit, source: str = "usprivacy", value: str = "1YYN", **changes: Any) -> ConsentState:
    """What one source of the page says."""
    where, name = SOURCES[source]
    state = ConsentState(
        visit=visit.id, arm=visit.arm, repetition=visit.repetition, page_url=visit.page_url, origin=SITE, party="first",
        source=source, where=where, name=name, value=value,
    )  # fmt: skip
    return replace(state, **changes)


def a_claim(claim_id: str, kind: ClaimKind, **changes: Any) -> Claim:
    """A claim with a quote of its own."""
    return replace(Claim(id=claim_id, section="9", kind=kind, quote=f"The words of {claim_id}."), **changes)


def a_company(*claims: Claim, **changes: Any) -> Company:
    """A company with one site."""
    company = Company(
        key="acme",
        company="Acme",
        policy=Policy(url=SITE + "/privacy", read_on=TODAY, text_sha256="", text=""),
        sites=(SITE + "/",),
        own_domains=(),
        claims=claims,
        attestations=(),
        waivers=(),
        path=Path("acme.yaml"),
        file_sha256="",
    )
    return replace(company, **changes)


def a_waiver(rule: str, until: date = date(2027, 1, 1), **changes: Any) -> Waiver:
    """A waiver that holds."""
    return replace(
        Waiver(rule=rule, vendor=None, site=None, reason="accepted", owner="privacy", until=until, line=1), **changes
    )


def visits_of(pages: list[str], arms: tuple[Arm, ...] = (Arm.CONTROL, Arm.GPC), repeat: int = REPEAT) -> list[Visit]:
    """All visits of a plan, made and proven."""
    return [a_visit(p, arm, r, n) for n, p in enumerate(pages) for arm in arms for r in range(1, repeat + 1)]


def a_bundle(visits: list[Visit], *rows: Any, **manifest: Any) -> FakeBundle:
    """A bundle with these visits, each with its document, and these further rows."""
    bundle = FakeBundle(manifest={"complete": True, **manifest})
    bundle.streams["visits"] = list(visits)
    bundle.streams["pages"] = [a_page(v) for v in visits if v.ok]
    documents = [a_request(v.page_url, v, resource_type="document") for v in visits if v.ok]
    bundle.streams["requests"] = documents + [r for r in rows if isinstance(r, Request)]
    bundle.streams["cookies"] = [r for r in rows if isinstance(r, Cookie)]
    bundle.streams["gaps"] = [r for r in rows if isinstance(r, Gap)]
    bundle.streams["cookie_events"] = [r for r in rows if isinstance(r, CookieEvent)]
    bundle.streams["api_calls"] = [r for r in rows if isinstance(r, ApiCall)]
    bundle.streams["host_names"] = [r for r in rows if isinstance(r, HostName)]
    bundle.streams["consent"] = [r for r in rows if isinstance(r, ConsentState)]
    bundle.streams["storage"] = [r for r in rows if isinstance(r, StorageItem)]
    return bundle
