"""`--resume` on the command line: what it needs, what it accepts, what it refuses and with which way out."""

from __future__ import annotations

import hashlib
import inspect
import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import crawler.cli
from crawler.browser.authority import Authority
from crawler.browser.chosen import Attempt, Browser
from crawler.browser.crawl import CrawlFailed
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.discovery import Discovered
from crawler.browser.find import NoBrowser
from crawler.browser.launch import LaunchOptions
from crawler.browser.page_list import PageEntry
from crawler.browser.run_folder import begin
from crawler.browser.settle import Settling
from crawler.bundle import Bundle, RunKey, layout
from crawler.claims.policy_text import normalise
from crawler.cli import judging, resume_command, run_command
from crawler.cli.companies import company_of, load_expectations
from crawler.cli.saying import Stopped
from crawler.evidence import Arm

POLICY = "We use cookies. We honour the signal."
EXPECTATIONS = f"""
company: Fault Works
policy:
  url: https://site.test/policy
  read_on: 2026-11-22
  text: company.policy.txt
  text_sha256: {hashlib.sha256(normalise(POLICY).encode()).hexdigest()}
sites: [https://site.test/]
own_domains: []
claims:
  - {{id: C1, section: 1, kind: signal, signal: gpc, honoured: true, quote: We honour the signal.}}
"""
BROWSER = Browser(Path("/opt/browser"), None, "headless-shell", "156.0.1.2", "PATH")
BEGUN = CrawlOptions(
    launch=LaunchOptions(browser=BROWSER, host_resolver_rules="MAP * 127.0.0.1:1", user_agent="Mine"),
    arms=(Arm.GPC, Arm.CONTROL), repeat=2, jobs=5, max_pages=7, settling=Settling(least_s=0.5, quiet_s=0.5),
    name_server="127.0.0.1:53",
)  # fmt: skip


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The folder of a run that was killed after discovery."""
    run = tmp_path / "out" / "company" / "2026-11-27T000000Z"
    run.mkdir(parents=True)
    (tmp_path / "company.yaml").write_text(EXPECTATIONS)
    (tmp_path / "company.policy.txt").write_text(POLICY)
    with begin(load_expectations(tmp_path / "company.yaml"), BEGUN, run) as folder:
        page = PageEntry(url="https://site.test/", found_by="start", depth=0)
        folder.note_pages(Discovered(pages=[page]), final=True)
    return run


@pytest.fixture
def resumed(monkeypatch: pytest.MonkeyPatch) -> list[CrawlOptions]:
    """The options with which a crawl was resumed; it then ends at once, as if interrupted."""
    seen: list[CrawlOptions] = []

    async def resume(company: object, options: CrawlOptions, bundle: Bundle, key: RunKey, observer: object) -> bool:
        assert len(key.value) == 32
        seen.append(options)
        return False

    monkeypatch.setattr(resume_command, "resume", resume)
    monkeypatch.setattr(run_command, "find", lambda asked, **_: BROWSER)
    return seen


def call(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and all text, without line breaks that depend on the terminal."""
    done = CliRunner().invoke(crawler.cli.app, [str(argument) for argument in arguments], env={"COLUMNS": "4000"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def change(run: Path, **facts: Any) -> None:
    path = run / layout.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | facts))


def test_the_folder_alone_is_enough(stopped: Path, resumed: list[CrawlOptions]) -> None:
    code, text = call("crawl", "--resume", stopped)
    assert resumed == [BEGUN] and code == 0
    assert f"to go on: tracking-audit crawl --resume {stopped}" in text


def test_run_judges_what_it_resumed(stopped: Path, resumed: list[CrawlOptions]) -> None:
    code, text = call("run", "--resume", stopped)
    assert resumed == [BEGUN] and code == 3, "nothing was seen"
    assert f"to go on: tracking-audit run --resume {stopped}" in text
    assert (stopped / layout.VERDICTS).exists() and "report.html" in text


