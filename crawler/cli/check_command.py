"""`check`: are expectations files good?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crawler.cli import exits
from crawler.cli.companies import load_all
from crawler.output.visible import plain
from crawler.output.words import count


def check(paths: Sequence[Path]) -> int:
    """Print every problem of every file or, when there is none, what each file holds; returns the exit code."""
    companies, problems = load_all(paths)
    for problem in problems:
        print(plain(problem))
    if problems:
        return exits.USAGE
    for company in companies:
        kinds = len({claim.kind for claim in company.claims})
        line = (
            f"{company.path}: good: {count(len(company.claims), 'claim')} of {count(kinds, 'kind')}, "
            f"{count(len(company.sites), 'site')}, {count(len(company.waivers), 'waiver')}"
        )
        print(plain(line))
    return exits.PASSED
