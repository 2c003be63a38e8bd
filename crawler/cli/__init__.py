"""The command line: `tracking-audit`."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Annotated, TextIO, cast

import typer
from rich.console import Console

from crawler import __version__
from crawler.cli import exits
from crawler.cli.pipe import Pipe
from crawler.evidence import Arm
from crawler.findings import Severity

ISSUES = "if this goes on, please report it with the command and this text"
RUNNABLE_ARMS = (Arm.CONTROL, Arm.GPC)

app = typer.Typer(
    name="tracking-audit",
    help="Drives a real browser through a company's websites with and without Global Privacy Control and holds what "
    "it saw against the company's privacy policy, sentence by sentence.",
    epilog="Exit codes: " + " · ".join(f"{code} {text}" for code, text in exits.MEANING.items()),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Expectations = Annotated[
    list[Path], typer.Argument(metavar="EXPECTATIONS", help="Expectations files: what the company's policy says.")
]
ExpectationsOrNone = Annotated[
    list[Path] | None,
    typer.Argument(metavar="EXPECTATIONS", help="Expectations files: what the company's policy says."),
]
Resume = Annotated[
    Path | None,
    typer.Option(
        metavar="RUN_DIR",
        help="Finish a run that was stopped or killed, as it was begun: its folder. EXPECTATIONS may then be left out.",
    ),
]
RunDir = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="A run's folder: reports/<company>/<time>.")]
FailOn = Annotated[Severity, typer.Option("--fail-on", help="Exit 1 from this severity on.")]
FilterList = Annotated[
    list[Path] | None,
    typer.Option(
        "--filter-list",
        metavar="FILE",
        help="A filter list of your own (Adblock Plus or uBlock Origin syntax) to judge third parties by, beside the "
        "bundled EasyPrivacy; may be given several times.",
    ),
]
BrowserPath = Annotated[
    str | None, typer.Option("--browser", help="Browser to use; otherwise the first that works is taken, see `doctor`.")
]
Trace = Annotated[
    bool,
    typer.Option(
        "--trace/--no-trace",
        help="One more visit of each page, with instruments in the page, that says which script did what. It is never "
        "compared.",
    ),
]
KeepNetlog = Annotated[
    bool,
    typer.Option(
        "--keep-netlog",
        help="Keep the browser's own log of every visit in evidence/netlog. It holds secrets unredacted: cookies, "
        "passwords, whatever was sent; only you may read the files, and they are large.",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of our own failures.")]


def parse_arms(text: str) -> tuple[Arm, ...]:
    """`control,gpc` to arms. Raises `typer.BadParameter` for what cannot be run."""
    arms: list[Arm] = []
    for word in (part.strip() for part in text.split(",")):
        if word not in RUNNABLE_ARMS:
            raise typer.BadParameter(f"{word!r} is no arm of this version; choose from {', '.join(RUNNABLE_ARMS)}")
        if Arm(word) in arms:
            raise typer.BadParameter(f"{word!r} stands there twice")
        arms.append(Arm(word))
    return tuple(arms)


def _given(context: typer.Context, expectations: list[Path] | None, resume: Path | None) -> frozenset[str]:
    """Names of the options that stand on the command line. Raises `typer.BadParameter` when there is nothing to do."""
    if not expectations and resume is None:
        raise typer.BadParameter("give EXPECTATIONS..., or --resume RUN_DIR")
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE")


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


@app.command()
def run(
    context: typer.Context,
    expectations: ExpectationsOrNone = None,
    arms: Annotated[
        str, typer.Option(help="Arms to compare, separated by commas; this version has control and gpc.")
    ] = "control,gpc",
    repeat: Annotated[int, typer.Option(min=1, max=20, help="Visits of each page in each arm.")] = 3,
    trace: Trace = True,
    max_pages: Annotated[int, typer.Option(min=1, max=5000, help="Pages per company at most.")] = 30,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Visits at a time; each is a browser of its own.")] = 4,
    out: Annotated[Path, typer.Option(help="Where the run's folder goes.")] = Path("reports"),
    fail_on: FailOn = Severity.HIGH,
    filter_list: FilterList = None,
    since: Annotated[
        Path | None, typer.Option(help="An earlier run's folder: print what is new, gone, changed.")
    ] = None,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="With --since: only new findings fail the gate.")
    ] = False,
    resume: Resume = None,
    host_resolver_rules: Annotated[
        str | None,
        typer.Option(
            help="Chromium's rules, e.g. 'MAP * 127.0.0.1:8443': a staging server plays the production hosts."
        ),
    ] = None,
    ca_cert: Annotated[
        Path | None,
        typer.Option(
            help="PEM file; servers that present one of its certificates are trusted. A root that the server does not "
            "send along is not enough: put the server's own certificate into the file."
        ),
    ] = None,
    ignore_https_errors: Annotated[bool, typer.Option("--ignore-https-errors", help="Accept any certificate.")] = False,
    browser: BrowserPath = None,
    install_browser: Annotated[
        bool, typer.Option("--install-browser/--no-install-browser", help="Install one with apt when none is found.")
    ] = True,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Visit what robots.txt disallows, too.")
    ] = False,
    user_agent: Annotated[
        str | None, typer.Option(help="User agent; otherwise the browser's, without `Headless`.")
    ] = None,
    keep_netlog: KeepNetlog = False,
    dwell: Annotated[float, typer.Option(min=0.1, max=60, help="Seconds to stay on a page at least.")] = 2.5,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only problems; the exit code says the rest.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print verdicts.json to standard output.")] = False,
    verbose: Verbose = False,
) -> None:
    """Crawl, audit and report: one folder per company. With --resume, finish a run that was stopped."""
    from crawler.cli.resume_command import resume_run
    from crawler.cli.run_command import RunOptions
    from crawler.cli.run_command import run as run_companies

    given = _given(context, expectations, resume)
    if new_only and since is None:
        raise typer.BadParameter("--new-only needs --since RUN")
    options = RunOptions(
        arms=parse_arms(arms),
        repeat=repeat,
        trace=trace,
        max_pages=max_pages,
        jobs=jobs,
        out=out,
        fail_on=fail_on,
        filter_lists=tuple(filter_list or ()),
        since=since,
        new_only=new_only,
        host_resolver_rules=host_resolver_rules,
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
        raise typer.Exit(resume_run(resume, expectations or [], given, options, output))
    raise typer.Exit(run_companies(expectations or [], options, output))


@app.command()
def crawl(
    context: typer.Context,
    expectations: ExpectationsOrNone = None,
    out: Annotated[Path, typer.Option(help="Where the run's folder goes.")] = Path("reports"),
    arms: Annotated[str, typer.Option(help="Arms, separated by commas.")] = "control,gpc",
    repeat: Annotated[int, typer.Option(min=1, max=20, help="Visits of each page in each arm.")] = 3,
    trace: Trace = True,
    max_pages: Annotated[int, typer.Option(min=1, max=5000, help="Pages per company at most.")] = 30,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Visits at a time.")] = 4,
    host_resolver_rules: Annotated[str | None, typer.Option(help="As for `run`.")] = None,
    ca_cert: Annotated[Path | None, typer.Option(help="As for `run`.")] = None,
    ignore_https_errors: Annotated[bool, typer.Option("--ignore-https-errors", help="As for `run`.")] = False,
    browser: BrowserPath = None,
    keep_netlog: KeepNetlog = False,
    resume: Resume = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only problems.")] = False,
    verbose: Verbose = False,
) -> None:
    """Record evidence only; `audit` judges it later, anywhere."""
    from crawler.cli.resume_command import resume_crawl
    from crawler.cli.run_command import RunOptions, crawl_only

    given = _given(context, expectations, resume)
    options = RunOptions(
        arms=parse_arms(arms),
        repeat=repeat,
        trace=trace,
        max_pages=max_pages,
        jobs=jobs,
        out=out,
        host_resolver_rules=host_resolver_rules,
        ca_cert=ca_cert,
        ignore_https_errors=ignore_https_errors,
        browser=browser,
        keep_netlog=keep_netlog,
        quiet=quiet,
        resumed_by="crawl",
    )
    if resume is not None:
        raise typer.Exit(resume_crawl(resume, expectations or [], given, options, console()))
    raise typer.Exit(crawl_only(expectations or [], options, console()))


@app.command()
def audit(
    recorded: Annotated[
        list[Path],
        typer.Argument(metavar="RUN_DIR|HAR...", help="A run's folder, or one or more HAR files of another tool."),
    ],
    expectations: Annotated[
        Path | None,
        typer.Option(help="Hold it against this file instead of the one that the run was made with; HARs need it."),
    ] = None,
    fail_on: FailOn = Severity.HIGH,
    filter_list: FilterList = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for verdicts and reports; a run's own folder stays as it is. HARs need a new one."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print verdicts.json to standard output.")] = False,
    verbose: Verbose = False,
) -> None:
    """Judge a recorded run again, without a browser, and write its verdicts and reports anew, or to --out.

    HAR files of DevTools, a proxy or another tool become a run in --out first: a page whose requests carry Sec-GPC is a
    visit of the gpc arm, another of the control arm. What a HAR cannot show is told, so such a run can fail and
    never pass.
    """
    from crawler.cli.judge_commands import audit as audit_run
    from crawler.cli.judge_commands import audit_archives

    to, lists = console(to_stderr=json), filter_list or []
    if len(recorded) == 1 and not recorded[0].is_file():
        raise typer.Exit(audit_run(recorded[0], expectations, fail_on, out, json, to, lists))
    raise typer.Exit(audit_archives(recorded, expectations, fail_on, out, json, to, lists))


@app.command()
def report(
    run_dir: RunDir,
    format_: Annotated[
        str,
        typer.Option(
            "--format", help="html, json, md, junit, sarif, csv, vendors-csv, cookies-csv or har (HTTP Archive)."
        ),
    ] = "html",
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="What the report calls a failure of the gate.")] = (
        Severity.HIGH
    ),
    filter_list: FilterList = None,
    verbose: Verbose = False,
) -> None:
    """Print a run's report in another format to standard output. Exits 0 when it could be written."""
    from crawler.cli.judge_commands import report as report_run

    raise typer.Exit(report_run(run_dir, format_, fail_on, console(to_stderr=True), filter_list or []))


