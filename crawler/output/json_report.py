"""verdicts.json: the same audit gives the same bytes, safe to print on any terminal and to parse anywhere."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FIRST = (
    "schema", "company", "run", "outcome", "exit_code", "id", "fingerprint", "rule", "section", "quote", "name",
    "vendor", "arm", "url", "severity", "confidence", "message", "why", "claims", "rules", "findings", "vendors",
    "cookies", "gaps",
)  # fmt: skip
"""Keys that open an object, in this order; all others follow by name."""

_RANK = {key: number for number, key in enumerate(FIRST)}


def dumps(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """JSON with a fixed order of keys, ASCII only, two spaces, a newline at the end.

    Numbers that JSON does not know (a lifetime without end) become null. Raises `TypeError` for what is no JSON.
    """
    return json.dumps(_ordered(value), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def write(value: Mapping[str, Any], path: Path) -> None:
    """Write in one step: a reader sees the old file or the new one. Raises `OSError` when the disk refuses."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(dumps(value), encoding="ascii")
    temporary.replace(path)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda k: (_RANK.get(k, len(_RANK)), str(k)))}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
