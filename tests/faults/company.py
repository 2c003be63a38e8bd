"""An expectations file for a company that promises nothing a fault could break: with complete evidence it passes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from crawler.claims.policy_text import normalise, text_sha256
from tests.browser.fault_world import SITE

_QUOTE = "We keep your data for as long as you are our customer."
_PLAIN = {"id": "C01", "section": 1, "kind": "not-checkable", "reason": "server-side", "quote": _QUOTE}


def expectations(
    folder: Path,
    sites: Sequence[str] = (f"{SITE}/",),
    *,
    name: str = "faultworks",
    own_domains: Iterable[str] = ("tracker.test",),
    claims: Iterable[dict[str, Any]] = (),
) -> Path:
    """Write `<name>.yaml` and its policy, and return the path. Further claims bring their quotes along."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [_PLAIN, *claims]
    policy = folder / f"{name}.policy.txt"
    text = "1. Privacy\n\n" + "\n\n".join(str(claim["quote"]) for claim in told) + "\n"
    policy.write_text(text, encoding="utf-8")
    path = folder / f"{name}.yaml"
    content = {
        "company": "Fault Works",
        "policy": {
            "url": "https://policy.test/",
            "read_on": "2026-11-22",
            "text": policy.name,
            "text_sha256": text_sha256(normalise(text)),
        },
        "sites": list(sites),
        "own_domains": list(own_domains),
        "claims": told,
    }
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")  # JSON is YAML
    return path
