"""The command line: `tracking-audit`.

Each command reads and checks what it was given, and only then imports the module that does its work: the crawler and
the judge take seconds to load, and a wrong path is told at once.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated, TextIO, cast

import typer

from crawler import __version__
from crawler.cli import arguments, exits
from crawler.cli.command_classes import Command, Group
from crawler.cli.pipe import Pipe
from crawler.cli.saying import console
from crawler.findings import Severity

ISSUES = "if this goes on, please report it with the command and this text"

app = typer.Typer(
    name="tracking-audit",
    cls=Group,
    help="Drives a real browser through a company's websites with and without Global Privacy Control and holds what "
    "it saw against the company's privacy policy, sentence by sentence.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        print(f"tracking-audit {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(cls=Command)
def run(
    context: typer.Context,
    expectations: arguments.ExpectationsOrNone = None,
    arms: Annotated[
        str,
        typer.Option(metavar="ARMS", help="Arms to compare, separated by commas; this version has control and gpc."),
    ] = arguments.ARMS,
    repeat: arguments.Repeat = 3,
    trace: arguments.Trace = True,
    max_pages: arguments.MaxPages = 30,
    jobs: arguments.Jobs = 4,
    out: arguments.Out = Path("reports"),
    fail_on: arguments.FailOn = Severity.HIGH,
    filter_list: arguments.FilterList = None,
    since: arguments.Since = None,
    new_only: arguments.NewOnly = False,
    resume: arguments.Resume = None,
    host_resolver_rules: arguments.ResolverRules = None,
    name_server: arguments.NameServer = None,
    ca_cert: arguments.CaCert = None,
    ignore_https_errors: arguments.IgnoreHttpsErrors = False,
    browser: arguments.BrowserPath = None,
    install_browser: arguments.InstallBrowser = True,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Visit what robots.txt disallows, too.")
    ] = False,
    user_agent: Annotated[
        str | None, typer.Option(metavar="TEXT", help="User agent; otherwise the browser's, without `Headless`.")
    ] = None,
    keep_netlog: arguments.KeepNetlog = False,
    dwell: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=60, help="Seconds to stay on a page at least.")
    ] = 2.5,
    quiet: arguments.Quiet = False,
    json: arguments.Json = False,
    verbose: arguments.Verbose = False,
) -> None:
    """Crawl, audit and report: one folder per company. With --resume, finish a run that was stopped."""
    from crawler.cli import first_look

    named = arguments.named(context, expectations, resume)
    if new_only and since is None:
        raise typer.BadParameter("--new-only needs --since RUN")
    chosen = arguments.parse_arms(arms)
    paths, lists = expectations or [], filter_list or []
    first_look.to_crawl(paths, resume, since, out, browser, host_resolver_rules, name_server, ca_cert, lists)

    from crawler.cli import given

    companies = [] if resume else given.companies(paths)
    if since is not None:
        given.earlier(since, companies)

    from crawler.cli.resume_command import resume_run
    from crawler.cli.run_command import RunOptions
    from crawler.cli.run_command import run as run_companies

    options = RunOptions(
        arms=chosen,
        repeat=repeat,
        trace=trace,
        max_pages=max_pages,
        jobs=jobs,
        out=out,
        fail_on=fail_on,
        filter_lists=tuple(lists),
        since=since,
        new_only=new_only,
        host_resolver_rules=host_resolver_rules,
        name_server=name_server,
        ca_cert=ca_cert,
        ignore_https_errors=ignore_https_errors,
        browser=browser,
        install_browser=install_browser,
        ignore_robots=ignore_robots,
        user_agent=user_agent,
        dwell_s=dwell,
        keep_netlog=keep_netlog,
        quiet=quiet,
        json=json,
    )
    output = console(to_stderr=json)
    if resume is not None:
        raise typer.Exit(resume_run(resume, paths, named, options, output))
    raise typer.Exit(run_companies(companies, options, output))


@app.command(cls=Command)
def crawl(
    context: typer.Context,
    expectations: arguments.ExpectationsOrNone = None,
    out: arguments.Out = Path("reports"),
    arms: Annotated[str, typer.Option(metavar="ARMS", help="Arms, separated by commas.")] = arguments.ARMS,
    repeat: arguments.Repeat = 3,
    trace: arguments.Trace = True,
    max_pages: arguments.MaxPages = 30,
    jobs: arguments.Jobs = 4,
    host_resolver_rules: arguments.ResolverRules = None,
    name_server: arguments.NameServer = None,
    ca_cert: arguments.CaCert = None,
    ignore_https_errors: arguments.IgnoreHttpsErrors = False,
    browser: arguments.BrowserPath = None,
    keep_netlog: arguments.KeepNetlog = False,
    resume: arguments.Resume = None,
    quiet: arguments.Quiet = False,
    verbose: arguments.Verbose = False,
) -> None:
    """Record evidence only; `audit` judges it later, anywhere."""
    from crawler.cli import first_look

    named = arguments.named(context, expectations, resume)
    chosen = arguments.parse_arms(arms)
    paths = expectations or []
    first_look.to_crawl(paths, resume, None, out, browser, host_resolver_rules, name_server, ca_cert, [])

    from crawler.cli import given

    companies = [] if resume else given.companies(paths)

    from crawler.cli.resume_command import resume_crawl
    from crawler.cli.run_command import RunOptions, crawl_only

    options = RunOptions(
        arms=chosen,
        repeat=repeat,
        trace=trace,
        max_pages=max_pages,
        jobs=jobs,
        out=out,
        host_resolver_rules=host_resolver_rules,
        name_server=name_server,
        ca_cert=ca_cert,
        ignore_https_errors=ignore_https_errors,
        browser=browser,
        keep_netlog=keep_netlog,
        quiet=quiet,
        resumed_by="crawl",
    )
    if resume is not None:
        raise typer.Exit(resume_crawl(resume, paths, named, options, console()))
    raise typer.Exit(crawl_only(companies, options, console()))


@app.command(cls=Command)
def audit(
    recorded: Annotated[
        list[Path],
        typer.Argument(metavar="RUN_DIR|HAR", help="A run's folder, or one or more HAR files of another tool."),
    ],
    expectations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Hold it against this file instead of the one that the run was made with; HARs need it.",
        ),
    ] = None,
    fail_on: arguments.FailOn = Severity.HIGH,
    filter_list: arguments.FilterList = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for verdicts and reports; a run's own folder stays as it is. HARs need a new one.",
        ),
    ] = None,
    json: arguments.Json = False,
    verbose: arguments.Verbose = False,
) -> None:
    """Judge a recorded run again, without a browser, and write its verdicts and reports anew, or to --out.

    HAR files of DevTools, a proxy or another tool become a run in --out first: a page whose requests carry Sec-GPC is a
    visit of the gpc arm, another of the control arm. What a HAR cannot show is told, so such a run can fail and
    never pass.
    """
    from crawler.cli import first_look

    lists = filter_list or []
    if len(recorded) == 1 and recorded[0].is_dir():
        first_look.to_judge_again(recorded[0], expectations, lists, out)

        from crawler.cli import given

        again = given.run(recorded[0], lists, expectations)

        from crawler.cli.judge_commands import audit as audit_run

        raise typer.Exit(audit_run(again, fail_on, out, json, console(to_stderr=json)))
    expectations, out = first_look.at_recordings(recorded, expectations, lists, out)

    from crawler.cli import given

    recordings = given.recordings(recorded, expectations, lists, out)

    from crawler.cli.judge_commands import audit_archives

    raise typer.Exit(audit_archives(recordings, fail_on, json, console(to_stderr=json)))


@app.command(cls=Command)
def report(
    run_dir: arguments.RunDir,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="html, json, md, junit, sarif, csv, vendors-csv, cookies-csv or har (HTTP Archive).",
        ),
    ] = "html",
    fail_on: Annotated[
        Severity, typer.Option("--fail-on", metavar="SEVERITY", help="What the report calls a failure of the gate.")
    ] = (Severity.HIGH),
    filter_list: arguments.FilterList = None,
    verbose: arguments.Verbose = False,
) -> None:
    """Print a run's report in another format to standard output. Exits 0 when it could be written."""
    from crawler.cli import first_look

    lists = filter_list or []
    first_look.to_judge([run_dir], lists)
    if format_ == "har":
        from crawler.cli.judge_commands import report_har

        raise typer.Exit(report_har(run_dir))

    from crawler.cli import given

    recorded = given.run(run_dir, lists)

    from crawler.cli.judge_commands import report as report_run

    raise typer.Exit(report_run(recorded, format_, fail_on))


