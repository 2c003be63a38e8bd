"""Where things stand in a run's folder."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

SCHEMA = "tracking-audit/run/1"
MANIFEST = "run.json"
EXPECTATIONS = "expectations.yaml"
POLICY_TEXT = "policy.txt"
VERDICTS = "verdicts.json"
EVIDENCE = "evidence"
SCREENS = "evidence/screens"
NETLOGS = "evidence/netlog"
"""The browser's own logs, when they were asked for: not redacted."""
SEALED = (EVIDENCE, EXPECTATIONS, POLICY_TEXT)
"""What is hashed when a run is sealed; reports are made from it and may be made anew."""
KEY = ".run-key"
"""Of a run that is not finished; see `run_key`."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def stream_path(run_dir: Path, stream: str) -> Path:
    """The file of a stream."""
    return run_dir / EVIDENCE / f"{stream}.jsonl.gz"


def screen_path(visit: str) -> str:
    """The picture of a visit, relative to the run's folder."""
    return f"{SCREENS}/{safe_name(visit)}.jpg"


def safe_name(text: str) -> str:
    """A file name that no site can steer: letters, digits, dot, dash, underscore; at most 80 characters."""
    return _UNSAFE.sub("-", text).strip(".-")[:80] or "unnamed"


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
