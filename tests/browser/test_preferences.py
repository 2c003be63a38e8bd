from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.browser.preferences import languages, preferences, write_preferences
from crawler.evidence import Arm


def test_third_party_cookies_are_allowed_explicitly() -> None:
    profile = preferences(Arm.CONTROL, "en-US")["profile"]
    assert profile["cookie_controls_mode"] == 0
    assert profile["block_third_party_cookies"] is False


def test_blocking_can_be_asked_for() -> None:
    assert preferences(Arm.CONTROL, "en-US", block_third_party_cookies=True)["profile"]["cookie_controls_mode"] == 1


def test_arms_that_are_compared_start_from_the_same_profile() -> None:
    assert preferences(Arm.CONTROL, "en-US") == preferences(Arm.GPC, "en-US")


def test_further_arms_have_their_preference() -> None:
    assert preferences(Arm.DNT, "en-US")["enable_do_not_track"] is True
    assert "enable_do_not_track" not in preferences(Arm.CONTROL, "en-US")
    assert preferences(Arm.NO_COOKIES, "en-US")["profile"]["default_content_setting_values"] == {"cookies": 2}
    assert "default_content_setting_values" not in preferences(Arm.GPC, "en-US")["profile"]


def test_nothing_is_asked_of_google() -> None:
    wanted = preferences(Arm.CONTROL, "en-US")
    assert wanted["signin"]["allowed"] is False
    assert wanted["search"]["suggest_enabled"] is False
    assert wanted["browser"]["enable_spellchecking"] is False


@pytest.mark.parametrize(("locale", "expected"), [("en-US", ("en-US", "en")), ("de", ("de",))])
def test_languages(locale: str, expected: tuple[str, ...]) -> None:
    assert languages(locale) == expected


def test_they_are_written_where_chromium_reads_them(tmp_path: Path) -> None:
    write_preferences(tmp_path / "profile", {"a": 1})
    assert json.loads((tmp_path / "profile/Default/Preferences").read_text()) == {"a": 1}
