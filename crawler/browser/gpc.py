"""Turns Global Privacy Control on or off in one browser process, natively where the browser can.

Chromium keeps the state per process, not per context, and forgets it at exit (measured with 156 on 2026-11-22: a
`browserContextId` is accepted and ignored). So every arm has a process of its own, and the state is set once, before
the first navigation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from playwright.async_api import BrowserContext

from crawler.evidence import Arm

Call = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""A browser-level CDP command: method and parameters in, result out; raises when the browser refuses."""

FEATURE = "GlobalPrivacyControlTest"
"""The Chromium feature that makes the CDP command work; by itself the signal stays off and the property is false."""

_REFUSALS = ("Global Privacy Control is disabled", "wasn't found", "not supported")
"""What Chromium answers without the feature (156), and before it knew the command."""

UNREACHED_BY_EMULATION = (
    "requests of shared workers",
    "service worker scripts and what they import",
    "beacons sent while a page unloads",
    "worklet scripts",
    "navigator.globalPrivacyControl in every kind of worker",
)
"""What the usual imitation (extra headers and an init script) leaves without the signal, measured with Chromium 156."""

_PROPERTY = """(() => {
  const getter = { get globalPrivacyControl() { return true; } };
  const found = Object.getOwnPropertyDescriptor(getter, 'globalPrivacyControl');
  Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', found);
})();"""


class Signal(NamedTuple):
    """How the opt-out signal stands: `how` is native, emulated or none; `state` is what the browser itself answers."""

    how: str
    state: bool | None
    """True or false as `Browser.getGlobalPrivacyControl` says; None when the browser cannot be asked."""


async def set_signal(call: Call, arm: Arm, context: BrowserContext | None = None) -> Signal:
    """Set the signal as the arm wants it (on in `gpc`, off in all others) and read it back.

    Without a native switch, the `gpc` arm is imitated in `context`, and the answer says `emulated`; with no context to
    imitate it in, the answer is `none`. A browser that is gone or does not answer is not one without the switch: what
    `call` raises for it is passed on.
    """
    wanted = arm is Arm.GPC
    try:
        await call("Browser.setGlobalPrivacyControl", {"gpc": wanted})
        answer = await call("Browser.getGlobalPrivacyControl", {})
    except Exception as error:
        if not any(word in str(error) for word in _REFUSALS):
            raise
    else:
        return Signal("native", bool(answer["gpc"]))
    if not wanted or context is None:
        return Signal("none", None)
    await emulate(context)
    return Signal("emulated", None)


async def emulate(context: BrowserContext) -> None:
    """Imitate the signal by an extra header and a property; see `UNREACHED_BY_EMULATION` for what this misses."""
    await context.set_extra_http_headers({"Sec-GPC": "1"})
    await context.add_init_script(_PROPERTY)
