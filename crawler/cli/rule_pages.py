"""The rules' names and documentation, read from their files: importing the rules takes half a second."""

from __future__ import annotations

import ast
import inspect
import textwrap
from importlib import resources


def rule_names() -> tuple[str, ...]:
    """The id of every rule, which is the name of its module with hyphens; in alphabetical order."""
    names = [file.name for file in (resources.files("crawler") / "rules").iterdir()]
    return tuple(sorted(n[:-3].replace("_", "-") for n in names if n.endswith(".py") and not n.startswith("_")))


def rule_page(name: str) -> str:
    """The documentation of one of `rule_names`: its module's docstring."""
    file = resources.files("crawler") / "rules" / f"{name.replace('-', '_')}.py"
    return inspect.cleandoc(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "")


def wrapped(page: str, width: int) -> str:
    """A page in lines of at most `width` characters where words allow it; paragraphs keep their indent."""
    paragraphs: list[str] = []
    for line in page.splitlines():
        before = paragraphs[-1] if paragraphs else ""
        if before.strip() and line.strip() and _indent(before) == _indent(line):
            paragraphs[-1] += f" {line.strip()}"
        else:
            paragraphs.append(line)
    return "\n".join(textwrap.fill(p, width, subsequent_indent=_indent(p), break_on_hyphens=False) for p in paragraphs)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
