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

from collections.abc import Iterator

from crawler.findings import Restriction
from crawler.signals.carried import SILENT, Reading
from crawler.signals.mentioned import mentions
from crawler.signals.parameters import Parameters

_R, _U = Restriction.RESTRICTED, Restriction.UNRESTRICTED
_GENERAL = {"in": _U, "out": _R}
_CHOICE = {"y": _U, "n": _R}
_UNDECIDED = ("d_optout", "MCOPTOUT")
MAX_ENTRIES = 200
"""Entries of a list in the body that are looked at."""


def decode(parameters: Parameters) -> Reading:
    """Out is restricted, in is unrestricted; both at once are unknown."""
    found = list(_choices(parameters))
    notes = [note for note, _ in found[:4]] + mentions(parameters, _UNDECIDED)
    if not notes:
        return SILENT
    states = {state for _, state in found if state is not None}
    if len(states) == 1:
        return Reading(states.pop(), ", ".join(notes))
    if states:
        return Reading(Restriction.UNKNOWN, ", ".join([*notes, "Adobe's consent contradicts itself"]))
    return Reading(Restriction.UNKNOWN, ", ".join(notes), said=False)


def _choices(parameters: Parameters) -> Iterator[tuple[str, Restriction | None]]:
    for entries in _lists(parameters, "entries"):
        for entry in entries:
            key, value = entry.get("key"), entry.get("value")
            if isinstance(key, str) and isinstance(value, str) and key.endswith("_AdobeOrg_consent"):
                name, _, choice = value.partition("=")
                if name == "general" and choice in _GENERAL:
                    yield f"{value} (Web SDK)", _GENERAL[choice]
    for consents in _lists(parameters, "consent"):
        for consent in consents:
            value = consent.get("value")
            if isinstance(value, dict):
                yield from _set(value)


def _set(value: dict[str, object]) -> Iterator[tuple[str, Restriction | None]]:
    general = value.get("general")
    if isinstance(general, str) and general in _GENERAL:
        yield f"consent general={general}", _GENERAL[general]
    for purpose in ("share", "collect"):
        choice = value.get(purpose)
        choice = choice.get("val") if isinstance(choice, dict) else None
        if isinstance(choice, str) and choice in _CHOICE:
            decides = purpose == "share" or choice == "n"
            yield f"consent {purpose}={choice}", _CHOICE[choice] if decides else None


def _lists(parameters: Parameters, name: str) -> Iterator[list[dict[str, object]]]:
    for value in parameters.json_values(name):
        if isinstance(value, list):
            yield [entry for entry in value[:MAX_ENTRIES] if isinstance(entry, dict)]
