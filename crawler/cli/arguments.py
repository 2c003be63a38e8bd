"""The arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawler.evidence import Arm
from crawler.findings import Severity

RUNNABLE_ARMS = (Arm.CONTROL, Arm.GPC)

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
FailOn = Annotated[
    Severity,
    typer.Option("--fail-on", metavar="SEVERITY", help=f"Exit 1 from this severity on: {', '.join(Severity)}."),
]
Json = Annotated[bool, typer.Option("--json", help="Print verdicts.json to standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only problems; the exit code says the rest.")]
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
    str | None,
    typer.Option(
        "--browser", metavar="PATH", help="Browser to use; otherwise the first that works is taken, see `doctor`."
    ),
]
InstallBrowser = Annotated[
    bool, typer.Option("--install-browser/--no-install-browser", help="Install one with apt when none is found.")
]
ARMS = "control,gpc"
Repeat = Annotated[int, typer.Option(metavar="N", min=1, max=20, help="Visits of each page in each arm.")]
MaxPages = Annotated[int, typer.Option(metavar="N", min=1, max=5000, help="Pages per company at most.")]
Jobs = Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Visits at a time; each is a browser of its own.")]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where the run's folder goes.")]
ResolverRules = Annotated[
    str | None,
    typer.Option(
        metavar="RULES",
        help="Chromium's rules, e.g. 'MAP * 127.0.0.1:8443': a staging server plays the production hosts.",
    ),
]
NameServer = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS[:PORT]",
        help="Name server that says which of the company's hosts are aliases (CNAME) for another company's. Needed "
        "where hosts are mapped with --host-resolver-rules, because nobody is asked about those otherwise, and on "
        "networks whose own name server hides aliases. An address such as 192.0.2.53 or [2001:db8::53]:5353; port 53 "
        "if left out. It is told the hosts of the company and no other.",
    ),
]
CaCert = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="PEM file; servers that present one of its certificates are trusted. A root that the server does not "
        "send along is not enough: put the server's own certificate into the file.",
    ),
]
IgnoreHttpsErrors = Annotated[bool, typer.Option("--ignore-https-errors", help="Accept any certificate.")]
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
Since = Annotated[
    Path | None,
    typer.Option(metavar="RUN_DIR", help="An earlier run's folder: print what is new, gone, changed."),
]
NewOnly = Annotated[bool, typer.Option("--new-only", help="With --since: only new findings fail the gate.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of our own failures.")]


def parse_arms(text: str) -> tuple[Arm, ...]:
    """`control,gpc` to arms. Raises `typer.BadParameter` for what cannot be run."""
    arms: list[Arm] = []
    for word in (part.strip() for part in text.split(",")):
        if word not in RUNNABLE_ARMS:
            raise typer.BadParameter(
                f"{word!r} is no arm of this version; choose from {', '.join(RUNNABLE_ARMS)}", param_hint="'--arms'"
            )
        if Arm(word) in arms:
            raise typer.BadParameter(f"{word!r} stands there twice", param_hint="'--arms'")
        arms.append(Arm(word))
    return tuple(arms)


def named(context: typer.Context, expectations: list[Path] | None, resume: Path | None) -> frozenset[str]:
    """Names of the options that stand on the command line. Raises `typer.BadParameter` when there is nothing to do."""
    if not expectations and resume is None:
        raise typer.BadParameter("give EXPECTATIONS..., or --resume RUN_DIR")
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return frozenset(name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE")