@app.command(cls=Command)
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier run's folder.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later run's folder.")],
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="terminal, json or html.")] = "terminal",
    fail_on: arguments.FailOn = Severity.HIGH,
    filter_list: arguments.FilterList = None,
    verbose: arguments.Verbose = False,
) -> None:
    """Compare two runs, both judged under the rules of this version. Exits 1 on a new violation that gates."""
    from crawler.cli import first_look

    if format_ not in ("terminal", "json", "html"):
        raise typer.BadParameter(f"{format_!r} is not one of terminal, json, html", param_hint="'--format'")
    lists = filter_list or []
    first_look.to_judge([run_a, run_b], lists)

    from crawler.cli import given

    a, b = given.to_compare(run_a, run_b, lists)

    from crawler.cli.judge_commands import diff as diff_runs

    raise typer.Exit(diff_runs(a, b, format_, fail_on, console(to_stderr=format_ != "terminal")))


@app.command(cls=Command)
def check(expectations: arguments.Expectations, verbose: arguments.Verbose = False) -> None:
    """Validate expectations files: every error by file:line:column."""
    from crawler.cli import first_look

    first_look.to_check(expectations)

    from crawler.cli.check_command import check as check_files

    raise typer.Exit(check_files(expectations))


@app.command(cls=Command)
def explain(
    word: Annotated[
        str,
        typer.Argument(
            metavar="RULE|VENDOR", help="A rule; a product by key, name or alias; a company; a host or address."
        ),
    ],
    verbose: arguments.Verbose = False,
) -> None:
    """The documentation of a rule, or what is known of a vendor; offline."""
    from crawler.cli.explain import explain as explain_word

    raise typer.Exit(explain_word(word))