def test_jobs_may_be_others(stopped: Path, resumed: list[CrawlOptions]) -> None:
    call("crawl", "--resume", stopped, "--jobs", "9")
    assert resumed == [replace(BEGUN, jobs=9)]


def test_everything_may_be_given_again_as_it_was(stopped: Path, resumed: list[CrawlOptions]) -> None:
    call(
        "run", stopped.parents[2] / "company.yaml", "--resume", stopped, "--arms", "gpc,control", "--repeat", "2",
        "--max-pages", "7", "--out", stopped.parents[1], "--host-resolver-rules", "MAP * 127.0.0.1:1",
        "--user-agent", "Mine", "--name-server", "127.0.0.1", "--trace", "--dwell", "0.5", "--fail-on", "low",
        "--quiet",
    )  # fmt: skip
    assert resumed == [BEGUN]


@pytest.mark.parametrize("command", ["run", "crawl"])
def test_the_name_server_stays(command: str, stopped: Path, resumed: list[CrawlOptions]) -> None:
    call(command, "--resume", stopped, "--name-server", "127.0.0.1:53")
    assert resumed == [BEGUN]
    assert json.loads((stopped / layout.MANIFEST).read_text())["name_server"] == "127.0.0.1:53"


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--arms", ["control,gpc"]),
        ("--repeat", ["3"]),
        ("--no-trace", []),
        ("--max-pages", ["30"]),
        ("--out", ["elsewhere"]),
        ("--host-resolver-rules", ["MAP * 127.0.0.1:2"]),
        ("--name-server", ["127.0.0.1:5353"]),
        ("--ignore-https-errors", []),
        ("--ignore-robots", []),
        ("--user-agent", ["Yours"]),
        ("--dwell", ["2.5"]),
    ],
)
def test_what_would_make_it_another_run_is_refused(
    flag: str, value: list[str], stopped: Path, resumed: list[CrawlOptions]
) -> None:
    before = {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}
    code, text = call("run", "--resume", stopped, flag, *value)
    assert code == 2 and resumed == []
    assert (
        f"{flag.replace('--no-', '--')}: the run was begun otherwise" in text
        and "start a new run without --resume" in text
    )
    assert before == {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}


def test_another_certificate_is_refused(stopped: Path, resumed: list[CrawlOptions], tmp_path: Path) -> None:
    Authority(["site.test"]).write_ca(tmp_path / "ca.pem")
    code, text = call("run", "--resume", stopped, "--ca-cert", tmp_path / "ca.pem")
    assert code == 2 and resumed == [] and "--ca-cert: the run was begun otherwise" in text


@pytest.mark.parametrize("command", ["run", "crawl"])
def test_each_option_is_known_to_be_free_or_fixed(command: str) -> None:
    (callback,) = (c.callback for c in crawler.cli.app.registered_commands if c.callback.__name__ == command)  # type: ignore[union-attr]
    assert callback is not None
    names = inspect.signature(callback).parameters.keys() - {"context", "out"}
    assert names <= resume_command.FREE | resume_command.FIXED.keys()
    assert not resume_command.FREE & resume_command.FIXED.keys()


