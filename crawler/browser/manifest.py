"""What a run's manifest says of how the run was made, so that a reader can judge it and repeat it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler import __version__
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.discovery import Discovered
from crawler.browser.page_list import PageEntry
from crawler.browser.user_agent import user_agent
from crawler.bundle import Bundle, account, visit_list
from crawler.claims import Company
from crawler.evidence import Visit, to_row


def manifest(company: Company, options: CrawlOptions, started: datetime) -> dict[str, Any]:
    """The facts known at the start; discovery and the visits add theirs."""
    browser = options.launch.browser
    return {
        "tool": {"name": "tracking-audit", "version": __version__},
        "company": company.company,
        "company_key": company.key,
        "sites": list(company.sites),
        "started_utc": started.isoformat(timespec="seconds"),
        "expectations": {"file": company.path.name, "sha256": company.file_sha256},
        "policy": {
            "url": company.policy.url,
            "read_on": company.policy.read_on.isoformat(),
            "text_sha256": company.policy.text_sha256,
        },
        "browser": {
            "kind": browser.kind,
            "version": browser.version,
            "path": str(browser.path) if browser.path else browser.channel,
            "found_by": browser.found_by,
            "user_agent": options.launch.user_agent or user_agent(browser),
        },
        "arms": [str(arm) for arm in options.arms],
        "repeat": options.repeat,
        "trace": options.trace,
        "jobs": options.jobs,
        "max_pages": options.max_pages,
        "max_depth": options.max_depth,
        "attempts": options.attempts,
        "obey_robots": options.obey_robots,
        "settling": asdict(options.settling),
        "cookie_mode": "third-party cookies allowed",
        "host_resolver_rules": options.launch.host_resolver_rules,
        "name_server": options.name_server,
        "certificate_errors_ignored": options.launch.ignore_https_errors,
        "own_certificates": len(options.launch.spki_hashes),
        "options": options.stored(),
        "discovered": False,
        "pages": [],
        "skipped": {},
    }


def pages_found(found: Discovered, *, final: bool) -> dict[str, Any]:
    """What discovery brought; not `final` when it was stopped on the way, so that a resumed run does it anew."""
    return {
        "discovered": final,
        "pages": [{"url": page.url, "found_by": page.found_by, "depth": page.depth} for page in found.pages],
        "skipped": found.skipped,
        "unread": found.failed,
        "pages_beyond_limit": found.more,
    }


def pages_noted(facts: Mapping[str, Any]) -> Discovered | None:
    """The inverse of `pages_found`; None when discovery had not ended. Raises `KeyError` or `TypeError`."""
    if not facts.get("discovered"):
        return None
    return Discovered(
        pages=[PageEntry(**page) for page in facts["pages"]],
        skipped=dict(facts["skipped"]),
        failed=dict(facts["unread"]),
        more=facts["pages_beyond_limit"],
    )


def visits_made(run_dir: Path) -> dict[str, Any]:
    """Every visit's status, how each arm's signal was made and in how many visits it was proven, what the two recorders
    come to against each other, and which steps were made."""
    rows: dict[str, dict[str, Any]] = {}

    def each() -> Iterator[Visit]:
        for _, visit in Bundle(run_dir).rows("visits"):
            # A resumed run may hold a visit twice: the last one stands.
            rows[visit.id] = to_row(replace(visit, signal=None))
            yield visit

    return {
        **visit_list.made(each()),
        "reconciliation": account.reconciliation(rows.values()),
        "steps": account.steps(rows.values()),
    }
