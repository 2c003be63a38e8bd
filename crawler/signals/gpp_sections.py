"""The US sections of the Global Privacy Platform: their numbers, names, and where their opt-out fields stand.

Every section's core begins with a 6-bit version, then 2-bit fields. Only the fields up to the last opt-out are listed:
nothing behind them is read. An opt-out field is 0 not applicable, 1 opted out, 2 not opted out.
Sources: github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, Sections/, read 2026-11-22 (usnat, whose
versions 1 and 2 agree in these fields, usca, usva, usut, usfl, ustx, usia) and 2026-11-28 (usmn); for every section the
lists of fields of `@iabgpp/cmpapi` 3.2.0, IAB's own library, read 2026-11-28: all agree.
Sections 24 to 27 (usmd, usin, usky, usri) are told in two ways: the specification puts a header of its own before the
core, the library writes none and begins with the version of the agreement (MSPA). What the library writes is decoded,
and marked as not confirmed, so that it decides nothing; what has a header is not decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

VERSION_BITS = 6
FIELD_BITS = 2
OPT_OUT_FIELDS = ("SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut")


@dataclass(frozen=True, slots=True)
class Layout:
    """The first fields of a section's core, after its version."""

    name: str
    fields: tuple[str, ...]
    versions: tuple[int, ...] = (1,)
    confirmed: bool = True
    """False where the sources differ: then it is shown, and neither accuses nor clears anybody."""
    gpc: bool = True
    """False where what follows the core has no types, so that none of it is the browser's signal."""


_STATE = (
    "Notice",
    "SaleOptOutNotice",
    "TargetedAdvertisingOptOutNotice",
    "SaleOptOut",
    "TargetedAdvertisingOptOut",
)
_WITH_SENSITIVE_NOTICE = (
    "Notice",
    "SaleOptOutNotice",
    "TargetedAdvertisingOptOutNotice",
    "SensitiveDataOptOutNotice",
    "SaleOptOut",
    "TargetedAdvertisingOptOut",
)

_WITH_AGREEMENT = ("MspaCoveredTransaction", "MspaMode", *_STATE)
"""Behind the version of the agreement, as the library writes it."""

LAYOUTS: Mapping[int, Layout] = MappingProxyType(
    {
        7: Layout(
            "usnat",
            (
                "SharingNotice",
                "SaleOptOutNotice",
                "SharingOptOutNotice",
                "TargetedAdvertisingOptOutNotice",
                "SensitiveDataProcessingOptOutNotice",
                "SensitiveDataLimitUseNotice",
                "SaleOptOut",
                "SharingOptOut",
                "TargetedAdvertisingOptOut",
            ),
            versions=(1, 2),
        ),
        8: Layout(
            "usca",
            (
                "SaleOptOutNotice",
                "SharingOptOutNotice",
                "SensitiveDataLimitUseNotice",
                "SaleOptOut",
                "SharingOptOut",
            ),
        ),
        9: Layout("usva", _STATE),
        10: Layout("usco", _STATE),
        11: Layout("usut", _WITH_SENSITIVE_NOTICE),
        12: Layout("usct", _STATE),
        13: Layout("usfl", _STATE),
        14: Layout("usmt", _STATE),
        15: Layout("usor", _STATE),
        16: Layout("ustx", _STATE),
        17: Layout("usde", _STATE),
        18: Layout("usia", _WITH_SENSITIVE_NOTICE),
        19: Layout("usne", _STATE),
        20: Layout("usnh", _STATE),
        21: Layout("usnj", _STATE),
        22: Layout("ustn", _STATE),
        23: Layout("usmn", _STATE),
        24: Layout("usmd", _WITH_AGREEMENT, confirmed=False),
        25: Layout("usin", _WITH_AGREEMENT, confirmed=False, gpc=False),
        26: Layout("usky", _WITH_AGREEMENT, confirmed=False, gpc=False),
        27: Layout("usri", _WITH_AGREEMENT, confirmed=False, gpc=False),
    }
)

NAMES: Mapping[int, str] = MappingProxyType(
    {
        2: "tcfeuv2",
        5: "tcfcav1",
        6: "uspv1",
        **{number: layout.name for number, layout in LAYOUTS.items()},
    }
)
