"""Adobe's Web SDK: consent to all purposes, `general=in` or `general=out`, and the calls that set it.

The choice is kept in `kndctr_<org>_AdobeOrg_consent` and travels in the body under `meta.state.entries` as a pair of
`key` and `value`; `setConsent` posts `consent` with `value.general` (standard 1.0) or `value.collect.val` and
`value.share.val`, y or n (standard 2.0). Out means that Adobe discards the data. `collect` alone is about collecting
and says nothing of sharing unless it is refused.

The older Experience Cloud ID service keeps `MCOPTOUT` in the site's own AMCV cookie, and `d_optout` stands in the
answers of demdex.net, not in requests: either is told where it turns up and decides nothing.

Sources, read 2026-11-28: AdobeDocs/experience-platform.en on GitHub (help/collection/js/commands/setconsent.md,
help/web-sdk/consent), AdobeDocs/analytics pages that show a request's `meta.state.entries`, VisitorAPI.js as public
sites serve it (for `d_optout`).
"""

from __future__ import annotations

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals.carried import SILENT, Reading
from crawler.signals.mentioned import mentions

_R, _U = Restriction.RESTRICTED, Restriction.UNRESTRICTED
_KEPT = {"general=in": _U, "general=out": _R}
_GENERAL = {"in": _U, "out": _R}
_SHARE = {"y": _U, "n": _R}
_COLLECT = {"y": None, "n": _R}
_UNDECIDED = ("d_optout", "MCOPTOUT")


def decode(request: RequestFacts) -> Reading:
    """Out is restricted, in is unrestricted; both at once are unknown."""
    notes, states = [], set()
    kept = any(key.endswith("_AdobeOrg_consent") for key in request.values("meta.state.entries.key"))
    for name, meaning in (
        ("meta.state.entries.value", _KEPT if kept else {}),
        ("consent.value.general", _GENERAL),
        ("consent.value.share.val", _SHARE),
        ("consent.value.collect.val", _COLLECT),
    ):
        for value in request.values(name):
            if value in meaning:
                notes.append(f"{name.removesuffix('.val')}: {value}")
                states.add(meaning[value])
    notes += mentions(request, _UNDECIDED)
    if not notes:
        return SILENT
    states.discard(None)
    if len(states) == 1 and (state := states.pop()):
        return Reading(state, ", ".join(notes))
    if states:
        return Reading(Restriction.UNKNOWN, ", ".join([*notes, "Adobe's consent contradicts itself"]))
    return Reading(Restriction.UNKNOWN, ", ".join(notes), said=False)
