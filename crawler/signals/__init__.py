"""What opt-out state a request carries. The vendor's own parameters decide; US Privacy and GPP strings are heard next.

Never a guess: a missing flag is `unknown`, only an explicit "off" is `unrestricted`, and only a decoded "on" is
`restricted`. Where the request says nothing, carries the signal itself, and its vendor states in public that it honours
the signal on such requests, the state is `self-honour-claimed`: a promise, not an observation. Europe's strings are
shown and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from crawler.findings import Restriction
from crawler.parsing import RequestFacts
from crawler.signals import (
    adobe,
    amazon,
    comscore,
    frameworks,
    google,
    meta,
    outbrain,
    pardot,
    pinterest,
    reddit,
    segment,
    snap,
    taboola,
    tiktok,
    trade_desk,
    uet,
    x,
    xandr,
)
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
        "adobe": adobe.decode,
        "amazon": amazon.decode,
        "comscore": comscore.decode,
        "outbrain": outbrain.decode,
        "pardot": pardot.decode,
        "segment": segment.decode,
        "snap": snap.decode,
        "taboola": taboola.decode,
        "trade-desk": trade_desk.decode,
        "xandr": xandr.decode,
    }
)
"""Names that a catalogue file may give as `signals`."""


def restriction(
    decoder: str | None, request: RequestFacts, *, sec_gpc: bool, self_honours: str | None = None
) -> Carried:
    """The opt-out state of one request: `decoder` is a key of `DECODERS`, or None for the frameworks alone.

    `self_honours` is the scope in which the vendor states that it honours the signal on this kind of request; it is
    heard only when nothing else speaks and the request itself carried `Sec-GPC: 1`. Never raises on what a site sends;
    raises `KeyError` for a decoder that does not exist.
    """
    own = DECODERS[decoder](request) if decoder is not None else SILENT
    claim = self_honours if sec_gpc else None
    strings = frameworks.heard(request)
    if own is SILENT and claim is None and strings is frameworks.NOTHING:
        return _NOTHING[sec_gpc]
    return _weighed(decoder, own, strings, sec_gpc, claim)


@lru_cache(maxsize=1_024)
def _weighed(decoder: str | None, own: Reading, strings: frameworks.Heard, sec_gpc: bool, claim: str | None) -> Carried:
    """The vendor's own parameter decides where it said something, else the strings of the frameworks, else its word."""
    heard = strings.opt_out
    notes = [own.evidence] if own is not SILENT else []
    notes += [reading.evidence for _, reading in heard]
    if strings.europe is not SILENT:
        notes.append(strings.europe.evidence)

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
    if claim is not None:
        notes.append(f"the request carried Sec-GPC: 1, which the vendor says it honours ({claim})")
        return _carried(Restriction.SELF_HONOUR_CLAIMED, "vendor's statement", notes)
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
