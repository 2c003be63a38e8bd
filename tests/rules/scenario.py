"""From a scenario in words to a bundle and a company: what `fires_*.yaml` and its like are read into.

A scenario says what the policy holds, what was seen, and what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from crawler.claims import Attestation, Company
from crawler.evidence import Arm, Gap
from tests.rules.scenario_lines import claim_of, rows_of, states_of, troubled
from tests.rules.world import REPEAT, SITE, FakeBundle, a_bundle, a_company, a_name, visits_of


@dataclass
class Scenario:
    """One YAML file, read."""

    company: Company
    bundle: FakeBundle
    expect: list[str]
    claims: dict[str, str]
    when: list[str]


def read(spec: dict[str, Any]) -> Scenario:
    """Build what a scenario describes. Unknown words fail, so that a slip of the pen tests nothing silently."""
    known = {
        "story", "policy", "attested", "seen", "page", "failed", "unproven", "not run", "expect", "claims", "when",
        "names", "says",
    }  # fmt: skip
    assert set(spec) <= known, f"unknown keys: {set(spec) - known}"
    claims = [claim_of(claim_id, text) for claim_id, text in (spec.get("policy") or {}).items()]
    seen: dict[str, list[Any]] = spec.get("seen") or {}
    entries = [(Arm(arm), e if isinstance(e, dict) else {"what": e}) for arm, es in seen.items() for e in es]
    told = [e for es in (spec.get("says") or {}).values() for e in es if isinstance(e, dict)]
    paths = sorted({e.get("page", "/") for e in (*(e for _, e in entries), *told)} | {"/"})
    arms = tuple(a for a in (Arm.CONTROL, Arm.GPC) if str(a) not in (spec.get("not run") or []))
    urls = [SITE + p for p in paths]
    explaining = visits_of(urls, (Arm.TRACE,), 1) if "trace" in seen else []
    visits = [troubled(v, spec) for v in [*visits_of(urls, arms), *explaining]]
    rows: list[Any] = [row for arm, entry in entries for row in rows_of(entry, arm, visits)]
    says: dict[str, list[Any]] = spec.get("says") or {}
    rows += [row for arm, told in says.items() for entry in told for row in states_of(entry, Arm(arm), visits)]
    rows += [
        Gap(arm=v.arm, url=v.page_url, reason=v.reason, detail=f"it was a {v.reason}", visit=v.id)
        for v in visits
        if v.reason
    ]
    rows += [a_name(v, host, told or "") for v in visits for host, told in (spec.get("names") or {}).items()]
    bundle = a_bundle(visits, *rows, arms=[str(a) for a in arms], repeat=REPEAT)
    words = tuple(spec.get("page") or ())
    bundle.streams["pages"] = [replace(p, recaptcha=words) for p in bundle.streams["pages"]]
    attested = tuple(
        Attestation(vendor=vendor, statement="service provider by contract", owner="legal", until=until, line=1)
        for vendor, until in (spec.get("attested") or {}).items()
    )
    return Scenario(
        a_company(*claims, attestations=attested),
        bundle,
        list(spec.get("expect") or []),
        spec.get("claims") or {},
        list(spec.get("when") or []),
    )
