"""The preferences that a fresh profile starts with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crawler.evidence import Arm


def preferences(arm: Arm, locale: str, *, block_third_party_cookies: bool = False) -> dict[str, Any]:
    """What stands in `Default/Preferences` before the first start.

    Debian's Chromium blocks third-party cookies unless `cookie_controls_mode` says otherwise (0 off, 1 block,
    2 in incognito only; measured with 156). The headless shell reads none of this file.
    """
    profile: dict[str, Any] = {
        "cookie_controls_mode": 1 if block_third_party_cookies else 0,
        "block_third_party_cookies": block_third_party_cookies,
    }
    if arm is Arm.NO_COOKIES:
        profile["default_content_setting_values"] = {"cookies": 2}
    wanted: dict[str, Any] = {
        "profile": profile,
        "browser": {"enable_spellchecking": False},
        "signin": {"allowed": False, "allowed_on_next_startup": False},
        "search": {"suggest_enabled": False},
        "intl": {"accept_languages": ",".join(languages(locale)), "selected_languages": ",".join(languages(locale))},
    }
    if arm is Arm.DNT:
        wanted["enable_do_not_track"] = True
    return wanted


def languages(locale: str) -> tuple[str, ...]:
    """What a browser in this locale accepts: the locale, then its bare language (`en-US`, `en`)."""
    bare = locale.partition("-")[0]
    return (locale,) if bare == locale else (locale, bare)


def write_preferences(profile: Path, wanted: dict[str, Any]) -> None:
    """Seed the profile folder. Raises `OSError` when it cannot be written."""
    folder = profile / "Default"
    folder.mkdir(parents=True)
    (folder / "Preferences").write_text(json.dumps(wanted), encoding="utf-8")
