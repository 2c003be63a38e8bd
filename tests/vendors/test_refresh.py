"""The maintainer's script: what it writes, and that it refuses what is not what the registry promised."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pytest

from crawler.vendors import refresh


def test_integrity() -> None:
    good = "sha512-" + base64.b64encode(hashlib.sha512(b"x").digest()).decode()
    refresh.check_integrity(b"x", good)
    with pytest.raises(refresh.BadDownload, match="the registry says"):
        refresh.check_integrity(b"y", good)
    with pytest.raises(refresh.BadDownload, match="expected sha512"):
        refresh.check_integrity(b"x", "sha1-abc")


def test_third_party_web_is_compact_and_traced(tmp_path: Path) -> None:
    original = json.dumps([{"name": "Ä", "homepage": "h", "category": "ad", "domains": ["*.a.test"], "products": []}])
    refresh.write_third_party_web(original.encode(), b"MIT", tmp_path, {"package": "p"})
    assert json.loads((tmp_path / "entities.json").read_text("utf-8")) == [
        {"name": "Ä", "category": "ad", "domains": ["*.a.test"]}
    ]
    provenance = json.loads((tmp_path / "PROVENANCE.json").read_text())
    assert provenance["file_in_package_sha256"] == hashlib.sha256(original.encode()).hexdigest()
    for name, digest in provenance["files"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_easyprivacy_is_kept_as_it_came(tmp_path: Path) -> None:
    refresh.write_easyprivacy(b"||a.test^\r\n", tmp_path, {"list_date": "2025-10-31", "package": "p"})
    assert gzip.decompress((tmp_path / "easyprivacy.txt.gz").read_bytes()) == b"||a.test^\r\n"
    first = (tmp_path / "PROVENANCE.json").read_bytes()
    refresh.write_easyprivacy(b"||a.test^\r\n", tmp_path, {"list_date": "2025-10-31", "package": "p"})
    assert (tmp_path / "PROVENANCE.json").read_bytes() == first


def fake_run(work: Path, *command: str) -> str:
    if command[0] == "apt-cache":
        return "Package: p\nVersion: 1\nSHA256: 00\n"
    if command[:2] == ("npm", "view"):
        return '"sha512-AAAA"'
    (work / "p.deb").write_bytes(b"x")
    (work / "p.tgz").write_bytes(b"x")
    return ""


@pytest.mark.parametrize("name", ["easyprivacy", "third-party-web"])
def test_a_wrong_download_writes_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(refresh, "DATA", tmp_path)
    monkeypatch.setattr(refresh, "_run", fake_run)
    assert refresh.main([name]) == 1
    assert list(tmp_path.iterdir()) == []
    assert name in capsys.readouterr().err


def test_wrong_arguments() -> None:
    assert refresh.main([]) == 2
    assert refresh.main(["everything"]) == 2
