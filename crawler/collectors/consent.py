"""The consent state of a page: rows from its cookies and storage, and from what its own interfaces answered.

The values are read elsewhere (the jar, `storage.py`, `consent_api.py`); here they are recognised by name, freed of what
identifies a person, and bounded. What they mean is for `crawler.signals.consent` to say.

Names of cookies and keys: OneTrust, Cookiebot, TrustArc, Ketch, Usercentrics, Didomi, HubSpot, DataGrail from the rules
of autoconsent and the Open Cookie Database, read 2026-11-22; `OTGPPConsent` from privacy-tech-lab/gpc-web-crawler,
read 2026-11-22; `usprivacy` from IAB's US Privacy user signal mechanism; `euconsent-v2` from IAB's CMP API v2;
`tcmConsent` from public source code on GitHub, read 2026-11-27; `__gpp`, `gpp` and `IABGPP_HDR_GppString` from memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.collectors import consent_values
from crawler.collectors.consent_api import Answer
from crawler.collectors.storage import StoredItem
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import ConsentState
from crawler.parties import party

MAX_ROWS = 200
"""For one visit."""
_MAX_NAME, _MAX_ORIGIN = 200, 2_048
_COOKIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (source, re.compile(pattern, re.IGNORECASE))
    for source, pattern in (
        ("usprivacy", r"us_?privacy"),
        ("gpp", r"OTGPPConsent|(__)?gpp|IABGPP_HDR_GppString"),
        ("tcf", r"eu(pub)?consent-v2"),
        ("onetrust", r"OptanonConsent|OneTrustWPCCPAGoogleOptOut"),
        ("cookiebot", r"CookieConsent"),
        ("osano", r"osano_consentmanager"),
        ("trustarc", r"cmapi_cookie_privacy|notice_(gdpr_)?(prefs|preferences)|notice_behavior"),
        ("ketch", r"_ketch_consent_v\d+_.*"),
        ("didomi", r"didomi_token"),
        ("hubspot", r"__hs_(opt_out|do_not_track|initial_opt_in|cookie_cat_pref|gpc_banner_dismiss)"),
        ("transcend", r"tcmConsent"),
        ("datagrail", r"datagrail_consent.*"),
    )
)
_KEYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    *_COOKIES,
    ("usercentrics", re.compile(r"ucData|uc_settings|uc_user_interaction|usercentrics", re.IGNORECASE)),
)
_FRAMEWORKS = frozenset({"usprivacy", "gpp", "tcf"})


@dataclass(frozen=True, slots=True)
class CookieValue:
    """A cookie with its value, which is never written down like this."""

    name: str
    domain: str
    value: str


def cookies_of(jar: Iterable[dict[str, object]] | None) -> Iterator[CookieValue]:
    """The cookies of `Storage.getCookies`."""
    for cookie in jar or ():
        name, domain, value = (str(cookie.get(key) or "") for key in ("name", "domain", "value"))
        yield CookieValue(name, domain.lstrip("."), value)


def rows(
    visit: VisitKey,
    *,
    cookies: Iterable[CookieValue] = (),
    stored: Iterable[StoredItem] = (),
    answers: Iterable[Answer] = (),
) -> list[ConsentState]:
    """One row for each source, in a fixed order; at most `MAX_ROWS`."""
    found = [_answer(visit, answer) for answer in answers]
    for cookie in cookies:
        if (source := _source(cookie.name, _COOKIES)) is not None:
            found.append(_kept(visit, source, "cookie", cookie.name, cookie.value, cookie.domain))
    for item in stored:
        if item.area in ("local", "session") and (source := _source(item.key, _KEYS)) is not None:
            whole = len(item.value) == item.value_length
            row = _kept(visit, source, "storage", item.key, item.value, item.origin, whole=whole)
            found.append(row)
    found.sort(key=lambda row: (row.source, row.where, row.name, row.origin, row.value))
    return found[:MAX_ROWS]


def _source(name: str, table: tuple[tuple[str, re.Pattern[str]], ...]) -> str | None:
    return next((source for source, pattern in table if pattern.fullmatch(name[:_MAX_NAME])), None)


def _kept(
    visit: VisitKey, source: str, where: str, name: str, text: str, origin: str, *, whole: bool = True
) -> ConsentState:
    value, problem = consent_values.kept(text, consent_string=source in _FRAMEWORKS) if whole else ("", "too long")
    return _row(visit, source, where, name, value, problem, origin, None)


def _answer(visit: VisitKey, answer: Answer) -> ConsentState:
    question = answer.question
    value, problem = "", answer.state
    if answer.state == "answered":
        value, problem = _told(answer.value, groups=question.name == "OnetrustActiveGroups")
        problem = problem or ("too long" if answer.cut else "")
    return _row(visit, question.source, question.where, question.name, value, problem, answer.origin, answer.unix_ms)


def _told(value: object, *, groups: bool) -> tuple[str, str]:
    if isinstance(value, str):
        return consent_values.kept(value, groups=groups)
    return consent_values.dumped(value)


def _row(
    visit: VisitKey,
    source: str,
    where: str,
    name: str,
    value: str,
    problem: str,
    origin: str,
    unix_ms: float | None,
) -> ConsentState:
    return ConsentState(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        origin=origin[:_MAX_ORIGIN],
        party=party(origin, visit.page_url, visit.own_domains).value,
        source=source,
        where=where,
        name=name[:_MAX_NAME],
        value=value,
        problem=problem,
        at_ms=None if unix_ms is None else unix_ms - visit.started_unix_ms,
    )
