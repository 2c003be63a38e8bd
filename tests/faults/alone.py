"""What a run would have come to, had only some of its pages been on the list: their rows in a bundle of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.browser.manifest import visits_made
from crawler.bundle import Bundle, BundleWriter, layout
from crawler.cli import judging
from crawler.cli.companies import company_of
from crawler.evidence import STREAMS
from crawler.findings import Severity


def only(bundle: Bundle, pages: Iterable[str], folder: Path) -> Bundle:
    """A sealed copy of the evidence of these pages."""
    kept = set(pages)
    writer = BundleWriter(folder)
    for stream in STREAMS:
        for _, row in bundle.rows(stream):
            if (row.url if stream == "gaps" else row.page_url) in kept:
                writer.add(stream, row)
    for name in (layout.EXPECTATIONS, layout.POLICY_TEXT):
        shutil.copyfile(bundle.run_dir / name, folder / name)
    manifest = dict(bundle.manifest)
    manifest["pages"] = [page for page in manifest["pages"] if page["url"] in kept]
    manifest["sites"] = [site for site in manifest["sites"] if site in kept]
    writer.flush()
    writer.manifest(manifest)
    manifest |= visits_made(folder)
    writer.close(manifest)
    return Bundle(folder)


def verdicts(bundle: Bundle) -> dict[str, Any]:
    """As `audit` would judge it, held against the sites that are in it."""
    company = company_of(bundle)
    sites = tuple(site for site in company.sites if site in bundle.manifest["sites"])
    return judging.judge(bundle, replace(company, sites=sites), Severity.HIGH)
