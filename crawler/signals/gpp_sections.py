"""The US sections of the Global Privacy Platform: their numbers, names, and where their opt-out fields stand.

Every section's core begins with a 6-bit version, then 2-bit fields. Only the fields up to the last opt-out are listed:
nothing behind them is read. An opt-out field is 0 not applicable, 1 opted out, 2 not opted out.
Source: github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, Sections/, read 2026-11-22: usnat (versions 1
and 2 agree in these fields), usca, usva, usut, usfl, ustx and usia field by field; usco, usct, usmt, usor, usde, usne,
usnh, usnj and ustn follow the same order of fields as their neighbours, and are marked as not confirmed.
Sections 23 to 27 (usmn, usmd, usin, usky, usri) have a new layout with a header of their own and are not decoded.
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
        10: Layout("usco", _STATE, confirmed=False),
        11: Layout("usut", _WITH_SENSITIVE_NOTICE),
        12: Layout("usct", _STATE, confirmed=False),
        13: Layout("usfl", _STATE),
        14: Layout("usmt", _STATE, confirmed=False),
        15: Layout("usor", _STATE, confirmed=False),
        16: Layout("ustx", _STATE),
        17: Layout("usde", _STATE, confirmed=False),
        18: Layout("usia", _WITH_SENSITIVE_NOTICE),
        19: Layout("usne", _STATE, confirmed=False),
        20: Layout("usnh", _STATE, confirmed=False),
        21: Layout("usnj", _STATE, confirmed=False),
        22: Layout("ustn", _STATE, confirmed=False),
    }
)

NAMES: Mapping[int, str] = MappingProxyType(
    {
        2: "tcfeuv2",
        5: "tcfcav1",
        6: "uspv1",
        23: "usmn",
        24: "usmd",
        25: "usin",
        26: "usky",
        27: "usri",
        **{number: layout.name for number, layout in LAYOUTS.items()},
    }
)