def test_other_expectations_are_refused(stopped: Path, resumed: list[CrawlOptions], tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(EXPECTATIONS + "# a remark\n")
    code, text = call("run", tmp_path / "other.yaml", "--resume", stopped)
    assert code == 2 and "is not as it was when the run was begun; leave it out" in text
    code, text = call("run", tmp_path / "company.yaml", tmp_path / "other.yaml", "--resume", stopped)
    assert code == 2 and "give one expectations file, or none" in text
    code, text = call("run", tmp_path / "nothing.yaml", "--resume", stopped)
    assert code == 2 and "nothing.yaml: there is no such file" in text
    assert resumed == []


def spoil_copy(run: Path) -> None:
    (run / layout.EXPECTATIONS).write_text(EXPECTATIONS + "# a remark\n")


def spoil_key(run: Path) -> None:
    (run / layout.KEY).unlink()


def spoil_options(run: Path) -> None:
    change(run, options={"launch": {}, "arms": ["neither"]})


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda run: change(run, tool={"version": "0.0.1"}), "begun by version 0.0.1 and this is"),
        (lambda run: change(run, browser={"kind": "chrome", "version": "1", "path": "/x", "found_by": "PATH"}),
         "begun with chrome 1, and the browser here is headless-shell 156.0.1.2; name the former with --browser"),
        (lambda run: change(run, browser=None), "does not say how it was begun"),
        (lambda run: change(run, options=None), "does not say how it was begun"),
        (spoil_options, "does not say how it was begun"),
        (spoil_copy, "expectations.yaml in it was changed"),
        (spoil_key, ".run-key cannot be read"),
        (lambda run: (run / layout.KEY).write_text(""), ".run-key holds no key"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_alike_does_not_go_on(
    spoil: Callable[[Path], object], says: str, stopped: Path, resumed: list[CrawlOptions]
) -> None:
    spoil(stopped)
    code, text = call("run", "--resume", stopped)
    assert code == 2 and resumed == []
    assert "cannot be resumed" in text and says in text and "start a new run" in text


def test_a_browser_that_moved_is_found_again(
    stopped: Path, resumed: list[CrawlOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = replace(BROWSER, path=Path("/usr/local/browser"), found_by="CHROME_PATH")

    def find(asked: str | None, **_: object) -> Browser:
        if asked in ("/opt/browser", sys.executable):
            raise NoBrowser("not there", (Attempt("option --browser", "/opt/browser", "no such file"),))
        assert asked is None
        return moved

    monkeypatch.setattr(run_command, "find", find)
    call("crawl", "--resume", stopped)
    assert [options.launch.browser for options in resumed] == [moved]
    code, text = call("crawl", "--resume", stopped, "--browser", sys.executable)
    assert code == 4 and "not there" in text and len(resumed) == 1, "what was asked for is used, or nothing is"


def test_a_run_that_lives_is_left_alone(stopped: Path, resumed: list[CrawlOptions]) -> None:
    with RunKey.take(stopped):
        code, text = call("run", "--resume", stopped)
    assert code == 2 and "at this moment by another process" in text and resumed == []


def test_a_finished_run_is_judged(stopped: Path, resumed: list[CrawlOptions]) -> None:
    change(stopped, complete=True, interrupted=False, rows={}, files={})
    code, text = call("run", "--resume", stopped)
    assert code == 3 and resumed == [] and "is finished already; no visit is left to make" in text
    assert (stopped / layout.VERDICTS).exists()
    assert not (stopped / layout.KEY).exists(), "a run that was killed right after its end"


@pytest.mark.parametrize("content", [None, "", "{", '{"schema": "tracking-audit/run/1"'])
def test_no_run_is_told_with_a_way_out(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / layout.MANIFEST).write_text(content)
    code, text = call("run", "--resume", tmp_path)
    assert code == 2 and (content is not None or "start it anew" in text)


@pytest.mark.parametrize("command", ["run", "crawl"])
def test_neither_expectations_nor_a_run(command: str) -> None:
    code, text = call(command)
    assert code == 2 and "give EXPECTATIONS..., or --resume RUN_DIR" in text


@pytest.mark.parametrize("error", [CrawlFailed("no disk"), OSError(28, "no disk")])
def test_a_crawl_that_fails_says_how_to_go_on(
    error: Exception, stopped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(observer: object) -> bool:
        raise error

    company = company_of(Bundle(stopped))
    options = run_command.RunOptions(arms=(Arm.GPC,), repeat=1, max_pages=1, jobs=1, out=stopped, quiet=True)

    def failing(options: run_command.RunOptions, folder: Path) -> str:
        with pytest.raises((CrawlFailed, OSError), match="no disk") as caught:
            run_command.watch(fail, company, (Arm.GPC,), folder, options, Console())
        return str(caught.value)

    assert failing(options, stopped).endswith(f"\nto go on: tracking-audit run --resume {stopped}")
    assert "to go on" not in failing(replace(options, resumed_by=None), stopped), "the demo's world is gone"
    (stopped / layout.MANIFEST).unlink()
    assert "to go on" not in failing(options, stopped), "nothing was begun"


def test_what_was_not_begun_is_named(stopped: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def interrupted(*_: object) -> bool:
        return False

    monkeypatch.setattr(run_command, "crawl", interrupted)
    monkeypatch.setattr(run_command, "find", lambda asked, **_: BROWSER)
    company = company_of(Bundle(stopped))
    options = run_command.RunOptions(arms=(Arm.GPC,), repeat=1, max_pages=1, jobs=1, out=tmp_path, quiet=True)
    console = Console(record=True, width=4000)
    later = replace(company, path=Path("later.yaml"))
    assert len(run_command.record([company, later], options, console)) == 1
    assert "not begun: later.yaml" in console.export_text()


def test_ctrl_c_while_judging_says_how_to_go_on(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "write_reports", stop)
    options = run_command.RunOptions(arms=(Arm.GPC,), repeat=1, max_pages=1, jobs=1, out=stopped)
    with pytest.raises(Stopped) as caught:
        run_command.judged([stopped], options, Console())
    kept = f"what was seen is kept in {stopped}\nto go on: tracking-audit run --resume {stopped}"
    assert str(caught.value) == kept


def test_ctrl_c_is_told_once_with_what_is_kept(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(resume_command, "resume", stop)
    monkeypatch.setattr(run_command, "find", lambda asked, **_: BROWSER)
    done = CliRunner().invoke(crawler.cli.app, ["run", "--resume", str(stopped), "--quiet"])
    assert (done.exit_code, done.stdout) == (130, "")
    way_on = f"to go on: tracking-audit run --resume {stopped}"
    assert done.stderr == f"stopped; what was seen is kept in {stopped}\n{way_on}\n"


def test_ctrl_c_names_every_run_that_is_not_judged(
    stopped: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def crawl(company: object, options: object, folder: Path, observer: object) -> bool:
        if (folder.parent / "begun").exists():
            raise KeyboardInterrupt
        (folder.parent / "begun").touch()
        (folder / layout.MANIFEST).touch()
        return True

    monkeypatch.setattr(run_command, "crawl", crawl)
    monkeypatch.setattr(run_command, "find", lambda asked, **_: BROWSER)
    company = company_of(Bundle(stopped))
    options = run_command.RunOptions(arms=(Arm.GPC,), repeat=1, max_pages=1, jobs=1, out=tmp_path / "new", quiet=True)
    with pytest.raises(Stopped) as caught:
        run_command.record([company, company], options, Console())
    (first,) = (path.parent for path in (tmp_path / "new").rglob(layout.MANIFEST))
    assert str(caught.value).splitlines()[1:] == [f"to go on: tracking-audit run --resume {first}"], (
        "the second run had not begun"
    )


def test_ctrl_c_before_a_run_is_begun(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> Browser:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_command, "find", stop)
    company = str(stopped.parents[2] / "company.yaml")
    done = CliRunner().invoke(crawler.cli.app, ["run", company, "--out", str(stopped.parents[2])])
    assert (done.exit_code, done.stdout, done.stderr) == (130, "", "stopped\n")


def test_a_path_with_spaces_is_quoted(tmp_path: Path) -> None:
    async def interrupted(observer: object) -> bool:
        return False

    folder = tmp_path / "my runs" / "it's"
    options = run_command.RunOptions(arms=(Arm.GPC,), repeat=1, max_pages=1, jobs=1, out=tmp_path, quiet=True)
    console = Console(record=True, width=4000)
    company = type("Company", (), {"company": "A"})()
    run_command.watch(interrupted, company, (Arm.GPC,), folder, options, console)

    (line,) = (line for line in console.export_text().splitlines() if line.startswith("to go on: "))
    assert shlex.split(line)[-1] == str(folder)
