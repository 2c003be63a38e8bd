from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.browser.command_line import BLANK_HINTS, command_line


def switches(**given: Any) -> dict[str, str]:
    base: dict[str, Any] = {
        "netlog": Path("/x/netlog.json"),
        "netlog_mode": "Everything",
        "user_agent": "UA",
        "locale": "de-DE",
        "viewport": (1000, 700),
        "screen": (1920, 1080),
    }
    line = command_line(**(base | given))
    assert len({s.partition("=")[0] for s in line}) == len(line), "a switch given twice: the last one wins in Chromium"
    return {name: value for name, _, value in (s.partition("=") for s in line)}


def test_the_ledger_is_complete_and_the_port_is_not_guessed() -> None:
    given = switches()
    assert given["--log-net-log"] == "/x/netlog.json"
    assert given["--net-log-capture-mode"] == "Everything"
    assert given["--remote-debugging-port"] == "0"
    assert "--disable-quic" in given


def test_storage_stays_partitioned_as_in_a_visitors_browser() -> None:
    assert "ThirdPartyStoragePartitioning" not in switches()["--disable-features"]


def test_the_signal_can_be_switched() -> None:
    assert "GlobalPrivacyControlTest" in switches()["--enable-features"].split(",")


def test_features_of_the_caller_are_merged() -> None:
    given = switches(extra=("--enable-features=One,Two", "--disable-features=GlobalPrivacyControlTest,Three"))
    enabled, disabled = given["--enable-features"].split(","), given["--disable-features"].split(",")
    assert {"One", "Two", "CDPScreenshotNewSurface"} <= set(enabled)
    assert "GlobalPrivacyControlTest" not in enabled
    assert {"GlobalPrivacyControlTest", "Three", "MediaRouter"} <= set(disabled)


@pytest.mark.parametrize("switch", ["--user-data-dir=/x", "--remote-debugging-port=1", "--host-resolver-rules=MAP a b"])
def test_what_every_visit_sets_cannot_be_overridden(switch: str) -> None:
    with pytest.raises(ValueError, match=switch.partition("=")[0]):
        switches(extra=(switch,))


def test_identity_and_certificates() -> None:
    given = switches(spki_hashes=("a=", "b="), ignore_https_errors=True, blank_hints=True, extra=("--foo=bar",))
    assert given["--user-agent"] == "UA"
    assert given["--accept-lang"] == "de-DE,de;q=0.9"
    assert switches()["--accept-lang"] == "de-DE,de"
    assert given["--ignore-certificate-errors-spki-list"] == "a=,b="
    assert "--ignore-certificate-errors" in given
    assert BLANK_HINTS in given["--enable-features"]
    assert given["--foo"] == "bar"
    assert "--ignore-certificate-errors" not in switches()