@app.command(cls=Command)
def doctor(
    browser: arguments.BrowserPath = None,
    install_browser: arguments.InstallBrowser = True,
    browser_only: Annotated[bool, typer.Option("--browser-only", help="Find a browser; leave out the canary.")] = False,
    verbose: arguments.Verbose = False,
) -> None:
    """Find or install a browser, and prove cookies and GPC on a TLS canary."""
    from crawler.cli import first_look

    first_look.to_find(browser)

    from crawler.cli.doctor_command import doctor as run_doctor

    raise typer.Exit(run_doctor(browser, install_browser, browser_only, console()))


@app.command(cls=Command)
def demo(
    fixed: Annotated[
        bool, typer.Option("--fixed", help="Audit the repaired twin instead: no finding, exit 0.")
    ] = False,
    out: arguments.Out = Path("reports"),
    jobs: arguments.Jobs = 4,
    repeat: arguments.Repeat = 3,
    trace: arguments.Trace = True,
    browser: arguments.BrowserPath = None,
    expect_seeded: Annotated[
        bool, typer.Option("--expect-seeded", help="Exit 0 when exactly the seeded mistakes were found, else 4.")
    ] = False,
    quiet: arguments.Quiet = False,
    verbose: arguments.Verbose = False,
) -> None:
    """Audit the bundled company on loopback: an offline site with seeded mistakes. Sends nothing off the machine."""
    from crawler.cli import first_look

    first_look.to_play(out, browser)

    from crawler.cli.demo_command import demo as run_demo

    raise typer.Exit(run_demo(fixed, out, jobs, repeat, trace, browser, expect_seeded, quiet, console()))


def main() -> None:
    """Run the command line; our own failures end as one sentence and exit code 4, never as a bare traceback."""
    sys.stdout = cast(TextIO, Pipe(sys.stdout))
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last line of defence
        if {"--verbose", "-v"} & set(sys.argv):
            traceback.print_exc()
        print(
            f"tracking-audit failed: {type(error).__name__}: {error}\n{ISSUES} (--verbose shows more)", file=sys.stderr
        )
        sys.exit(exits.FAILURE)
