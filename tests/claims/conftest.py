"""A small company whose expectations file is right, to be spoilt in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.claims import Company, InvalidExpectations, Problem, load
from crawler.claims.policy_text import normalise, text_sha256
from crawler.claims.yaml_marks import Scalar, Sequence, parse

VENDORS = ("google-analytics", "google-recaptcha", "meta-pixel", "hotjar", "6sense")
RULES = ("undeclared-vendor", "gpc-ignored", "declared-variant-differs")
VARIANTS = {"google-recaptcha": ("v2-checkbox", "v2-invisible", "v3")}

POLICY = """Privacy Policy
We use Google Analytics, which uses cookies. We use Google\u2019s invisible reCAPTCHA \u2013 against spam.
We use advertising companies. We do not record what you type. We honour Global Privacy Control.
Visit https://example.com/choices to choose. We keep data as long as needed.
"""

GOOD = """\
company: Example
policy:
  url: https://example.com/privacy
  read_on: 2026-11-22
  text: policy.txt
  text_sha256: HASH
sites: [https://www.example.com/]
own_domains: [example.net]
claims:
  - id: C1
    section: 9
    kind: vendor
    vendor: google-analytics
    limits: [analytics]
    quote: "We use Google Analytics, which uses cookies."
    note: A browser sees it.
  - {id: C2, section: "9", kind: vendor, vendor: google-recaptcha, variant: v2-invisible, quote: "invisible reCAPTCHA"}
  - {id: C3, section: 9, kind: category, purposes: [advertising, social], quote: We use advertising companies.}
  - {id: C4, section: 9, kind: forbidden, purposes: [session-replay], review: true, quote: We do not record}
  - {id: C5, section: 9, kind: signal, signal: gpc, honoured: true, quote: We honour Global Privacy Control.}
  - {id: C6, section: 9, kind: link, url: https://example.com/choices, quote: "Visit [...] to choose."}
  - {id: C7, section: 9, kind: not-checkable, reason: server-side, quote: We keep data as long as needed.}
attestations:
  - {vendor: google-analytics, statement: A contract says so., owner: Privacy office, until: 2027-01-31}
waivers:
  - {rule: gpc-ignored, vendor: meta-pixel, site: example.com, reason: Being replaced., owner: Web, until: 2026-12-31}
""".replace("HASH", text_sha256(normalise(POLICY)))


@dataclass
class Desk:
    """A folder with an expectations file and its policy."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "example.com.yaml"

    def write(self, text: str | bytes, policy: str | bytes | None = POLICY) -> Path:
        self.file.write_bytes(text.encode() if isinstance(text, str) else text)
        if policy is not None:
            (self.folder / "policy.txt").write_bytes(policy.encode() if isinstance(policy, str) else policy)
        return self.file

    def load(self, text: str | bytes, policy: str | bytes | None = POLICY) -> Company:
        return load(self.write(text, policy), vendors=VENDORS, rules=RULES, variants=VARIANTS)

    def problems(self, text: str | bytes, policy: str | bytes | None = POLICY) -> tuple[Problem, ...]:
        with pytest.raises(InvalidExpectations) as caught:
            self.load(text, policy)
        return caught.value.problems

    def spoilt(self, old: str, new: str) -> tuple[Problem, ...]:
        """The problems of the good file with one place changed."""
        assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the good file"
        return self.problems(GOOD.replace(old, new))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def as_json() -> Callable[[str], Any]:
    """YAML as an editor hands it to a JSON Schema: dates are texts, only true and false are booleans."""
    return lambda text: to_json(parse(text))


def to_json(node: Any) -> Any:
    """The values of a tree. `yes` and `no` are null: YAML 1.1 and 1.2 differ, and no place takes either."""
    if isinstance(node, Scalar):
        if node.type == "bool":
            return {"true": True, "false": False}.get(node.text)
        if node.type in ("int", "float"):
            return float(node.text)
        return None if node.type == "null" else node.text
    if isinstance(node, Sequence):
        return [to_json(item) for item in node.items]
    return {key.text: to_json(child) for key, child in node.entries}
