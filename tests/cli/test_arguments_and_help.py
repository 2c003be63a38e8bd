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
        (["run", "x", "--repeat", "x"], "'--repeat': Input should be a valid integer"),
        (["run", "x", "--repeat", "21"], "'--repeat': Input should be less than or equal to 20"),
        (["run", "x", "--repeat", "2.5"], "'--repeat': Input should be a valid integer"),
        (["run", "x", "--dwell", "nan"], "'--dwell': Input should be less than or equal to 60"),
        (["run", "x", "--dwell", "inf"], "'--dwell': Input should be less than or equal to 60"),
        (["run", "x", "--fail-on", "bad"], "'bad' is not one of 'critical', 'high', 'medium', 'low', 'info'"),
        (["run", "x", "--arms", "gpc,dnt"], "'--arms': 'dnt' is no arm of this version"),
        (["run", "x", "--arms", "gpc,gpc"], "'--arms': 'gpc' stands there twice"),
        (["run", "x", "--new-only"], "--new-only needs --since RUN"),
        (["run"], "give EXPECTATIONS..., or --resume RUN_DIR"),
        (["report"], "Missing argument 'RUN_DIR'"),
        (["check"], "Missing argument 'EXPECTATIONS'"),
        (["diff", "a"], "Missing argument 'RUN_B'"),
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
def test_the_help_fits_the_window(command: str, columns: int) -> None:
    code, text = call(*command.split(), "--help", columns=columns)
    assert code == 0
    assert max(map(len, text.splitlines())) <= columns


def test_the_help_tells_what_the_exit_codes_mean() -> None:
    _, text = call("--help")
    assert "Exit codes:\n  0  every rule passed on complete evidence\n  1  " in text
    for command in COMMANDS:
        assert f"\n  {command} " in text
