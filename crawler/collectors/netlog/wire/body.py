"""A bounded place for the bytes of one request body, or for the messages of one WebSocket."""

from __future__ import annotations

KEPT_BYTES = 1 << 20
"""Bytes kept of one body; the true size is counted beyond."""
KEPT_TOTAL_BYTES = 96 << 20
"""Bytes kept of all bodies of one visit together."""


class Budget:
    """How many bytes a visit may still keep."""

    __slots__ = ("left",)

    def __init__(self, total: int = KEPT_TOTAL_BYTES) -> None:
        self.left = total

    def take(self, wanted: int) -> int:
        """How many of the wanted bytes may be kept."""
        granted = min(wanted, self.left)
        self.left -= granted
        return granted


class Body:
    """Keeps the first bytes, counts all."""

    __slots__ = ("_budget", "_kept", "total")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._kept = bytearray()
        self.total = 0

    def feed(self, data: bytes | bytearray | memoryview, size: int | None = None) -> None:
        """Add the next bytes of the body; `size` is what they count for when they are written in another form."""
        self.total += len(data) if size is None else size
        room = KEPT_BYTES - len(self._kept)
        if room > 0 and data:
            self._kept += data[: self._budget.take(min(room, len(data)))]

    @property
    def kept(self) -> bytes:
        """What was kept, at most `KEPT_BYTES`."""
        return bytes(self._kept)
