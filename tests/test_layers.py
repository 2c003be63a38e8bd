"""Imports point one way: each row may import the rows above it, never sideways."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROWS = (
    ("evidence", "kept", "purposes", "parsing"),
    ("parties",),
    ("claims",),
    ("findings",),
    ("vendors", "signals", "bundle", "policy", "comparison"),
    ("collectors", "rules"),
    ("browser", "auditor", "output"),
    ("demo", "cli", "__main__"),
)
RANK = {name: rank for rank, row in enumerate(ROWS) for name in row}
SOURCE = Path(__file__).parent.parent / "crawler"
FILES = sorted(SOURCE.rglob("*.py"))
ALLOWED_SIDEWAYS = {("cli", "demo"), ("__main__", "cli")}


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "crawler":
                found |= {alias.name for alias in node.names}
            elif node.module and node.module.startswith("crawler."):
                found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("crawler.")}
    return found - {"__version__"}


def test_every_part_has_a_row() -> None:
    assert {part(path) for path in FILES} - {"__init__"} <= set(RANK)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_imports_point_up(path: Path) -> None:
    here = part(path)
    if here == "__init__":
        assert imports(path) == set()
        return
    for other in imports(path) - {here}:
        assert RANK[other] < RANK[here] or (here, other) in ALLOWED_SIDEWAYS, f"{here} may not import {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
