"""What a command was given, read: runs, expectations, recordings, filter lists.

What is wrong is said, and ends the command, before the modules that do its work are loaded. `first_look` comes before.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer import Exit

from crawler.bundle import Bundle, NotARun, layout
from crawler.claims import Company, InvalidExpectations
from crawler.cli import own_lists
from crawler.cli.companies import company_of, load_all, load_expectations
from crawler.cli.saying import note, refuse, wrong
from crawler.collectors.har import archive
from crawler.collectors.har.archive import Har, NotAHar
from crawler.vendors.filters.lists import FilterList, FilterLists, NotAFilterList


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run, and what it is to be judged by."""

    bundle: Bundle
    company: Company
    lists: FilterLists


@dataclass(frozen=True, slots=True)
class Recordings:
    """Recordings of other tools, and what they are to be judged by."""

    hars: tuple[Har, ...]
    company: Company
    lists: tuple[FilterList, ...]
    out: Path
    """Where their run is to stand."""


def companies(paths: Sequence[Path]) -> list[Company]:
    """Every company of the command line. Raises `typer.Exit` once every problem of every file is said."""
    loaded, problems = load_all(paths)
    refuse(problems)
    return loaded


def run(run_dir: Path, filter_lists: Sequence[Path], expectations: Path | None = None) -> Recorded:
    """One run. Raises `typer.Exit`."""
    return _runs([run_dir], filter_lists, expectations)[0]


def to_compare(run_a: Path, run_b: Path, filter_lists: Sequence[Path]) -> tuple[Recorded, Recorded]:
    """Two runs of one company, judged by the same lists: all that one of them keeps, and those given.

    Raises `typer.Exit`.
    """
    a, b = _runs([run_a, run_b], filter_lists)
    refuse(not_comparable(run_a, a.bundle.manifest, run_b, b.bundle.manifest))
    return a, b


def _runs(run_dirs: Sequence[Path], filter_lists: Sequence[Path], expectations: Path | None = None) -> list[Recorded]:
    with _refusing():
        bundles = [Bundle(path) for path in run_dirs]
        lists = own_lists.of_runs(bundles, own_lists.read(filter_lists))
        recorded = [Recorded(one, _company(one, expectations), lists) for one in bundles]
    for bundle in bundles:
        if not bundle.finished:
            note(f"{bundle.run_dir}: was not finished, and what it lacks is not judged; {_way_on(bundle)}")
    return recorded


def _company(bundle: Bundle, expectations: Path | None) -> Company:
    try:
        return company_of(bundle, expectations)
    except InvalidExpectations:
        if expectations is None:
            note(
                f"{bundle.run_dir}: the expectations that the run keeps cannot be used; to hold it against others: "
                f"tracking-audit audit {shlex.quote(str(bundle.run_dir))} --expectations FILE --out FOLDER"
            )
        raise


def _way_on(bundle: Bundle) -> str:
    if (bundle.run_dir / layout.KEY).exists():
        return f"to go on: tracking-audit run --resume {shlex.quote(str(bundle.run_dir))}"
    return "its key is gone, so make it anew"


def earlier(run_dir: Path, companies: Sequence[Company]) -> None:
    """The run of `--since`, asked for before a crawl that may take hours. Raises `typer.Exit`."""
    with _refusing("--since "):
        bundle = Bundle(run_dir)
        company_of(bundle)
    for company in companies:
        facts = {"company": company.company, "company_key": company.key, "sites": company.sites}
        refuse(f"--since {line}" for line in not_comparable(run_dir, bundle.manifest, company.path, facts))


def recordings(paths: Sequence[Path], expectations: Path, filter_lists: Sequence[Path], out: Path) -> Recordings:
    """HAR files, what they are held against, and where their run is to stand. Raises `typer.Exit`."""
    with _refusing():
        company = load_expectations(expectations)
        lists = own_lists.read(filter_lists)
        return Recordings(tuple(archive.read(path) for path in paths), company, lists, out)


def not_comparable(path_a: Path, facts_a: Mapping[str, Any], path_b: Path, facts_b: Mapping[str, Any]) -> Iterator[str]:
    """Whether two runs are of different companies: no name, key or site in common. Facts are as in a manifest."""
    same = any(facts_a.get(name) == facts_b.get(name) for name in ("company", "company_key"))
    if not same and not set(facts_a.get("sites") or ()) & set(facts_b.get("sites") or ()):
        yield (
            f"{path_a}: is of {facts_a.get('company')}, and {path_b} of {facts_b.get('company')}; "
            "only runs of the same company can be compared"
        )


@contextmanager
def _refusing(before: str = "") -> Iterator[None]:
    try:
        yield
    except (NotARun, InvalidExpectations, NotAFilterList, NotAHar) as error:
        raise Exit(wrong(f"{before}{error}")) from None
