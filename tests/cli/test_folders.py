"""What is wrong with a folder is said before a crawl of hours, and not as a failure of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import crawler.cli
from crawler.cli import run_command

EXPECTATIONS = Path(__file__).parents[2] / "expectations" / "dynatronsoftware.com.yaml"


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("it went as far as looking for a browser")

    monkeypatch.setattr(run_command, "find_browser", fail)


def test_an_earlier_run_that_is_none(tmp_path: Path) -> None:
    done = CliRunner().invoke(crawler.cli.app, ["run", str(EXPECTATIONS), "--since", str(tmp_path)])
    assert done.exit_code == 2 and "--since " in done.output


def test_a_place_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(run_command, "find_browser", lambda *arguments: None)
    monkeypatch.setattr(run_command, "crawl_options", lambda *arguments: None)
    out = tmp_path / "file" / "reports"
    done = CliRunner().invoke(crawler.cli.app, ["run", str(EXPECTATIONS), "--out", str(out)])
    assert done.exit_code == 2 and "no folder can be made there" in done.output
