"""What is wrong with files and folders is said with where it is and what to do, by exit code 2 and no traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from crawler.bundle import BundleWriter, layout
from crawler.cli import app, first_look

EXPECTATIONS = """\
company: {name}
policy: {{url: "https://{name}.test/privacy", read_on: 2026-11-01}}
sites: ["https://{name}.test/"]
claims: []
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a finished run of two companies each, and the expectations of one."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(EXPECTATIONS.format(name=name))
        a_run(tmp_path / "reports" / name / "2026-11-01T000000Z", name)
    return tmp_path


def a_run(folder: Path, name: str, *, complete: bool = True) -> None:
    folder.mkdir(parents=True)
    (folder / layout.EXPECTATIONS).write_text(EXPECTATIONS.format(name=name))
    (folder / layout.POLICY_TEXT).write_text("")
    writer = BundleWriter(folder)
    facts = {"company": name, "company_key": name, "sites": [f"https://{name}.test/"], "visits": [], "pages": []}
    if complete:
        writer.close(facts)
    else:
        writer.manifest(facts)
        writer.close_streams()


def call(line: str) -> tuple[int, str]:
    """The exit code of a command line and all that it said."""
    done = CliRunner().invoke(app, line.split())
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, " ".join(done.output.split())


ONE, TWO = "reports/one/2026-11-01T000000Z", "reports/two/2026-11-01T000000Z"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run .", ".: is a folder; give the path of an expectations file"),
        ("run one.yaml --out one.yaml/x", "one.yaml is a file; name another folder with --out"),
        (f"run one.yaml --since {TWO}", "only runs of the same company can be compared"),
        ("run one.yaml --browser no-such-browser", "there is no such file or command; give the path of a Chromium"),
        ("run one.yaml --host-resolver-rules MAP", "--host-resolver-rules: host resolver rule 'MAP'"),
        ("run one.yaml --name-server ns.example", "--name-server: 'ns.example' is no IP address"),
        ("crawl one.yaml --name-server 192.0.2.1:dns", "has no port from 1 to 65535 behind the colon; write ADDRESS"),
        ("report nosuch", "nosuch: there is no such folder; give a run's folder"),
        ("report reports", "reports: is not a run's folder, but holds one or more; the newest is reports/"),
        ("report reports/one", f"the newest is {ONE}"),
        (f"report {ONE}/run.json", f"{ONE}/run.json: is a file; give a run's folder: {ONE}"),
        ("report one.yaml", "one.yaml: is a file; give a run's folder: reports/<company>/<time>"),
        (f"report {ONE} --format pdf", "--format pdf: choose from html"),
        (f"diff {ONE} {TWO}", f"{ONE}: is of one, and {TWO} of two; only runs of the same company"),
        (f"diff {ONE} {ONE} --format pdf", "'pdf' is not one of terminal, json, html"),
        (f"audit {ONE} {TWO}", f"{TWO}: is a run's folder; one run is judged at a time"),
        ("audit reports/one", f"the newest is {ONE}"),
        (f"audit {ONE} --out one.yaml", "--out one.yaml: no folder can be made there"),
        ("audit nosuch.har --expectations x", "nosuch.har: there is no such file; give the path of a run's folder"),
        ("check one.yaml nosuch.yaml", "nosuch.yaml: there is no such file; give the path of an expectations file"),
    ],
)
def test_it_says_what_is_wrong_and_what_to_do(here: Path, line: str, said: str) -> None:
    code, text = call(line)
    assert code == 2 and said in text


def test_every_problem_is_said_at_once(here: Path) -> None:
    code, text = call("run nosuch.yaml --out one.yaml --ca-cert nosuch.pem --filter-list nosuch.txt --browser ./nosuch")
    assert code == 2
    assert all(name in text for name in ("nosuch.yaml: ", "--out ", "--ca-cert ", "--filter-list ", "--browser "))


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{", "cannot be read: unexpected end of data: line 1 column 2 (char 1); copy the run's folder again"),
        (b"[]", "is not the run.json of a run"),
        (b"{}", "is not the run.json of a run"),
        (b'{"schema": "tracking-audit/run/9"}', "use the version that wrote it"),
        (
            b'{"schema": "tracking-audit/run/1", "rows": [], "pages": 1}',
            "was changed since it was written: pages, rows",
        ),
    ],
)
@pytest.mark.parametrize("command", ["report", "audit", "run --resume", "diff . "])
def test_a_folder_that_is_no_run(here: Path, command: str, manifest: bytes, said: str) -> None:
    (here / ONE / layout.MANIFEST).write_bytes(manifest)
    code, text = call(f"{command} {ONE}")
    assert code == 2 and f"{ONE}/run.json: " in text and said in text


@pytest.mark.parametrize("broken", [None, "company: [\n"])
def test_a_run_whose_expectations_cannot_be_used_can_be_held_against_others(here: Path, broken: str | None) -> None:
    kept = here / ONE / layout.EXPECTATIONS
    kept.unlink() if broken is None else kept.write_text(broken)
    code, text = call(f"report {ONE}")
    assert code == 2 and f"tracking-audit audit {ONE} --expectations FILE --out FOLDER" in text
    code, text = call(f"audit {ONE} --expectations one.yaml --out again")
    assert code == 3, text


@pytest.mark.parametrize(
    ("key", "way_on"), [(True, "to go on: tracking-audit run --resume unfinished"), (False, "make it anew")]
)
def test_a_run_that_was_not_finished_says_how_to_go_on(here: Path, key: bool, way_on: str) -> None:
    a_run(here / "unfinished", "one", complete=False)
    if key:
        (here / "unfinished" / layout.KEY).touch()
    done = CliRunner().invoke(app, ["report", "unfinished", "--format", "json"])
    assert done.exit_code == 0 and way_on in done.stderr
    assert orjson.loads(done.stdout)["exit_code"] == 3


def test_a_har_of_a_run_needs_no_expectations(here: Path) -> None:
    (here / ONE / layout.EXPECTATIONS).unlink()
    code, text = call(f"report {ONE} --format har")
    assert code == 0 and '"log"' in text


def test_runs_of_a_company_that_was_renamed_are_compared(here: Path) -> None:
    shutil.copytree(here / ONE, here / "renamed")
    manifest = orjson.loads((here / "renamed" / layout.MANIFEST).read_bytes())
    (here / "renamed" / layout.MANIFEST).write_bytes(orjson.dumps(manifest | {"company": "New", "company_key": "new"}))
    code, text = call(f"diff {ONE} renamed")
    assert code == 3 and "only runs of the same company" not in text


def test_what_permissions_forbid(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may do everything
    assert "its permissions forbid to read it" in "".join(first_look.files([here / "one.yaml"], "a list"))
    [line] = first_look.writable(Path("new/folder"))
    assert line.startswith(f"--out new/folder: no folder can be made there: the permissions of {here} forbid it; name")
    [line] = first_look.writable(here / ONE, "")
    assert "nothing can be written there" in line and "name one with --out" in line
