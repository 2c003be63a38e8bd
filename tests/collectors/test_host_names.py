from __future__ import annotations

from dataclasses import replace

from crawler.collectors import host_names
from crawler.collectors.netlog.records import Lookup, NetLog
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, HostName, Request
from tests.rules.world import a_request, a_visit

VISIT = a_visit("https://www.acme.example/", Arm.CONTROL, 1)
KEY = VisitKey(VISIT.id, VISIT.page_url, VISIT.arm, 1, 0.0)


def sent(*urls: str) -> list[Request]:
    return [a_request(url, VISIT) for url in urls]


def built(requests: list[Request], **lookups: Lookup) -> list[HostName]:
    log = NetLog(lookups={host.replace("_", "."): lookup for host, lookup in lookups.items()})
    own = ("acme-cdn.example", "192.0.2.7")
    return host_names.build(requests, log, KEY, own, lambda host: host.startswith("mapped"))


def told(rows: list[HostName]) -> dict[str, tuple[tuple[str, ...], str]]:
    return {row.host: (row.chain, row.source) for row in rows}


def test_each_host_of_the_company_has_a_row_and_third_parties_have_none() -> None:
    requests = sent(
        "https://www.acme.example/", "https://www.acme.example/a", "wss://live.acme.example/", "https://tracker.example/",
        "https://acme-cdn.example/x", "https://mapped.acme.example:8443/", "https://192.0.2.7/", "stun:acme.example:1",
    )  # fmt: skip
    rows = built(
        requests,
        www_acme_example=Lookup("browser", ("lb.example.net",)),
        live_acme_example=Lookup("hosts", ()),
        tracker_example=Lookup("browser", ("a.b",)),
    )
    assert told(rows) == {
        "192.0.2.7": ((), "address"),
        "acme-cdn.example": ((), "unknown"),
        "live.acme.example": ((), "hosts"),
        "mapped.acme.example": ((), "mapped"),
        "www.acme.example": (("lb.example.net",), "browser"),
    }
    assert host_names.asked(rows) == []


def test_what_was_not_sent_and_what_is_the_browsers_own_does_not_count() -> None:
    requests = [
        a_request("https://a.acme.example/", VISIT, on_wire=False),
        a_request("https://b.acme.example/", VISIT, own_traffic=True),
    ]
    assert built(requests) == []


def test_hosts_that_the_system_looked_up_are_asked_for() -> None:
    rows = built(
        sent(
            "https://a.acme.example/", "https://b.acme.example/", "https://c.acme.example/", "https://d.acme.example/"
        ),
        a_acme_example=Lookup("system", ()),
        b_acme_example=Lookup("system", ()),
        c_acme_example=Lookup("system", ()),
        d_acme_example=Lookup("browser", ()),
    )
    assert host_names.asked(rows) == ["a.acme.example", "b.acme.example", "c.acme.example"]
    chains: dict[str, tuple[str, ...] | str] = {
        "a.acme.example": ("X.Example.NET.", "<b>", "never.example"),
        "c.acme.example": "hosts",
        "d.acme.example": ("not.asked.for",),
    }
    assert told(host_names.answered(rows, chains)) == {
        "a.acme.example": (("x.example.net",), "system"),
        "b.acme.example": ((), "failed"),
        "c.acme.example": ((), "hosts"),
        "d.acme.example": ((), "browser"),
    }


def test_a_name_server_of_the_run_is_asked_for_mapped_hosts_too() -> None:
    mapped = replace(built(sent("https://a.acme.example/"))[0], host="m.acme.example", source="mapped")
    rows = [*built(sent("https://a.acme.example/"), a_acme_example=Lookup("system", ())), mapped]
    assert host_names.asked(rows) == ["a.acme.example"], "without one, nobody is asked"
    assert host_names.asked(rows, given=True) == ["a.acme.example", "m.acme.example"]
    chains: dict[str, tuple[str, ...] | str] = {"m.acme.example": ("x.example.net",)}
    assert told(host_names.answered(rows, chains, given=True)) == {
        "a.acme.example": ((), "failed"),
        "m.acme.example": (("x.example.net",), "given"),
    }
    silent = told(host_names.answered(rows, {}, given=True))
    assert silent["m.acme.example"] == ((), "failed"), "it was to be looked behind, so that it was not is told"
    assert told(host_names.answered(rows, chains))["m.acme.example"] == ((), "mapped")


def test_a_name_server_of_the_run_is_asked_wherever_no_alias_is_known() -> None:
    names = ("alias", "bare", "filed", "proxied")
    rows = built(
        sent(*(f"https://{name}.acme.example/" for name in names)),
        alias_acme_example=Lookup("browser", ("told.example.net",)),
        bare_acme_example=Lookup("browser", ()),
        filed_acme_example=Lookup("hosts", ()),
    )
    rows.append(replace(rows[0], host="192.0.2.7", chain=(), source="address"))
    assert host_names.asked(rows) == []
    assert host_names.asked(rows, given=True) == [f"{name}.acme.example" for name in names[1:]]
    told_all: dict[str, tuple[str, ...] | str] = {f"{name}.acme.example": ("x.example.net",) for name in names}
    kept = {"192.0.2.7": ((), "address"), "alias.acme.example": (("told.example.net",), "browser")}
    found = told(host_names.answered(rows, told_all, given=True))
    assert found == kept | {f"{name}.acme.example": (("x.example.net",), "given") for name in names[1:]}
    silent = told(host_names.answered(rows, {}, given=True))
    assert silent["bare.acme.example"] == ((), "browser"), "the browser has looked, and that still holds"
    assert silent["filed.acme.example"] == silent["proxied.acme.example"] == ((), "failed")


def test_hosts_of_one_visit_are_bounded() -> None:
    rows = built(sent(*(f"https://h{n}.acme.example/" for n in range(host_names.MAX_HOSTS + 5))))
    assert len(rows) == host_names.MAX_HOSTS
