"""Values of the command line, and the help."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.cli import app, first_look, given, run_command
from crawler.findings import Severity

COMMANDS = ("run", "crawl", "audit", "report", "diff", "check", "explain", "doctor", "demo")


def call(*arguments: str, columns: int = 80) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, terminal_width=columns)
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "x", "--repeat", "x"], "'--repeat': 'x' is not a whole number from 1 to 20"),
        (["run", "x", "--repeat", "21"], "'--repeat': '21' is not a whole number from 1 to 20"),
        (["run", "x", "--repeat", "2.5"], "'--repeat': '2.5' is not a whole number from 1 to 20"),
        (["run", "x", "--dwell", "nan"], "'--dwell': 'nan' is not a number from 0.1 to 60"),
        (["run", "x", "--dwell", "inf"], "'--dwell': 'inf' is not a number from 0.1 to 60"),
        (["run", "x", "--fail-on", "bad"], "'--fail-on': 'bad' is not one of critical, high, medium, low, info"),
        (["run", "x", "--out", ""], "'--out': the path is empty"),
        (["run", ""], "'EXPECTATIONS': the path is empty"),
        (["run", "x", "--arms", "gpc,dnt"], "'--arms': 'dnt' is no arm of this version"),
        (["run", "x", "--arms", "gpc,gpc"], "'--arms': 'gpc' stands there twice"),
        (["run", "x", "--new-only"], "--new-only needs --since RUN"),
        (["run"], "give EXPECTATIONS..., or --resume RUN_DIR"),
        (["report"], "'RUN_DIR': it is missing"),
        (["check"], "'EXPECTATIONS': it is missing"),
        (["diff", "a"], "'RUN_B': it is missing"),
        (["explain", "a", "b"], "unexpected extra argument"),
        (["nosuch"], "No such command 'nosuch'"),
        (["run", "--nosuch"], "No such option: --nosuch"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_wanted(arguments: list[str], said: str) -> None:
    code, text = call(*arguments)
    assert code == 2 and said in text and "Usage: " in text


def test_good_values_come_as_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(first_look, "to_crawl", lambda *paths: None)
    monkeypatch.setattr(given, "companies", lambda paths: paths)
    monkeypatch.setattr(run_command, "run", lambda companies, options, console: taken.append((companies, options)) or 0)
    line = "run a b --repeat 2 --dwell 0.5 --fail-on low --filter-list f --filter-list g --out o --no-trace -q"
    assert call(*line.split())[0] == 0
    [(companies, options)] = taken
    assert companies == [Path("a"), Path("b")] and options.filter_lists == (Path("f"), Path("g"))
    assert (options.repeat, options.dwell_s, options.fail_on, options.out) == (2, 0.5, Severity.LOW, Path("o"))
    assert (options.trace, options.quiet, options.jobs, options.ca_cert) == (False, True, 4, None)


@pytest.mark.parametrize("columns", [50, 80])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_fits_the_window_and_speaks_plainly(command: str, columns: int) -> None:
    code, text = call(*command.split(), "--help", columns=columns)
    assert code == 0
    assert max(map(len, text.splitlines())) <= columns
    assert not any(odd in text for odd in ("<=x<=", "list[", "<path>", "<str>", "...\n  "))


def test_the_help_tells_what_the_exit_codes_mean() -> None:
    _, text = call("--help")
    assert "Exit codes:\n  0  every rule passed on complete evidence\n  1  " in text
    for command in COMMANDS:
        assert f"\n  {command} " in text
