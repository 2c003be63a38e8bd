"""What the strings of the frameworks in a request say: US Privacy and GPP of an opt-out, TC strings of Europe.

Nearly all requests of a page carry the same strings, and taking them apart is the dearest step of all: what they say is
worked out once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from crawler.parsing import RequestFacts
from crawler.signals import gdpr, gpp, us_privacy
from crawler.signals.carried import SILENT, Reading, Said

_ORDER = (
    *us_privacy.NAMES, *us_privacy.LOOSE, *gpp.NAMES_OF_STRING, *gpp.NAMES_OF_SECTIONS,
    *gdpr.APPLIES, *gdpr.STRINGS, *gdpr.LOOSE,
)  # fmt: skip
_NAMES = frozenset(_ORDER) - {*gpp.NAMES_OF_SECTIONS}
_MAX_KEPT = 4_096
"""Characters of strings that are remembered; real ones have some hundreds."""


class Heard(NamedTuple):
    """What a request's strings say."""

    opt_out: tuple[tuple[str, Reading], ...]
    """`us-privacy` and `gpp`, those that say something."""
    europe: Reading
    """In words only; it never decides."""


NOTHING = Heard((), SILENT)


def heard(request: RequestFacts) -> Heard:
    """Read all strings of a request. Never raises on what a site sends."""
    if not request.has_any(_NAMES):
        return NOTHING
    said = tuple(request.pairs(_ORDER))
    read = _kept if sum(len(value) for _, value in said) <= _MAX_KEPT else _read
    return read(said)


def _read(said: Said) -> Heard:
    readings = (("us-privacy", us_privacy.decode(said)), ("gpp", gpp.decode(said)))
    return Heard(tuple((name, reading) for name, reading in readings if reading.said), gdpr.decode(said))


_kept = lru_cache(maxsize=1_024)(_read)
