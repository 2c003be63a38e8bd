"""Repair: whatever became of the files, what is whole stays, the rest goes, and being stopped half-way does no harm."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.bundle import Bundle, BundleWriter, durable, layout
from crawler.bundle.repair import Kept, repair
from crawler.evidence import STREAMS, Arm, Gap, Page, Visit, to_row
from tests.bundle.test_bundle import REQUEST

VISIT = Visit(
    id="", page_url="https://a.example/", arm=Arm.GPC, repetition=1, attempts=1, ok=True, reason=None, status=200,
    final_url=None, started_utc="", duration_ms=1.0, settled="quiet", signal=None, reconciliation=None,
)  # fmt: skip
PAGE = Page(
    visit="", arm=Arm.GPC, repetition=1, page_url="https://a.example/", final_url="https://a.example/", status=200,
    title="", language=None, links=(), forms=0, banners=(), opt_out_links=(), policy_links=(), gpc_property=(),
    recaptcha=(), screenshot=None,
)  # fmt: skip
Plan = list[tuple[int, bool, bool]]
"""Per visit: requests, whether it has a page with a picture, whether it went well."""


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """What is synced when is a matter of its own, see test_durable."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda handle: None)
        yield


def ident(number: int) -> str:
    return f"{number:03d}-gpc-1"


def noise(*numbers: int) -> str:
    """32 bytes that do not compress, the same each time."""
    return hashlib.sha256(repr(numbers).encode()).hexdigest()


def add_visit(writer: BundleWriter, number: int, requests: int, pictured: bool, ok: bool) -> None:
    name = ident(number)
    for n in range(requests):
        # Not all alike, or the streams would be too small to cut in interesting places.
        writer.add("requests", replace(REQUEST, visit=name, url=f"https://b.example/{number}/{n}/{noise(number, n)}"))
    if pictured:
        writer.add("pages", replace(PAGE, visit=name, screenshot=writer.screenshot(name, b"jpg")))
    if not ok:
        writer.add("gaps", Gap(arm="gpc", url="https://a.example/", reason="timeout", detail="", visit=name))
    writer.add("visits", replace(VISIT, id=name, ok=ok, rows=writer.pending()))
    writer.flush()


def record(folder: Path, plan: Plan) -> list[dict[str, int]]:
    """Write a run that was killed after its last visit; returns how long each stream was after each visit."""
    writer = BundleWriter(folder)
    writer.manifest({"company": "A"})
    lengths = []
    for number, (requests, pictured, ok) in enumerate(plan):
        add_visit(writer, number, requests, pictured, ok)
        lengths.append({stream: layout.stream_path(folder, stream).stat().st_size for stream in STREAMS})
    writer.close_streams()
    return lengths


def rows(folder: Path, stream: str) -> list[Any]:
    bundle = Bundle(folder)
    found = [row for _, row in bundle.rows(stream)]
    assert bundle.damage == []
    return found


def everything(folder: Path) -> dict[str, list[Any]]:
    return {stream: rows(folder, stream) for stream in STREAMS}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / layout.EVIDENCE).rglob("*") if path.is_file()}


def of(everything: Mapping[str, list[Any]], visits: frozenset[str]) -> dict[str, list[Any]]:
    """The rows of these visits."""
    return {
        stream: [row for row in found if (row.id if stream == "visits" else row.visit) in visits]
        for stream, found in everything.items()
    }


def well(visit: Visit) -> bool:
    return visit.ok


def wanted(visit: Visit) -> bool:
    return True


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name) / "run"


visits = st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), max_size=5)
tails = st.sampled_from(
    [
        b"",
        b"\0" * 40,
        b"\x1f\x8b\x08",
        bytes.fromhex(noise(7, 7)),
        gzip.compress(b'{"visit": "x"}\n'),
        gzip.compress(b'{"visit": "x"}'),
    ]
)
choices = st.sampled_from([well, wanted])


@given(plan=visits, data=st.data(), stands=choices)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_wherever_the_files_are_cut(plan: Plan, data: st.DataObject, stands: Callable[[Visit], bool]) -> None:
    with folder() as run:
        lengths = record(run, plan)
        before = everything(run)
        cuts = {}
        for stream in STREAMS:
            path = layout.stream_path(run, stream)
            whole = path.read_bytes()
            cuts[stream] = data.draw(st.one_of(st.just(len(whole)), st.integers(0, len(whole))), label=stream)
            path.write_bytes(whole[: cuts[stream]] + data.draw(tails, label=f"tail of {stream}"))
        kept = repair(run, stands)
        there = [n for n, ends in enumerate(lengths) if all(ends[stream] <= cuts[stream] for stream in STREAMS)]
        surely = {ident(n) for n in there if stands(VISIT) or plan[n][2]} if stands is wanted else set()
        surely |= {ident(n) for n in there if plan[n][2]}
        assert surely <= kept.visits, "a visit that is whole is never lost"
        writer = BundleWriter(run, kept.rows)
        writer.close({"company": "A"})
        assert everything(run) == of(before, kept.visits), "all rows of what is kept, in their order, and no other"
        assert Bundle(run).verify() == []
        assert {visit.id for visit in rows(run, "visits") if stands(visit)} == kept.visits