@app.command()
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier run's folder.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later run's folder.")],
    format_: Annotated[str, typer.Option("--format", help="terminal, json or html.")] = "terminal",
    fail_on: FailOn = Severity.HIGH,
    filter_list: FilterList = None,
    verbose: Verbose = False,
) -> None:
    """Compare two runs, both judged under the rules of this version. Exits 1 on a new violation that gates."""
    from crawler.cli.judge_commands import diff as diff_runs

    raise typer.Exit(
        diff_runs(run_a, run_b, format_, fail_on, console(to_stderr=format_ != "terminal"), filter_list or [])
    )


@app.command()
def check(expectations: Expectations, verbose: Verbose = False) -> None:
    """Validate expectations files: every error by file:line:column."""
    from crawler.cli.judge_commands import check as check_files

    raise typer.Exit(check_files(expectations, console()))


@app.command()
def explain(
    word: Annotated[
        str,
        typer.Argument(
            metavar="RULE|VENDOR", help="A rule; a product by key, name or alias; a company; a host or address."
        ),
    ],
    verbose: Verbose = False,
) -> None:
    """The documentation of a rule, or what is known of a vendor; offline."""
    from crawler.cli.explain import explain as explain_word

    raise typer.Exit(exits.PASSED if explain_word(word, console()) else exits.USAGE)


