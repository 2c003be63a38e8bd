"""The catalogue kept ready: the same as read anew, never stale, never in the way."""

from __future__ import annotations

import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.kept import VERSIONS
from crawler.parsing import facts
from crawler.vendors import catalogue_load, compiled
from crawler.vendors.known import FOLDER, InvalidCatalogue
from crawler.vendors.proof import Proof


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    few = tmp_path / "catalogue"
    few.mkdir()
    for name in ("meta-pixel", "google-fonts"):
        shutil.copy(FOLDER / f"{name}.yaml", few)
    return few


def test_what_was_kept_is_what_was_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compiled.load(folder, tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    assert kept.name.startswith("catalogue-") and kept.suffix == ".pickle"
    monkeypatch.setattr(catalogue_load, "load", lambda _: pytest.fail("it was read again"))
    second = compiled.load(folder, tmp_path / "cache")
    assert dict(second.vendors) == dict(first.vendors) and list(second.vendors) == ["google-fonts", "meta-pixel"]
    request = facts("https://www.facebook.com/tr/?id=123456789012345&ev=PageView")
    assert request is not None
    for catalogue in (first, second):
        best = catalogue.index.best(request)
        assert best is not None and best.shape.vendor.key == "meta-pixel"


def test_a_new_product_is_one_file(folder: Path, tmp_path: Path) -> None:
    compiled.load(folder, tmp_path / "cache")
    (folder / "new.yaml").write_text(
        "key: new\nname: New\ncompany: New\npurpose: analytics\ngpc: review\n"
        "endpoints:\n  - {role: collect, hosts: [t.new.test]}\n"
        'sources:\n  - {fact: all, source: "https://new.test/docs", read_on: 2026-11-27}\n'
        'examples:\n  - {url: "https://t.new.test/x", role: collect}\n'
        'near_misses:\n  - {url: "https://new.test/", why: "its website"}\n'
    )
    catalogue = compiled.load(folder, tmp_path / "cache")
    request = facts("https://t.new.test/hit")
    assert request is not None
    best = catalogue.index.best(request)
    assert best is not None and best.shape.vendor.key == "new"
    (folder / "new.yaml").write_text("key: new\n")
    with pytest.raises(InvalidCatalogue, match=r"new\.yaml"):
        compiled.load(folder, tmp_path / "cache")
    (folder / "new.yaml").unlink()
    assert list(compiled.load(folder, tmp_path / "cache").vendors) == ["google-fonts", "meta-pixel"]


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", pickle.dumps([1]), pickle.dumps({}), pickle.dumps({"a": 1})], ids=range(5)
)
def test_a_broken_file_is_read_over(folder: Path, tmp_path: Path, content: bytes) -> None:
    compiled.load(folder, tmp_path / "cache")
    [kept] = (tmp_path / "cache").iterdir()
    kept.write_bytes(content)
    assert list(compiled.load(folder, tmp_path / "cache").vendors) == ["google-fonts", "meta-pixel"]
    assert len(kept.read_bytes()) > 1_000


def test_a_folder_that_cannot_be_written_does_not_matter(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should")
    assert list(compiled.load(folder, tmp_path / "cache").vendors) == ["google-fonts", "meta-pixel"]


def test_old_versions_go(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for age in range(20):
        old = cache / f"catalogue-{age}.pickle"
        old.touch()
        os.utime(old, (age, age))
    (cache / "else.txt").touch()
    compiled.load(folder, cache)
    names = {path.name for path in cache.iterdir()}
    assert (
        len(names) == VERSIONS + 1
        and {"else.txt", "catalogue-19.pickle"} <= names
        and "catalogue-0.pickle" not in names
    )


def test_what_a_product_rests_on_stays_packed_until_somebody_asks(folder: Path, tmp_path: Path) -> None:
    read, kept = (compiled.load(folder, tmp_path / "cache").vendors["meta-pixel"] for _ in range(2))
    assert isinstance(kept.proof._kept, bytes)
    assert kept.proof.examples and kept.proof.examples == read.proof.examples
    assert not isinstance(kept.proof._kept, bytes)
    assert kept == read and kept.proof.sources == read.proof.sources and kept.proof.near_misses
    assert replace(kept, proof=Proof((), (), ())) != kept
