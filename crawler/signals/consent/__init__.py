"""What the sources of consent state of a page say: from a recorded value to a statement. Pure; never raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crawler.signals.consent import google, gpp, onetrust, tcf, tools, usprivacy
from crawler.signals.consent.statement import OptOut, Statement, nothing

__all__ = ["DECODERS", "OptOut", "Statement", "decode"]

DECODERS: Mapping[str, Callable[[str, str], Statement]] = MappingProxyType(
    {
        "usprivacy": usprivacy.decode,
        "gpp": gpp.decode,
        "tcf": tcf.decode,
        "google-consent-mode": google.decode,
        "onetrust": onetrust.decode,
        "cookiebot": tools.cookiebot,
        "osano": tools.shown_only,
        "trustarc": tools.shown_only,
        "ketch": tools.shown_only,
        "usercentrics": tools.shown_only,
        "didomi": tools.didomi,
        "hubspot": tools.hubspot,
        "transcend": tools.transcend,
        "datagrail": tools.shown_only,
    }
)
"""By `ConsentState.source`: takes the name and the value of a source."""


def decode(source: str, name: str, value: str, problem: str = "") -> Statement:
    """What a source says. One that gave no value says nothing, and why."""
    if not value:
        return nothing(_PROBLEMS.get(problem, problem) or "nothing in it")
    decoder = DECODERS.get(source)
    return decoder(name, value) if decoder is not None else nothing("a tool that this version does not know")


_PROBLEMS = MappingProxyType(
    {
        "no answer": "it was asked and did not answer",
        "threw": "it was asked and answered with an error",
        "too long": "it is longer than what is kept",
        "unreadable": "it could not be read",
    }
)
