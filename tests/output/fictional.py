"""A fictional company with a 47-sentence policy, and what an audit of it found. Nothing here is about a real company."""

from __future__ import annotations

import copy
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from crawler.claims import Claim, ClaimKind, Company, Policy, Waiver
from crawler.findings import Finding, Outcome, Severity

SITE = "larkspur-ledger.example"
PAGES = [
    f"https://www.{SITE}{path}"
    for path in ("/", "/product", "/pricing", "/blog", "/blog/closing-the-books", "/contact", "/careers", "/privacy")
]

POLICY = """\
- What we share
- Sensitive information
- How long we keep it
- Where it comes from
- E-mail from us
- Your rights in California
- De-identified information
- Other information
- How we collect other information
- What we do with other information
- Security
- Advertising by others
- Services of others
- Children
- Changes
- Contact
Larkspur Ledger, Inc. (“Larkspur,” “we”) makes bookkeeping software. This policy covers what we learn through:
- The websites we run that link to this policy (the “Sites”);
- The HTML e-mail messages we send you; and
- The meetings and calls you have with us.
1. What We Share
The chart below also shows which categories we “share” so that advertising can follow you across sites.
We may hand over Personal Data if the company is merged, sold or reorganised.
To opt out of any future “sharing” of your Personal Data for advertising across sites, click here.
2. Sensitive Information
We use Sensitive Data only to provide the services you asked for, to keep them safe and to show non-personalised advertising of our own. We do not use Sensitive Data for anything else.
3. How Long We Keep It
We keep each category of Personal Data for as long as the purpose it was collected for needs it.
4. Where It Comes From
We receive Personal Data from you, from the business you work for and from public databases.
5. E-mail From Us
If you no longer want our newsletters, use the unsubscribe link at the end of any of them.
6. Your Rights in California
If you live in California you may ask us:
- To know which Personal Data we hold about you.
- To correct it, or to delete it.
- To stop the “sharing” of your Personal Data for advertising across sites.
You will not be treated worse for using your privacy rights.
To make a request, write to us at larkspur-ledger.example or call (555) 010-4477.
We do not sell Personal Data, and we have not done so in the past 12 months. We do not knowingly “share” Personal Data of anyone under 16.
To opt out of any future “sharing” of your Personal Data for advertising across sites, click here.
We also honour opt-out preference signals such as the Global Privacy Control. Such a signal sets your choice only for the browser or device that sends it. You can read how to send one at https://globalprivacycontrol.org/.
Authorised Agents
An agent may make a request for you, if they show us that you asked them to.
7. De-Identified Information
What we have de-identified stays de-identified, and we will not try to re-identify it.
8. Other Information
“Other Information” is anything that does not reveal who you are, such as:
- Browser and device information
- Usage data
- Information gathered through cookies, pixel tags and similar technologies
9. How We Collect Other Information
We and our service providers collect Other Information in several ways:
- Your browser or device. Most browsers tell us your screen size, operating system, language and browser version. We use this so that the Sites work properly.
- Cookies. Cookies let us learn the time you spend on the Sites, the pages you visit and your language. We and our service providers use this for security, to make navigation easier and to show information in a better way. We also count visits to improve the Sites. Cookies and pixel tags further let us choose which of our own offers are most likely to interest you, and cookies in online advertising tell us who answered them. We do not respond to do-not-track signals of browsers. If you do not want cookies, most browsers let you decline them. If you decline them, some parts of the Sites may be less convenient. There is more about cookies at https://www.cookies-explained.example/manage.
- Pixel tags. Pixel tags may be used to follow what visitors do on the Sites, to measure our campaigns and to compile statistics.
- Analytics. We use Google Analytics, which sets cookies to report how the Sites are used. This service may also learn about your use of other websites. You can stop it with the add-on at https://tools.google.com/dlpage/gaoptout.
- Invisible reCAPTCHA. We use Google’s invisible reCAPTCHA on the Sites to keep out spam. The tool may use cookies and other information such as your IP address, the time, your language and mouse movements. Its use is subject to Google’s privacy policy.
10. What We Do With Other Information
We may use Other Information for any purpose, unless the law says otherwise. Sometimes we combine Other Information with Personal Data.
11. Security
We take reasonable technical measures to protect Personal Data inside our organisation.
12. Advertising by Others
We let third-party advertising companies show you advertisements that may interest you, here and on other websites. These companies place or recognise a cookie of their own on your browser. They may also recognise you across your devices, such as a phone and a laptop. To learn how to opt out, visit http://optout.ads-choices.example/#/.
13. Services of Others
This policy does not cover websites of others that ours link to.
14. Children
The Sites are not meant for anyone under 13, and we do not knowingly collect their Personal Data.
15. Changes
When we change this policy we will post it here with a new “Last Updated” date.
16. Contact
Questions about this policy go to privacy@larkspur-ledger.example
"""

