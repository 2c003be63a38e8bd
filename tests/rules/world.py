"""From a scenario in words to a bundle and a company: what `fires_*.yaml` and its like are read into.

A scenario says what the policy holds, what was seen, and what is expected. Its short names stand for real requests of
the vendor catalogue; a full URL may be given instead.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from crawler.claims import Attestation, Claim, ClaimKind, Company, Policy, Purpose, Waiver
from crawler.evidence import (
    ApiCall,
    Arm,
    ConsentState,
    Cookie,
    CookieEvent,
    Gap,
    HostName,
    IdentifierSent,
    Initiator,
    Page,
    Reconciliation,
    Request,
    SetCookie,
    SignalProof,
    StorageItem,
    Visit,
)
from crawler.parties import party

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

TYPES = {"library": "script", "loader": "script", "score": "script", "invisible": "document", "checkbox": "document"}


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


@dataclass
class Scenario:
    """One YAML file, read."""

    company: Company
    bundle: FakeBundle
    expect: list[str]
    claims: dict[str, str]
    when: list[str]


def read(spec: dict[str, Any]) -> Scenario:
    """Build what a scenario describes. Unknown words fail, so that a slip of the pen tests nothing silently."""
    known = {
        "story", "policy", "attested", "seen", "page", "failed", "unproven", "not run", "expect", "claims", "when",
        "names", "says",
    }  # fmt: skip
    assert set(spec) <= known, f"unknown keys: {set(spec) - known}"
    claims = [_claim(claim_id, text) for claim_id, text in (spec.get("policy") or {}).items()]
    seen: dict[str, list[Any]] = spec.get("seen") or {}
    entries = [(Arm(arm), e if isinstance(e, dict) else {"what": e}) for arm, es in seen.items() for e in es]
    told = [e for es in (spec.get("says") or {}).values() for e in es if isinstance(e, dict)]
    paths = sorted({e.get("page", "/") for e in (*(e for _, e in entries), *told)} | {"/"})
    arms = tuple(a for a in (Arm.CONTROL, Arm.GPC) if str(a) not in (spec.get("not run") or []))
    urls = [SITE + p for p in paths]
    explaining = visits_of(urls, (Arm.TRACE,), 1) if "trace" in seen else []
    visits = [_troubled(v, spec) for v in [*visits_of(urls, arms), *explaining]]
    rows: list[Any] = [row for arm, entry in entries for row in _rows(entry, arm, visits)]
    says: dict[str, list[Any]] = spec.get("says") or {}
    rows += [row for arm, told in says.items() for entry in told for row in _states(entry, Arm(arm), visits)]
    rows += [
        Gap(arm=v.arm, url=v.page_url, reason=v.reason, detail=f"it was a {v.reason}", visit=v.id)
        for v in visits
        if v.reason
    ]
    rows += [a_name(v, host, told or "") for v in visits for host, told in (spec.get("names") or {}).items()]
    bundle = a_bundle(visits, *rows, arms=[str(a) for a in arms], repeat=REPEAT)
    words = tuple(spec.get("page") or ())
    bundle.streams["pages"] = [replace(p, recaptcha=words) for p in bundle.streams["pages"]]
    attested = tuple(
        Attestation(vendor=vendor, statement="service provider by contract", owner="legal", until=until, line=1)
        for vendor, until in (spec.get("attested") or {}).items()
    )
    return Scenario(
        a_company(*claims, attestations=attested),
        bundle,
        list(spec.get("expect") or []),
        spec.get("claims") or {},
        list(spec.get("when") or []),
    )


def _claim(claim_id: str, text: str) -> Claim:
    text, review = text.removesuffix(" (for review)"), text.endswith(" (for review)")
    word, _, rest = text.partition(" ")
    purposes = tuple(Purpose(p) for p in re.split(r", ", rest)) if word in ("covers", "limits") else ()
    if word == "names":
        vendor, _, variant = rest.partition(" as ")
        return a_claim(claim_id, ClaimKind.VENDOR, vendor=vendor, variant=variant or None)
    if word == "covers":
        return a_claim(claim_id, ClaimKind.CATEGORY, purposes=purposes)
    if word == "limits":
        return a_claim(claim_id, ClaimKind.DATA, limits=purposes)
    if word == "honours":
        return a_claim(claim_id, ClaimKind.SIGNAL, signal=rest, honoured=True)
    assert word == "denies", f"unknown policy word {word!r}"
    kind, _, value = rest.partition(" ")
    given: dict[str, Any] = {"vendor": "vendors", "role": "roles", "purpose": "purposes"}
    given = {given[kind]: (Purpose(value) if kind == "purpose" else value,)}
    return a_claim(claim_id, ClaimKind.FORBIDDEN, review=review, **given)


def _troubled(visit: Visit, spec: dict[str, Any]) -> Visit:
    for line in spec.get("failed") or []:
        arm, which, reason = line.split(" ", 2)
        if visit.arm == arm and which in (str(visit.repetition), "all"):
            visit = replace(visit, ok=False, reason=reason)
    for line in spec.get("unproven") or []:
        arm, which = line.split(" ")
        if visit.arm == arm and which in (str(visit.repetition), "all"):
            assert visit.signal is not None
            visit = replace(visit, signal=replace(visit.signal, proven=False, why="the header was missing"))
    return visit


def _states(entry: Any, arm: Arm, visits: list[Visit]) -> Iterator[ConsentState]:
    """`usprivacy 1YYN`, or the same as `what` with `page` and `in`."""
    entry = entry if isinstance(entry, dict) else {"what": entry}
    assert set(entry) <= {"what", "page", "in"}, f"unknown keys: {set(entry)}"
    source, _, value = entry["what"].partition(" ")
    for visit in visits:
        wanted = visit.arm is arm and visit.page_url == SITE + entry.get("page", "/")
        if wanted and visit.repetition <= entry.get("in", REPEAT):
            yield a_state(visit, source, value)


def _rows(entry: dict[str, Any], arm: Arm, visits: list[Visit]) -> Iterator[Any]:
    known = {
        "what",
        "page",
        "in",
        "sends",
        "sends stored",
        "stores",
        "sets",
        "for days",
        "unreached",
        "from cache",
        "blocked",
        "always the same value",
        "after",
        "with cookies",
        "as",
        "matches",
        "keeps",
        "by",
        "asked days",
        "answers with a pixel",
    }
    assert set(entry) <= known, f"unknown keys: {set(entry) - known}"
    url = REQUESTS.get(entry["what"], entry["what"])
    nobody = url == "nobody knows what" and ("keeps" in entry or "stores" in entry)
    assert "://" in url or nobody, f"unknown short name {url!r}"
    for visit in visits:
        wanted = visit.arm is arm and visit.page_url == SITE + entry.get("page", "/")
        if not wanted or visit.repetition > entry.get("in", REPEAT):
            continue
        if "keeps" in entry:
            yield _kept(entry, url, visit)
            continue
        if "stores" in entry:
            area, _, key = entry["stores"].partition(" ")
            yield an_item(visit, area=area, key=key, value_hash=visit.id, setter_url=url if "://" in url else None)
            continue
        changes: dict[str, Any] = {"resource_type": TYPES.get(entry["what"].rpartition(" ")[2], "image")}
        if "as" in entry:
            changes["resource_type"] = entry["as"]
        if "with cookies" in entry:
            changes["cookies_sent"] = tuple(entry["with cookies"].split(", "))
        if "sends" in entry:
            value = "00" if entry.get("always the same value") else visit.id
            sent = IdentifierSent(name=entry["sends"], domain="acme.example", where="url", value_hash=value)
            changes["identifiers"] = (sent,)
        if "sends stored" in entry:
            value = "00" if entry.get("always the same value") else visit.id
            sent = IdentifierSent(name=entry["sends stored"], domain=SITE, where="url", value_hash=value)
            changes["identifiers"] = (sent,)
        if "matches" in entry:
            name, _, domain = entry["matches"].partition(" on ")
            value = "00" if entry.get("always the same value") else visit.id
            given = IdentifierSent(name=name, domain=domain, where="url", value_hash=value)
            changes["identifiers_of_others"] = (given,)
        if "sets" in entry:
            name, _, domain = entry["sets"].partition(" on ")
            seconds = entry["for days"] * 86400.0
            value = "00" if entry.get("always the same value") else visit.id
            changes["set_cookie"] = (
                SetCookie(
                    name=name, domain=domain, path="/", value_hash=value, value_length=32, asked_lifetime_s=seconds,
                    secure=True, http_only=False, same_site="None", partitioned=False,
                    blocked=("ThirdPartyPhaseout",) if entry.get("blocked") else (),
                ),
            )  # fmt: skip
        if entry.get("answers with a pixel"):
            changes |= {"response_bytes": 43, "response_headers": {"content-type": "image/gif"}}
        if "after" in entry:
            changes["step"] = entry["after"]
        if entry.get("unreached"):
            changes |= {"status": None, "error": "net::ERR_NAME_NOT_RESOLVED"}
        if entry.get("from cache"):
            changes |= {"on_wire": False, "wire_class": "cache"}
        yield a_request(_of_visit(url, visit), visit, **changes)


def _of_visit(url: str, visit: Visit) -> str:
    """A URL in which `{visit}` and `{hash}` stand for a word and a hash that no other visit has."""
    digest = hashlib.sha256(visit.id.encode()).hexdigest()
    return url.replace("{visit}", visit.id).replace("{hash}", digest)


def _kept(entry: dict[str, Any], url: str, visit: Visit) -> Cookie:
    """A cookie of the jar; `what` is the address of the response or script that set it."""
    name, _, domain = entry["keeps"].partition(" on ")
    days = {key: entry[key] * 86400.0 if key in entry else None for key in ("asked days", "for days")}
    return a_cookie(
        visit,
        name=name,
        domain=domain,
        party=str(party(domain, visit.page_url)),
        set_by=entry.get("by", "unknown"),
        setter_url=url if "://" in url else None,
        asked_lifetime_s=days["asked days"],
        stored_lifetime_s=days["for days"],
    )
