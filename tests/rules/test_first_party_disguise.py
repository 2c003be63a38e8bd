from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.claims import ClaimKind, Purpose
from crawler.evidence import Arm
from crawler.findings import Confidence, Outcome, Severity, Verdict
from crawler.parties import Party
from crawler.rules import first_party_disguise, gpc_ignored, undeclared_vendor
from crawler.rules.case import case_from
from crawler.rules.case.model import Case
from tests.rules.world import (
    SITE,
    TODAY,
    a_bundle,
    a_claim,
    a_company,
    a_cookie,
    a_name,
    a_request,
    visits_of,
)

VISITS = visits_of([SITE + "/"])
HOST = "c.acme.example"
CHAIN = "acme.dnsdelegation.io > lb.example.net"


def case(*claims: Any, told: str = CHAIN, host: str = HOST, rows: Any = (), **changes: Any) -> Case:
    requests = [a_request(f"https://{host}/r?id=1", v, **changes) for v in VISITS]
    names = [a_name(v, host, told) for v in VISITS]
    return case_from(a_bundle(VISITS, *requests, *names, *rows), a_company(*claims), TODAY)


def judged(*claims: Any, **given: Any) -> Verdict:
    return first_party_disguise.judge(case(*claims, **given))


def test_the_finding_says_the_chain_the_company_the_cookies_and_the_sentence() -> None:
    covers = a_claim("D4", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING,))
    host_only = [a_cookie(v, name="own", domain=HOST) for v in VISITS]
    verdict = judged(covers, rows=host_only, cookies_sent=("session", "own", "_ga"))
    [finding] = verdict.findings
    assert finding.message == (
        "c.acme.example -> acme.dnsdelegation.io -> lb.example.net: Criteo OneTag (advertising) answers under the "
        "site's own name. Cookies of the whole site went along: _ga, session. "
        'The policy says (section 9): "The words of D4."'
    )
    assert finding.severity is Severity.MEDIUM and finding.claims == ("D4",)
    assert finding.visits["control"].seen == 3
    assert "AdGuard" in finding.certainty
    assert finding.evidence[0].stream == "requests" and "3 cookies went along" in finding.evidence[0].note


def test_requests_count_as_hits_of_the_company_as_a_third_party() -> None:
    [control, gpc] = case().vendors
    assert {control.arm, gpc.arm} == {Arm.CONTROL, Arm.GPC}
    assert control.vendor == "criteo" and control.parties == {Party.THIRD} and control.first_party_host
    [finding] = undeclared_vendor.judge(case()).findings
    assert finding.severity is Severity.HIGH and "through the site's own host" in finding.message


def test_what_has_its_own_shape_on_any_host_is_a_third_party_behind_an_alias() -> None:
    url = "https://m.acme.example/b/ss/acmersid/1/JS-2.22.0/s1?AQB=1"
    requests = [a_request(url, v) for v in VISITS]
    names = [a_name(v, "m.acme.example", "acme.d1.sc.omtrdc.net") for v in VISITS]
    bare, [seen, _] = (case_from(a_bundle(VISITS, *requests, *n), a_company(), TODAY).vendors for n in ((), names))
    assert [v.parties for v in bare] == [{Party.FIRST}] * 2
    assert seen.vendor == "adobe-analytics" and seen.parties == {Party.THIRD}
    assert "CNAME m.acme.example to acme.d1.sc.omtrdc.net" in seen.basis


def test_the_signal_holds_for_it_too() -> None:
    promise = a_claim("D1", ClaimKind.SIGNAL, signal="gpc", honoured=True)
    [finding] = gpc_ignored.judge(case(promise)).findings
    assert finding.vendor == "criteo"


def test_a_request_that_names_itself_keeps_its_name_and_the_host_is_told_beside_it() -> None:
    found = case(told="eua.stape.net", host="s.acme.example")
    ga = [a_request("https://s.acme.example/g/collect?v=2&tid=G-ABC1234&cid=1.2", v) for v in VISITS]
    names = [a_name(v, "s.acme.example", "eua.stape.net") for v in VISITS]
    both = case_from(a_bundle(VISITS, *ga, *names), a_company(), TODAY)
    assert {v.vendor for v in found.vendors} == {"stape.net"}
    assert {v.vendor for v in both.vendors} == {"google-analytics"}
    assert [(d.vendor, d.host) for d in both.disguised if d.arm is Arm.CONTROL] == [("stape.net", "s.acme.example")]


def test_another_host_of_the_same_site_is_not_touched() -> None:
    rows = [a_request("https://d.acme.example/r?id=1", v) for v in VISITS]
    assert {d.host for d in case(rows=rows).disguised} == {HOST}


