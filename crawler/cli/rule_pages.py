"""The rules' names and documentation, read from their files: importing the rules takes half a second."""

from __future__ import annotations

import ast
import inspect
from importlib import resources


def rule_names() -> tuple[str, ...]:
    """The id of every rule, which is the name of its module with hyphens; in alphabetical order."""
    names = [file.name for file in (resources.files("crawler") / "rules").iterdir()]
    return tuple(sorted(n[:-3].replace("_", "-") for n in names if n.endswith(".py") and not n.startswith("_")))


def rule_page(name: str) -> str:
    """The documentation of one of `rule_names`: its module's docstring."""
    file = resources.files("crawler") / "rules" / f"{name.replace('-', '_')}.py"
    return inspect.cleandoc(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "")
