"""What must hold for any evidence: less of it never makes a run greener, and no order or repetition of it matters."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.auditor import audit
from crawler.claims import ClaimKind, Purpose
from crawler.evidence import Arm, Gap
from crawler.findings import Severity
from tests.rules.world import REQUESTS, SITE, TODAY, FakeBundle, a_bundle, a_claim, a_company, a_request, visits_of

COMPANY = a_company(
    a_claim("D13", ClaimKind.FORBIDDEN, purposes=(Purpose.SESSION_REPLAY,)),
    a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True),
    a_claim("D31", ClaimKind.VENDOR, vendor="google-analytics"),
    a_claim("D34", ClaimKind.VENDOR, vendor="google-recaptcha", variant="v2-invisible"),
    a_claim("D40", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING,)),
    a_claim("D23", ClaimKind.DATA, limits=(Purpose.SESSION_REPLAY,)),
)
PAGES = [SITE + "/", SITE + "/contact"]
VISITS = visits_of(PAGES, repeat=2)
ADVERTISING = ["meta-pixel", "linkedin-insight", "meta-pixel restricted"]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

hits = st.lists(st.tuples(st.sampled_from(sorted(REQUESTS)), st.sampled_from(VISITS)), max_size=25)
troubles = st.lists(
    st.tuples(st.sampled_from(["gap", "failed", "unproven", "lost", "no ledger", "damage"]), st.sampled_from(VISITS)),
    min_size=1,
    max_size=6,
)
gates = st.sampled_from(list(Severity))


def bundle_of(seen: list[tuple[str, Any]]) -> FakeBundle:
    rows = [a_request(REQUESTS[name], visit) for name, visit in seen]
    return a_bundle(VISITS, *rows, arms=["control", "gpc"], repeat=2, pages=[{"url": p} for p in PAGES])


def worsened(bundle: FakeBundle, troubles: list[tuple[str, Any]]) -> FakeBundle:
    """The same run with less seen of it."""
    worse = copy.deepcopy(bundle)
    for kind, hit in troubles:
        visits = worse.streams["visits"]
        at = next((n for n, v in enumerate(visits) if v.id == hit.id), None)
        if kind == "gap":
            worse.streams["gaps"].append(Gap(arm=hit.arm, url=hit.page_url, reason="timeout", detail="too slow"))
        elif kind == "damage":
            worse.damage.append("requests: row 3: broken")
        elif at is None:
            continue
        elif kind == "failed":
            visits[at] = replace(visits[at], ok=False, reason="crash")
        elif kind == "unproven":
            visits[at] = replace(visits[at], signal=None)
        elif kind == "no ledger":
            visits[at] = replace(visits[at], reconciliation=None)
        else:
            del visits[at]
    return worse


@QUICK
@given(hits, troubles, gates)
def test_less_evidence_never_turns_red_or_amber_into_green(
    seen: list[tuple[str, Any]], trouble: list[tuple[str, Any]], gate: Severity
) -> None:
    bundle = bundle_of(seen)
    worse = audit(worsened(bundle, trouble), COMPANY, fail_on=gate, today=TODAY)
    assert worse["exit_code"] in (1, 3), "a run that misses something is never green"
    assert worse["outcome"] in ("violation", "inconclusive")
    assert not any(c["outcome"] == "pass" for c in worse["claims"])
    assert not any(r["outcome"] == "pass" for r in worse["rules"] if r["id"] != "signal-not-proven")


@QUICK
@given(hits, st.sampled_from(ADVERTISING), st.sampled_from([Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM]))
def test_advertising_more_under_gpc_never_makes_a_run_greener(
    seen: list[tuple[str, Any]], more: str, gate: Severity
) -> None:
    rank = {0: 0, 3: 1, 1: 2}
    before = audit(bundle_of(seen), COMPANY, fail_on=gate, today=TODAY)
    steady = [(more, v) for v in VISITS if v.arm is Arm.GPC]
    after = audit(bundle_of(seen + steady), COMPANY, fail_on=gate, today=TODAY)
    assert rank[after["exit_code"]] >= rank[before["exit_code"]]


@QUICK
@given(hits, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_row_numbers(seen: list[tuple[str, Any]], random: Any) -> None:
    def facts(verdicts: dict[str, Any]) -> dict[str, Any]:
        for finding in verdicts["findings"]:
            del finding["evidence"]
        return verdicts

    bundle = bundle_of(seen)
    first = facts(audit(bundle, COMPANY, fail_on=Severity.HIGH, today=TODAY))
    for rows in bundle.streams.values():
        random.shuffle(rows)
    assert facts(audit(bundle, COMPANY, fail_on=Severity.HIGH, today=TODAY)) == first


@QUICK
@given(hits)
def test_own_traffic_and_what_never_left_the_browser_accuse_nobody(seen: list[tuple[str, Any]]) -> None:
    bundle = bundle_of([])
    clean = audit(bundle, COMPANY, fail_on=Severity.LOW, today=TODAY)
    data = [(name, visit) for name, visit in seen if not name.endswith(("library", "loader", "score"))]
    for changes in ({"own_traffic": True}, {"on_wire": False, "wire_class": "blocked"}, {"method": "OPTIONS"}):
        extra = [a_request(REQUESTS[name], visit, **changes) for name, visit in data if "tag-manager" not in name]
        noisy = copy.deepcopy(bundle)
        noisy.streams["requests"] += extra
        assert audit(noisy, COMPANY, fail_on=Severity.LOW, today=TODAY) == clean
