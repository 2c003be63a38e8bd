"""Shape of what one source of consent state says: opted out or not, whether it saw the signal, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crawler.findings import Restriction
from crawler.signals.carried import shown

MAX_WORDS = 300
"""Characters of words that one statement keeps."""


class OptOut(StrEnum):
    """What a source says of the visitor's opt-out. A source that cannot be read says nothing."""

    YES = "opted-out"
    NO = "not-opted-out"
    NOTHING = "says-nothing"


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says."""

    opt_out: OptOut
    words: str
    """What it rests on, short, the same for the same state: `SaleOptOut=1, Gpc=1`."""
    saw_gpc: bool | None = None
    """Whether the tool says that it saw Global Privacy Control; None when it does not say."""
    counts: bool = False
    """It speaks of an opt-out in the United States, by a documented format. What does not count is only shown."""
    against_itself: str = ""
    """How it contradicts itself, in a clause; empty when it does not."""


def nothing(words: str) -> Statement:
    """A source that says nothing, and why."""
    return Statement(OptOut.NOTHING, bounded(words))


def bounded(words: str) -> str:
    """A site's words as they may stand in a sentence."""
    return shown(" ".join(words.split()), MAX_WORDS)


def of(state: Restriction) -> OptOut:
    """An opt-out string's state in these words."""
    return {Restriction.RESTRICTED: OptOut.YES, Restriction.UNRESTRICTED: OptOut.NO}.get(state, OptOut.NOTHING)
