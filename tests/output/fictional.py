"""A fictional company with a 47-sentence policy, and what an audit of it found."""

from __future__ import annotations

import copy
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import fictional_consent
import fictional_inventory as inventory
import yaml

from crawler.claims import Claim, ClaimKind, Company, Policy, Waiver
from crawler.findings import Finding, Outcome, Severity

SITE = "larkspur-ledger.example"
PAGES = [
    f"https://www.{SITE}{path}"
    for path in ("/", "/product", "/pricing", "/blog", "/blog/closing-the-books", "/contact", "/careers", "/privacy")
]

DATA = Path(__file__).parent / "data"
POLICY = (DATA / "policy.txt").read_text(encoding="utf-8")
CLAIMS: list[dict[str, str]] = yaml.safe_load((DATA / "claims.yaml").read_text(encoding="utf-8"))

P, V, Q = "pass", "violation", "inconclusive"
STEPS = ("load", "scroll", "hover", "focus", "wait", "second-view", "consent", "leave")


def company() -> Company:
    """The expectations, as the loader would give them."""
    claims = tuple(
        Claim(id=c["id"], section=c["section"], kind=ClaimKind(c["kind"]), quote=c["quote"], line=12 + 2 * n)
        for n, c in enumerate(CLAIMS)
    )
    return Company(
        key=SITE,
        company="Larkspur Ledger",
        policy=Policy(
            url=f"https://www.{SITE}/privacy",
            read_on=date(2026, 11, 20),
            text_sha256=hashlib.sha256(POLICY.encode()).hexdigest(),
            text=" ".join(POLICY.split()),
        ),
        sites=(f"https://www.{SITE}/",),
        own_domains=("larkspur-cdn.example",),
        claims=claims,
        attestations=(),
        waivers=(
            Waiver(
                rule="unnamed-vendor",
                vendor="linkedin-insight",
                site=None,
                reason="Named in the next version of the policy, due in January.",
                owner="privacy team",
                until=date(2027, 1, 31),
                line=120,
            ),
        ),
        path=Path(f"expectations/{SITE}.yaml"),
        file_sha256="5f" * 32,
    )


def finding(
    rule: str,
    severity: str,
    vendor: str,
    arm: str,
    *,
    outcome: str = V,
    confidence: str = "high",
    role: str = "collect",
    purpose: str = "advertising",
    coverage: str | None = "category",
    restriction: str | None = "unrestricted",
    claims: tuple[str, ...] = (),
    pages: list[str] | None = None,
    visits: dict[str, list[int]] | None = None,
    message: str = "Something was seen.",
    certainty: str = "High: seen in every visit, on the wire and by the browser.",
    cannot_tell: str = "What the vendor did with what it received.",
    remedy: str = "Take the tag out, or load it only when the signal is off.",
    evidence: list[dict[str, Any]] | None = None,
    waiver: dict[str, Any] | None = None,
    trigger: str = "",
    site: str = SITE,
) -> dict[str, Any]:
    """One finding of verdicts.json, with the fingerprint that the program gives it."""
    fingerprint = Finding(
        rule=rule, outcome=Outcome(outcome), severity=Severity(severity), confidence="high",  # type: ignore[arg-type]
        site=site, arm=arm, vendor=vendor, role=role, visits={}, message="", certainty="", cannot_tell="", remedy="",
    ).fingerprint  # fmt: skip
    return {
        "fingerprint": fingerprint, "rule": rule, "outcome": outcome, "severity": severity, "confidence": confidence,
        "vendor": vendor, "purpose": purpose, "coverage": coverage, "restriction": restriction, "site": site,
        "arm": arm, "role": role, "claims": list(claims), "pages": PAGES[:3] if pages is None else pages,
        "visits": visits or {"control": [24, 24], "gpc": [24, 24]}, "message": message, "certainty": certainty,
        "cannot_tell": cannot_tell, "remedy": remedy, "evidence": evidence or [], "waiver": waiver, "trigger": trigger,
    }  # fmt: skip


