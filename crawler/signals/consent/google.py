"""Google's consent mode: the consent commands of the page's `dataLayer`, in their order.

`default` sets what holds before a choice, `update` what holds after it; each type stands as it was set last. A default
for some regions only (`region`) is left out, because which region holds is not known. It steers Google's tags alone and
is no opt-out string of the United States, so it is shown and does not count.
Source: developer.onetrust.com/onetrust/docs/using-google-consent-mode and firebase.google.com/docs/reference/js/
analytics.consentsettings, read 2026-11-28.
"""

from __future__ import annotations

from crawler.signals.consent.fields import document, said
from crawler.signals.consent.statement import OptOut, Statement, bounded, nothing

ADVERTISING = ("ad_storage", "ad_user_data", "ad_personalization")
_SHOWN = (*ADVERTISING, "analytics_storage")


def decode(name: str, value: str) -> Statement:
    """Denied for all advertising that it names is opted out, granted for any is not."""
    entries = document(value)
    states: dict[str, bool] = {}
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, list) or len(entry) < 3 or entry[:1] != ["consent"] or not isinstance(entry[2], dict):
            continue
        if entry[1] not in ("default", "update") or entry[2].get("region"):
            continue
        states |= {t: entry[2][t] == "granted" for t in _SHOWN if entry[2].get(t) in ("granted", "denied")}
    if not states:
        return nothing("no consent command for everybody")
    ads = [states[kind] for kind in ADVERTISING if kind in states]
    opt_out = OptOut.NOTHING if not ads else OptOut.NO if any(ads) else OptOut.YES
    return Statement(opt_out, bounded(said(states)))