@app.command()
def doctor(
    browser: BrowserPath = None,
    install_browser: Annotated[
        bool, typer.Option("--install-browser/--no-install-browser", help="Install one with apt when none is found.")
    ] = True,
    browser_only: Annotated[bool, typer.Option("--browser-only", help="Find a browser; leave out the canary.")] = False,
    verbose: Verbose = False,
) -> None:
    """Find or install a browser, and prove cookies and GPC on a TLS canary."""
    from crawler.cli.doctor_command import doctor as run_doctor

    raise typer.Exit(run_doctor(browser, install_browser, browser_only, console()))


@app.command()
def demo(
    fixed: Annotated[
        bool, typer.Option("--fixed", help="Audit the repaired twin instead: no finding, exit 0.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Where the run's folder goes.")] = Path("reports"),
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Visits at a time.")] = 4,
    repeat: Annotated[int, typer.Option(min=1, max=20, help="Visits of each page in each arm.")] = 3,
    trace: Trace = True,
    browser: BrowserPath = None,
    expect_seeded: Annotated[
        bool, typer.Option("--expect-seeded", help="Exit 0 when exactly the seeded mistakes were found, else 4.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only problems.")] = False,
    verbose: Verbose = False,
) -> None:
    """Audit the bundled company on loopback: an offline site with seeded mistakes. Sends nothing off the machine."""
    from crawler.cli.demo_command import demo as run_demo

    raise typer.Exit(run_demo(fixed, out, jobs, repeat, trace, browser, expect_seeded, quiet, console()))


def console(*, to_stderr: bool = False) -> Console:
    """Where text for people goes; standard error when standard output carries data."""
    return Console(stderr=to_stderr, soft_wrap=False)


def main() -> None:
    """Run the command line; our own failures end as one sentence and exit code 4, never as a bare traceback."""
    sys.stdout = cast(TextIO, Pipe(sys.stdout))
    try:
        app()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last line of defence
        if {"--verbose", "-v"} & set(sys.argv):
            traceback.print_exc()
        print(
            f"tracking-audit failed: {type(error).__name__}: {error}\n{ISSUES} (--verbose shows more)", file=sys.stderr
        )
        sys.exit(exits.FAILURE)
