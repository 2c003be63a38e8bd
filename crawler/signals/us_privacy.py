"""The US Privacy string: version 1, then notice, opted out of sale, and LSPA, each Y, N or - (not applicable).

`1YYN` has opted out, `1YNN` has not, `1---` says that the law does not apply. Deprecated, still sent.
Source: github.com/InteractiveAdvertisingBureau/USPrivacy, CCPA/US Privacy String.md, read 2026-11-22. Other names in
use, read 2026-11-28: `usp_consent`, `ccpa`, `usp` and `uspIab` in bidder adapters of prebid/Prebid.js on GitHub (Criteo
for the last), `us_privacy_string` in a public recording of FreeWheel; `uspConsent` and `usPrivacy` from memory. They
mean other things elsewhere, so only a value of the documented shape counts there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.findings import Restriction
from crawler.signals.carried import SILENT, Reading, Said, Unreadable, shown

NAMES = ("us_privacy", "usprivacy")
LOOSE = ("usp_consent", "uspConsent", "uspIab", "us_privacy_string", "usPrivacy", "ccpa", "usp")
"""Names that others use for something else."""
_SHAPE = re.compile(r"1([YN-])([YN-])([YN-])")
_MEANING = {
    "Y": (Restriction.RESTRICTED, "opted out of sale"),
    "N": (Restriction.UNRESTRICTED, "not opted out of sale"),
    "-": (Restriction.UNKNOWN, "says that the law does not apply"),
}


@dataclass(frozen=True, slots=True)
class UsPrivacy:
    """The three letters of a version 1 string."""

    notice: str
    opted_out: str
    lspa: str

    def __str__(self) -> str:
        return f"1{self.notice}{self.opted_out}{self.lspa}"

    @property
    def restriction(self) -> Restriction:
        """The state that the third character gives."""
        return _MEANING[self.opted_out][0]

    @property
    def meaning(self) -> str:
        """The same in words."""
        return _MEANING[self.opted_out][1]


def parse(text: str) -> UsPrivacy | Unreadable:
    """Decode a string; what is not exactly of the documented shape is `Unreadable`. Never raises."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return Unreadable(f"'{shown(text)}' is not a US Privacy string of version 1")
    return UsPrivacy(*match.groups())


def decode(said: Said) -> Reading:
    """The state that a request's US Privacy string gives, if it has one."""
    values = dict.fromkeys(
        value for name, value in said if (name in NAMES and value) or (name in LOOSE and _SHAPE.fullmatch(value))
    )
    if not values:
        return SILENT
    readings = [(value, parse(value)) for value in list(values)[:5]]
    words = "; ".join(
        f"us_privacy: {r.reason}" if isinstance(r, Unreadable) else f"us_privacy={value} ({r.meaning})"
        for value, r in readings
    )
    states = {Restriction.UNKNOWN if isinstance(r, Unreadable) else r.restriction for _, r in readings}
    return Reading(states.pop() if len(states) == 1 else Restriction.UNKNOWN, words)
