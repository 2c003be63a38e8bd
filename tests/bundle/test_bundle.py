"""A bundle reads back as it was written, and says so when it does not."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.bundle import Bundle, BundleWriter, NotARun, layout
from crawler.evidence import Arm, Gap, Initiator, Request, SetCookie, from_row, to_row

COOKIE = SetCookie(
    name="<script>",
    domain="a.example",
    path="/",
    value_hash="ab",
    value_length=3,
    asked_lifetime_s=None,
    secure=True,
    http_only=False,
    same_site="None",
    partitioned=False,
    blocked=("x", "y"),
)
REQUEST = Request(
    visit="000-gpc-1",
    arm=Arm.GPC,
    repetition=1,
    page_url="https://a.example/",
    frame_url=None,
    target="page",
    method="GET",
    url="https://b.example/\udcff".encode("utf-8", "replace").decode(),
    resource_type="image",
    headers={"sec-gpc": "1"},
    body=None,
    body_bytes=0,
    initiator=Initiator(type="script", url="https://a.example/a.js", line=1, column=2, stack=("f https://a:1:2",)),
    redirected_from=None,
    sent_ms=1.5,
    sec_gpc=True,
    status=200,
    response_headers={},
    set_cookie=(COOKIE,),
    seen_by="both",
    own_traffic=False,
)
GAP = Gap(arm="all", url="https://a.example/", reason="unreachable", detail="nobody answered")


def write(run_dir: Path) -> None:
    writer = BundleWriter(run_dir)
    writer.manifest({"company": "A"})
    assert writer.add("requests", REQUEST) == 0
    assert writer.add("requests", replace(REQUEST, visit="001-gpc-1")) == 1
    writer.add("gaps", GAP)
    writer.screenshot("../../etc/passwd", b"jpg")
    writer.close({"company": "A"})


def test_rows_read_back_equal(tmp_path: Path) -> None:
    write(tmp_path)
    bundle = Bundle(tmp_path)
    assert next(bundle.rows("requests")) == (0, REQUEST)
    assert [row for _, row in bundle.rows("gaps")] == [GAP]
    assert [row for _, row in bundle.rows("cookies")] == []
    assert bundle.verify() == [] and bundle.damage == []
    assert bundle.manifest["rows"]["requests"] == 2


def test_a_screenshot_cannot_leave_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "run")
    pictures = list(tmp_path.rglob("*.jpg"))
    assert [p.parent for p in pictures] == [tmp_path / "run" / layout.SCREENS]


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    path = layout.stream_path(tmp_path, "requests")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"000-gpc-1", b"000-gpc-2")))
    assert any("changed" in problem for problem in Bundle(tmp_path).verify())


def test_a_missing_row_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    path = layout.stream_path(tmp_path, "requests")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).splitlines(keepends=True)[0]))
    bundle = Bundle(tmp_path)
    assert len(list(bundle.rows("requests"))) == 1
    assert bundle.damage == ["requests: 1 rows, but 2 were written"]


def test_a_stream_that_an_older_version_did_not_know_is_empty_and_no_damage(tmp_path: Path) -> None:
    write(tmp_path)
    layout.stream_path(tmp_path, "api_calls").unlink()
    bundle = Bundle(tmp_path)
    assert list(bundle.rows("api_calls")) == [] and bundle.damage, "it was written and is gone"
    del bundle.manifest["rows"]["api_calls"]
    bundle.damage.clear()
    assert list(bundle.rows("api_calls")) == [] and bundle.damage == []


def test_a_truncated_stream_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    write(tmp_path)
    path = layout.stream_path(tmp_path, "requests")
    path.write_bytes(path.read_bytes()[:-20])
    bundle = Bundle(tmp_path)
    list(bundle.rows("requests"))
    assert bundle.damage and "requests" in bundle.damage[0]


def test_an_unfinished_run_is_readable_and_says_so(tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path)
    writer.manifest({"company": "A"})
    writer.add("gaps", GAP)
    writer.flush()
    bundle = Bundle(tmp_path)
    assert [row for _, row in bundle.rows("gaps")] == [GAP]
    assert "not finished" in bundle.verify()[0]
    writer.close_streams()


def test_what_is_no_run_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotARun, match="give a run's folder"):
        Bundle(tmp_path)
    (tmp_path / "run.json").write_text('{"schema": "tracking-audit/run/99"}')
    with pytest.raises(NotARun, match="this version reads"):
        Bundle(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(NotARun, match="cannot be read"):
        Bundle(tmp_path)


def test_the_wrong_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="gaps takes Gap"):
        BundleWriter(tmp_path).add("gaps", REQUEST)


def test_a_newer_column_is_ignored_and_a_missing_one_named() -> None:
    assert from_row(Gap, {**to_row(GAP), "new": 1}) == GAP
    row = to_row(GAP)
    del row["reason"]
    with pytest.raises(KeyError, match="reason"):
        from_row(Gap, row)
