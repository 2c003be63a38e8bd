"""Our own question to the name servers, against one on loopback; no browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

import dns.asyncresolver
import pytest

from crawler.browser import name_servers
from crawler.browser.name_servers import NameServers
from tests.browser.name_world import NAMES, NameServer, serve_names

Found = dict[str, tuple[str, ...] | str]


async def ask(server: NameServer, hosts_file: Path, *rounds: list[str]) -> list[Found]:
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = ["127.0.0.1"]
    resolver.port = await serve_names(server)
    asking = NameServers(resolver, hosts_file)
    found = [await asking.chains(hosts) for hosts in rounds]
    server.transport.close()
    return found


def test_the_chain_comes_in_order_and_each_host_is_asked_for_once(tmp_path: Path) -> None:
    server = NameServer(NAMES)
    hosts = ["metrics.acme.test", "plain.acme.test", "filed.acme.test"]
    (tmp_path / "hosts").write_text("127.0.0.1 localhost  # filed.acme.test\n127.0.0.1 x FILED.acme.test # why\n")
    first, second = asyncio.run(ask(server, tmp_path / "hosts", hosts, hosts))
    assert first == second == {
        "metrics.acme.test": ("acme.d1.sc.omtrdc.net", "edge.adobe-lb.test"),
        "plain.acme.test": (),
        "filed.acme.test": "hosts",
    }  # fmt: skip
    assert sorted(server.asked) == [("metrics.acme.test", 1), ("plain.acme.test", 1)]


def test_who_does_not_answer_is_asked_again_in_the_next_visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_servers, "LIFETIME_S", 0.3)
    server = NameServer(NAMES, silent=frozenset({"dead.acme.test"}))
    rounds = asyncio.run(ask(server, tmp_path / "none", ["dead.acme.test", "www.acme.test"], ["dead.acme.test"]))
    assert rounds == [{"www.acme.test": ("acme.hosting.test",)}, {}]
    assert [host for host, _ in server.asked].count("dead.acme.test") >= 2


def test_a_slow_server_does_not_hold_up_a_visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_servers, "PATIENCE_S", 0.2)
    server = NameServer(NAMES, silent=frozenset({"dead.acme.test"}))
    assert asyncio.run(ask(server, tmp_path / "none", ["dead.acme.test", "www.acme.test"])) == [
        {"www.acme.test": ("acme.hosting.test",)}
    ]


def test_questions_are_bounded_and_none_is_asked_without_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_servers, "MAX_ASKED", 1)
    server = NameServer(NAMES)
    assert asyncio.run(ask(server, tmp_path / "none", [], ["a.acme.test", "b.acme.test"])) == [{}, {"a.acme.test": ()}]


@pytest.mark.parametrize("names", [{"a.test": "b.test", "b.test": "a.test"}, {"a.test": "a.test"}])
def test_a_loop_is_an_answer_that_tells_nothing(tmp_path: Path, names: dict[str, str]) -> None:
    [found] = asyncio.run(ask(NameServer(names), tmp_path / "none", ["a.test"]))
    assert set(found) <= {"a.test"}


@pytest.mark.parametrize("host", ["..", "a" * 64 + ".test", "ä.test", "x y.test"])
def test_what_is_no_host_raises_nothing(tmp_path: Path, host: str) -> None:
    asyncio.run(ask(NameServer(NAMES), tmp_path / "none", [host]))


def test_a_machine_without_name_servers_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dns.asyncresolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.asyncresolver, "Resolver", none)
    assert asyncio.run(NameServers(None, tmp_path / "none").chains(["a.test"])) == {}


def test_a_server_that_the_run_names_is_asked_whatever_the_hosts_file_says() -> None:
    server = NameServer(NAMES)

    async def talk() -> Found:
        asking = NameServers.at(f"127.0.0.1:{await serve_names(server)}")
        found = await asking.chains(["metrics.acme.test", "localhost"])
        server.transport.close()
        assert asking.given and not NameServers().given
        return found

    found = asyncio.run(talk())
    assert found["metrics.acme.test"] == ("acme.d1.sc.omtrdc.net", "edge.adobe-lb.test")
    assert found["localhost"] == (), "asked, and not left to the hosts file"


@pytest.mark.parametrize("address", ["ns.example:53", "127.0.0.1:dns", ""])
def test_what_is_no_address_and_port_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        NameServers.at(address)
