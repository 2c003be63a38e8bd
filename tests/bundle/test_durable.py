"""What is on the disk, and not only in the system's memory, before anything says that it is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.bundle import BundleWriter, durable, layout
from tests.bundle.test_bundle import GAP, REQUEST


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of what was synced, in order."""
    names: list[str] = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        names.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    yield names


def test_a_file_is_synced_before_it_takes_its_place_and_its_name_after(tmp_path: Path, synced: list[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text("old")
    durable.write(path, b"new")
    assert synced == [".run.json.new", tmp_path.name]
    assert path.read_bytes() == b"new" and list(tmp_path.iterdir()) == [path]


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "run.json"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable.write(path, b"new")
    assert path.read_text() == "old"


def test_a_visit_is_synced_with_its_picture_and_what_has_not_changed_is_not(tmp_path: Path, synced: list[str]) -> None:
    writer = BundleWriter(tmp_path)
    writer.sync()
    synced.clear()
    writer.add("requests", REQUEST)
    writer.screenshot(REQUEST.visit, b"jpg")
    writer.flush()
    writer.sync()
    assert synced == [f"{REQUEST.visit}.jpg", "screens", "requests.jsonl.gz"]
    writer.sync()
    assert len(synced) == 3
    writer.close_streams()


def test_a_run_is_synced_before_its_manifest_calls_it_complete(tmp_path: Path, synced: list[str]) -> None:
    writer = BundleWriter(tmp_path)
    writer.sync()
    synced.clear()
    writer.add("gaps", GAP)
    writer.add("requests", replace(REQUEST, visit="001-gpc-1"))
    writer.close({"company": "A"})
    assert synced == ["requests.jsonl.gz", "gaps.jsonl.gz", f".{layout.MANIFEST}.new", tmp_path.name]
