"""Europe's consent in a request: whether GDPR applies, and the TC string. Shown, never judged.

It is no opt-out of the United States, and a missing one is none either: the reading never says anything about the
state. Names in use: `gdpr` and `gdpr_consent` (IAB's own), `gdprString` (Criteo), `euconsent` (Yahoo), `gdprApplies`
and `consentString` (bodies of header bidding), `consent` in OpenRTB bodies and image tags, where only a string that
decodes counts.

Sources, read 2026-11-28: github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework (TCFv2, URL
parameters), prebid/Prebid.js on GitHub (criteoIdSystem.js, criteoBidAdapter.js, outbrainBidAdapter.js),
developer.yahooinc.com/datax/guide/gdpr/cookiemapping; `aw_0_req.gdpr` stands in a recording of AdsWizz.
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.signals import tcf
from crawler.signals.carried import SILENT, Reading, Said, Unreadable, shown

APPLIES = ("gdpr", "gdprApplies", "gdpr_applies", "aw_0_req.gdpr")
STRINGS = ("gdpr_consent", "gdprString", "gdpr_consent_string", "euconsent", "consentString", "consentData")
LOOSE = ("consent", "gdprConsent", "tcString", "tc_string")
"""Names that others use for something else: only a string that decodes counts."""
MAX_NOTES = 5
_SHORTEST = 20
"""Characters of the shortest TC string."""


def decode(said: Said) -> Reading:
    """What a request says of Europe, in words; the reading's `said` is always False."""
    notes = [f"{name}={shown(value)}" for name, value in said if name in APPLIES][:2]
    notes += [
        _meaning(text) or f"a TC string that cannot be read ({shown(text, 12)})" for text in _texts(said, STRINGS)
    ]
    notes += [meaning for text in _texts(said, LOOSE) if text.startswith("C") and (meaning := _meaning(text))]
    if not notes:
        return SILENT
    return Reading(Restriction.UNKNOWN, ", ".join([*notes[:MAX_NOTES], "which speaks for Europe only"]), said=False)


def _texts(said: Said, names: tuple[str, ...]) -> list[str]:
    values = [value for name, value in said if name in names and len(value) >= _SHORTEST]
    return list(dict.fromkeys(values))[:MAX_NOTES]


def _meaning(text: str) -> str | None:
    """A TC string in words; None when it cannot be read."""
    read = tcf.parse(text)
    return None if isinstance(read, Unreadable) else f"a TC string with {len(read.consents)} of 11 purposes agreed to"
