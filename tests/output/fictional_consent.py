"""What the fictional company's pages said of the opt-out, as the auditor writes it."""

from __future__ import annotations

from typing import Any

from fictional_inventory import SITE

_OUT, _IN, _NOTHING = "opted-out", "not-opted-out", "says-nothing"


def said(arm: str, source: str, where: str, name: str, says: str, words: str, **changes: Any) -> dict[str, Any]:
    """One row of `consent`, in all visits of the arm."""
    row = {
        "site": SITE, "arm": arm, "source": source, "where": where, "name": name, "says": says, "words": words,
        "saw_gpc": None, "counts": True, "contradiction": "", "visits": [24, 24],
    }  # fmt: skip
    return row | changes


def consent() -> list[dict[str, Any]]:
    """Strings that agree, one that contradicts itself, and what is only shown."""
    usp = ("usprivacy", "api", "__uspapi getUSPData")
    gpp = ("gpp", "api", "__gpp ping")
    onetrust = ("onetrust", "cookie", "OptanonConsent")
    google = ("google-consent-mode", "object", "dataLayer")
    fields = "usnat: SaleOptOut={0}, SharingOptOut={0}, TargetedAdvertisingOptOut={0}, Gpc={1}"
    on = "isGpcEnabled={0}, browserGpcFlag={0}, C0001:1, C0002:1, C0003:1, C0004:1"
    return [
        said("control", *usp, _IN, "1YNN: not opted out of sale"),
        said("gpc", *usp, _OUT, "1YYN: opted out of sale"),
        said("control", *gpp, _IN, fields.format(2, 0), saw_gpc=False),
        said("gpc", *gpp, _OUT, fields.format(1, 1), saw_gpc=True, visits=[22, 24]),
        said("gpc", *gpp, _NOTHING, "the tool is not ready (cmpStatus stub)", visits=[2, 24], counts=False),
        said("control", *onetrust, _IN, on.format(0), saw_gpc=False),
        said("gpc", *onetrust, _IN, on.format(1), saw_gpc=True,
             contradiction="isGpcEnabled=1, and its group C0004 for targeting is on"),
        said("control", *google, _IN, "ad_personalization=on, ad_storage=on, ad_user_data=on", counts=False),
        said("gpc", *google, _IN, "ad_personalization=on, ad_storage=on, ad_user_data=on", counts=False),
        said("gpc", "tcf", "api", "__tcfapi getTCData", _NOTHING, "it was asked and did not answer", counts=False),
    ]  # fmt: skip
