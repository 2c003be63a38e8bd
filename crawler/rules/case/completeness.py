"""How much of the plan was seen: every shortfall of a run, by site and arm. It never says who is at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from crawler.claims import Company
from crawler.evidence import Arm, Gap, Page, Visit
from crawler.findings import Severity
from crawler.parties import host_of
from crawler.rules.case.coverage import gpc_promises
from crawler.rules.case.model import COMPARED, Shortfall, VendorSeen
from crawler.rules.case.same_page import other_pages
from crawler.rules.case.site import site_of
from crawler.vendors.model import KnownBy

TOLERATED_ROWS = 2
TOLERATED_SHARE = 0.01
"""Rows that neither recorder can explain: up to two, or one in a hundred of a visit, are noise of the two clocks.
They stand in the bundle all the same, so a vendor among them is still judged."""

_NOT_PROVEN = "signal-not-proven"


def signal_holds(visit: Visit) -> bool:
    """Whether a visit's proof fits its arm. Counts are checked again here: a wrong word must not make a proof."""
    proof = visit.signal
    if visit.arm not in COMPARED:
        return proof is None or proof.proven
    if proof is None or not proof.proven:
        return False
    if visit.arm is Arm.GPC:
        return proof.wanted and proof.requests_with > 0
    return not proof.wanted and proof.requests_with == 0


def is_judged(visit: Visit) -> bool:
    """Whether what this visit saw may be held against anybody."""
    return visit.ok and signal_holds(visit)


def required_arms(company: Company, manifest: Mapping[str, Any]) -> tuple[Arm, ...]:
    """The arms without which the company cannot be judged: control always, and GPC where it was planned or promised."""
    planned = _planned_arms(manifest)
    gpc = not planned or Arm.GPC in planned or bool(gpc_promises(company))
    extra = [a for a in planned if a not in (*COMPARED, Arm.TRACE)]
    return (Arm.CONTROL, *([Arm.GPC] if gpc else []), *extra)


def shortfalls(
    company: Company,
    manifest: Mapping[str, Any],
    visits: Sequence[Visit],
    gaps: Sequence[Gap],
    wire_rows: Mapping[str, int],
    pages: Sequence[Page],
    damage: Iterable[str],
    vendors: Iterable[VendorSeen] = (),
) -> tuple[Shortfall, ...]:
    """Everything that was meant to be seen and was not. `wire_rows` counts the recorded requests of each visit."""
    found = [
        *(_short("", "all", "damaged", problem) for problem in damage),
        *(_short(site_of(g.url), g.arm, g.reason, g.detail, url=g.url, visit=g.visit) for g in gaps),
    ]
    explained = {(g.visit, g.arm) for g in gaps if g.visit}
    pages_read = frozenset(page.visit for page in pages)
    for visit in visits:
        if not explained & {(visit.id, visit.arm), (visit.id, "all")}:
            found.extend(_of_visit(visit, wire_rows.get(visit.id, 0), visit.id in pages_read))
    arms = required_arms(company, manifest)
    # Where the reason is known, saying that nothing counts would only repeat it.
    told = {(s.site, s.arm) for s in found}
    found.extend(_missing(manifest, visits, arms))
    found.extend(_unreachable(vendors))
    judged = frozenset(visit.id for visit in visits if is_judged(visit))
    other = other_pages(page for page in pages if page.visit in judged)
    found.extend(_short(site_of(url), Arm.GPC, "another-page", detail, url=url) for url, detail in other)
    found.extend(s for s in _unvisited(company, visits, arms) if not told & {(s.site, s.arm), (s.site, "all")})
    return tuple(sorted(set(found), key=lambda s: (s.site, s.arm, s.reason, s.url, s.visit or "", s.detail)))


def _short(
    site: str, arm: str, reason: str, detail: str, *, url: str = "", visit: str | None = None, medium: bool = False
) -> Shortfall:
    severity = Severity.MEDIUM if medium else Severity.HIGH
    if arm != "all" and arm not in COMPARED:
        severity = Severity.INFO if arm == Arm.TRACE else Severity.LOW
    return Shortfall(site=site, arm=arm, reason=reason, detail=detail, severity=severity, url=url, visit=visit)


