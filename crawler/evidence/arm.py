"""The sides of the comparison."""

from __future__ import annotations

from enum import StrEnum


class Arm(StrEnum):
    """One side of the comparison. `TRACE` explains and is never compared."""

    CONTROL = "control"
    GPC = "gpc"
    DNT = "dnt"
    NO_COOKIES = "no-cookies"
    DECLINE = "decline"
    OPT_OUT = "opt-out"
    GA_OPT_OUT = "ga-opt-out"
    TRACE = "trace"