def test_the_name_of_one_visit_holds_for_the_run() -> None:
    requests = [a_request(f"https://{HOST}/r?id=1", v) for v in VISITS]
    names = [a_name(v, HOST, CHAIN if n == 2 else "failed") for n, v in enumerate(VISITS)]
    found = case_from(a_bundle(VISITS, *requests, *names), a_company(), TODAY)
    assert found.names["acme.example"].told == (HOST,) and not found.names["acme.example"].untold
    assert len(first_party_disguise.judge(found).findings) == 1


def test_the_company_itself_is_nobody_else() -> None:
    requests = [a_request(f"https://{HOST}/r?id=1", v) for v in VISITS]
    names = [a_name(v, HOST, CHAIN) for v in VISITS]
    criteo = a_company(own_domains=("dnsdelegation.io",))
    assert case_from(a_bundle(VISITS, *requests, *names), criteo, TODAY).disguised == ()


def test_a_host_that_serves_a_page_is_where_the_site_lives() -> None:
    visits = [replace(v, final_url=f"https://{HOST}/welcome") for v in VISITS]
    requests = [a_request(f"https://{HOST}/r?id=1", v) for v in visits]
    names = [a_name(v, HOST, CHAIN) for v in visits]
    assert case_from(a_bundle(visits, *requests, *names), a_company(), TODAY).disguised == ()


def test_what_was_not_looked_at_is_never_a_pass() -> None:
    verdict = judged(told="mapped")
    assert verdict.outcome is Outcome.NOT_CHECKABLE and "1 mapped by --host-resolver-rules" in verdict.why
    assert verdict.findings == (), "who maps hosts knows it"
    verdict = judged(told="failed")
    assert verdict.outcome is Outcome.NOT_CHECKABLE and "1 without an answer" in verdict.why
    [note] = verdict.findings
    assert (note.outcome, note.severity) == (Outcome.PASS, Severity.INFO) and "without an answer" in note.message
    nothing = first_party_disguise.judge(case_from(a_bundle([]), a_company(), TODAY))
    assert nothing.outcome is Outcome.INCONCLUSIVE
    old = first_party_disguise.judge(case_from(a_bundle(VISITS), a_company(), TODAY))
    assert old.outcome is Outcome.NOT_CHECKABLE and "holds no names" in old.why and old.findings == ()


def test_a_pass_says_how_many_hosts_it_looked_behind_and_how_many_not() -> None:
    rows = [
        row for v in VISITS for row in (a_name(v, "x.acme.example", "failed"), a_name(v, "y.acme.example", "hosts"))
    ]
    verdict = judged(told="", rows=rows)
    assert verdict.outcome is Outcome.PASS
    assert verdict.why == (
        "Behind 1 host of the sites no collector of another company was found; not looked behind: "
        "1 without an answer, 1 in the hosts file."
    )


def test_files_alone_are_low_where_the_purpose_follows_nobody() -> None:
    names = [a_name(v, "go.acme.example", "go.pardot.com") for v in VISITS]
    pictures = [a_request("https://go.acme.example/a.png", v) for v in VISITS]
    found = case_from(a_bundle(VISITS, *names, *pictures), a_company(), TODAY)
    [finding] = first_party_disguise.judge(found).findings
    assert (finding.vendor, finding.severity) == ("pardot", Severity.LOW)


def test_how_sure() -> None:
    [firm] = judged().findings
    [memory] = judged(told="a1.edgetag.io").findings
    assert (firm.confidence, memory.confidence) == (Confidence.HIGH, Confidence.LOW)
    assert "from memory" in memory.certainty


def test_names_of_a_hostile_server_do_not_grow_the_report() -> None:
    long = " > ".join(f"{'x' * 60}.{n}.example" for n in range(16)) + " > a.dnsdelegation.io"
    [finding] = judged(told=long, cookies_sent=tuple("n" * 500 + str(i) for i in range(500))).findings
    assert len(finding.message) < 2000


def test_no_pattern_of_the_catalogue_stands_in_a_sentence() -> None:
    url = "https://go.acme.example/analytics?ver=3&visitor_id=1&pi_opt_in=true&campaign_id=2&account_id=123456"
    names = [a_name(v, "go.acme.example", "go.pardot.com") for v in VISITS]
    found = case_from(a_bundle(VISITS, *names, *(a_request(url, v) for v in VISITS)), a_company(), TODAY)
    [finding] = first_party_disguise.judge(found).findings
    assert "CNAME go.acme.example to go.pardot.com" in finding.certainty and "account_id" in finding.certainty
    assert "re:" not in finding.certainty
