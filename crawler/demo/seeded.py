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


_POSTS = ("/blog/five-minutes-between-jobs", "/blog/quotes-that-get-a-yes")

MISTAKES: tuple[Seeded, ...] = (
    Seeded(
        rule="undeclared-vendor",
        vendor="fullstory",
        arm="control",
        severity=Severity.HIGH,
        claims=("D23", "D35"),
        pages=_with_tag("fullstory"),
        why="A session-replay tag runs on the pricing page; the policy declares no such recording.",
    ),
    Seeded(
        rule="undeclared-vendor",
        vendor="6sense",
        arm="control",
        severity=Severity.HIGH,
        claims=("D21",),
        pages=_with_tag("visitor-worker"),
        why="A worker, and no script of the page, asks a vendor which company the visitor works for.",
    ),
    Seeded(
        rule="forbidden-vendor",
        vendor="6sense",
        arm="control",
        severity=Severity.MEDIUM,
        claims=("D13",),
        pages=_with_tag("visitor-worker"),
        why="A company that names visitors to others is a sign against 'we do not sell'; a person must judge.",
    ),
    Seeded(
        rule="undeclared-cookie-setter",
        vendor="6sense",
        arm="control",
        severity=Severity.LOW,
        claims=("D21",),
        pages=_with_tag("visitor-worker"),
        why="The same call leaves a cookie for two years; low, since the vendor is charged already.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="meta-pixel",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_with_tag("meta"),
        why="The pixel sends the same with the signal as without, and no data processing option.",
    ),
    Seeded(
        rule="identifier-shared-under-gpc",
        vendor="meta-pixel",
        arm="gpc",
        severity=Severity.HIGH,
        claims=("D14",),
        pages=_with_tag("meta"),
        why="The first-party cookie _fbp goes to Meta with the signal on.",
    ),
    Seeded(
        rule="gpc-ignored",
        vendor="google-ads",
        arm="gpc",
        severity=Severity.CRITICAL,
        claims=("D14",),
        pages=_with_tag("ads-gateway"),
        why="A tag behind the company's own host says gcs=G111, all consent given, although the signal is on.",
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
        why="Pictures of blog posts go through a link broker that nobody declared; it keeps a cookie for 400 days.",
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
            ("meta-pixel", ("meta",), "Declared as advertising, not named."),
            ("google-ads", ("ads", "ads-gateway"), "Declared as advertising, not named."),
            ("linkedin-insight", ("linkedin",), "Declared as advertising, not named; silent under the signal."),
            ("microsoft-uet", ("uet",), "Declared as advertising, not named; asc=D under the signal."),
        )
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

EXPECTED_FIXED: tuple[Seeded, ...] = NOTES_OF_BOTH
"""Everything that the repaired twin brings."""
