"""The opt-out state on requests of Google's tags: consent mode, non-personalised ads, restricted data processing.

`gcs` is `G1` + ad_storage + analytics_storage, each 1 granted, 0 denied, - not required; `npa=1` turns ad
personalisation off; `rdp=1` is restricted data processing. These three decide. `gcd` repeats consent mode in letters;
public tables of the letters contradict each other in places, so `gcd` only corroborates. `npa=0` is what the tags write
by default and states nothing. Floodlight writes the same names as `;name=value` into the path.

Told, and never deciding: `dma` and `dma_cps` (Europe's Digital Markets Act and which of Google's services have
consent there), `pscdl` (whether the page may keep cookies, as the tag sees it), `gcu` and `gcut` (consent was updated),
`gdid` (a developer's id), `dc_lat` (limited tracking of an app's user; its meaning on the web is not confirmed), and
what marks a visitor as a child: `tag_for_child_directed_treatment`, `tfcd`, `tfua`.

Google says that it applies restricted processing itself to *ad requests* that carry `Sec-GPC: 1` (AdSense, Ad Manager,
AdMob), for users in the states concerned. The same was not found for measurement, conversion and remarketing tags, so
the catalogue gives that claim to ad requests alone, and the others stay `unknown`.

Sources, read 2026-11-22: privacy.google.com/businesses/rdp, support.google.com/adsense/answer/14182916,
docs.commandersact.com on gcs and gcd, MisterPhilip/omnibug on GitHub (parameter names). Read 2026-11-28:
support.google.com/displayvideo/answer/6040012 (npa, tfua, tag_for_child_directed_treatment), recordings of public sites
of 2025 (dma, pscdl, gdid). `gcu`, `gcut` and the meaning of `pscdl` and `gdid` are from memory.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading, shown
from crawler.signals.mentioned import mentions

_GCS = re.compile(r"G1([01-])([01-])")
_GCD = re.compile(r"1\d([lpqtrmnuv])\d([lpqtrmnuv])\d([lpqtrmnuv])\d([lpqtrmnuv])")
_DENIED = frozenset("pqmu")
_GRANTED = frozenset("trnv")
_AD_LETTERS = (0, 2, 3)
"""Of gcd: ad_storage, ad_user_data, ad_personalization. Letter 1 is analytics_storage."""
_TOLD = (
    "dma", "dma_cps", "pscdl", "gcu", "gcut", "gdid", "dc_lat", "tag_for_child_directed_treatment", "tfcd", "tfua",
)  # fmt: skip
_DECODED = ("gcs", "npa", "rdp", "dc_rdp", "gcd")
_NAMES = frozenset({*_DECODED, *_TOLD})
_MAX_VALUE = 64
"""Characters of a value that are looked at; none that is documented is that long."""
_MANY = 12
"""Values beyond which a request is like no other."""


def advertising(request: RequestFacts) -> Reading:
    """Of advertising tags: restricted when ad storage is denied, or `npa` or `rdp` is 1."""
    return _decode(request, analytics=False)


def analytics(request: RequestFacts) -> Reading:
    """Of Google Analytics: the same question, whether its data may serve advertising; says what analytics may store."""
    return _decode(request, analytics=True)


def _decode(request: RequestFacts, *, analytics: bool) -> Reading:
    if not request.has_any(_NAMES):
        return SILENT
    given = tuple(tuple(value[:_MAX_VALUE] for value in request.values(name)) for name in _DECODED)
    read = _kept_reading if sum(map(len, given)) <= _MANY else _reading
    return read(given, tuple(mentions(request, _TOLD)), analytics)


def _reading(given: tuple[tuple[str, ...], ...], told: tuple[str, ...], analytics: bool) -> Reading:
    """`given`: the values of each of `_DECODED`."""
    gcs, npa, rdp, dc_rdp, gcd = given
    notes: list[str] = []
    restricting, contradicting = False, False
    ads_granted = False

    notes += [f"gcs={shown(value)}" for value in gcs[:3]]
    digits = {match.group(1) for value in gcs if (match := _GCS.fullmatch(value))}
    if len(digits) > 1:
        contradicting = True
        notes.append("gcs contradicts itself")
    elif digits == {"0"}:
        restricting = True
    elif digits == {"1"}:
        ads_granted = True
    elif digits == {"-"}:
        notes.append("consent mode is present but unset")
    elif gcs:
        notes.append("gcs is malformed")
    if analytics and any(_GCS.fullmatch(value) and value[3] == "0" for value in gcs):
        notes.append("analytics storage is denied")

    for name, values in (("npa", npa), ("rdp", rdp), ("dc_rdp", dc_rdp)):
        notes += [f"{name}={shown(value)}" for value in values[:3]]
        if "1" in values and len(values) > 1:
            contradicting = True
            notes.append(f"{name} contradicts itself")
        elif "1" in values:
            restricting = True
            if name == "dc_rdp":
                notes.append("the name dc_rdp is not confirmed")

    notes += [*_gcd(gcd), *told]
    if not notes:
        return SILENT
    if restricting:
        if ads_granted:
            notes.append("ad storage is granted, yet ad personalisation is off")
        return Reading(Restriction.RESTRICTED, ", ".join(notes))
    if contradicting:
        return Reading(Restriction.UNKNOWN, ", ".join(notes))
    if ads_granted:
        return Reading(Restriction.UNRESTRICTED, ", ".join(notes))
    # A default or a corroborating letter is no statement: the strings of a framework may still decide.
    return Reading(Restriction.UNKNOWN, ", ".join([*notes, "no decisive opt-out parameter"]), said=False)


_kept_reading = lru_cache(maxsize=1_024)(_reading)
"""The requests of a page say the same again and again."""


def _gcd(values: tuple[str, ...]) -> list[str]:
    """What gcd says of advertising, in words; it corroborates and never decides."""
    notes = []
    for value in values[:2]:
        match = _GCD.match(value)
        letters = {match.groups()[place] for place in _AD_LETTERS} if match else set()
        if not letters:
            meaning = "not of the known shape"
        elif letters <= _DENIED:
            meaning = "advertising denied; corroboration only"
        elif letters <= _GRANTED:
            meaning = "advertising granted; corroboration only"
        elif letters == {"l"}:
            meaning = "no consent set for advertising"
        else:
            meaning = "mixed"
        notes.append(f"gcd={shown(value)} ({meaning})")
    return notes
