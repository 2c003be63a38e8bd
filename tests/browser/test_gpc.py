from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crawler.browser.gpc import Signal, set_signal
from crawler.evidence import Arm


class Switch:
    """A browser with a native switch that may stick, or with an error for every command."""

    def __init__(self, error: Exception | None = None, sticks_at: bool | None = None) -> None:
        self.state, self.error, self.sticks_at = False, error, sticks_at
        self.calls: list[str] = []

    async def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(method)
        if self.error is not None:
            raise self.error
        if method == "Browser.setGlobalPrivacyControl":
            self.state = params["gpc"] if self.sticks_at is None else self.sticks_at
        return {"gpc": self.state}


class Context:
    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.scripts: list[str] = []

    async def set_extra_http_headers(self, headers: dict[str, str]) -> None:
        self.headers = headers

    async def add_init_script(self, script: str) -> None:
        self.scripts.append(script)


def signal(switch: Switch, arm: Arm, context: Context | None = None) -> Signal:
    return asyncio.run(set_signal(switch.call, arm, context))  # type: ignore[arg-type]


def test_native_on_and_off() -> None:
    assert signal(Switch(), Arm.GPC) == ("native", True)
    assert signal(Switch(), Arm.CONTROL) == ("native", False)


@pytest.mark.parametrize("arm", [arm for arm in Arm if arm is not Arm.GPC])
def test_off_in_every_other_arm(arm: Arm) -> None:
    assert signal(Switch(), arm).state is False


def test_what_the_browser_answers_counts_not_what_was_asked() -> None:
    assert signal(Switch(sticks_at=True), Arm.CONTROL) == ("native", True)
    assert signal(Switch(sticks_at=False), Arm.GPC) == ("native", False)


REFUSED = RuntimeError("Protocol error (Browser.setGlobalPrivacyControl): Global Privacy Control is disabled.")
UNKNOWN = RuntimeError("'Browser.setGlobalPrivacyControl' wasn't found")


@pytest.mark.parametrize("error", [REFUSED, UNKNOWN])
def test_without_a_switch_the_signal_is_imitated_and_says_so(error: Exception) -> None:
    context = Context()
    assert signal(Switch(error), Arm.GPC, context) == ("emulated", None)
    assert context.headers == {"Sec-GPC": "1"}
    assert "globalPrivacyControl" in context.scripts[0]


def test_the_control_arm_is_never_imitated() -> None:
    context = Context()
    assert signal(Switch(REFUSED), Arm.CONTROL, context) == ("none", None)
    assert context.headers == {} and context.scripts == []


def test_nowhere_to_imitate_it() -> None:
    assert signal(Switch(REFUSED), Arm.GPC) == ("none", None)


def test_a_browser_that_is_gone_is_no_reason_to_imitate() -> None:
    context = Context()
    with pytest.raises(RuntimeError, match="gone"):
        signal(Switch(RuntimeError("the browser is gone")), Arm.GPC, context)
    assert context.headers == {}