def findings() -> list[dict[str, Any]]:
    """The mistakes of this company, one of each sort."""
    return [
        finding(
            "gpc-ignored", "critical", "tiktok-pixel", "gpc", claims=("L14", "L40", "L25", "L41"), pages=PAGES[:6],
            message="TikTok Pixel received 72 events in unrestricted mode while Global Privacy Control was on. The"
            " policy says that such signals are honoured.",
            certainty="High: in 24 of 24 visits, each request itself carried Sec-GPC: 1, and none had an opt-out"
            " parameter. NetLog and the browser agree on every one.",
            cannot_tell="Whether TikTok discards the events on its side. Its documentation promises no such thing.",
            remedy="Load the TikTok tag only when navigator.globalPrivacyControl is not true, for example with a"
            " blocking trigger in the tag manager; then run again.",
            evidence=[
                {"stream": "requests", "row": 412, "visit": "001-gpc-1",
                 "url": "https://analytics.tiktok.com/api/v2/pixel",
                 "note": "Sec-GPC: 1 was sent; no opt-out parameter"},
                {"stream": "requests", "row": 977, "visit": "003-gpc-2",
                 "url": "https://analytics.tiktok.com/api/v2/pixel/act?event=ViewContent&" + "x" * 400,
                 "note": "event ViewContent"},
                {"stream": "cookies", "row": 31, "visit": "001-gpc-1", "url": f"https://www.{SITE}/",
                 "note": "_ttp was set for 390 days"},
            ],
        ),
        finding(
            "gpc-ignored", "critical", "meta-pixel", "gpc", claims=("L14", "L40"), pages=PAGES[:2],
            message="Meta Pixel received PageView without data processing options while Global Privacy Control was on."
            " The policy says that such signals are honoured.",
            evidence=[{"stream": "requests", "row": 420, "visit": "001-gpc-1", "note": "dpo is absent",
                       "url": "https://www.facebook.com/tr/?id=1234567890&ev=PageView&dl=https%3A%2F%2Fwww.larkspur"}],
        ),
        finding(
            "undeclared-vendor", "high", "hotjar", "control", purpose="session-replay", coverage="undeclared",
            restriction="unknown", claims=("L35", "L23"), pages=[PAGES[2]], visits={"control": [3, 3], "gpc": [3, 3]},
            message="Hotjar records the session on one page, /pricing. The policy declares mouse movements for"
            " reCAPTCHA alone and names no session replay.",
            remedy="Remove Hotjar from /pricing, or declare session replay in section 9.",
            trigger="First called after scrolling.",
            evidence=[{"stream": "requests", "row": 655, "visit": "003-control-1", "note": "the recorder starts",
                       "step": "scroll",
                       "url": "https://vc.hotjar.io/sessions/4011223?s=0.25&r=0.11"}],
        ),
        finding(
            "declared-variant-differs", "low", "google-recaptcha", "control", role="library", purpose="security",
            coverage="named", restriction="none", claims=("L34",), pages=[PAGES[5]],
            visits={"control": [3, 3], "gpc": [3, 3]},
            message="The contact page loads reCAPTCHA v3; the policy says invisible reCAPTCHA, which is v2.",
            remedy="Change the sentence in section 9, or the widget on /contact.",
            evidence=[{"stream": "requests", "row": 802, "visit": "006-control-1", "note": "render=<site key>",
                       "url": "https://www.google.com/recaptcha/api.js?render=6LcAbCdEfGhIj"}],
        ),
        finding(
            "gpc-ignored", "high", "criteo", "gpc", outcome=Q, confidence="low", claims=("L14",), pages=[PAGES[4]],
            visits={"control": [3, 3], "gpc": [1, 3]},
            message="Criteo was called in 1 of 3 visits with Global Privacy Control on.",
            certainty="Low: seen in one repetition and not in the others; the tag may be sampled or late.",
            remedy="Look at the visit 005-gpc-2 and run again with --repeat 6.",
            evidence=[{"stream": "requests", "row": 1444, "visit": "005-gpc-2", "note": "one call, after 8.1 s",
                       "url": "https://sslwidget.criteo.com/event?a=99999&v=5.28.0"}],
        ),
        finding(
            "unnamed-vendor", "info", "linkedin-insight", "control", outcome=P, claims=("L30",), waiver=None,
            restriction="restricted", visits={"control": [24, 24], "gpc": [0, 24]},
            message="LinkedIn Insight Tag falls under a category of the policy, but is not named in it.",
            remedy="Name it in section 12, if names are wanted.",
        ),
        finding(
            "unnamed-vendor", "medium", "microsoft-uet", "control", claims=("L40",), restriction="restricted",
            visits={"control": [24, 24], "gpc": [24, 24]},
            message="Microsoft UET falls under a category of the policy, but is not named in it.",
            waiver={"rule": "unnamed-vendor", "vendor": "microsoft-uet", "site": None, "owner": "privacy team",
                    "reason": "Named in the next version of the policy.", "until": "2027-01-31", "state": "active"},
        ),
    ]  # fmt: skip


