"""What reached the servers of the truth world: the yardstick that a recording is held against."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Answer:
    """What the server sent back, as far as it got."""

    status: int = 0
    set_cookie: tuple[str, ...] = ()
    body: bytes = b""
    """Decoded: before any content coding."""
    complete: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    """Names in lower case; a repeated name is joined by a comma."""
    http: str
    """1.1 or 2."""
    unix_ms: float = field(default_factory=lambda: time.time() * 1000)
    body: bytearray = field(default_factory=bytearray)
    body_complete: bool = False
    answer: Answer = field(default_factory=Answer)

    @property
    def kind(self) -> str:
        return parameters(self.url).get("k", "")

    @property
    def context(self) -> str:
        return parameters(self.url).get("c", "")


@dataclass
class TruthLog:
    """Everything that arrived during a visit, in order."""

    requests: list[Received] = field(default_factory=list)
    messages: list[tuple[str, str, bytes]] = field(default_factory=list)
    """URL, `sent` or `received` as the browser saw it, and the data of a WebSocket message."""
    datagrams: Counter[str] = field(default_factory=Counter)
    """Count by purpose: stun, webtransport."""


def parameters(url: str) -> dict[str, str]:
    """The query of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
