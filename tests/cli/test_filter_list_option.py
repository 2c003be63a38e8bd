"""`--filter-list` from the command line to verdicts and reports, and back from a run's folder."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from crawler.cli import app, own_lists, run_command
from crawler.cli.companies import load_expectations
from crawler.vendors.filters.lists import NotAFilterList
from tests.cli.test_audit_archives import ANALYTICS, EXPECTATIONS, har

UNKNOWN = "https://px.nobody-knows.example/picture"
RULE = "||nobody-knows.example^"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "policy.txt").write_text("We use Google Analytics. We honour Global Privacy Control.\n")
    (tmp_path / "example.yaml").write_text(EXPECTATIONS)
    (tmp_path / "my list.txt").write_text(f"! Title: House rules\n! Version: 7\n{RULE}\n/(a+)+$/\n||x.test^$csp=y\n")
    har(tmp_path, "a.har", ANALYTICS, UNKNOWN)
    return tmp_path


def invoke(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def audited(folder: Path, *more: object, out: str = "run") -> Result:
    return invoke("audit", folder / "a.har", "--expectations", folder / "example.yaml", "--out", folder / out, *more)


def verdicts(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((path / "verdicts.json").read_bytes())
    return found


def finding(path: Path) -> dict[str, Any]:
    found = [f for f in verdicts(path)["findings"] if f["vendor"] == "nobody-knows.example"]
    assert len(found) == 1
    return dict(found[0])


def test_a_list_of_ones_own_marks_a_third_party(folder: Path) -> None:
    audited(folder, out="plain")
    assert finding(folder / "plain")["severity"] == "info"
    result = audited(folder, "--filter-list", folder / "my list.txt")
    found = finding(folder / "run")
    assert found["severity"] == "medium"
    assert f"House rules 7: {RULE} marks the request as tracking." in found["certainty"]
    (row,) = [v for v in verdicts(folder / "run")["vendors"] if v["vendor"] == "nobody-knows.example"]
    assert (row["known_by"], row["tracker_rule"]) == ("filter-list", f"House rules 7: {RULE}")
    bundled, own = verdicts(folder / "run")["filter_lists"]
    assert (bundled["name"], own["name"], own["version"], own["rules"]) == ("EasyPrivacy", "House rules", "7", 1)
    report = (folder / "run" / "report.html").read_text()
    assert own["sha256"] in report and bundled["sha256"] in report and "House rules 7, 1 rule" in report
    said = [line for line in result.stderr.splitlines() if "left out" in line]
    assert len(said) == 1 and "2 rules left out, 1 taken" in said[0] and "option csp: 1" in said[0]


def test_an_exception_is_told(folder: Path) -> None:
    (folder / "my list.txt").write_text(f"! Title: House rules\n{RULE}\n@@{RULE}$image\n@@{RULE}$other\n")
    audited(folder, "--filter-list", folder / "my list.txt")
    found = finding(folder / "run")
    assert found["severity"] == "info"
    assert f"{RULE}, lifted by its exception @@{RULE}$" in found["certainty"]


def test_the_run_keeps_the_lists_that_it_was_judged_by(folder: Path) -> None:
    audited(folder, "--filter-list", folder / "my list.txt")
    (folder / "my list.txt").unlink()
    before = verdicts(folder / "run")
    invoke("audit", folder / "run")
    assert verdicts(folder / "run") == before
    printed = orjson.loads(invoke("report", folder / "run", "--format", "json").stdout)
    assert printed["filter_lists"] == before["filter_lists"]
    (copy,) = (folder / "run" / own_lists.FOLDER).glob("*/*")
    copy.write_text("||another.test^\n")
    result = invoke("audit", folder / "run")
    assert result.exit_code == 2 and "put it back, or remove it" in result.output


def test_two_runs_are_compared_by_the_lists_of_both(folder: Path) -> None:
    audited(folder, "--filter-list", folder / "my list.txt")
    audited(folder, out="plain")
    result = invoke("diff", folder / "plain", folder / "run", "--format", "json")
    compared = orjson.loads(result.stdout)
    assert not compared.get("new") and not compared.get("gone")
    other = invoke("diff", folder / "plain", folder / "plain", "--filter-list", folder / "absent.txt")
    assert other.exit_code == 2 and "absent.txt: there is no such file" in other.output


def test_other_lists_need_a_folder_of_their_own(folder: Path) -> None:
    audited(folder, out="plain")
    result = invoke("audit", folder / "plain", "--filter-list", folder / "my list.txt")
    assert result.exit_code == 2 and "--filter-list needs --out FOLDER" in result.output
    invoke("audit", folder / "plain", "--filter-list", folder / "my list.txt", "--out", folder / "again")
    assert finding(folder / "again")["severity"] == "medium"
    assert finding(folder / "plain")["severity"] == "info"
    text = invoke("report", folder / "plain", "--format", "md", "--filter-list", folder / "my list.txt").stdout
    assert "House rules 7" in text


@pytest.mark.parametrize("content", [None, "", "! nothing\n", "<html></html>"])
def test_a_file_that_is_no_list_ends_with_2_and_a_way_out(folder: Path, content: str | None) -> None:
    bad = folder / "bad.txt"
    if content is not None:
        bad.write_text(content)
    result = audited(folder, "--filter-list", folder / "my list.txt", "--filter-list", bad)
    assert result.exit_code == 2 and "bad.txt: " in result.output.replace("\n", "")
    assert not (folder / "run" / "verdicts.json").exists()
    begun = invoke("run", folder / "example.yaml", "--filter-list", bad, "--no-install-browser", "--out", folder / "r")
    assert begun.exit_code == 2 and "bad.txt: " in begun.output.replace("\n", "")
    assert not (folder / "r").exists()  # told before anything is visited


def test_a_new_run_has_the_lists_before_its_first_visit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watch(making: object, company: object, arms: object, run: Path, *more: object) -> bool:
        seen.append([own.name for own in own_lists.kept(run)])
        return True

    monkeypatch.setattr(run_command, "find_browser", lambda *given: None)
    monkeypatch.setattr(run_command, "crawl_options", lambda *given: SimpleNamespace(arms=()))
    monkeypatch.setattr(run_command, "watch", watch)
    options = run_command.RunOptions(
        arms=(), repeat=1, max_pages=1, jobs=1, out=folder / "out", filter_lists=(folder / "my list.txt",)
    )
    company = load_expectations(folder / "example.yaml")
    run_command.record([company], options, Console())
    assert seen == [["House rules"]]


def test_lists_are_taken_in_their_order_and_once(folder: Path) -> None:
    paths = []
    for number in range(12):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(f"||h{number}.test^\n")
    lists = own_lists.read([*paths, *paths])
    assert [own.name for own in lists] == [path.name for path in paths]
    own_lists.keep(folder / "run", lists)
    own_lists.keep(folder / "run", lists)
    assert [own.sha256 for own in own_lists.kept(folder / "run")] == [own.sha256 for own in lists]
    for number in range(12, 30):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(f"||h{number}.test^\n")
    with pytest.raises(NotAFilterList, match="30 lists, but at most 20"):
        own_lists.read(paths)
