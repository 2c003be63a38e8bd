"""From archives to the folder of a run, as our own browser would have left it, and with what a HAR lacks told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.bundle import BundleWriter, durable, layout, visit_list
from crawler.bundle.redact import Redactor
from crawler.claims import Company
from crawler.collectors import signal_proof
from crawler.collectors.har.archive import EXPECTED_DATE, Har, NotAHar
from crawler.collectors.har.page_loads import PageLoad, page_loads
from crawler.collectors.har.rows import HarRows
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, Gap, Request, SignalProof, Visit
from crawler.parties import etld_plus_one, host_of

NOT_SHOWN = (
    "A HAR leaves out what is sent while a page is left, most of workers, which script set a cookie, storage, the "
    "names behind hosts, navigator.globalPrivacyControl and what the page's consent tools answer; its tool may leave "
    "out more. What it holds counts; what it lacks proves nothing."
)

MAX_NAMED, MAX_NAMED_URL = 3, 200
"""Requests without the header that are named, and characters of each."""


def record(hars: Sequence[Har], company: Company, folder: Path) -> None:
    """Write a sealed run into `folder`. Raises `NotAHar` when no page is the company's, and `OSError`."""
    loads = [(har, load) for har in hars for load in page_loads(har)]
    own = [(har, load) for har, load in loads if _is_own(load, company)]
    if not own:
        seen = ", ".join(sorted({host_of(load.url) or load.url[:80] for _, load in loads})[:5])
        raise NotAHar(
            f"{_names(hars)}: holds no page of {', '.join(company.sites)}; the pages in it are of {seen}. "
            "Give the expectations of that company, or name the host under own_domains"
        )
    folder.mkdir(parents=True, exist_ok=True)
    durable.write(folder / layout.EXPECTATIONS, company.path.read_bytes())
    durable.write(folder / layout.POLICY_TEXT, company.policy.published.encode())
    writer = BundleWriter(folder)
    try:
        visits = list(_visits(own, company, writer))
        for har in hars:
            for gap in _of_file(har):
                writer.add("gaps", gap)
        writer.close(
            _manifest(
                hars, company, folder, visits, others=[load.url for _, load in loads if not _is_own(load, company)]
            )
        )
    finally:
        writer.close_streams()


def _of_file(har: Har) -> Iterator[Gap]:
    """What of the whole file could not be taken as it stands."""
    name, total = har.path.name, len(har.entries) + sum(har.unreadable.values())
    if har.unreadable:
        why = ", ".join(f"{number} with {reason}" for reason, number in har.unreadable.items())
        detail = f"{name}: {sum(har.unreadable.values())} of {total} entries could not be read: {why}."
        yield Gap(arm="all", url="", reason="error", detail=detail)
    if har.explaining:
        detail = (
            f"{name}: {har.explaining} of its pages are visits of this program that only explain what others saw (arm "
            f"{Arm.TRACE}). They are left out, with their requests."
        )
        yield Gap(arm="all", url="", reason="har", detail=detail)
    if har.undated:
        detail = (
            f"{name}: {har.undated} of {total} entries without a date that can be read (expected: {EXPECTED_DATE}). "
            "They are judged all the same, at their place in the file; when they were sent is not known."
        )
        yield Gap(arm="all", url="", reason="har", detail=detail)
    if har.mended:
        detail = f"{name}: what is no text, such as half a surrogate pair, was replaced in {har.mended} places."
        yield Gap(arm="all", url="", reason="har", detail=detail)


def _visits(own: Sequence[tuple[Har, PageLoad]], company: Company, writer: BundleWriter) -> Iterator[Visit]:
    redactor = Redactor()
    numbers: dict[str, int] = {}
    repetitions: Counter[tuple[str, Arm]] = Counter()
    own_domains = (*company.own_domains, *(etld_plus_one(host_of(site)) for site in company.sites))
    for _, load in own:
        arm = _arm(load)
        number = numbers.setdefault(load.url, len(numbers) + 1)
        repetitions[load.url, arm] += 1
        repetition = repetitions[load.url, arm]
        key = VisitKey(f"{number:03}-{arm}-{repetition}", load.url, arm, repetition, load.started_unix_ms, own_domains)
        rows = HarRows(load, key, redactor)
        requests = list(rows.requests())
        cookies = list(rows.cookies())
        states = rows.consent()
        for request in requests:
            writer.add("requests", request)
        for cookie in cookies:
            writer.add("cookies", cookie)
        for state in states:
            writer.add("consent", state)
        proof = _proof(arm, requests)
        lacks = NOT_SHOWN if proof.proven else f"{proof.why} {NOT_SHOWN}"
        writer.add("gaps", Gap(arm=str(arm), url=load.url, reason="har", detail=lacks, visit=key.id))
        failed = load.status is None or load.status >= 400
        visit = Visit(
            id=key.id,
            page_url=load.url,
            arm=arm,
            repetition=repetition,
            attempts=1,
            ok=not failed,
            reason="http-error" if failed else None,
            status=load.status,
            final_url=load.final_url,
            started_utc=_utc(load.started_unix_ms),
            duration_ms=load.entries[-1].started_unix_ms - load.started_unix_ms,
            settled="none",
            signal=proof,
            reconciliation=None,
            rows={"requests": len(requests), "cookies": len(cookies), "consent": len(states), "gaps": 1},
        )
        writer.add("visits", visit)
        writer.flush()
        yield visit


