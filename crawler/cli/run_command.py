"""`run` and `crawl`: from companies to the exit code. It loads the crawler, which takes seconds."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler.browser.authority import spki_hashes
from crawler.browser.chosen import Browser
from crawler.browser.crawl import CrawlFailed, Observer, crawl
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.find import NoBrowser, find
from crawler.browser.launch import LaunchOptions
from crawler.browser.name_server_address import NameServerAddress
from crawler.browser.resolver_rules import resolver_rules
from crawler.browser.settle import Settling
from crawler.bundle import Bundle, NotARun, layout
from crawler.claims import Company, InvalidExpectations
from crawler.cli import exits, judging, own_lists
from crawler.cli.companies import company_of
from crawler.cli.progress import CrawlProgress
from crawler.cli.saying import Stopped, failed, wrong
from crawler.evidence import Arm
from crawler.findings import Severity
from crawler.output import diff_report, json_report, terminal
from crawler.vendors.filters.lists import NotAFilterList


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the options of `run` came to."""

    arms: tuple[Arm, ...]
    repeat: int
    max_pages: int
    jobs: int
    out: Path
    trace: bool = True
    fail_on: Severity = Severity.HIGH
    since: Path | None = None
    new_only: bool = False
    host_resolver_rules: str | None = None
    ca_cert: Path | None = None
    ignore_https_errors: bool = False
    browser: str | None = None
    install_browser: bool = True
    ignore_robots: bool = False
    user_agent: str | None = None
    dwell_s: float = 2.5
    name_server: str | None = None
    """Whom to ask what hosts are aliases for, mapped ones among them; None for the machine's name servers."""
    keep_netlog: bool = False
    quiet: bool = False
    json: bool = False
    filter_lists: tuple[Path, ...] = ()
    """Lists of the user to judge with, besides the bundled one."""
    spki: tuple[str, ...] = ()
    """Key hashes of certificates to trust, besides those of `ca_cert`."""
    resumed_by: str | None = "run"
    """The command that goes on with a run of this kind when it is stopped; None when there is none."""


def find_browser(asked: str | None, options: RunOptions, console: Console) -> Browser:
    """The browser to use. Raises `NoBrowser`."""
    browser = find(asked, allow_install=options.install_browser, say=lambda line: say(console, line))
    if not options.quiet:
        console.print(f"browser: {browser.kind} {browser.version} ({browser.found_by})", highlight=False)
    return browser


def crawl_options(options: RunOptions, browser: Browser) -> CrawlOptions:
    """Put the options together. Raises `ValueError` for bad values."""
    resolver_rules(options.host_resolver_rules)
    spki = options.spki
    if options.ca_cert is not None:
        try:
            spki = (*spki, *spki_hashes(options.ca_cert))
        except OSError as error:
            raise ValueError(f"--ca-cert {options.ca_cert}: cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise ValueError(
                f"--ca-cert {options.ca_cert}: holds no certificate in PEM form; give a file with a part that begins "
                "with -----BEGIN CERTIFICATE-----"
            ) from error
    return CrawlOptions(
        launch=LaunchOptions(
            browser=browser,
            host_resolver_rules=options.host_resolver_rules,
            spki_hashes=spki,
            ignore_https_errors=options.ignore_https_errors,
            user_agent=options.user_agent,
        ),
        arms=options.arms,
        repeat=options.repeat,
        trace=options.trace,
        jobs=options.jobs,
        max_pages=options.max_pages,
        obey_robots=not options.ignore_robots,
        settling=Settling(least_s=options.dwell_s, quiet_s=min(1.0, options.dwell_s)),
        name_server=str(NameServerAddress.read(options.name_server)) if options.name_server else None,
        keep_netlog=options.keep_netlog,
    )


def say(console: Console, line: str) -> None:
    """Print a line for the person, whatever stands in it."""
    console.print(terminal.plain(line), highlight=False, soft_wrap=True, markup=False)


def run_dir(out: Path, company: Company) -> Path:
    """A folder of its own for this run: `<out>/<company>/<UTC time>`."""
    base = out / company.key / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    path, extra = base, 2
    while path.exists():
        path, extra = base.with_name(f"{base.name}-{extra}"), extra + 1
    try:
        path.mkdir(parents=True)
    except OSError as error:
        raise ValueError(f"--out {out}: no folder can be made there: {error.strerror}") from error
    return path


def record(companies: list[Company], options: RunOptions, console: Console) -> list[Path]:
    """Crawl each company; returns the run folders. Raises `NoBrowser`, `CrawlFailed`, `ValueError`, `OSError`."""
    lists = own_lists.read(options.filter_lists)  # before the crawl, which may take hours
    resolver_rules(options.host_resolver_rules)
    crawling = crawl_options(options, find_browser(options.browser, options, console))
    folders: list[Path] = []
    for company in companies:
        folder = run_dir(options.out, company)
        folders.append(folder)
        own_lists.keep(folder, lists)
        making = partial(crawl, company, crawling, folder)
        try:
            finished = watch(making, company, crawling.arms, folder, options, console)
        except KeyboardInterrupt:
            raise _stopped(folders, options) from None
        if not finished:
            for later in companies[len(folders) :]:
                say(console, f"not begun: {later.path}")
            break
    return folders


