"""`demo`: the bundled company on loopback, audited like any other, and held against the seeded mistakes."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from rich.console import Console

from crawler.bundle import Bundle
from crawler.cli import exits
from crawler.cli.companies import load_expectations
from crawler.cli.run_command import RunOptions, finish, record_or_code
from crawler.demo import seeded
from crawler.demo.world import World, in_thread
from crawler.evidence import Arm
from crawler.findings import Severity
from crawler.output import terminal
from crawler.output.lines import Lines

DWELL_S = 0.8
"""The demo's vendors answer at once, so a short stay shows all that there is."""


def demo(
    fixed: bool,
    out: Path,
    jobs: int,
    repeat: int,
    trace: bool,
    browser: str | None,
    expect_seeded: bool,
    quiet: bool,
    console: Console,
) -> int:
    """Audit the demo company, or its repaired twin; returns the audit's exit code, or whether the seeded were found."""
    options = RunOptions(
        arms=(Arm.CONTROL, Arm.GPC),
        repeat=repeat,
        trace=trace,
        max_pages=30,
        jobs=jobs,
        out=out,
        browser=browser,
        dwell_s=DWELL_S,
        quiet=quiet,
        resumed_by=None,  # its world is gone with the process
    )
    if not quiet:
        console.print(
            "Larkfield Software is a fictional company; its site, its mistakes and every vendor's host are played "
            "on this machine. Nothing is sent anywhere.",
            highlight=False,
        )
    with resources.as_file(resources.files("crawler.demo") / "expectations.yaml") as path:
        company = load_expectations(path, key="demo-fixed" if fixed else "demo")
        with in_thread(World(fixed=fixed)) as world:
            served = replace(
                options,
                host_resolver_rules=world.host_resolver_rules,
                spki=(world.spki,),
                name_server=world.name_server,
            )
            folders = record_or_code([company], served, console)
            if isinstance(folders, int):
                return folders
            strays = sorted({f"{call.host}{call.path}" for call in world.unexpected})
    verdicts, report = finish(folders[0], Severity.HIGH)
    if not quiet:
        terminal.summary(verdicts, Bundle(folders[0]).manifest, console, report)
    if not expect_seeded:
        return int(verdicts["exit_code"])
    wrong = differences(verdicts, seeded.EXPECTED_FIXED if fixed else seeded.EXPECTED)
    wrong += [f"a request that nobody plays: {stray}" for stray in strays]
    for line in wrong:
        console.print(terminal.plain(line), highlight=False, markup=False, soft_wrap=True)
    if wrong:
        console.print(f"The demo did not come out as seeded; {exits.MEANING[exits.FAILURE]}.", highlight=False)
        return exits.FAILURE
    if not quiet:
        mistakes = 0 if fixed else len(seeded.MISTAKES)
        console.print(f"\nThe demo found exactly what was seeded: {mistakes} mistakes, no other.", highlight=False)
        lines = Lines(console)
        for seed in () if fixed else seeded.MISTAKES:
            lines.say(seed.why, label="-", indent=2)
            lines.say(f"{seed.severity}, {seed.rule}{f', {seed.vendor}' if seed.vendor else ''}", "dim", indent=4)
        console.print("Open the report and read the marked policy first:", highlight=False)
        console.print(f"  {report}", highlight=False, soft_wrap=True, markup=False)
    return exits.PASSED


def differences(verdicts: dict[str, Any], expected: tuple[seeded.Seeded, ...]) -> list[str]:
    """How the findings differ from the seeded ones: rule, vendor, arm, severity, claims and pages. Empty when equal."""
    wrong = []
    found = {(f["rule"], f["vendor"], f["arm"]): f for f in verdicts["findings"]}
    if len(found) != len(verdicts["findings"]):
        wrong.append("two findings of the same rule, vendor and arm")
    wanted = {(s.rule, s.vendor, s.arm): s for s in expected}
    wrong += [f"missing: {' '.join(key)}" for key in wanted.keys() - found.keys()]
    wrong += [f"not seeded: {' '.join(key)}: {found[key]['message']}" for key in found.keys() - wanted.keys()]
    for key in wanted.keys() & found.keys():
        finding, seed = found[key], wanted[key]
        if finding["severity"] != seed.severity:
            wrong.append(f"{' '.join(key)}: severity {finding['severity']}, seeded {seed.severity}")
        if missing := set(seed.claims) - set(finding["claims"]):
            wrong.append(f"{' '.join(key)}: does not name {', '.join(sorted(missing))}")
        paths = {"/" + page.split("/", 3)[-1] for page in finding["pages"]}
        if seed.pages and paths != set(seed.pages):
            wrong.append(f"{' '.join(key)}: seen on {sorted(paths)}, seeded on {sorted(seed.pages)}")
    return sorted(wrong)
