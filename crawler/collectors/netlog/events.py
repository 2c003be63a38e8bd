"""What the parts that read a NetLog share: the event at hand, and the forms of a handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

BEGIN, END = 1, 2
"""Phases of an event."""
Params = dict[str, Any]
Handler = Callable[[Params], None]
"""Called with the parameters of an event. May raise `KeyError`, `TypeError` ... for a damaged one."""


class Taker(NamedTuple):
    """A handler of an event that is looked at for its bytes alone."""

    wants: Callable[[int], bool]
    """Does anybody need the bytes of this source?"""
    take: Callable[[int, bytes], None]
    """Called with the source and its next bytes."""


@dataclass(slots=True)
class Moment:
    """The event that is being read."""

    offset_ms: float | None = None
    """Unix time of tick zero."""
    source: int = 0
    phase: int = 0
    unix_ms: float = 0.0
    order: int = 0
    """Line of the log."""

    def set(self, source: int, phase: int, ticks_ms: float, order: int) -> None:
        """Go on to the next event."""
        self.source, self.phase, self.order = source, phase, order
        self.unix_ms = (self.offset_ms or 0.0) + ticks_ms