def verdicts() -> dict[str, Any]:
    """What the auditor writes: a failing run with a gap, an open question, an accepted finding and a broken check."""
    found = findings()
    by_claim: dict[str, list[str]] = {}
    for f in found:
        for claim in f["claims"]:
            by_claim.setdefault(claim, []).append(f["fingerprint"])

    def vendor(key: str, name: str, purpose: str, coverage: str, control: tuple[Any, ...], gpc: tuple[Any, ...]) -> Any:
        def arm(seen: int, of: int, hits: int, cookies: list[str], restriction: str) -> dict[str, Any]:
            return {"visits": [seen, of], "hits": hits, "cookies": cookies, "restriction": restriction}

        return {"vendor": key, "name": name, "purpose": purpose, "coverage": coverage, "party": "third",
                "arms": {"control": arm(*control), "gpc": arm(*gpc)}}  # fmt: skip

    return copy.deepcopy({
        "schema": "tracking-audit/verdicts/1", "company": SITE, "run": "2026-11-22T031000Z", "outcome": V,
        "exit_code": 1, "fail_on": "high",
        "claims": [
            {**claim, "findings": by_claim.get(claim["id"], []), "note": None} for claim in CLAIMS
        ],
        "rules": [
            {"id": "undeclared-vendor", "outcome": V, "why": "1 of 9 vendors is declared nowhere."},
            {"id": "unnamed-vendor", "outcome": P, "why": "2 vendors fall under a category; one is accepted."},
            {"id": "forbidden-vendor", "outcome": P, "why": "Nothing that the policy denies was seen."},
            {"id": "gpc-ignored", "outcome": V, "why": "2 of 6 vendors that the signal is about went on unrestricted."},
            {"id": "gpc-has-no-effect", "outcome": P, "why": "31 requests of control have no counterpart in gpc."},
            {"id": "identifier-shared-under-gpc", "outcome": P, "why": "No identifier went to another party."},
            {"id": "declared-vendor-absent", "outcome": P, "why": "Both named vendors were seen."},
            {"id": "declared-variant-differs", "outcome": V, "why": "reCAPTCHA v3 instead of v2-invisible."},
            {"id": "undeclared-cookie-setter", "outcome": P, "why": "Each of 14 cookies has a declared setter."},
            {"id": "signal-not-proven", "outcome": P, "why": "48 of 48 visits proved their arm three ways."},
            {"id": "crawl-incomplete", "outcome": Q, "why": "1 page of 9 could not be reached in the arm gpc."},
        ],
        "findings": found,
        "vendors": [
            vendor("google-analytics", "Google Analytics 4", "analytics", "named",
                   (24, 24, 51, ["_ga", "_ga_X1Y2Z3"], "unrestricted"),
                   (24, 24, 50, ["_ga", "_ga_X1Y2Z3"], "restricted")),
            vendor("google-recaptcha", "Google reCAPTCHA", "security", "named",
                   (3, 3, 12, ["_GRECAPTCHA"], "none"), (3, 3, 12, ["_GRECAPTCHA"], "none")),
            vendor("tiktok-pixel", "TikTok Pixel", "advertising", "category",
                   (24, 24, 72, ["_ttp", "_tt_enable_cookie"], "unrestricted"), (24, 24, 72, ["_ttp"], "unrestricted")),
            vendor("meta-pixel", "Meta Pixel", "advertising", "category",
                   (24, 24, 48, ["_fbp"], "unrestricted"), (6, 24, 12, [], "unrestricted")),
            vendor("linkedin-insight", "LinkedIn Insight Tag", "advertising", "category",
                   (24, 24, 26, ["bcookie", "li_sugr"], "unknown"), (0, 24, 0, [], "none")),
            vendor("microsoft-uet", "Microsoft UET", "advertising", "category",
                   (24, 24, 24, ["_uetsid"], "unrestricted"), (24, 24, 24, ["_uetsid"], "restricted")),
            vendor("hotjar", "Hotjar", "session-replay", "undeclared",
                   (3, 24, 9, ["_hjSessionUser_401"], "unknown"), (3, 24, 9, [], "unknown")),
            vendor("criteo", "Criteo", "advertising", "category",
                   (3, 3, 3, ["uid"], "unrestricted"), (1, 3, 1, [], "unrestricted")),
            vendor("fonts-without-name.example", "", "unknown", "undeclared",
                   (24, 24, 24, [], "unknown"), (24, 24, 24, [], "unknown")),
        ],
        "cookies": inventory.cookies(),
        "consent": fictional_consent.consent(),
        "behaviour": inventory.behaviour(),
        "storage": inventory.storage(),
        "visits": {"control": [24, 24], "gpc": [24, 26], "trace": [8, 8]},
        "waivers": [
            {"rule": "unnamed-vendor", "vendor": "microsoft-uet", "site": None, "owner": "privacy team", "line": 120,
             "reason": "Named in the next version of the policy.", "until": "2027-01-31", "status": "used"},
        ],
        "attestations": [
            {"vendor": "meta-pixel", "statement": "Data processing terms are signed.", "owner": "legal",
             "until": "2026-10-01", "status": "expired"},
        ],
        "gaps": [
            {"arm": "gpc", "url": f"https://www.{SITE}/opt-out", "reason": "timeout", "visit": "009-gpc-2",
             "detail": "The page did not settle within 45 s in 2 of 3 visits."},
            {"arm": "gpc", "url": f"https://www.{SITE}/opt-out", "reason": "timeout", "visit": "009-gpc-3",
             "detail": "The page did not settle within 45 s in 2 of 3 visits."},
        ],
    })  # fmt: skip