def _is_own(load: PageLoad, company: Company) -> bool:
    domains = {etld_plus_one(host_of(site)) for site in company.sites} | set(company.own_domains)
    return any(etld_plus_one(host_of(url)) in domains for url in (load.url, load.final_url))


def _arm(load: PageLoad) -> Arm:
    """With the signal when any request carried it: whether all did, the proof of the visit says."""
    return Arm.GPC if any(entry.headers.get("sec-gpc") == "1" for entry in load.entries) else Arm.CONTROL


def _proof(arm: Arm, requests: Sequence[Request]) -> SignalProof:
    """By the headers alone: an archive says nothing of the property, and a tool may leave headers out.

    Of a request without an answer a tool has only the headers that were planned, and the browser adds Sec-GPC when it
    sends: such a request counts when it carried the header, and is not asked for it.
    """
    wanted = arm is Arm.GPC
    wire = [row for row in requests if row.on_wire]
    exempt = [row for row in wire if signal_proof.is_exempt(row)]
    asked = [row for row in wire if row.headers and not signal_proof.is_exempt(row)]
    counted = [row for row in asked if row.error is None or row.status is not None or row.sec_gpc]
    carried = sum(row.sec_gpc for row in counted)
    proven = bool(counted) and carried == (len(counted) if wanted else 0)
    if not counted:
        why = "The recording holds no request headers, so it cannot tell whether the signal was sent."
    elif proven:
        words = f"All {len(counted)}" if wanted else f"None of {len(counted)}"
        why = f"{words} requests with headers carried Sec-GPC: 1; the property is not in a HAR."
    else:
        lacking = [row.url for row in counted if not row.sec_gpc]
        named = ", ".join(url[:MAX_NAMED_URL] for url in lacking[:MAX_NAMED])
        more = f" and {len(lacking) - MAX_NAMED} more" if len(lacking) > MAX_NAMED else ""
        why = f"{carried} of {len(counted)} requests with headers carried Sec-GPC: 1; without it: {named}{more}."
    return SignalProof(
        wanted=wanted,
        method="har",
        cdp=None,
        property_values=(),
        requests_with=carried,
        requests_of=len(counted),
        exempt=len(exempt),
        proven=proven,
        why=why,
    )


def _manifest(
    hars: Sequence[Har], company: Company, folder: Path, visits: Sequence[Visit], others: Sequence[str]
) -> dict[str, Any]:
    started = min(visit.started_utc for visit in visits)
    made = {visit.arm for visit in visits}
    return {
        "run": folder.name,
        "tool": {"name": "tracking-audit", "version": __version__},
        "company": company.company,
        "company_key": company.key,
        "sites": list(company.sites),
        "started_utc": started,
        "finished_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "expectations": {"file": company.path.name, "sha256": company.file_sha256},
        "policy": {
            "url": company.policy.url,
            "read_on": company.policy.read_on.isoformat(),
            "text_sha256": company.policy.text_sha256,
        },
        "recorded_elsewhere": [
            {"file": har.path.name, "sha256": har.sha256, "by": har.creator, "requests": len(har.entries)}
            for har in hars
        ],
        "browser": {"kind": "HAR", "version": ", ".join(dict.fromkeys(har.creator for har in hars))},
        "arms": [str(arm) for arm in (Arm.CONTROL, Arm.GPC) if arm in made],
        "repeat": max(visit.repetition for visit in visits),
        "trace": False,
        "discovered": True,
        "pages": [
            {"url": url, "found_by": "har", "depth": 0} for url in dict.fromkeys(visit.page_url for visit in visits)
        ],
        "skipped": dict.fromkeys(others, "of another site"),
        "unread": {},
        "pages_beyond_limit": 0,
        **visit_list.made(visits),
        "interrupted": False,
    }


def _utc(unix_ms: float) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="milliseconds")


def _names(hars: Sequence[Har]) -> str:
    return ", ".join(str(har.path) for har in hars)
