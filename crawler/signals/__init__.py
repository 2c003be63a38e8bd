"""What opt-out state a request carries. The vendor's own parameters decide; US Privacy and GPP strings are heard next.

Never a guess: a missing flag is `unknown`, only an explicit "off" is `unrestricted`, and only a decoded "on" is
`restricted`. Nothing here returns a self-honour claim: no product of the catalogue has a documented one (see `google`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import google, gpp, meta, pinterest, reddit, tiktok, uet, us_privacy, x
from crawler.signals.carried import MAX_EVIDENCE, SILENT, Carried, Reading

__all__ = ["DECODERS", "Carried", "restriction"]

DECODERS: Mapping[str, Callable[[RequestFacts], Reading]] = MappingProxyType(
    {
        "google": google.advertising,
        "google-analytics": google.analytics,
        "meta": meta.decode,
        "uet": uet.decode,
        "tiktok": tiktok.decode,
        "x": x.decode,
        "pinterest": pinterest.decode,
        "reddit": reddit.decode,
    }
)
"""Names that a catalogue file may give as `signals`."""

_FRAMEWORKS: tuple[tuple[str, Callable[[RequestFacts], Reading]], ...] = (
    ("us-privacy", us_privacy.decode),
    ("gpp", gpp.decode),
)
_FRAMEWORK_NAMES = frozenset({*us_privacy.NAMES, "gpp"})


def restriction(decoder: str | None, request: RequestFacts, *, sec_gpc: bool) -> Carried:
    """The opt-out state of one request: `decoder` is a key of `DECODERS`, or None for the frameworks alone.

    Never raises on what a site sends; raises `KeyError` for a decoder that does not exist.
    """
    own = DECODERS[decoder](request) if decoder is not None else SILENT
    if own is SILENT and not request.has_any(_FRAMEWORK_NAMES):
        return _NOTHING[sec_gpc]
    return _weighed(decoder, own, request, sec_gpc=sec_gpc)


def _weighed(decoder: str | None, own: Reading, request: RequestFacts, *, sec_gpc: bool) -> Carried:
    """The vendor's own parameter decides where it said something, else the strings of the frameworks."""
    heard: list[tuple[str, Reading]] = []
    if request.has_any(_FRAMEWORK_NAMES):
        heard = [(name, reading) for name, decode in _FRAMEWORKS if (reading := decode(request)).said]
    notes = [own.evidence] if own is not SILENT else []
    notes += [reading.evidence for _, reading in heard]

    if own.said and decoder is not None:
        notes += [
            f"{name} disagrees, the vendor's own parameter decides"
            for name, reading in heard
            if Restriction.UNKNOWN not in (own.restriction, reading.restriction)
            and reading.restriction is not own.restriction
        ]
        return _carried(own.restriction, decoder, notes)

    states = {reading.restriction for _, reading in heard} - {Restriction.UNKNOWN}
    if len(states) > 1:
        notes.append("the strings contradict each other")
    if heard:
        state = states.pop() if len(states) == 1 else Restriction.UNKNOWN
        return _carried(state, "+".join(name for name, _ in heard), notes)
    if not notes:
        notes.append(SILENT.evidence)
    if sec_gpc:
        notes.append(_HEADER)
    return _carried(Restriction.UNKNOWN, decoder if own is not SILENT and decoder else "none", notes)


def _carried(state: Restriction, framework: str, notes: list[str]) -> Carried:
    evidence = "; ".join(notes)
    if len(evidence) > MAX_EVIDENCE:
        evidence = evidence[: MAX_EVIDENCE - 3] + "..."
    return Carried(state, framework, evidence)


_HEADER = "the request carried Sec-GPC: 1, which alone restricts nothing here"
_NOTHING = (
    Carried(Restriction.UNKNOWN, "none", SILENT.evidence),
    Carried(Restriction.UNKNOWN, "none", f"{SILENT.evidence}; {_HEADER}"),
)
"""A request that says nothing, without and with the header."""
