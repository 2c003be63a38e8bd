"""OneTrust: the cookie `OptanonConsent`, the object `OnetrustActiveGroups`, and its switch for Google.

`groups=C0001:1,C0004:0` says which groups are on; `isGpcEnabled` whether the tool took up the signal, `browserGpcFlag`
whether the browser sent it. C0004:0 is an opt-out where the tool took up the signal; else it may be a consent
that was never given, and says nothing. Sites may rename groups, so only the default id for targeting, C0004, speaks;
other groups are shown. C0004:1 beside a group of groups that is off (`SPD_BG:0`) says nothing: the greater may decide.
The object names what is on and nothing else, so it is shown and does not count.
Source: recordings of real visits with these cookies, read 2026-11-22; the same fields are read by
github.com/privacy-tech-lab/gpc-web-crawler.
"""

from __future__ import annotations

import re

from crawler.signals.consent.fields import pairs
from crawler.signals.consent.statement import OptOut, Statement, bounded, nothing

TARGETING = "C0004"
_GROUP = re.compile(r"[A-Za-z0-9_]{1,40}")


def decode(name: str, value: str) -> Statement:
    """By the name of the cookie or object."""
    if name == "OnetrustActiveGroups":
        return _active(value)
    if name.lower() == "optanonconsent":
        return _cookie(value)
    return nothing(f"{name}={value}")


def _cookie(value: str) -> Statement:
    found = pairs(value)
    groups = dict(group.split(":", 1) for group in found.get("groups", "").split(",")[:60] if group.count(":") == 1)
    on = {name: state == "1" for name, state in groups.items() if state in ("0", "1") and _GROUP.fullmatch(name)}
    took_up, sent = (found.get(key) for key in ("isGpcEnabled", "browserGpcFlag"))
    above = any(not state for name, state in on.items() if name.endswith("_BG"))
    opt_out = OptOut.NOTHING
    if on.get(TARGETING) is True and not above:
        opt_out = OptOut.NO
    elif on.get(TARGETING) is False and took_up == "1":
        opt_out = OptOut.YES
    saw = True if "1" in (took_up, sent) else False if "0" in (took_up, sent) else None
    flags = [f"{key}={found[key]}" for key in ("isGpcEnabled", "browserGpcFlag") if found.get(key) in ("0", "1")]
    shown = [f"{name}:{int(state)}" for name, state in sorted(on.items())[:10]]
    words = ", ".join([*flags, *shown])
    if not words:
        return nothing("no groups and no signal in it")
    return Statement(opt_out, bounded(words), saw, counts=True, against_itself=_against(took_up, sent, on, opt_out))


def _against(took_up: str | None, sent: str | None, on: dict[str, bool], opt_out: OptOut) -> str:
    if took_up == "1" and opt_out is OptOut.NO:
        return f"isGpcEnabled=1, and its group {TARGETING} for targeting is on"
    if sent == "1" and took_up == "0" and on.get(TARGETING) is not False:
        return "browserGpcFlag=1, and isGpcEnabled=0: the browser sent the signal and the tool did not take it up"
    return ""


def _active(value: str) -> Statement:
    """`,C0001,C0003,`: the groups that are on."""
    on = [group for group in value.split(",")[:60] if _GROUP.fullmatch(group)]
    if not on:
        return nothing("no group is on, or none is named yet")
    return Statement(OptOut.NO if TARGETING in on else OptOut.NOTHING, bounded("on: " + ", ".join(sorted(on)[:10])))
