"""Shapes of what a request says about an opt-out: `Carried`, one decoder's `Reading`, an `Unreadable` string."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crawler.findings import Restriction

Said = tuple[tuple[str, str], ...]
"""Name and value of parameters, as `RequestFacts.pairs` gives them."""
MAX_EVIDENCE = 400
"""Characters of evidence text kept: a hostile parameter must not flood a report."""


class Carried(NamedTuple):
    """The opt-out state that one hit carries, which framework said so, and the words for the report."""

    restriction: Restriction
    framework: str
    """The decoder's name, `us-privacy`, `gpp`, or `none` when nothing was said."""
    evidence: str
    """Short text, such as `gcs=G100, npa=1` or `no opt-out parameter`."""


class Reading(NamedTuple):
    """What one decoder found. `said` is False when the request holds none of its parameters."""

    restriction: Restriction
    evidence: str
    said: bool = True


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A consent string that could not be decoded, and why in a sentence. Never counts as an opt-out."""

    reason: str


def shown(value: str, limit: int = 40) -> str:
    """A parameter's value fit for a sentence: printable, in ASCII where it is not, and bounded in characters."""
    short = value[:limit]
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)
    return clean + ("..." if len(value) > limit else "")


SILENT = Reading(Restriction.UNKNOWN, "no opt-out parameter", said=False)
"""Absence of a flag is no statement: it is never read as on or off."""
