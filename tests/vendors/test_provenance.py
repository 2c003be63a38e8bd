"""Bundled data is what its provenance says, and carries its licence."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest

import crawler.vendors

DATA = Path(crawler.vendors.__file__).parent / "data"
FOLDERS = sorted(path for path in DATA.iterdir() if path.is_dir())


def test_all_sources_are_here() -> None:
    assert [folder.name for folder in FOLDERS] == ["cname-targets", "easyprivacy", "third-party-web"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_files_equal_their_digests(folder: Path) -> None:
    provenance = json.loads((folder / "PROVENANCE.json").read_text())
    listed = provenance["files"]
    present = {path.name for path in folder.iterdir()} - {"PROVENANCE.json"}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert "LICENSE" in listed
    assert {"name", "licence", "package", "fetched_on", "file_in_package_sha256", "changes"} <= set(provenance)


def test_easyprivacy_is_unchanged() -> None:
    folder = DATA / "easyprivacy"
    provenance = json.loads((folder / "PROVENANCE.json").read_text())
    original = gzip.decompress((folder / "easyprivacy.txt.gz").read_bytes())
    assert hashlib.sha256(original).hexdigest() == provenance["file_in_package_sha256"]
    assert provenance["licence"] == "CC-BY-SA-3.0"
    assert "by-sa/3.0" in (folder / "LICENSE").read_text()
