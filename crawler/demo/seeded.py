"""The mistakes that the demo company makes on purpose, as the findings that an audit of it must bring, and no others.

Notes (severity info) are no mistakes: vendors that the policy declares without naming them, analytics that the signal
is not about, a third party that no list calls a tracker. The repaired twin (`World(fixed=True)`) brings notes only.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.site_map import AUDITED, BY_PATH
from crawler.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """One expected finding."""

    rule: str
    vendor: str
    arm: str
    severity: Severity
    claims: tuple[str, ...]
    """Sentences of the policy that the finding must name; it may name more."""
    pages: tuple[str, ...]
    """Paths on which it shows; empty when the rule speaks of the whole site."""
    why: str


def _with_tag(*tags: str) -> tuple[str, ...]:
    return tuple(path for path in AUDITED if set(tags) & set(BY_PATH[path].tags))


_META = _with_tag("meta", "meta-matching")
_POSTS = ("/blog/five-minutes-between-jobs", "/blog/quotes-that-get-a-yes")

MISTAKES: tuple[Seeded, ...] = (
    Seeded(
        rule="undeclared-vendor",
        vendor="fullstory",
        arm="control",
        severity=Severity.HIGH,
        claims=("D23", "D35"),
        pages=_with_tag("fullstory"),
        why="FullStory records sessions on the pricing page; the policy declares no such recording.",
    ),
    Seeded(
        rule="undeclared-vendor",
        vendor="6sense",
        arm="control",
        severity=Severity.HIGH,
        claims=("D21",),
        pages=_with_tag("visitor-worker"),
        why="A worker of the scheduling page asks 6sense which company the visitor works for; the policy "
        "declares nothing like it.",
    ),
    Seeded(
        rule="forbidden-vendor",
        vendor="6sense",
        arm="control",
        severity=Severity.MEDIUM,
        claims=("D13",),
        pages=_with_tag("visitor-worker"),
        why="6sense puts names to visitors, a sign against the sentence 'we do not sell'; a person must judge.",
    ),
    Seeded(
        rule="undeclared-cookie-setter",
        vendor="6sense",
        arm="control",
        severity=Severity.LOW,
        claims=("D21",),
        pages=_with_tag("visitor-worker"),
        why="6sense's answer leaves a cookie for two years; low, since 6sense is charged already.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="meta-pixel",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_META,
        why="Meta's pixel sends the same with the signal as without it, and asks for no limited use of data.",
    ),
    Seeded(
        rule="identifier-shared-under-gpc",
        vendor="meta-pixel",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_META,
        why="The value of the site's own cookie _fbp goes to Meta with the signal on.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="google-ads",
        arm="gpc",
        severity=Severity.CRITICAL,
        claims=("D14",),
        pages=_with_tag("ads-gateway"),
        why="A tag behind the company's own host tells Google that all consent was given (gcs=G111) although "
        "the signal is on.",
    ),
    Seeded(
        rule="declared-variant-differs",
        vendor="google-recaptcha",
        arm="control",
        severity=Severity.LOW,
        claims=("D34",),
        pages=_with_tag("recaptcha"),
        why="The contact page runs reCAPTCHA v3 where the policy declares the invisible variant of v2.",
    ),
    Seeded(
        rule="undeclared-cookie-setter",
        vendor="clickbridge.example",
        arm="control",
        severity=Severity.MEDIUM,
        claims=(),
        pages=_POSTS,
        why="Pictures of blog posts are fetched by way of a link broker that the policy does not declare; it keeps a "
        "cookie for 400 days.",
    ),
    Seeded(
        rule="opt-out-strings-contradict",
        vendor="",
        arm="gpc",
        severity=Severity.MEDIUM,
        claims=("D14",),
        pages=_with_tag("old-notice"),
        why="With the signal on, the consent tool says on the blog that the visitor opted out, and a forgotten older "
        "notice answers 1YNN, not opted out.",
    ),
    Seeded(
        rule="string-says-opted-out-traffic-does-not",
        vendor="google-ads",
        arm="gpc",
        severity=Severity.LOW,
        claims=("D14",),
        pages=_with_tag("ads-gateway"),
        why="With the signal on, the consent tool says that the visitor opted out, and the tag behind the company's "
        "own host tells Google the opposite; low, since that tag is charged already.",
    ),
    Seeded(
        rule="cookie-outlives-documentation",
        vendor="google-ads",
        arm="control",
        severity=Severity.LOW,
        claims=(),
        pages=_with_tag("ads-gateway"),
        why="The company's own host keeps Google Ads' cookie _gcl_gs for two years; Google documents 90 days.",
    ),
    Seeded(
        rule="user-data-sent",
        vendor="meta-pixel",
        arm="gpc",
        severity=Severity.MEDIUM,
        claims=("D14",),
        pages=_with_tag("meta-matching"),
        why="The e-mail address in the form of the payments page goes to Meta as a hash although the signal is on.",
    ),
    Seeded(
        rule="first-party-disguise",
        vendor="pardot",
        arm="control",
        severity=Severity.MEDIUM,
        claims=("D30",),
        pages=_with_tag("pardot"),
        why="The company's host for its contact page's counter is an alias (CNAME) for Pardot's, so cookies of the "
        "whole site go along.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="the-trade-desk",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_with_tag("retargeting"),
        why="The events page calls The Trade Desk's retargeting pixel with the signal on, and tells it of no opt-out.",
    ),
    Seeded(
        rule="cookie-syncing",
        vendor="the-trade-desk",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_with_tag("retargeting"),
        why="The Trade Desk's pixel redirects to Xandr and hands it the value of its own cookie, so that two companies "
        "match one visitor.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="xandr",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_with_tag("retargeting"),
        why="By that redirect Xandr, which no page calls itself, learns of the visit with the signal on.",
    ),
    Seeded(
        rule="forbidden-vendor",
        vendor="xandr",
        arm="control",
        severity=Severity.MEDIUM,
        claims=("D13",),
        pages=_with_tag("retargeting"),
        why="Xandr's part in the match is a sign against the sentence 'we do not sell'; a person must judge.",
    ),
)
"""What `demo` must find, in the order of the story."""

NOTES_OF_BOTH: tuple[Seeded, ...] = (
    *(
        Seeded(
            rule="unnamed-vendor",
            vendor=vendor,
            arm="control",
            severity=Severity.INFO,
            claims=("D40",),
            pages=_with_tag(*tags),
            why=why,
        )
        for vendor, tags, why in (
            ("meta-pixel", ("meta", "meta-matching"), "Declared as advertising, not named."),
            ("google-ads", ("ads", "ads-gateway"), "Declared as advertising, not named."),
            ("linkedin-insight", ("linkedin",), "Declared as advertising, not named; silent under the signal."),
            ("microsoft-uet", ("uet",), "Declared as advertising, not named; asc=D under the signal."),
        )
    ),
    Seeded(
        rule="unnamed-vendor",
        vendor="pardot",
        arm="control",
        severity=Severity.INFO,
        claims=("D30",),
        pages=_with_tag("pardot"),
        why="Declared as marketing, not named; silent under the signal.",
    ),
    Seeded(
        rule="unnamed-vendor",
        vendor="onetrust",
        arm="control",
        severity=Severity.INFO,
        claims=("D24",),
        pages=_with_tag("consent"),
        why="Declared as what makes the site work, not named: the tool that asks for consent.",
    ),
    Seeded(
        rule="user-data-sent",
        vendor="meta-pixel",
        arm="control",
        severity=Severity.INFO,
        claims=(),
        pages=_with_tag("meta-matching"),
        why="The hash goes to Meta without the signal, too; the policy covers the vendor as advertising.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="google-analytics",
        arm="gpc",
        severity=Severity.INFO,
        claims=("D14",),
        pages=_with_tag("ga4", "ga4-signals"),
        why="Named in the policy and unaffected: the signal is not about plain analytics.",
    ),
)
"""What both the demo and its repaired twin bring beside any mistakes."""

NOTES: tuple[Seeded, ...] = (
    *NOTES_OF_BOTH,
    *(
        Seeded(
            rule="unnamed-vendor",
            vendor=vendor,
            arm="control",
            severity=Severity.INFO,
            claims=("D40",),
            pages=_with_tag("retargeting"),
            why="Declared as advertising, not named.",
        )
        for vendor in ("the-trade-desk", "xandr")
    ),
    Seeded(
        rule="undeclared-vendor",
        vendor="clickbridge.example",
        arm="control",
        severity=Severity.INFO,
        claims=(),
        pages=_POSTS,
        why="A third party in no list: a note by itself; its lasting cookie is the mistake.",
    ),
)

EXPECTED: tuple[Seeded, ...] = (*MISTAKES, *NOTES)
"""Everything that the demo brings."""

REPAIRS = (
    "FullStory, 6sense, the link broker, the retargeting pixel and the older notice are gone. Under the signal Meta is "
    "told that data processing is limited and gets no address, and the tag behind the company's own host is silent; "
    "its cookie lasts 90 days. Pardot is called by its own name. The contact page runs the invisible reCAPTCHA v2."
)
"""What the twin does otherwise, in a paragraph."""

EXPECTED_FIXED: tuple[Seeded, ...] = NOTES_OF_BOTH
"""Everything that the repaired twin brings."""
