"""How a policy declares or denies a vendor."""

from __future__ import annotations

import pytest

from crawler.claims import ClaimKind, Purpose
from crawler.findings import Coverage
from crawler.rules.case.coverage import context, coverage_of, declared, forbidding, gpc_promises, limiting
from crawler.vendors.model import Role
from tests.rules.world import a_claim, a_company

NAMED = a_claim("N", ClaimKind.VENDOR, vendor="google-analytics")
CATEGORY = a_claim("C", ClaimKind.CATEGORY, purposes=(Purpose.ANALYTICS, Purpose.ADVERTISING))
COMPANY = a_company(NAMED, CATEGORY)


@pytest.mark.parametrize(
    ("vendor", "purpose", "coverage"),
    [
        ("google-analytics", Purpose.ANALYTICS, Coverage.NAMED),
        ("universal-analytics", Purpose.ANALYTICS, Coverage.NAMED),
        ("google-analytics-advertising", Purpose.ADVERTISING, Coverage.CATEGORY),
        ("google-analytics-advertising", Purpose.SOCIAL, Coverage.UNDECLARED),
        ("matomo", Purpose.ANALYTICS, Coverage.CATEGORY),
        ("hotjar", Purpose.SESSION_REPLAY, Coverage.UNDECLARED),
        ("x.example", Purpose.UNKNOWN, Coverage.UNDECLARED),
    ],
)
def test_named_beats_category_beats_undeclared(vendor: str, purpose: Purpose, coverage: Coverage) -> None:
    assert declared(COMPANY, vendor, purpose).coverage is coverage


def test_a_denial_matches_by_name_by_purpose_or_by_role() -> None:
    company = a_company(
        a_claim("F1", ClaimKind.FORBIDDEN, vendors=("hotjar",)),
        a_claim("F2", ClaimKind.FORBIDDEN, purposes=(Purpose.VISITOR_IDENTIFICATION,), roles=("sync",)),
        a_claim("F3", ClaimKind.FORBIDDEN),
    )

    def ids(vendor: str, purpose: Purpose, *roles: Role) -> list[str]:
        return [c.id for c in forbidding(company, vendor, purpose, roles)]

    assert ids("hotjar", Purpose.SESSION_REPLAY, Role.COLLECT) == ["F1"]
    assert ids("6sense", Purpose.VISITOR_IDENTIFICATION, Role.COLLECT) == ["F2"]
    assert ids("criteo", Purpose.ADVERTISING, Role.SYNC) == ["F2"]
    assert ids("criteo", Purpose.ADVERTISING, Role.COLLECT) == []
    assert coverage_of(company, "hotjar", Purpose.SESSION_REPLAY, []) is Coverage.FORBIDDEN
    assert coverage_of(company, "criteo", Purpose.ADVERTISING, [Role.COLLECT]) is Coverage.UNDECLARED


def test_being_named_does_not_lift_a_denial() -> None:
    company = a_company(NAMED, a_claim("F", ClaimKind.FORBIDDEN, vendors=("google-analytics",)))
    assert coverage_of(company, "google-analytics", Purpose.ANALYTICS, []) is Coverage.FORBIDDEN
    assert declared(company, "google-analytics", Purpose.ANALYTICS).coverage is Coverage.NAMED


def test_limits_and_context() -> None:
    limits = a_claim("L", ClaimKind.SCOPE, limits=(Purpose.CHAT,))
    scope = a_claim("S", ClaimKind.SCOPE)
    company = a_company(NAMED, limits, scope)
    assert limiting(company, Purpose.CHAT) == (limits,)
    assert limiting(company, Purpose.SOCIAL) == ()
    assert context(company) == (scope,)
    assert context(a_company(NAMED, limits)) == (NAMED,)


@pytest.mark.parametrize(
    ("changes", "promised"),
    [
        ({"signal": "gpc", "honoured": True}, True),
        ({"signal": "gpc", "honoured": False}, False),
        ({"signal": "gpc", "honoured": None}, False),
        ({"signal": "dnt", "honoured": True}, False),
    ],
)
def test_what_promises_gpc(changes: dict[str, object], promised: bool) -> None:
    assert bool(gpc_promises(a_company(a_claim("D14", ClaimKind.SIGNAL, **changes)))) is promised