def _of_visit(visit: Visit, wire_rows: int, page_read: bool) -> Iterator[Shortfall]:
    def short(reason: str, detail: str, *, medium: bool = False) -> Shortfall:
        url = visit.page_url
        return _short(site_of(url), visit.arm, reason, detail, url=url, visit=visit.id, medium=medium)

    if not visit.ok:
        yield short(visit.reason or "error", "the visit did not go well and nobody noted why")
        return
    if not signal_holds(visit):
        yield short(_NOT_PROVEN, visit.signal.why if visit.signal else "the visit holds no proof of its signal")
    ledger = visit.reconciliation
    if ledger is None or not ledger.netlog_complete:
        yield short("netlog-incomplete", "the browser's network log has no end: requests may be missing")
    elif len(ledger.unexplained) > max(TOLERATED_ROWS, TOLERATED_SHARE * _rows(visit)):
        detail = f"{len(ledger.unexplained)} of {_rows(visit)} recorded rows could not be explained"
        yield short("unexplained", detail, medium=True)
    if wire_rows == 0:
        yield short("nothing-recorded", "the visit is said to have gone well, but holds no request")
    if not page_read:
        yield short("page-not-read", "the page's own facts (frames, forms, links) were not read")


def _rows(visit: Visit) -> int:
    ledger = visit.reconciliation
    if ledger is None:
        return 0
    return ledger.matched + sum(ledger.wire_only.values()) + sum(ledger.cdp_only.values())


def _missing(manifest: Mapping[str, Any], visits: Sequence[Visit], arms: Iterable[Arm]) -> Iterator[Shortfall]:
    """Planned visits that left no trace. Without a plan in the manifest the visits themselves tell what was meant."""
    made: Counter[tuple[str, Arm]] = Counter((v.page_url, v.arm) for v in visits if v.arm is not Arm.TRACE)
    planned_pages = _planned_pages(manifest)
    pages = sorted({*planned_pages, *(page for page, _ in made)})
    repeat = manifest.get("repeat", manifest.get("repetitions"))
    expected = repeat if isinstance(repeat, int) and repeat > 0 else max(made.values(), default=1)
    for page in pages:
        for arm in arms:
            if made[page, arm] < expected:
                detail = f"{made[page, arm]} of {expected} planned visits were made"
                yield _short(site_of(page), arm, "missing", detail, url=page)


def _unvisited(company: Company, visits: Sequence[Visit], arms: Iterable[Arm]) -> Iterator[Shortfall]:
    judged = [(host_of(v.page_url), v.arm) for v in visits if is_judged(v)]
    for start in company.sites:
        base = host_of(start).removeprefix("www.")
        for arm in arms:
            if not any(a is arm and (host == base or host.endswith("." + base)) for host, a in judged):
                yield _short(site_of(start), arm, "no-visit", f"no visit of this site in arm {arm} counts", url=start)
    if all(v.arm is Arm.TRACE for v in visits) or not company.sites:
        detail = "the run holds explaining visits alone" if visits else "the run holds no visit at all"
        yield _short("", "all", "no-visits", detail)


def _unreachable(vendors: Iterable[VendorSeen]) -> Iterator[Shortfall]:
    """Vendors that pages called and that never answered: what they would have done is not known.

    Only of hosts that a list knows to exist; a tag that calls a host long gone is no lack of evidence.
    """
    for seen in vendors:
        known = seen.known_by in (KnownBy.CATALOGUE, KnownBy.THIRD_PARTY_WEB) or seen.tracker_rule
        if known and seen.sightings and not any(s.reached for s in seen.sightings):
            visits = len(seen.all_visits())
            detail = f"{seen.name} was called in {visits} visits and no connection came about"
            yield _short(seen.site, seen.arm, "vendor-unreachable", detail, url=_url_of(seen))


def _url_of(seen: VendorSeen) -> str:
    return next((ref.url for refs in seen.evidence.values() for ref in refs), "")


def _planned_arms(manifest: Mapping[str, Any]) -> tuple[Arm, ...]:
    """Arms of the plan, as names or as a mapping by name; words that this version does not know are left out."""
    arms = manifest.get("arms") or ()
    known = {str(a): a for a in Arm}
    names = [a.get("arm", a.get("name")) if isinstance(a, Mapping) else a for a in arms]
    return tuple(known[str(name)] for name in names if str(name) in known)


def _planned_pages(manifest: Mapping[str, Any]) -> list[str]:
    pages = manifest.get("pages") or ()
    urls = [p.get("url") if isinstance(p, Mapping) else p for p in pages]
    return [u for u in urls if isinstance(u, str)]
