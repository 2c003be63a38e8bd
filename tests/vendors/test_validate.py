"""The catalogue's validator says what does not behave."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.vendors.validate import main, problems

HEAD = """\
key: {key}
name: N
company: C
purpose: analytics
gpc: review
sources: [{{fact: f, source: s, read_on: 2026-11-22}}]
"""
GOOD = """\
endpoints: [{role: collect, hosts: [a.test], account: id}]
examples: [{url: "https://a.test/?id=7", role: collect, account: 7}]
near_misses: [{url: "https://b.test/", why: other}]
"""


def write(folder: Path, **files: str) -> list[str]:
    for key, text in files.items():
        (folder / f"{key}.yaml").write_text(HEAD.format(key=key) + text)
    return problems(folder)


def test_a_sound_file(tmp_path: Path) -> None:
    assert write(tmp_path, x=GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("https://a.test/?id=7", "https://c.test/?id=7", "examples[0]: matches no endpoint"),
        ("https://a.test/?id=7", "about:blank", "examples[0]: is not a URL"),
        ("account: 7", "account: 8", "examples[0]: account is `7`, expected `8`"),
        ("role: collect, account: 7", "role: library", "examples[0]: role is `collect`, expected `library`"),
        ("https://b.test/", "https://a.test/", "near_misses[0]: is taken for x"),
        ("account: id", "account: 'path:/x'", "regex `/x` must have exactly one group"),
        ("account: id", "paths: ['re:(']", "endpoints[0]: regex `(`"),
        ("account: id", "paths: ['re:/(.)\\1']", "references to groups are not supported"),
        ("account: id}]", "account: id}, {role: sync, hosts: [d.test]}]", "endpoints[1]: no example"),
        ('near_misses: [{url: "https://b.test/", why: other}]', "", "near_misses: give at least one"),
    ],
)  # fmt: skip
def test_what_does_not_behave(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    found = write(tmp_path, x=GOOD.replace(old, new, 1))
    assert any(text.startswith("x.yaml: " + problem) or problem in text for text in found), found


def test_collisions(tmp_path: Path) -> None:
    found = write(tmp_path, x=GOOD, y=GOOD)
    assert any("x.yaml: examples[0]: another product has an endpoint that is just as specific" in f for f in found)
    assert any("y.yaml: examples[0]: is taken for x" in f for f in found)


def test_main_prints_problems_of_the_files_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, x=GOOD, y="nonsense: 1\n", z="nonsense: 2\n")
    assert main([str(tmp_path / "x.yaml")]) == 0
    assert main([str(tmp_path / "y.yaml")]) == 1
    out = capsys.readouterr().out
    assert "y.yaml: nonsense: unknown key" in out
    assert "z.yaml" not in out
