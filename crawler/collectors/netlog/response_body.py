"""What is kept of the body of a response: its size and its hash, never a byte of it."""

from __future__ import annotations

import hashlib


class ResponseBody:
    """Hashes the decoded bytes as the browser read them."""

    __slots__ = ("_hash", "total")

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.total = 0

    def feed(self, data: bytes) -> None:
        """Add the next bytes."""
        self._hash.update(data)
        self.total += len(data)

    @property
    def sha256(self) -> str:
        """Of all bytes so far, in hex."""
        return self._hash.hexdigest()