P, V, I, N, E = "pass", "violation", "inconclusive", "not-checkable", "error"

# id, section, kind, outcome, quote, why
CLAIMS = [
    ("L01", "0", "scope", P, "The websites we run that link to this policy", "All 8 pages link to the policy."),
    ("L02", "0", "not-checkable", N, "The HTML e-mail messages we send you", "A browser cannot see e-mail."),
    ("L03", "0", "not-checkable", N, "The meetings and calls you have with us", "A browser cannot see what happens offline."),
    ("L04", "1", "category", P, "The chart below also shows which categories we “share” so that advertising can follow you across sites.", "Sharing is admitted; what was seen of it falls under the chart."),
    ("L05", "1 and 6", "opt-out", I, "To opt out of any future “sharing” of your Personal Data for advertising across sites, click here.", "The opt-out page did not load in 2 of 3 visits, so that it could not be exercised."),
    ("L06", "1", "not-checkable", N, "We may hand over Personal Data if the company is merged, sold or reorganised.", "A corporate event leaves no trace in a browser."),
    ("L07", "2", "statement", P, "We use Sensitive Data only to provide the services you asked for [...] We do not use Sensitive Data for anything else.", "No sensitive value left the pages for another party. Only leaks are visible, not purposes."),
    ("L08", "3", "not-checkable", N, "We keep each category of Personal Data for as long as the purpose it was collected for needs it.", "Retention happens on servers."),
    ("L09", "4", "not-checkable", N, "We receive Personal Data from you, from the business you work for and from public databases.", "Sources are not visible to a browser."),
    ("L10", "5", "not-checkable", N, "If you no longer want our newsletters, use the unsubscribe link at the end of any of them.", "A browser cannot see e-mail."),
    ("L11", "6", "opt-out", I, "To stop the “sharing” of your Personal Data for advertising across sites.", "Depends on the opt-out page, which could not be judged."),
    ("L12", "6", "statement", P, "To make a request, write to us at larkspur-ledger.example or call (555) 010-4477.", "The address answers."),
    ("L13", "6", "forbidden", N, "We do not sell Personal Data, and we have not done so in the past 12 months.", "No contradiction observed. A sale is a contract, which no browser can see."),
    ("L14", "6", "signal", V, "We also honour opt-out preference signals such as the Global Privacy Control.", "Two advertising products received visits in unrestricted mode while the signal was on."),
    ("L15", "6", "signal", P, "Such a signal sets your choice only for the browser or device that sends it.", "The signal had effect from the first page view on."),
    ("L16", "6", "link", P, "https://globalprivacycontrol.org/", "The address is linked."),
    ("L17", "6", "statement", P, "You will not be treated worse for using your privacy rights.", "Same pages, same forms, no wall with the signal on."),
    ("L18", "6", "not-checkable", N, "We do not knowingly “share” Personal Data of anyone under 16.", "A browser has no age."),
    ("L19", "7", "statement", P, "we will not try to re-identify it", "No vendor that identifies visitors was seen."),
    ("L20", "8", "category", P, "Information gathered through cookies, pixel tags and similar technologies", "Declares technologies; nobody is named."),
    ("L21", "9", "scope", P, "We and our service providers collect Other Information in several ways", "Nothing to hold against it."),
    ("L22", "9", "data", P, "Most browsers tell us your screen size, operating system, language and browser version.", "What was sent is on the list."),
    ("L23", "9", "data", V, "Cookies let us learn the time you spend on the Sites, the pages you visit and your language.", "Hotjar recorded mouse paths and clicks, which this list does not name."),
    ("L24", "9", "category", P, "We and our service providers use this for security, to make navigation easier and to show information in a better way.", "The products seen fit these purposes."),
    ("L25", "9", "category", V, "Cookies and pixel tags further let us choose which of our own offers are most likely to interest you, and cookies in online advertising tell us who answered them.", "TikTok Pixel did so with the signal on."),
    ("L26", "9", "signal", N, "We do not respond to do-not-track signals of browsers.", "The arm dnt was not run."),
    ("L27", "9", "cookie-refusal", N, "most browsers let you decline them", "The arm no-cookies was not run."),
    ("L28", "9", "cookie-refusal", N, "If you decline them, some parts of the Sites may be less convenient.", "The arm no-cookies was not run."),
    ("L29", "9", "link", P, "https://www.cookies-explained.example/manage", "The address is linked."),
    ("L30", "9", "category", P, "Pixel tags may be used to follow what visitors do on the Sites, to measure our campaigns and to compile statistics.", "Covers Meta Pixel and LinkedIn Insight Tag as campaign measurement."),
    ("L31", "9", "vendor", P, "We use Google Analytics, which sets cookies to report how the Sites are used.", "Seen in 24 of 24 visits of each arm, as declared."),
    ("L32", "9", "vendor", P, "This service may also learn about your use of other websites.", "No advertising feature of Google Analytics was seen."),
    ("L33", "9", "opt-out", N, "You can stop it with the add-on at https://tools.google.com/dlpage/gaoptout.", "The arm ga-opt-out was not run."),
    ("L34", "9", "vendor", V, "We use Google’s invisible reCAPTCHA on the Sites to keep out spam.", "reCAPTCHA v3 was seen on the contact page, not the invisible v2 that is declared."),
    ("L35", "9", "data", V, "The tool may use cookies and other information such as your IP address, the time, your language and mouse movements.", "Mouse movements are declared for this tool alone; Hotjar records them too."),
    ("L36", "9", "statement", P, "Its use is subject to Google’s privacy policy.", "The sentence is there; whether it is still right is for a lawyer."),
    ("L37", "10", "not-checkable", N, "We may use Other Information for any purpose, unless the law says otherwise.", "A reservation; nothing to observe."),
    ("L38", "10", "statement", P, "Sometimes we combine Other Information with Personal Data.", "An admission; nothing contradicts it."),
    ("L39", "11", "statement", P, "We take reasonable technical measures to protect Personal Data inside our organisation.", "All requests went over TLS."),
    ("L40", "12", "category", V, "We let third-party advertising companies show you advertisements that may interest you, here and on other websites.", "These companies went on with the signal on."),
    ("L41", "12", "category", V, "These companies place or recognise a cookie of their own on your browser.", "With the signal on, _ttp was set all the same."),
    ("L42", "12", "statement", N, "They may also recognise you across your devices, such as a phone and a laptop.", "One browser cannot show it."),
    ("L43", "12", "opt-out", I, "To learn how to opt out, visit http://optout.ads-choices.example/#/.", "The address answered in 1 of 3 visits."),
    ("L44", "13", "not-checkable", N, "This policy does not cover websites of others that ours link to.", "A disclaimer; nothing to observe."),
    ("L45", "14", "not-checkable", N, "we do not knowingly collect their Personal Data", "A browser has no age."),
    ("L46", "15", "statement", P, "with a new “Last Updated” date", "The page shows a date."),
    ("L47", "16", "statement", P, "privacy@larkspur-ledger.example", "The address is there."),
]  # fmt: skip


