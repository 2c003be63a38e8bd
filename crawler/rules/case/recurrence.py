"""Whether a value recurs between visits. Every visit has a fresh profile, so what identifies a visitor never does.

That holds for visits of this program. In a recording made elsewhere one profile may have made them all, and then an
identifier recurs just because it is one; two fresh profiles of one person hold the same account. So there recurrence
tells nothing, in neither direction: see `crawler/decisions/0017-whose-cookie.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_VALUES = 5000
"""Different values remembered; a site that makes up more has shown that they do not recur."""


UNTOLD = (
    "Recorded elsewhere, perhaps with one browser profile throughout: whether the value differs from visitor to "
    "visitor cannot be told, and no source documents it, so this is medium at most."
)


@dataclass(slots=True)
class Recurrence:
    """The values of one name, by the visit in which each was seen first."""

    _first: dict[str, str] = field(default_factory=dict)
    _recurring: set[str] = field(default_factory=set)

    def take(self, value_hash: str, visit: str) -> None:
        """Note a value in a visit."""
        first = self._first.get(value_hash)
        if first is None:
            if len(self._first) < MAX_VALUES:
                self._first[value_hash] = visit
        elif first != visit:
            self._recurring.add(value_hash)

    @property
    def constant(self) -> bool:
        """Every value was seen in more than one visit."""
        return bool(self._first) and self._recurring == self._first.keys()

    @property
    def differs(self) -> bool:
        """Two visits at least had different values, and none of them recurred."""
        return len(set(self._first.values())) > 1 and not self._recurring
