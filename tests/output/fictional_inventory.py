"""What the fictional company's scripts did, its cookies and its storage, as the auditor writes them."""

from __future__ import annotations

from typing import Any

SITE = "larkspur-ledger.example"
TAGS = f"https://www.{SITE}/static/tags.js"
TIKTOK = "https://analytics.tiktok.com/i18n/pixel/events.js"
HOTJAR = "https://script.hotjar.com/modules.8da33a8f469c3b5ffcec.js"
PIXEL = "https://connect.facebook.net/en_US/fbevents.js"


def cookie(name: str, domain: str, party: str, vendor: str, set_by: str, **changes: Any) -> dict[str, Any]:
    """One row of `cookies`, kept for 90 days in both arms."""
    row = {
        "name": name, "domain": domain, "party": party, "vendor": vendor, "set_by": set_by, "setter_url": TAGS,
        "setter_line": None, "setter_vendor": "", "step": "load", "asked_lifetime_days": 90.0, "lifetime_days": 90.0,
        "partition_keys": [], "stored": True, "blocked_reasons": [], "sent_to": [], "sent_hosts": 0,
        "changes": {"set": 48}, "arms": ["control", "gpc"], "documented_lifetime_days": None,
        "documented_verified": False, "basis": "setter", "why": "set by it", "unclassified": False,
        "value_sent_to": [], "value_vendors": 0,
    }  # fmt: skip
    return row | changes


def went(vendor: str, name: str, *arms: str) -> dict[str, Any]:
    """A vendor that got a value."""
    return {"vendor": vendor, "name": name, "arms": list(arms), "visits": 24}


def cookies() -> list[dict[str, Any]]:
    """One of each sort."""
    own = [{"host": f"www.{SITE}", "requests": 1240}]
    return [
        cookie("_ga", SITE, "first", "google-analytics", "script", asked_lifetime_days=730.0, lifetime_days=400.0,
               setter_url="https://www.googletagmanager.com/gtag/js?id=G-X1Y2Z3", setter_line=284,
               setter_vendor="google-tag-manager", sent_to=own, sent_hosts=1, changes={"set": 48, "changed": 48},
               documented_lifetime_days=730.0, documented_verified=True, value_vendors=6, value_sent_to=[
                   went("google-analytics", "Google Analytics 4", "control", "gpc"),
                    went("hotjar", "Hotjar", "control"),
               ]),
        cookie("_ttp", SITE, "first", "tiktok-pixel", "script", setter_url=TIKTOK, setter_line=2, lifetime_days=390.0,
               asked_lifetime_days=390.0, setter_vendor="tiktok-pixel", sent_to=own, sent_hosts=1),
        cookie("_fbp", SITE, "first", "meta-pixel", "script", setter_url=PIXEL, setter_line=21, arms=["control"],
               setter_vendor="meta-pixel", step="scroll", changes={"set": 24, "deleted": 3}, basis="name",
               documented_lifetime_days=120.0),
        cookie("_hjSessionUser_401", SITE, "first", "hotjar", "script", setter_url=HOTJAR, setter_line=1,
               setter_vendor="hotjar", lifetime_days=365.0, asked_lifetime_days=365.0, step="second-view"),
        cookie("li_sugr", "linkedin.com", "third", "linkedin-insight", "http", arms=["control"],
               setter_url="https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=15939", setter_vendor="linkedin-insight",
               sent_to=[{"host": "px.ads.linkedin.com", "requests": 26}, {"host": "www.linkedin.com", "requests": 24},
                        {"host": "platform.linkedin.com", "requests": 3}], sent_hosts=5,
               partition_keys=[f"https://{SITE}"]),
        cookie("uid", "criteo.com", "third", "criteo", "http", stored=False, lifetime_days=None,
               asked_lifetime_days=395.0, setter_url="https://sslwidget.criteo.com/event?a=99999&v=5.28.0",
               setter_vendor="criteo", blocked_reasons=["EXCLUDE_SAMESITE_UNSPECIFIED_TREATED_AS_LAX"],
               changes={"refused": 4}),
        cookie("session", SITE, "first", "", "http", setter_url=f"https://www.{SITE}/", asked_lifetime_days=None,
               lifetime_days=None, sent_to=own, sent_hosts=1, basis=""),
    ]  # fmt: skip


