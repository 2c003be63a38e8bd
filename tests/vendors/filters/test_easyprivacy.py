"""The bundled EasyPrivacy list, loaded by our engine."""

from __future__ import annotations

from crawler.vendors.filters import easyprivacy

PAGE = "https://www.acme.example/"


def test_the_whole_list_is_understood() -> None:
    engine = easyprivacy.engine()
    assert engine.rules > 50_000
    # Nothing may be lost without a reason that we know; "unknown option" would be a gap of the engine.
    assert set(engine.skipped) <= {
        "cosmetic",
        "option csp",
        "option rewrite",
        "option removeparam",
        "page or popup only",
    }
    assert sum(engine.skipped.values()) < 100


def test_a_known_tracker_carries_list_version_and_rule() -> None:
    verdict = easyprivacy.match("https://sb.scorecardresearch.com/b?c1=2", PAGE, "image")
    assert verdict.blocked
    assert (verdict.list_name, verdict.list_version) == ("EasyPrivacy", "2025-10-31")
    assert verdict.rule == "||scorecardresearch.com^$third-party"


def test_plain_hosts_and_libraries_pass() -> None:
    for url in ("https://fonts.gstatic.com/s/x.woff2", "https://code.jquery.com/jquery-3.7.1.min.js"):
        assert not easyprivacy.match(url, PAGE, "font").blocked


def test_a_tracker_named_in_a_parameter_marks_nobody() -> None:
    assert not easyprivacy.match("https://cdn.example.net/?u=https://scorecardresearch.com/", PAGE, "image").blocked
