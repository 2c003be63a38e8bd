"""What is wrong with a path is told before anything is loaded that takes seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from crawler.cli import main
sys.argv = ["tracking-audit", *json.loads(sys.argv[1])]
try:
    main()
finally:
    print("\\n" + json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
CRAWLER = {"playwright", "scrapy", "twisted", "asyncio", "aiohttp", "websockets", "cryptography", "dns", "psutil"}
JUDGE = {"crawler.rules", "crawler.auditor", "crawler.cli.judging", "jinja2", "lxml", "bs4"}
READERS = {"rich", "yaml", "publicsuffixlist", "crawler.claims", "crawler.vendors"}
COMMANDS = ("run", "crawl", "audit", "report", "diff", "check", "explain", "doctor", "demo")


def loaded(folder: Path, *arguments: str) -> tuple[int, str, set[str]]:
    """The exit code of a command, what it said, and the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(arguments)], cwd=folder, capture_output=True, text=True, check=False
    )
    *said, modules = done.stderr.splitlines()
    return done.returncode, done.stdout + "\n".join(said), set(json.loads(modules))


@pytest.mark.parametrize(
    "arguments",
    [
        "run nosuch",
        "run good.yaml --out good.yaml",
        "run good.yaml --since nosuch",
        "run good.yaml --filter-list nosuch",
        "run good.yaml --ca-cert nosuch",
        "run good.yaml --browser ./nosuch",
        "run --resume nosuch",
        "crawl nosuch",
        "audit nosuch",
        "audit nosuch --expectations x",
        "audit good.yaml nosuch --expectations good.yaml --out new",
        "audit good.yaml --expectations nosuch --out new",
        "report nosuch",
        "diff nosuch .",
        "check nosuch",
        "doctor --browser ./nosuch",
        "demo --browser ./nosuch",
        "demo --out good.yaml",
    ],
)
def test_a_wrong_path_is_told_before_anything_is_loaded(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "good.yaml").write_text("company: x\n")
    code, said, modules = loaded(tmp_path, *arguments.split())
    assert code == 2 and ("nosuch" in said or "good.yaml is a file" in said)
    assert not modules & (CRAWLER | JUDGE | READERS)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_loads_nothing(tmp_path: Path, arguments: list[str]) -> None:
    code, said, modules = loaded(tmp_path, *arguments)
    assert code == 0 and said
    assert not modules & (CRAWLER | JUDGE | READERS)


@pytest.mark.parametrize("arguments", ["run bad.yaml", "crawl bad.yaml", "check bad.yaml"])
def test_what_is_wrong_in_expectations_is_told_without_the_crawler(tmp_path: Path, arguments: str) -> None:
    (tmp_path / "bad.yaml").write_text("company: [\n")
    code, said, modules = loaded(tmp_path, *arguments.split())
    assert code == 2 and "bad.yaml:2:1: " in said
    assert not modules & (CRAWLER | JUDGE)


@pytest.mark.parametrize("name", ["hotjar", "gpc-ignored"])
def test_explaining_loads_neither_crawler_nor_judge(tmp_path: Path, name: str) -> None:
    code, said, modules = loaded(tmp_path, "explain", name)
    assert code == 0 and name in said
    assert not modules & (CRAWLER | JUDGE | {"yaml", "rich"})
