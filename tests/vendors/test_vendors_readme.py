"""The generated page of products."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.vendors import readme
from crawler.vendors.catalogue_load import load

FILE = """\
key: x
name: A|B
company: C
purpose: analytics
gpc: silent
endpoints: [{role: collect, hosts: [a.test]}, {role: library, hosts: [b.test], verified: false}]
cookies:
  - {name: _x, kind: first-party, lifetime_days: 0}
  - {name: _y, kind: first-party, lifetime_days: 1.5, verified: false}
"""


def test_the_page_is_fresh() -> None:
    assert readme.main(["--check"]) == 0


def test_a_row(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(FILE)
    page = readme.render(load(tmp_path))
    row = "| [A\\|B](catalogue/x.yaml) | C | analytics | silent | collect, *library* | `_x` session, *`_y` 1.5 d* | 0 |"
    assert row in page.splitlines()
    assert "CC-BY-SA-3.0" in page


def test_check_fails_on_a_stale_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readme, "README", tmp_path / "README.md")
    assert readme.main(["--check"]) == 1
    assert readme.main([]) == 0
    assert readme.main(["--check"]) == 0
    (tmp_path / "README.md").write_text("old")
    assert readme.main(["--check"]) == 1
    assert readme.main(["--what"]) == 2