def company() -> Company:
    """The expectations, as the loader would give them."""
    claims = tuple(
        Claim(id=i, section=section, kind=ClaimKind(kind), quote=quote, line=12 + 2 * n)
        for n, (i, section, kind, _outcome, quote, _why) in enumerate(CLAIMS)
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
        "cannot_tell": cannot_tell, "remedy": remedy, "evidence": evidence or [], "waiver": waiver,
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
                 "url": "https://analytics.tiktok.com/api/v2/pixel", "note": "Sec-GPC: 1 was sent; no opt-out parameter"},
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
            evidence=[{"stream": "requests", "row": 655, "visit": "003-control-1", "note": "the recorder starts",
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
            "gpc-ignored", "high", "criteo", "gpc", outcome=I, confidence="low", claims=("L14",), pages=[PAGES[4]],
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
                    "reason": "Named in the next version of the policy.", "until": "2027-01-31"},
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

    def cookie(name: str, domain: str, party: str, who: str, by: str, days: float | None, arms: dict[str, Any]) -> Any:
        return {"name": name, "domain": domain, "party": party, "vendor": who, "set_by": by,
                "setter_url": f"https://cdn.{domain}/tag.js", "lifetime_days": days, "arms": arms}  # fmt: skip

    all_visits, none = {"control": [24, 24], "gpc": [24, 24]}, {"control": [24, 24], "gpc": [0, 24]}
    return copy.deepcopy({
        "schema": "tracking-audit/verdicts/1", "company": SITE, "run": "2026-11-22T031000Z", "outcome": V,
        "exit_code": 1, "fail_on": "high",
        "claims": [
            {"id": i, "section": section, "quote": quote, "outcome": outcome, "findings": by_claim.get(i, []),
             "why": why, "kind": kind, "note": None}
            for i, section, kind, outcome, quote, why in CLAIMS
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
            {"id": "crawl-incomplete", "outcome": I, "why": "1 page of 9 could not be reached in the arm gpc."},
        ],
        "findings": found,
        "vendors": [
            vendor("google-analytics", "Google Analytics 4", "analytics", "named",
                   (24, 24, 51, ["_ga", "_ga_X1Y2Z3"], "unrestricted"), (24, 24, 50, ["_ga", "_ga_X1Y2Z3"], "restricted")),
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
        "cookies": [
            cookie("_ga", SITE, "first", "google-analytics", "script", 400.0, all_visits),
            cookie("_ttp", SITE, "first", "tiktok-pixel", "script", 390.0, all_visits),
            cookie("_fbp", SITE, "first", "meta-pixel", "script", 90.0, none),
            cookie("li_sugr", "linkedin.com", "third", "linkedin-insight", "http", 90.0, none),
            cookie("session", SITE, "first", "", "http", None, all_visits),
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
            "signal": {"wanted": arm == "gpc", "method": "native", "cdp": arm == "gpc", "requests_with": 61,
                       "requests_of": 61, "exempt": 2, "proven": True, "why": "All three agree."},
            "reconciliation": {"netlog_complete": True, "matched": 60, "wire_only": {"unload-beacon": 1},
                               "cdp_only": {"cache": 2}, "unexplained": []},
        }
        for n, page in enumerate(PAGES, 1) for arm in ("control", "gpc") for repetition in (1, 2, 3)
    ]  # fmt: skip
    return {
        "schema": "tracking-audit/run/1", "complete": True, "run": "2026-11-22T031000Z", "company": SITE,
        "started_utc": "2026-11-22T03:10:00Z", "ended_utc": "2026-11-22T03:24:41Z",
        "tool": {"name": "tracking-audit", "version": "0.1.0"},
        "browser": {"path": "chromium-headless-shell", "version": "156.0.8078.79", "gpc": "native"},
        "cookie_mode": "third-party cookies allowed",
        "arms": ["control", "gpc"], "repeat": 3, "pages": PAGES, "visits": visits,
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
