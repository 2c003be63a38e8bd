"""What the browser's log tells of names, on fragments of logs that Chromium 156 wrote (tests/collectors/names)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collectors import netlog
from crawler.collectors.netlog import names
from crawler.collectors.netlog.names import MAX_CHAIN, chain_of, host_name
from crawler.collectors.netlog.records import Lookup
from tests.collectors.netlog_text import BEGIN, END, NetLogText

LOGGED = Path(__file__).parent / "names"
CHAIN = ("shop.d1.sc.omtrdc.test", "edge.adobe-lb.test")


def lookups(name: str) -> dict[str, Lookup]:
    log = netlog.read(LOGGED / f"{name}.json")
    assert log.complete, log.flaw
    return log.lookups


def test_the_browsers_own_resolver_tells_the_whole_chain_in_order() -> None:
    assert lookups("browser") == {
        "www.shop.test": Lookup("browser", ("shop.hosting.test",)),
        "plain.test": Lookup("browser", ()),
        "metrics.shop.test": Lookup("browser", CHAIN),
    }


def test_the_system_tells_addresses_alone() -> None:
    assert lookups("system") == {
        host: Lookup("system", ()) for host in ("www.shop.test", "plain.test", "metrics.shop.test")
    }


def test_the_hosts_file_is_no_lookup() -> None:
    assert lookups("hosts-file") == {
        "www.shop.test": Lookup("browser", ("shop.hosting.test",)),
        "plain.test": Lookup("hosts", ()),
        "metrics.shop.test": Lookup("hosts", ()),
    }


def test_a_mapped_host_leaves_no_trace() -> None:
    """`MAP metrics.shop.test 127.0.0.1:8000,MAP plain.test www.shop.test`."""
    assert set(lookups("mapped")) == {"www.shop.test"}


def job(text: NetLogText, source: int, host: str, task: str, params: dict[str, Any]) -> None:
    text.event("HOST_RESOLVER_MANAGER_JOB", source, {"host": host}, BEGIN)
    text.event(task, source, None, BEGIN)
    text.event(task, source, params, END)
    text.event("HOST_RESOLVER_MANAGER_JOB", source, None, END)


def alias(name: object, target: object) -> dict[str, Any]:
    return {"type": "alias", "domain_name": name, "alias_target": target}


ADDRESS = {"type": "data", "domain_name": "x", "endpoints": [{"address": "192.0.2.1", "port": 0}]}


def test_a_lookup_that_failed_tells_nothing(tmp_path: Path) -> None:
    text = NetLogText()
    job(text, 1, "https://gone.test", "HOST_RESOLVER_SYSTEM_TASK", {"net_error": -105})
    job(text, 2, "https://gone.test", "HOST_RESOLVER_DNS_TASK", {"net_error": -105})
    job(text, 3, "https://empty.test", "HOST_RESOLVER_DNS_TASK", {"results": [alias("empty.test", "b.test")]})
    assert netlog.read(text.write(tmp_path)).lookups == {}


def test_the_chain_of_another_answer_is_kept_when_a_later_one_has_none(tmp_path: Path) -> None:
    text = NetLogText()
    job(text, 1, "https://A.test.", "HOST_RESOLVER_DNS_TASK", {"results": [alias("a.test", "B.test."), ADDRESS]})
    job(text, 2, "https://a.test", "HOST_RESOLVER_SYSTEM_TASK", {"address_list": ["192.0.2.1:0"], "aliases": []})
    assert netlog.read(text.write(tmp_path)).lookups == {"a.test": Lookup("browser", ("b.test",))}


@pytest.mark.parametrize(
    "records",
    [
        [alias("a.test", "a.test"), ADDRESS],
        [alias("a.test", "b.test"), alias("b.test", "a.test"), ADDRESS],
        [alias("a.test", "<script>"), ADDRESS],
        [alias("a.test", "x" * 300), alias(None, "b.test"), alias("a.test", 7), ADDRESS],
    ],
)
def test_what_is_no_chain_ends(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    text = NetLogText()
    job(text, 1, "https://a.test", "HOST_RESOLVER_DNS_TASK", {"results": records})
    log = netlog.read(text.write(tmp_path))
    assert log.complete
    assert log.lookups["a.test"].chain in ((), ("b.test",))


def test_a_hosts_lookups_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MAX_HOSTS", 2)
    text = NetLogText()
    for number in range(5):
        job(text, number, f"https://h{number}.test", "HOST_RESOLVER_SYSTEM_TASK", {"address_list": ["192.0.2.1:0"]})
    assert len(netlog.read(text.write(tmp_path)).lookups) == 2


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))
def test_a_chain_is_finite_and_names_nobody_twice(targets: dict[str, str]) -> None:
    chain = chain_of("a", targets)
    assert len(chain) <= MAX_CHAIN and len(set(chain)) == len(chain) and "a" not in chain


@given(st.text() | st.integers() | st.none())
def test_a_host_name_is_one_or_nothing(value: object) -> None:
    name = host_name(value)
    assert name is None or (json.dumps(name).isascii() and 0 < len(name) <= 253 and " " not in name and "<" not in name)
