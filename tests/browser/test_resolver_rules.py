from __future__ import annotations

import pytest

from crawler.browser.resolver_rules import BLACKHOLES, InvalidResolverRules, is_mapped, resolver_rules


def first_match(rules: str, host: str) -> str | None:
    """How Chromium reads the list: the first MAP whose pattern fits."""
    for rule in rules.split(","):
        word, pattern, *rest = rule.split()
        fits = pattern == "*" or pattern == host or (pattern.startswith("*.") and host.endswith(pattern[1:]))
        if word.upper() == "MAP" and fits:
            return rest[0]
    return None


def test_without_rules_only_the_blackholes_stand() -> None:
    rules = resolver_rules(None)
    assert [first_match(rules, host) for host in BLACKHOLES] == ["~NOTFOUND"] * len(BLACKHOLES)
    assert first_match(rules, "www.acme.example") is None


def test_a_catch_all_does_not_swallow_the_blackholes_nor_they_the_sites() -> None:
    rules = resolver_rules("MAP * 127.0.0.1:8443")
    assert first_match(rules, "update.googleapis.com") == "~NOTFOUND"
    for host in ("www.acme.example", "shop.invalid", "accounts.google.com", "www.google.com", "fonts.googleapis.com"):
        assert first_match(rules, host) == "127.0.0.1:8443", host


def test_a_host_that_the_person_names_is_theirs() -> None:
    rules = resolver_rules("MAP update.googleapis.com:443 127.0.0.1:1, MAP * 127.0.0.1:2")
    assert "~NOTFOUND" not in [r.split()[-1] for r in rules.split(",") if r.startswith("MAP update.googleapis.com")]
    assert "MAP update.googleapis.com:443 127.0.0.1:1" in rules


def test_order_of_the_persons_rules_is_kept() -> None:
    given = ["MAP a.example 127.0.0.1:1", "EXCLUDE b.example", "MAP * 127.0.0.1:2"]
    assert resolver_rules(" ,".join(given)).split(",")[-3:] == given


@pytest.mark.parametrize("bad", ["MAP *", "* 127.0.0.1", "MAP a b c", "MAPS a b", "EXCLUDE", "a.example=127.0.0.1"])
def test_what_chromium_would_skip_is_refused(bad: str) -> None:
    with pytest.raises(InvalidResolverRules, match="MAP pattern"):
        resolver_rules(f"MAP ok.example 127.0.0.1, {bad}")


@pytest.mark.parametrize(
    ("host", "mapped"),
    [
        ("www.acme.example", True),
        ("WWW.Acme.Example", True),
        ("acme.example", False),
        ("shop.example", True),
        ("open.acme.example", False),
        ("elsewhere.example", False),
    ],
)
def test_which_hosts_are_mapped(host: str, mapped: bool) -> None:
    rules = resolver_rules("MAP *.acme.example 127.0.0.1:8443, MAP shop.example:443 127.0.0.1, EXCLUDE open.*.example")
    assert is_mapped(host, rules) is mapped


def test_without_rules_nothing_is_mapped_and_a_star_maps_all() -> None:
    assert not is_mapped("www.acme.example", None)
    assert is_mapped("www.acme.example", resolver_rules("MAP * 127.0.0.1"))
