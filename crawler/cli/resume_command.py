"""`run --resume` and `crawl --resume`: a run that was stopped goes on as it was begun, and ends as it would have."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler import __version__
from crawler.browser.chosen import Browser
from crawler.browser.crawl import resume
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.find import NoBrowser
from crawler.bundle import Bundle, CannotResume, RunKey, layout
from crawler.cli import own_lists
from crawler.cli.companies import company_of
from crawler.cli.run_command import RunOptions, crawl_options, find_browser, judged, or_code, say, told, watch
from crawler.vendors.filters.lists import FilterList

FREE = frozenset(
    {"expectations", "resume", "jobs", "browser", "install_browser", "fail_on", "since", "new_only", "quiet", "json"}
    | {"verbose", "filter_list"}
)
"""Options that may be others than when the run was begun; `browser` and `expectations` are held against it, and lists
are added to those that it keeps."""
FIXED: Mapping[str, str] = {
    "arms": "arms",
    "repeat": "repeat",
    "trace": "trace",
    "max_pages": "max_pages",
    "host_resolver_rules": "launch.host_resolver_rules",
    "name_server": "name_server",
    "ca_cert": "launch.spki_hashes",
    "ignore_https_errors": "launch.ignore_https_errors",
    "ignore_robots": "obey_robots",
    "user_agent": "launch.user_agent",
    "dwell": "settling",
    "keep_netlog": "keep_netlog",
}
"""Options that would make it another run, and where they stand in `CrawlOptions`. They may be given as they were."""


def resume_run(
    run_dir: Path, expectations: list[Path], given: frozenset[str], options: RunOptions, console: Console
) -> int:
    """The whole of `run --resume`; `given` names the options that stand on the command line. Returns the exit code."""
    folders = or_code(partial(_finished, run_dir, expectations, given, options, console), console)
    return folders if isinstance(folders, int) else judged(folders, options, console)


def resume_crawl(
    run_dir: Path, expectations: list[Path], given: frozenset[str], options: RunOptions, console: Console
) -> int:
    """The whole of `crawl --resume`."""
    folders = or_code(partial(_finished, run_dir, expectations, given, options, console), console)
    return folders if isinstance(folders, int) else told(folders, console)


def _finished(
    run_dir: Path, expectations: list[Path], given: frozenset[str], options: RunOptions, console: Console
) -> list[Path]:
    """Finish the run. Raises `CannotResume`, `NotARun`, and what recording raises."""
    bundle = Bundle(run_dir)
    _hold_expectations(bundle, expectations)
    lists = own_lists.new_to(run_dir, options.filter_lists)
    if not bundle.finished:
        with RunKey.take(run_dir) as key:
            bundle = Bundle(run_dir)  # again: only now nobody else writes it
            if not bundle.finished:
                _go_on(bundle, key, given, options, console, lists)
                return [run_dir]
    if lists and (run_dir / layout.VERDICTS).exists():
        raise CannotResume(
            f"{run_dir}: is finished and judged already, and keeps the lists that it was judged by; to judge it with "
            f"others: tracking-audit audit {shlex.quote(str(run_dir))} --filter-list FILE --out FOLDER"
        )
    _keep(run_dir, lists, console)
    say(console, f"{run_dir}: is finished already; no visit is left to make")
    (run_dir / layout.KEY).unlink(missing_ok=True)  # of a run that was stopped between its end and this
    return [run_dir]


def _keep(run_dir: Path, lists: Sequence[FilterList], console: Console) -> None:
    """Further lists are added to those that the run was begun with, which stay. Raises `OSError`."""
    own_lists.keep(run_dir, lists)
    for own in lists:
        say(console, f"{run_dir}: will be judged with {own.name} {own.version}, besides what it was begun with")


def _go_on(
    bundle: Bundle,
    key: RunKey,
    given: frozenset[str],
    options: RunOptions,
    console: Console,
    lists: Sequence[FilterList],
) -> None:
    run_dir, manifest = bundle.run_dir, bundle.manifest
    begun_by = (manifest.get("tool") or {}).get("version")
    if begun_by != __version__:
        raise _cannot(run_dir, f"it was begun by version {begun_by} and this is {__version__}", "go on with that one")
    begun = _begun_with(bundle)
    _hold_options(run_dir, begun, given, options)
    company = company_of(bundle)
    if company.file_sha256 != _expectations_hash(bundle):
        raise _cannot(run_dir, f"{layout.EXPECTATIONS} in it was changed since the run was begun", "put it back")
    browser = _same_browser(run_dir, begun.launch.browser, options, console)
    launch = replace(begun.launch, browser=browser)
    crawling = replace(begun, launch=launch, jobs=options.jobs if "jobs" in given else begun.jobs)
    _keep(run_dir, lists, console)
    watch(partial(resume, company, crawling, bundle, key), company, crawling.arms, run_dir, options, console)


def _begun_with(bundle: Bundle) -> CrawlOptions:
    """The options of the run, with the browser that its manifest names."""
    try:
        facts: Mapping[str, Any] = bundle.manifest["browser"]
        channel = None if Path(facts["path"]).is_absolute() else facts["path"]
        path = None if channel else Path(facts["path"])
        browser = Browser(path, channel, facts["kind"], facts["version"], facts["found_by"])
        return CrawlOptions.restored(bundle.manifest["options"], browser)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _cannot(bundle.run_dir, f"its manifest does not say how it was begun ({error})") from error


def _hold_expectations(bundle: Bundle, expectations: list[Path]) -> None:
    """The file may be given again, but not another one. Raises `CannotResume` or `OSError`."""
    if len(expectations) > 1:
        raise CannotResume("--resume goes on with one run, so give one expectations file, or none")
    for path in expectations:
        if layout.sha256(path) != _expectations_hash(bundle):
            raise CannotResume(
                f"{path}: is not as it was when the run was begun; leave it out to go on with the copy in "
                f"{bundle.run_dir}, or start a new run without --resume"
            )


def _expectations_hash(bundle: Bundle) -> object:
    return (bundle.manifest.get("expectations") or {}).get("sha256")


def _hold_options(run_dir: Path, begun: CrawlOptions, given: frozenset[str], options: RunOptions) -> None:
    """Options may be given again, but not changed. Raises `CannotResume`, or `ValueError` for bad values."""
    asked = crawl_options(options, begun.launch.browser)
    changed = [name for name in sorted(given - FREE - {"out"}) if not _alike(name, asked, begun)]
    if "out" in given and not run_dir.resolve().is_relative_to(options.out.resolve()):
        changed.append("out")
    if changed:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in changed)
        raise CannotResume(
            f"{flags}: the run was begun otherwise, and with this it would be another run; leave it out to go on as "
            "it was begun, or start a new run without --resume"
        )


def _alike(name: str, asked: CrawlOptions, begun: CrawlOptions) -> bool:
    where = FIXED.get(name)
    return where is not None and bool(attrgetter(where)(asked) == attrgetter(where)(begun))


def _same_browser(run_dir: Path, begun: Browser, options: RunOptions, console: Console) -> Browser:
    """The browser with which the run was begun, wherever it is now. Raises `CannotResume` or `NoBrowser`."""
    try:
        found = find_browser(options.browser or str(begun.path or begun.channel), options, console)
    except NoBrowser:
        if options.browser:
            raise
        found = find_browser(None, options, console)
    if (found.kind, found.version) != (begun.kind, begun.version):
        raise _cannot(
            run_dir,
            f"it was begun with {begun.kind} {begun.version}, and the browser here is {found.kind} {found.version}",
            "name the former with --browser PATH",
        )
    return found


def _cannot(run_dir: Path, why: str, way_out: str | None = None) -> CannotResume:
    way = f"{way_out}, or start a new run" if way_out else "start a new run"
    return CannotResume(f"{run_dir}: cannot be resumed: {why}; {way}")