def manifest() -> dict[str, Any]:
    """run.json of that run."""
    visits = [
        {
            "id": f"{n:03}-{arm}-{repetition}", "page_url": page, "arm": arm, "repetition": repetition, "attempts": 1,
            "ok": True, "reason": None, "status": 200, "duration_ms": 5200.0, "settled": "quiet",
            "signal": {"wanted": arm == "gpc", "method": "native", "cdp": arm == "gpc",
                       "requests_with": 61 if arm == "gpc" else 0,
                       "requests_of": 61, "exempt": 2, "proven": True, "why": "All three agree."},
            "reconciliation": {"netlog_complete": True, "matched": 60, "wire_only": {"unload-beacon": 1},
                               "cdp_only": {"cache": 2}, "unexplained": []},
            "steps": [{"name": name, "started_ms": 900.0 * n, "detail": ""} for n, name in enumerate(STEPS)],
        }
        for n, page in enumerate(PAGES, 1)
        for arm, repetitions in (("control", (1, 2, 3)), ("gpc", (1, 2, 3)), ("trace", (1,)))
        for repetition in repetitions
    ]  # fmt: skip
    strange = visits[3]["reconciliation"] | {"unexplained": ["GET https://cdn.larkspur-ledger.example/late.js?v=3"]}
    visits[3] |= {"reconciliation": strange | {"wire_only": {"unload-beacon": 1, "preflight": 2, "unexplained": 1}}}
    return {
        "schema": "tracking-audit/run/1", "complete": True, "run": "2026-11-22T031000Z", "company": SITE,
        "started_utc": "2026-11-22T03:10:00Z", "ended_utc": "2026-11-22T03:24:41Z",
        "tool": {"name": "tracking-audit", "version": "0.1.0"},
        "browser": {"path": "chromium-headless-shell", "version": "156.0.8078.79", "gpc": "native"},
        "cookie_mode": "third-party cookies allowed",
        "arms": ["control", "gpc"], "trace": True, "repeat": 3, "pages": PAGES, "visits": visits,
        "expectations": {"file": f"expectations/{SITE}.yaml", "sha256": "5f" * 32},
        "policy": {"sha256": hashlib.sha256(POLICY.encode()).hexdigest()},
        "files": {"evidence/requests.jsonl.gz": "ab" * 32, "evidence/cookies.jsonl.gz": "cd" * 32},
    }  # fmt: skip


def evidence_rows() -> dict[tuple[str, int], dict[str, Any]]:
    """The rows that the findings point at."""
    row = {"method": "POST", "status": 200, "sec_gpc": True, "target": "page", "visit": "001-gpc-1",
           "initiator": {"type": "script", "url": f"https://www.{SITE}/tags.js", "line": 12, "column": 4}}  # fmt: skip
    return {
        ("requests", 412): {**row, "url": "https://analytics.tiktok.com/api/v2/pixel"},
        ("requests", 977): {**row, "visit": "003-gpc-2", "target": "worker"},
        ("requests", 420): {**row, "method": "GET"},
        ("requests", 655): {**row, "sec_gpc": False},
        ("cookies", 31): {"name": "_ttp", "domain": SITE, "set_by": "script", "visit": "001-gpc-1",
                          "setter_url": "https://analytics.tiktok.com/i18n/pixel/events.js"},
    }  # fmt: skip