def use(
    kind: str, calls: int, visits: int, apis: list[str], url: str, line: int | None, **changes: Any
) -> dict[str, Any]:
    """One kind of calls of one actor, in `visits` of eight explaining visits."""
    row = {"kind": kind, "calls": calls, "visits": [visits, 8], "apis": apis, "details": [], "url": url, "line": line,
           "step": "load"}  # fmt: skip
    return row | changes


def behaviour() -> list[dict[str, Any]]:
    """Three vendors, the site itself, and a script without an address."""
    return [
        {"vendor": "hotjar", "name": "Hotjar", "purpose": "session-replay", "party": "third", "scripts": 2, "uses": [
            use("input-listener", 14, 1, ["EventTarget.addEventListener"], HOTJAR, 1,
                details=["input", "keydown", "mousemove", "touchstart"]),
            use("observer", 1, 1, ["MutationObserver.observe"], HOTJAR, 1),
            use("field-read", 29, 1, ["HTMLInputElement.value", "HTMLTextAreaElement.value"], HOTJAR, 1, step="focus"),
            use("canvas", 2, 1, ["HTMLCanvasElement.toDataURL"], HOTJAR, 1),
        ]},
        {"vendor": "tiktok-pixel", "name": "TikTok Pixel", "purpose": "advertising", "party": "third", "scripts": 1,
         "uses": [
            use("canvas", 16, 8, ["CanvasRenderingContext2D.fillText", "HTMLCanvasElement.toDataURL"], TIKTOK, 2),
            use("webgl", 32, 8, ["WebGLRenderingContext.getParameter"], TIKTOK, 2, details=["37445", "37446"]),
            use("user-agent", 8, 8, ["NavigatorUAData.getHighEntropyValues"], TIKTOK, 2),
        ]},
        {"vendor": "onetrust", "name": "OneTrust", "purpose": "consent", "party": "third", "scripts": 1, "uses": [
            use("opt-out-signal", 8, 8, ["Navigator.globalPrivacyControl"],
                "https://cdn.cookielaw.org/scripttemplates/otSDKStub.js", 1),
        ]},
        {"vendor": "", "name": "", "purpose": "", "party": "first", "scripts": 3, "uses": [
            use("consent-api", 24, 8, ["Window.__gpp"], TAGS, 12, details=["addEventListener", "ping"]),
            use("opt-out-signal", 8, 8, ["Navigator.doNotTrack", "Navigator.globalPrivacyControl"], TAGS, 8),
            use("beacon", 16, 8, ["Navigator.sendBeacon"], TAGS, 77, step="leave"),
        ]},
        {"vendor": "", "name": "", "purpose": "", "party": "unknown", "scripts": 0, "uses": [
            use("permissions", 8, 8, ["Permissions.query"], "", None, details=["notifications"]),
        ]},
    ]  # fmt: skip


def storage() -> list[dict[str, Any]]:
    """A key by a vendor's script, one of the site, a database and a cache, and one that was gone at the end."""
    own = f"https://www.{SITE}"

    def item(area: str, key: str, **changes: Any) -> dict[str, Any]:
        row = {
            "area": area, "origin": own, "key": key, "party": "first", "vendor": "", "setter_url": None,
            "setter_line": None, "writes": 0, "entries": None, "removed": False, "arms": ["control", "gpc"],
        }  # fmt: skip
        return row | changes

    return [
        item("local", "_hjUserAttributesHash", vendor="hotjar", setter_url=HOTJAR, setter_line=1, writes=8),
        item("local", "theme", setter_url=TAGS, setter_line=3, writes=1),
        item("session", "tt_sessionId", vendor="tiktok-pixel", setter_url=TIKTOK, setter_line=2, writes=16),
        item("session", "probe", vendor="tiktok-pixel", setter_url=TIKTOK, setter_line=2, writes=8, removed=True,
             arms=["trace"]),
        item("indexeddb", "ledger-drafts/invoices", entries=0),
        item("cache", "offline-v3", entries=14),
    ]  # fmt: skip