@given(plan=visits, data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_changed_byte_costs_visits_and_never_adds_or_alters_a_row(plan: Plan, data: st.DataObject) -> None:
    with folder() as run:
        record(run, plan)
        before = everything(run)
        path = layout.stream_path(run, data.draw(st.sampled_from(sorted(STREAMS))))
        spoilt = bytearray(path.read_bytes())
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(spoilt)
        kept = repair(run, wanted)
        BundleWriter(run, kept.rows).close({"company": "A"})
        assert everything(run) == of(before, kept.visits)


@given(plan=visits, data=st.data())
@settings(max_examples=30, deadline=None)
def test_being_stopped_in_the_middle_of_it_changes_nothing(plan: Plan, data: st.DataObject) -> None:
    with folder() as once, folder() as twice:
        record(once, plan)
        for stream in STREAMS:
            path = layout.stream_path(once, stream)
            path.write_bytes(path.read_bytes()[: data.draw(st.integers(0, path.stat().st_size), label=stream)])
        (twice / layout.SCREENS).mkdir(parents=True)
        for path in (once / layout.EVIDENCE).rglob("*"):
            if path.is_file():
                (twice / path.relative_to(once)).write_bytes(path.read_bytes())
        kept = repair(once, well)
        stop_after = data.draw(st.integers(0, len(STREAMS)), label="stopped after")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(durable, "replace", dying(stop_after))
            with suppress(Killed):
                repair(twice, well)
        assert repair(twice, well) == kept
        hidden = {name: data for name, data in contents(twice).items() if not name.startswith(".")}
        assert hidden == contents(once)


class Killed(BaseException):
    """As if the process died."""


def dying(after: int) -> Callable[[Path, Path], None]:
    calls = itertools.count()

    def replace_or_die(path: Path, temporary: Path) -> None:
        if next(calls) >= after:
            raise Killed
        temporary.replace(path)

    return replace_or_die


PLAN: Plan = [(2, True, True), (1, False, False), (0, True, True)]


def test_what_is_whole_is_left_byte_by_byte(tmp_path: Path) -> None:
    record(tmp_path, PLAN)
    before = contents(tmp_path)
    kept = repair(tmp_path, wanted)
    assert kept == Kept(
        visits=frozenset(map(ident, range(3))),
        rows=dict.fromkeys(STREAMS, 0) | {"requests": 3, "pages": 2, "gaps": 1, "visits": 3},
    )
    assert contents(tmp_path) == before


def test_what_is_not_wanted_goes_with_all_its_rows_and_its_picture(tmp_path: Path) -> None:
    record(tmp_path, PLAN)
    kept = repair(tmp_path, lambda visit: visit.id != ident(0))
    assert kept.visits == {ident(1), ident(2)}
    assert [row.visit for row in rows(tmp_path, "requests")] == [ident(1)]
    assert sorted(path.name for path in (tmp_path / layout.SCREENS).iterdir()) == [f"{ident(2)}.jpg"]


def test_the_runs_own_gaps_go(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    add_visit(writer, 0, 1, False, False)
    writer.add("gaps", Gap(arm="all", url="https://a.example/", reason="interrupted", detail=""))
    writer.close({"company": "A"})
    kept = repair(tmp_path, wanted)
    BundleWriter(tmp_path, kept.rows).close({"company": "A"})
    assert kept.rows["gaps"] == 1
    assert [gap.visit for gap in rows(tmp_path, "gaps")] == [ident(0)]


def test_rows_of_a_visit_without_its_own_row_go(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    add_visit(writer, 0, 2, True, True)
    writer.add("requests", replace(REQUEST, visit=ident(1)))
    writer.screenshot(ident(1), b"jpg")
    writer.flush()
    writer.close_streams()
    assert repair(tmp_path, wanted).visits == {ident(0)}
    assert {row.visit for row in rows(tmp_path, "requests")} == {ident(0)}
    assert not (tmp_path / layout.screen_path(ident(1))).exists()


def test_rows_that_were_not_flushed_are_dropped_at_once(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    add_visit(writer, 0, 2, False, True)
    before = contents(tmp_path)
    for n in range(5000):  # more than any buffer holds
        writer.add("requests", replace(REQUEST, url=noise(1, n)))
    writer.close_streams()
    assert contents(tmp_path) == before


def test_two_visits_in_one_member_were_not_written_by_us(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    writer.add("requests", replace(REQUEST, visit=ident(0)))
    writer.add("requests", replace(REQUEST, visit=ident(1)))
    writer.add("visits", replace(VISIT, id=ident(0), rows={"requests": 1}))
    writer.flush()
    writer.close_streams()
    assert repair(tmp_path, wanted).visits == frozenset()
    assert rows(tmp_path, "requests") == []


@pytest.mark.parametrize("told", [{}, {"requests": 2}, {"requests": 1, "cookies": 1}, {"visits": 2}])
def test_a_visit_whose_rows_are_not_those_that_it_tells_of_goes(told: dict[str, int], tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    writer.add("requests", replace(REQUEST, visit=ident(0)))
    writer.add("visits", replace(VISIT, id=ident(0), rows=told))
    writer.flush()
    writer.close_streams()
    assert repair(tmp_path, wanted) == Kept(visits=frozenset(), rows=dict.fromkeys(STREAMS, 0))


def test_a_visit_that_stands_there_twice_goes(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    add_visit(writer, 0, 0, False, True)
    add_visit(writer, 0, 0, False, True)
    writer.close_streams()
    assert repair(tmp_path, wanted).visits == frozenset()


@pytest.mark.parametrize("content", [None, b""])
def test_a_visit_whose_picture_is_lost_goes(content: bytes | None, tmp_path: Path) -> None:
    record(tmp_path, PLAN)
    picture = tmp_path / layout.screen_path(ident(0))
    picture.unlink()
    if content is not None:
        picture.write_bytes(content)
    assert repair(tmp_path, wanted).visits == {ident(1), ident(2)}


@pytest.mark.parametrize(
    "row", [[], 7, {"id": 7}, {"id": None}, {"visit": "000-gpc-1"}, to_row(VISIT) | {"id": ident(0), "rows": 3}]
)
def test_a_row_that_is_none_is_no_visit(row: object, tmp_path: Path) -> None:
    BundleWriter(tmp_path).close_streams()
    path = layout.stream_path(tmp_path, "visits")
    path.write_bytes(path.read_bytes() + gzip.compress(orjson.dumps(row) + b"\n"))
    assert repair(tmp_path, wanted).visits == frozenset()


def test_no_stream_at_all_is_a_run_without_a_visit(tmp_path: Path) -> None:
    assert repair(tmp_path, wanted) == Kept(visits=frozenset(), rows=dict.fromkeys(STREAMS, 0))
    writer = BundleWriter(tmp_path, dict.fromkeys(STREAMS, 0))
    add_visit(writer, 0, 1, True, True)
    writer.close({"company": "A"})
    assert Bundle(tmp_path).verify() == [] and len(rows(tmp_path, "visits")) == 1


def test_a_repaired_run_goes_on_with_right_numbers(tmp_path: Path) -> None:
    record(tmp_path, PLAN)
    writer = BundleWriter(tmp_path, repair(tmp_path, well).rows)
    assert writer.add("requests", replace(REQUEST, visit=ident(3))) == 2
    add_visit(writer, 3, 1, False, True)
    writer.close({"company": "A"})
    bundle = Bundle(tmp_path)
    assert bundle.verify() == [] and [visit.id for visit in rows(tmp_path, "visits")] == [ident(0), ident(2), ident(3)]
    assert bundle.manifest["rows"]["requests"] == len(rows(tmp_path, "requests")) == 4


FILLING = """
import resource, sys
from pathlib import Path
from crawler.bundle import BundleWriter
from tests.bundle.test_repair import add_visit
writer = BundleWriter(Path(sys.argv[1]))
writer.manifest({"company": "A"})
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, resource.RLIM_INFINITY))
number = 0
try:
    while True:
        add_visit(writer, number, 40, True, True)
        number += 1
except OSError as error:
    print(number, error.strerror)
writer.close_streams()
"""


def test_a_disk_that_refuses_costs_the_visit_that_was_being_written(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILLING, tmp_path], capture_output=True, text=True, check=True)
    whole = int(done.stdout.split()[0])
    assert "File too large" in done.stdout and 2 <= whole < 1000, done.stdout + done.stderr
    assert len(rows(tmp_path, "visits")) == whole and len(rows(tmp_path, "requests")) == whole * 40
    before = everything(tmp_path)
    kept = repair(tmp_path, wanted)
    assert kept.visits == {ident(n) for n in range(whole)} and everything(tmp_path) == before
