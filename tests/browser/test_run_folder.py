"""A run's folder: how it is begun, what of a stopped run stands, and when the run is finished. No browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.browser.chosen import Browser
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.discovery import Discovered
from crawler.browser.launch import LaunchOptions
from crawler.browser.manifest import pages_found, pages_noted
from crawler.browser.page_list import PageEntry
from crawler.browser.run_folder import RunFolder, begin, take_up
from crawler.browser.visit import Recording
from crawler.browser.visits import write
from crawler.bundle import Bundle, CannotResume, RunKey, durable, layout
from crawler.evidence import Arm, Gap, Visit
from tests.browser.test_crawl import company

BROWSER = Browser(Path("/opt/browser"), None, "headless-shell", "156.0.1.2", "PATH")
OPTIONS = CrawlOptions(launch=LaunchOptions(browser=BROWSER), repeat=1, attempts=3)
FOUND = Discovered(
    pages=[PageEntry(url=f"https://site.test/{n}", found_by="link", depth=n) for n in range(3)],
    skipped={"https://site.test/private": "robots.txt disallows it"},
    failed={"https://site.test/2": "HTTP 500"},
    more=4,
)
OWN_GAP = Gap(arm="all", url="https://site.test/2", reason="http-error", detail="")


def recorded(planned: Any, reason: str | None = None, attempts: int = 1) -> Recording:
    visit = Visit(
        id=planned.id, page_url=planned.url, arm=planned.arm, repetition=planned.repetition, attempts=attempts,
        ok=reason is None, reason=reason, status=200, final_url=planned.url, started_utc="", duration_ms=1.0,
        settled="quiet", signal=None, reconciliation=None,
    )  # fmt: skip
    gap = Gap(arm=planned.arm, url=planned.url, reason=reason, detail="", visit=planned.id) if reason else None
    return Recording(visit=visit, gap=gap)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    run = tmp_path / "run"
    run.mkdir()
    return run


def began(path: Path) -> RunFolder:
    run = begin(company(path.parent), OPTIONS, path)
    run.note_pages(FOUND, final=True)
    return run


def again(path: Path) -> RunFolder:
    return take_up(Bundle(path), OPTIONS, RunKey.take(path))


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, Browser):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: other(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return tuple(reversed(value)) or ("another",)
    return value + 1 if isinstance(value, int | float) else f"{value} and more"


def test_every_option_survives_in_the_manifest() -> None:
    for options in (OPTIONS, changed := other(OPTIONS)):
        stored = orjson.loads(orjson.dumps(options.stored()))
        assert CrawlOptions.restored(stored, BROWSER) == options
    same = [f.name for f in fields(LaunchOptions) if getattr(changed.launch, f.name) == getattr(OPTIONS.launch, f.name)]
    same += [f.name for f in fields(CrawlOptions) if getattr(changed, f.name) == getattr(OPTIONS, f.name)]
    assert same == ["browser"]


def test_the_page_list_survives_in_the_manifest() -> None:
    assert pages_noted(orjson.loads(orjson.dumps(pages_found(FOUND, final=True)))) == FOUND
    assert pages_noted(pages_found(FOUND, final=False)) is None


def test_once_there_is_a_manifest_everything_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[set[str]] = []
    put = durable.write

    def noting(file: Path, content: bytes) -> None:
        put(file, content)
        if file.name == layout.MANIFEST:
            there.append({found.name for found in path.iterdir()})

    monkeypatch.setattr(durable, "write", noting)
    began(path).key.close()
    assert there[0] == {layout.KEY, layout.EXPECTATIONS, layout.POLICY_TEXT, layout.MANIFEST, layout.EVIDENCE}
    with again(path) as run:
        assert run.found == FOUND


@pytest.mark.parametrize(
    ("reason", "attempts", "stands"),
    [
        (None, 1, True),
        (None, 3, True),
        ("timeout", 3, True),
        ("http-error", 3, True),
        ("interrupted", 1, False),
        ("interrupted", 3, False),
        ("crash", 1, False),  # cut off by the interruption before it was tried again
        ("timeout", 2, False),
    ],
)
def test_what_stands_of_a_stopped_run(reason: str | None, attempts: int, stands: bool, path: Path) -> None:
    with began(path) as run:
        first, second, *rest = run.left(OPTIONS)
        write(run.writer, recorded(first, reason, attempts))
        write(run.writer, recorded(second))
    with again(path) as run:
        assert run.kept == ({first.id, second.id} if stands else {second.id})
        assert run.left(OPTIONS) == (rest if stands else [first, *rest])


def test_a_stopped_run_that_was_sealed_goes_on_without_its_own_gaps(path: Path) -> None:
    with began(path) as run:
        for planned in run.left(OPTIONS)[:3]:
            write(run.writer, recorded(planned))
        run.seal([OWN_GAP, Gap(arm="all", url="", reason="interrupted", detail="")], stopped=True)
    assert Bundle(path).verify() == [] and not Bundle(path).finished
    with again(path) as run:
        unfinished = Bundle(path).manifest
        assert unfinished["complete"] is False and not {"files", "rows", "interrupted"} & unfinished.keys()
        for planned in run.left(OPTIONS):
            write(run.writer, recorded(planned))
        run.seal([OWN_GAP], stopped=False)
    bundle = Bundle(path)
    assert bundle.verify() == [] and bundle.finished and not (path / layout.KEY).exists()
    assert [gap for _, gap in bundle.rows("gaps")] == [OWN_GAP] and bundle.damage == []
    assert len({visit.id for _, visit in bundle.rows("visits")}) == 9 == bundle.manifest["rows"]["visits"]
    (told,) = bundle.manifest["resumed"]
    assert (told["visits_kept"], told["visits_left"], told["jobs"]) == (3, 6, OPTIONS.jobs)


def test_reports_of_a_stopped_run_are_not_sealed_with_it(path: Path) -> None:
    with began(path) as run:
        run.seal([], stopped=True)
    (path / layout.VERDICTS).write_text("{}")
    with again(path) as run:
        run.seal([], stopped=False)
    (path / layout.VERDICTS).write_text("{ }")
    assert Bundle(path).verify() == []


def test_a_run_that_was_stopped_while_it_looked_for_pages_looks_again(path: Path) -> None:
    with begin(company(path.parent), OPTIONS, path) as run:
        run.note_pages(FOUND, final=False)
        run.seal([], stopped=True)
    with again(path) as run:
        assert run.found is None and run.kept == frozenset() and run.left(OPTIONS) == []


def change_row(path: Path) -> None:
    stream = layout.stream_path(path, "visits")
    stream.write_bytes(stream.read_bytes() + b"x")


def lose_stream(path: Path) -> None:
    layout.stream_path(path, "gaps").unlink()


@pytest.mark.parametrize("spoil", [change_row, lose_stream])
def test_evidence_that_was_changed_after_it_was_sealed_is_not_gone_on_with(
    spoil: Callable[[Path], None], path: Path
) -> None:
    with began(path) as run:
        run.seal([], stopped=True)
    spoil(path)
    before = (path / layout.MANIFEST).read_bytes()
    with pytest.raises(CannotResume, match="changed since it was sealed"):
        again(path)
    assert (path / layout.MANIFEST).read_bytes() == before


def test_a_broken_page_list_is_told(path: Path) -> None:
    with began(path) as run:
        run.facts["pages"] = [{"address": "https://site.test/"}]
        run.writer.manifest(run.facts)
    with pytest.raises(CannotResume, match="page list is broken"):
        again(path)


def test_the_same_key_redacts(path: Path) -> None:
    with began(path) as run:
        key = run.key.value
    with again(path) as run:
        assert run.key.value == key


def test_arms_of_a_manifest_are_arms() -> None:
    restored = CrawlOptions.restored(orjson.loads(orjson.dumps(OPTIONS.stored())), BROWSER)
    assert all(isinstance(arm, Arm) for arm in restored.arms)