def watch(
    making: Callable[[Observer], Coroutine[Any, Any, bool]],
    company: Company,
    arms: tuple[Arm, ...],
    folder: Path,
    options: RunOptions,
    console: Console,
) -> bool:
    """Crawl and show how far it is; when it stops before its end, say how to go on. Returns whether it finished.

    Raises what the crawl raises.
    """
    hint = _hint(folder, options)
    try:
        with CrawlProgress(console, company.company, arms, quiet=options.quiet) as progress:
            finished = asyncio.run(making(progress))
    except KeyboardInterrupt:
        raise _stopped([folder], options) from None
    except (CrawlFailed, OSError) as error:
        if hint and (folder / layout.MANIFEST).exists():
            raise CrawlFailed(f"{error}\n{hint}") from error
        raise
    if not finished:
        console.print("stopped before the end; what was seen is kept and judged", highlight=False)
        if hint:
            say(console, hint)
    return finished


def _hint(folder: Path, options: RunOptions) -> str:
    """The command that goes on with a run; empty when there is none."""
    if options.resumed_by is None:
        return ""
    return f"to go on: tracking-audit {options.resumed_by} --resume {shlex.quote(str(folder))}"


def _stopped(folders: list[Path], options: RunOptions) -> Stopped | KeyboardInterrupt:
    """What Ctrl-C leaves of runs that are not judged: where they are, and how to go on with each."""
    begun = [folder for folder in folders if (folder / layout.MANIFEST).exists()]
    if not begun:
        return KeyboardInterrupt()
    kept = "what was seen is kept in " + ", ".join(str(folder) for folder in begun)
    return Stopped("\n".join([kept, *filter(None, (_hint(folder, options) for folder in begun))]))


def run(companies: list[Company], options: RunOptions, console: Console) -> int:
    """The whole of `run`; returns the exit code."""
    folders = record_or_code(companies, options, console)
    return folders if isinstance(folders, int) else judged(folders, options, console)


def judged(folders: list[Path], options: RunOptions, console: Console) -> int:
    """Judge recorded runs, write and show their reports; returns the exit code."""
    codes: list[int] = []
    results: list[dict[str, Any]] = []
    for folder in folders:
        try:
            verdicts, report = finish(folder, options.fail_on)
        except NotAFilterList as error:
            return wrong(error)
        except KeyboardInterrupt:
            raise _stopped(folders[len(results) :], options) from None
        if not options.quiet:
            terminal.summary(verdicts, Bundle(folder).manifest, console, report)
        codes.append(_against(options, folder, verdicts, console) if options.since else int(verdicts["exit_code"]))
        results.append(verdicts)
    if options.json:
        sys.stdout.write(json_report.dumps(results[0] if len(results) == 1 else results))
    return exits.worst(codes)


def crawl_only(companies: list[Company], options: RunOptions, console: Console) -> int:
    """The whole of `crawl`; returns 0 when every bundle is sealed, however much of it are gaps."""
    folders = record_or_code(companies, options, console)
    return folders if isinstance(folders, int) else told(folders, console)


def told(folders: list[Path], console: Console) -> int:
    """Say where the evidence is; returns the exit code."""
    for folder in folders:
        console.print(f"evidence: {folder}", highlight=False, soft_wrap=True, markup=False)
    return exits.PASSED


def record_or_code(companies: list[Company], options: RunOptions, console: Console) -> list[Path] | int:
    """The run folders, or the exit code when there are none."""
    return or_code(partial(record, companies, options, console), console)


def or_code(recording: Callable[[], list[Path]], console: Console) -> list[Path] | int:
    """The run folders that `recording` gives, or the exit code of what it raises, once that is said."""
    try:
        return recording()
    except (NoBrowser, CrawlFailed, OSError) as error:
        return failed(error)
    except (ValueError, InvalidExpectations) as error:
        return wrong(error)


def finish(folder: Path, fail_on: Severity) -> tuple[dict[str, Any], Path]:
    """Judge a recorded run with the lists that stand in its folder, and write its reports. Raises `NotAFilterList`."""
    bundle = Bundle(folder)
    company = company_of(bundle)
    verdicts = judging.judge(bundle, company, fail_on, own_lists.of_runs([bundle]))
    return verdicts, judging.write_reports(bundle, company, verdicts)


def _against(options: RunOptions, folder: Path, verdicts: dict[str, Any], console: Console) -> int:
    """Compare with an earlier run; with --new-only the gate looks at new findings only."""
    assert options.since is not None
    try:
        earlier = Bundle(options.since)
        later = Bundle(folder)
        lists = own_lists.of_runs([later, earlier])
        before = judging.judge(earlier, company_of(earlier), options.fail_on, lists)
    except (NotARun, InvalidExpectations, NotAFilterList) as error:
        return wrong(f"--since {error}")
    comparison = judging.compare_runs((earlier, before), (later, verdicts))
    if not options.quiet:
        diff_report.terminal(comparison, console)
    return (
        judging.gate_on_new(comparison, verdicts, options.fail_on) if options.new_only else int(verdicts["exit_code"])
    )
