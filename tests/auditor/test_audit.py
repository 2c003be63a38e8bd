"""The auditor: exit codes, errors, claims, determinism, and the contract of verdicts.json."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import crawler
from crawler import rules
from crawler.auditor import audit
from crawler.claims import ClaimKind, Company, Purpose, Unseen
from crawler.evidence import Arm
from crawler.findings import Severity
from tests.rules import test_scenarios
from tests.rules.scenario import read
from tests.rules.world import (
    REQUESTS,
    SITE,
    TODAY,
    FakeBundle,
    a_bundle,
    a_call,
    a_claim,
    a_company,
    a_cookie,
    a_request,
    a_waiver,
    an_event,
    visits_of,
)

SCHEMA = json.loads((Path(crawler.__file__).parent / "verdicts.schema.json").read_text(encoding="utf-8"))
VALID = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)

HONOURS = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
NAMES_GA = a_claim("D31", ClaimKind.VENDOR, vendor="google-analytics")
COVERS_ADS = a_claim("D40", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING,))


def seen(*names: str, arms: tuple[Arm, ...] = (Arm.CONTROL, Arm.GPC)) -> FakeBundle:
    """A complete run of one page in which these requests come in every visit of the arms."""
    visits = visits_of([SITE + "/"])
    return a_bundle(visits, *(a_request(REQUESTS[n], v) for v in visits if v.arm in arms for n in names))


def judge(bundle: FakeBundle, company: Company, fail_on: Severity = Severity.HIGH) -> dict[str, Any]:
    verdicts = audit(bundle, company, fail_on=fail_on, today=TODAY)
    VALID.validate(verdicts)
    assert json.loads(json.dumps(verdicts)) == verdicts, "verdicts hold plain values only"
    return verdicts


def test_a_clean_complete_run_passes() -> None:
    verdicts = judge(seen("google-analytics"), a_company(HONOURS, NAMES_GA))
    assert (verdicts["exit_code"], verdicts["outcome"]) == (0, "pass")
    assert {c["id"]: c["outcome"] for c in verdicts["claims"]} == {"D14": "not-checkable", "D31": "pass"}
    assert [r["id"] for r in verdicts["rules"]] == [r.ID for r in rules.ALL]
    assert verdicts["visits"] == {"control": [3, 3], "gpc": [3, 3]}


def test_the_promise_is_kept_only_where_somebody_was_there_to_break_it() -> None:
    gone = judge(seen("linkedin-insight", arms=(Arm.CONTROL,)), a_company(HONOURS))
    nobody = judge(seen("google-fonts"), a_company(HONOURS))
    [kept], [untested] = gone["claims"], nobody["claims"]
    assert (kept["outcome"], untested["outcome"], nobody["exit_code"]) == ("pass", "not-checkable", 0)
    assert "nothing put the promise to a test" in untested["why"]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert not VALID.is_valid({"schema": "tracking-audit/verdicts/1"})


@pytest.mark.parametrize("path", test_scenarios.SCENARIOS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_scenario_gives_valid_verdicts(path: Path) -> None:
    scenario = read(yaml.safe_load(path.read_text(encoding="utf-8")))
    verdicts = judge(scenario.bundle, scenario.company)
    fingerprints = [f["fingerprint"] for f in verdicts["findings"]]
    assert len(fingerprints) == len(set(fingerprints)), "two findings must not share a fingerprint"
    for claim in verdicts["claims"]:
        assert set(claim["findings"]) <= set(fingerprints)
    for finding in verdicts["findings"]:
        for ref in finding["evidence"]:
            row = scenario.bundle.streams[ref["stream"]][ref["row"]]
            assert row.visit == ref["visit"], "evidence points at the row that it shows"
            if ref["stream"] == "requests":
                assert row.url == ref["url"] and row.arm == finding["arm"]


class TestExitCodes:
    """4 over 1, 1 over 3; see DESIGN 4.2."""

    violating = a_company(HONOURS, NAMES_GA, COVERS_ADS)

    @pytest.mark.parametrize(
        ("fail_on", "code"),
        [(Severity.CRITICAL, 0), (Severity.HIGH, 1), (Severity.MEDIUM, 1), (Severity.LOW, 1), (Severity.INFO, 1)],
    )
    def test_a_violation_counts_at_the_gate(self, fail_on: Severity, code: int) -> None:
        bundle = seen("google-analytics", "meta-pixel", arms=(Arm.GPC,))
        bundle.streams["requests"] += [
            a_request(REQUESTS["google-analytics"], v) for v in bundle.streams["visits"] if v.arm is Arm.CONTROL
        ]
        verdicts = judge(bundle, self.violating, fail_on)
        assert {f["severity"] for f in verdicts["findings"] if f["outcome"] == "violation"} == {"high"}
        assert verdicts["exit_code"] == code
        assert verdicts["outcome"] == "violation", "the outcome states the facts, whatever the gate"

    def test_an_inconclusive_finding_below_the_gate_does_not_stop_it(self) -> None:
        visits = visits_of([SITE + "/"])
        row = a_request(REQUESTS["google-analytics"], visits[0])
        company = a_company()
        assert judge(a_bundle(visits, row), company)["exit_code"] == 0  # medium, seen once
        assert judge(a_bundle(visits, row), company, Severity.MEDIUM)["exit_code"] == 3

    def test_missing_evidence_is_3_at_any_gate(self) -> None:
        bundle = seen("google-analytics")
        bundle.streams["visits"][0] = replace(bundle.streams["visits"][0], ok=False, reason="timeout")
        for fail_on in Severity:
            assert judge(bundle, a_company(NAMES_GA), fail_on)["exit_code"] == 3

    def test_a_violation_goes_before_missing_evidence(self) -> None:
        bundle = seen("google-analytics", "linkedin-insight")
        bundle.streams["visits"][0] = replace(bundle.streams["visits"][0], ok=False, reason="timeout")
        verdicts = judge(bundle, a_company(NAMES_GA))
        assert verdicts["exit_code"] == 1

    def test_a_broken_rule_goes_before_everything_and_hides_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(case: object) -> None:
            raise ZeroDivisionError("by <zero>")

        monkeypatch.setattr(rules.gpc_ignored, "judge", broken)
        verdicts = judge(seen("google-analytics", "linkedin-insight"), a_company(HONOURS, NAMES_GA))
        assert (verdicts["exit_code"], verdicts["outcome"]) == (4, "error")
        by_id = {r["id"]: r for r in verdicts["rules"]}
        assert by_id["gpc-ignored"]["outcome"] == "error" and "ZeroDivisionError" in by_id["gpc-ignored"]["why"]
        assert by_id["undeclared-vendor"]["outcome"] == "violation"
        assert {c["id"]: c["outcome"] for c in verdicts["claims"]} == {"D14": "error", "D31": "pass"}

    def test_an_empty_bundle_never_passes(self) -> None:
        verdicts = judge(FakeBundle(), a_company(HONOURS, NAMES_GA))
        assert verdicts["exit_code"] == 3
        assert verdicts["outcome"] == "inconclusive"
        assert not any(c["outcome"] == "pass" for c in verdicts["claims"])
        assert not any(r["outcome"] == "pass" for r in verdicts["rules"])

    def test_damaged_evidence_never_passes(self) -> None:
        bundle = seen("google-analytics")
        bundle.unsealed = ["evidence/requests.jsonl.gz: changed since it was written"]
        assert judge(bundle, a_company(NAMES_GA))["exit_code"] == 3

    def test_no_rule_at_all_is_our_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "ALL", ())
        assert audit(seen(), a_company(), fail_on=Severity.HIGH, today=TODAY)["exit_code"] == 4


def test_what_no_rule_checks_says_why() -> None:
    company = a_company(
        a_claim("D10", ClaimKind.NOT_CHECKABLE, reason=Unseen.E_MAIL),
        a_claim("D26", ClaimKind.SIGNAL, signal="dnt", honoured=False),
        a_claim("D27", ClaimKind.COOKIE_REFUSAL),
        a_claim("D16", ClaimKind.LINK, url="https://globalprivacycontrol.org/"),
        a_claim("D05", ClaimKind.OPT_OUT),
        a_claim("D01", ClaimKind.SCOPE),
        a_claim("D17", ClaimKind.STATEMENT),
        a_claim("D20", ClaimKind.DATA),
    )
    verdicts = judge(seen(), company)
    assert {c["outcome"] for c in verdicts["claims"]} == {"not-checkable"}
    why = {c["id"]: c["why"] for c in verdicts["claims"]}
    assert "e-mail" in why["D10"]
    assert why["D26"] == "It takes the arm dnt, which was not run."
    assert why["D27"] == "It takes the arm no-cookies, which was not run."
    assert len(set(why.values())) == len(why), "each kind has a reason of its own"
    assert verdicts["exit_code"] == 0, "what no browser can see does not touch the exit code"


def test_a_claim_takes_the_worst_of_its_rules() -> None:
    verdicts = judge(seen("linkedin-insight"), a_company(HONOURS, COVERS_ADS))
    claim = next(c for c in verdicts["claims"] if c["id"] == "D14")
    assert claim["outcome"] == "violation"
    assert {r["id"]: r["outcome"] for r in claim["rules"]} == {
        "gpc-has-no-effect": "violation",
        "gpc-ignored": "violation",
        "identifier-shared-under-gpc": "pass",
        "user-data-sent": "pass",
        "cookie-syncing": "pass",
    }
    assert len(claim["findings"]) == 2


def test_the_same_evidence_gives_the_same_verdicts_in_any_order_of_rows() -> None:
    company = a_company(HONOURS, NAMES_GA)
    bundle = seen("google-analytics", "linkedin-insight", "meta-pixel", "an unknown third party")
    first = judge(bundle, company)
    assert judge(copy.deepcopy(bundle), company) == first
    for stream in ("visits", "pages"):
        bundle.streams[stream].reverse()
    assert judge(bundle, company) == first


def test_the_day_is_given_and_decides() -> None:
    company = a_company(COVERS_ADS, HONOURS, waivers=(a_waiver("gpc-ignored"), a_waiver("gpc-has-no-effect")))
    bundle = seen("linkedin-insight")
    assert audit(bundle, company, fail_on=Severity.HIGH, today=TODAY)["exit_code"] == 0
    assert audit(bundle, company, fail_on=Severity.HIGH, today=TODAY.replace(year=2030))["exit_code"] == 1


def test_hostile_names_and_sizes_stay_bounded_and_valid() -> None:
    visits = visits_of([SITE + "/"])
    evil = "<script>alert(1)</script>\x1b[31m\x00\ud800" * 50
    rows: list[Any] = [a_cookie(v, name=f"{evil}{n}", domain=".evil.example") for v in visits for n in range(300)]
    rows += [a_request(f"https://x.evil.example/{'a' * 90_000}?{evil[:40]}", v) for v in visits[:2]]
    rows += [a_request(url, visits[0]) for url in ("https://[::1", "https://%zz/", "javascript:alert(1)", "https://")]
    verdicts = audit(a_bundle(visits, *rows), a_company(), fail_on=Severity.HIGH, today=TODAY)
    assert len(json.dumps(verdicts)) < 2_000_000
    assert all(len(f["message"]) < 2_000 for f in verdicts["findings"])


def test_vendor_table_tells_arms_roles_states_and_cookies() -> None:
    visits = visits_of([SITE + "/"])
    rows: list[Any] = [a_request(REQUESTS["meta-pixel"], v) for v in visits if v.arm is Arm.CONTROL]
    rows += [a_request(REQUESTS["meta-pixel restricted"], v) for v in visits if v.arm is Arm.GPC]
    own = {"domain": "www.acme.example", "party": "first", "set_by": "script", "setter_url": None}
    rows += [a_cookie(v, name="_fbp", **own) for v in visits if v.arm is Arm.CONTROL]
    (row,) = judge(a_bundle(visits, *rows), a_company(HONOURS, COVERS_ADS))["vendors"]
    assert (row["vendor"], row["name"], row["coverage"], row["party"]) == (
        "meta-pixel", "Meta Pixel", "category", "third",
    )  # fmt: skip
    assert row["arms"]["control"] | {"accounts": None} == {
        "visits": [3, 3], "hits": 3, "hits_by_role": {"collect": 3}, "cookies": ["_fbp"], "restriction": "unknown",
        "restrictions": {"unknown": 3}, "accounts": None, "variants": [],
    }  # fmt: skip
    assert row["arms"]["gpc"]["restriction"] == "restricted"
    assert row["arms"]["gpc"]["cookies"] == []


def test_cookie_table_holds_every_party_and_takes_the_setter_from_the_explaining_visit() -> None:
    visits = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
    rows = [a_cookie(v, name="_ga", domain="acme.example", party="first", set_by="unknown", setter_url=None,
                     stored_lifetime_s=86_400.0 * 400) for v in visits if v.arm is not Arm.TRACE]  # fmt: skip
    rows += [
        a_cookie(v, name="_ga", domain="acme.example", party="first", set_by="script", setter_url=SITE + "/ga.js")
        for v in visits
        if v.arm is Arm.TRACE
    ]
    rows += [a_cookie(v, name="seen-only-in-trace", domain="acme.example") for v in visits if v.arm is Arm.TRACE]
    rows += [a_request(SITE + "/", v, cookies_sent=("_ga",)) for v in visits]
    rows += [an_event(v, name="_ga", step="scroll") for v in visits]
    (row,) = judge(a_bundle(visits, *rows), a_company())["cookies"]
    assert row == {
        "name": "_ga", "domain": "acme.example", "party": "first", "vendor": "google-analytics", "set_by": "script",
        "setter_url": SITE + "/ga.js", "setter_line": None, "setter_vendor": "", "step": "scroll",
        "asked_lifetime_days": 370.37, "lifetime_days": 400.0, "partition_keys": [], "stored": True,
        "blocked_reasons": [], "sent_to": [{"host": "www.acme.example", "requests": 6}], "sent_hosts": 1,
        "changes": {"set": 6}, "arms": ["control", "gpc"], "documented_lifetime_days": 730.0,
        "documented_verified": True, "basis": "name", "why": "cookie name _ga on the site's own domain",
        "unclassified": False, "value_sent_to": [], "value_vendors": 0,
    }  # fmt: skip


def test_findings_and_their_evidence_say_after_what_the_vendor_showed() -> None:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS["microsoft-clarity"], v, step="second-view") for v in visits]
    rows += [a_request(REQUESTS["meta-pixel"], v, step="load") for v in visits]
    by_vendor = {
        f["vendor"]: f for f in judge(a_bundle(visits, *rows), a_company())["findings"] if f["arm"] == "control"
    }
    assert by_vendor["microsoft-clarity"]["trigger"] == "Called only on the second view of the page."
    assert {e["step"] for e in by_vendor["microsoft-clarity"]["evidence"]} == {"second-view"}
    assert by_vendor["meta-pixel"]["trigger"] == ""
    assert {e["step"] for e in by_vendor["meta-pixel"]["evidence"]} == {"load"}


def test_what_a_vendors_scripts_did_stands_in_its_row_and_in_full_beside() -> None:
    visits = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
    rows: list[Any] = [a_request(REQUESTS["microsoft-clarity"], v) for v in visits]
    rows += [a_call(visits[-1], script_url="https://www.clarity.ms/tag/x", line=4, count=12)]
    rows += [a_call(visits[-1], kind="opt-out-signal", api="Navigator.globalPrivacyControl", step="")]
    rows += [a_call(visits[-1], script_url="https://only-there.example/x.js", kind="fonts", api="FontFaceSet.check")]
    verdicts = judge(a_bundle(visits, *rows), a_company())
    assert {arm: s["user_data"] for arm, s in verdicts["vendors"][0]["sends"].items()} == {"control": [], "gpc": []}
    assert {v["vendor"]: v["behaviour"] for v in verdicts["vendors"]} == {"microsoft-clarity": {"canvas": 12}}
    clarity, stranger, own = verdicts["behaviour"]
    assert clarity["uses"] == [
        {"kind": "canvas", "calls": 12, "visits": [1, 1], "apis": ["HTMLCanvasElement.toDataURL"], "details": [],
         "url": "https://www.clarity.ms/tag/x", "line": 4, "step": "load"},
    ]  # fmt: skip
    assert (stranger["vendor"], own["vendor"], own["party"]) == ("only-there.example", "", "first")
    assert own["uses"][0]["kind"] == "opt-out-signal"
