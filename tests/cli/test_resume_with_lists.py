"""`run --resume --filter-list`: what a stopped run was begun with stays, further lists are added, nothing by halves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.browser.crawl_options import CrawlOptions
from crawler.bundle import RunKey, layout
from crawler.cli import own_lists
from crawler.vendors.filters.lists import MAX_LISTS
from tests.cli.test_resume_command import call, change, resumed, stopped

__all__ = ["resumed", "stopped"]  # fixtures


def a_list(folder: Path, name: str, rule: str = "||tracker.example^") -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"! Title: {name}\n! Version: 7\n{rule}\n")
    return path


def names(run: Path) -> list[str]:
    return [own.name for own in own_lists.kept(run)]


def judged_by(run: Path) -> list[str]:
    lists: list[dict[str, Any]] = json.loads((run / layout.VERDICTS).read_text())["filter_lists"]
    return [one["name"] for one in lists if one["own"]]


def test_lists_of_the_beginning_stay_and_others_are_added(
    stopped: Path, resumed: list[CrawlOptions], tmp_path: Path
) -> None:
    own_lists.keep(stopped, own_lists.read([a_list(tmp_path, "first")]))
    call("run", "--resume", stopped)
    assert judged_by(stopped) == ["first"]
    change(stopped, complete=False)
    again, second = a_list(tmp_path, "first"), a_list(tmp_path, "second", "||other.example^")
    _, text = call("run", "--resume", stopped, "--filter-list", again, "--filter-list", second)
    assert len(resumed) == 2 and judged_by(stopped) == names(stopped) == ["first", "second"]
    assert "judged with second 7, besides what it was begun with" in text and "judged with first" not in text


def test_what_is_refused_leaves_no_list_behind(stopped: Path, resumed: list[CrawlOptions], tmp_path: Path) -> None:
    own = a_list(tmp_path, "mine")
    code, _ = call("run", "--resume", stopped, "--filter-list", own, "--repeat", "9")
    assert code == 2 and names(stopped) == []
    with RunKey.take(stopped):
        code, _ = call("run", "--resume", stopped, "--filter-list", own)
    assert code == 2 and names(stopped) == [] and resumed == []


def test_a_run_that_is_judged_keeps_what_it_was_judged_by(
    stopped: Path, resumed: list[CrawlOptions], tmp_path: Path
) -> None:
    own = a_list(tmp_path, "mine")
    change(stopped, complete=True, interrupted=False, rows={}, files={})
    call("run", "--resume", stopped, "--filter-list", own)
    assert judged_by(stopped) == ["mine"], "it was stopped between its end and the verdicts"
    other = a_list(tmp_path, "other", "||other.example^")
    code, text = call("run", "--resume", stopped, "--filter-list", other)
    assert code == 2 and judged_by(stopped) == names(stopped) == ["mine"]
    assert f"tracking-audit audit {stopped} --filter-list FILE --out FOLDER" in text
    code, _ = call("run", "--resume", stopped, "--filter-list", own)
    assert code == 3, "the same again is no other list"


@pytest.mark.parametrize("spoiled", [True, False])
def test_what_cannot_be_judged_with_is_told_before_anything_is_visited(
    spoiled: bool, stopped: Path, resumed: list[CrawlOptions], tmp_path: Path
) -> None:
    own_lists.keep(stopped, own_lists.read([a_list(tmp_path, "first")]))
    if spoiled:
        (kept,) = (stopped / own_lists.FOLDER).glob("*/*")
        kept.write_text("||quite-another.example^\n")
        code, text = call("run", "--resume", stopped)
        assert "was changed since the run was judged with it" in text
    else:
        more = [a_list(tmp_path, f"l{n}", f"||h{n}.example^") for n in range(MAX_LISTS)]
        code, text = call("run", "--resume", stopped, *(word for path in more for word in ("--filter-list", path)))
        assert "keeps 1 list, and with 20 more there are more than the 20" in text
    assert code == 2 and resumed == []
